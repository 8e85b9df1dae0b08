"""llama.cpp's own greedy tokens and logits, through its shared library, in a process of its own.

The process is one of its own because llama.cpp ends it where a model trips an assertion. In it run the bindings that
come with llama.cpp's source, so that structures are those of the library that was built from it.
`python -m bench.peers.llama_logits` reads a `Request` as JSON and writes an npz.
"""

import ctypes
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np

from bench.machine import ROOT
from bench.peers.build_llama_cpp import FOLDER, tool
from freehold.nn import Float32

DEADLINE_SECONDS = 120.0
SAID = 300  # characters of its complaint that are repeated
FLOAT32 = 0  # ggml's number for the type
NO_FLASH_ATTENTION = 0
OF_TEXT, OF_INTEGER = 3, 0  # tags of llama.cpp's key-value overrides


class Refused(Exception):
    """llama.cpp does not load or compute a model; the text is the end of what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Prompts to continue by `tokens` tokens each. The file's vocabulary is not read, only counted."""

    model: str
    architecture: str
    vocab_size: int
    prompts: Sequence[Sequence[int]]
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Greedy:
    """Tokens [N, tokens] that were chosen greedily, and the logits [N, V] of each prompt's first one."""

    tokens: list[list[int]]
    logits_NV: Float32


def run(request: Request) -> Greedy:
    """Float32 cache, no flash attention, one thread, one prompt after the other. Raises `Refused`."""
    command = [sys.executable, "-m", __name__]
    environment = os.environ | {"LLAMA_CPP_LIB_PATH": str(tool("llama-bench").parent)}
    text = json.dumps(asdict(request)).encode()
    found = subprocess.run(
        command, input=text, capture_output=True, timeout=DEADLINE_SECONDS, cwd=ROOT, env=environment
    )
    if found.returncode:
        raise Refused(" ".join(found.stderr.decode(errors="replace").split())[-SAID:])
    arrays = np.load(io.BytesIO(found.stdout))
    return Greedy(tokens=arrays["tokens"].tolist(), logits_NV=arrays["logits"])


def main() -> None:
    """What the process does."""
    request = Request(**json.load(sys.stdin))
    library = _bindings()
    context = _open(library, request)
    rows = [_continue(library, context, request, prompt) for prompt in request.prompts]
    written = io.BytesIO()
    np.savez(written, tokens=[tokens for tokens, _ in rows], logits=[logits for _, logits in rows])
    sys.stdout.buffer.write(written.getvalue())


def _bindings() -> Any:
    """The one module of the package that is needed; the package itself imports what is not installed."""
    package = ModuleType("llama_cpp")
    package.__path__ = [str(FOLDER / "source/llama_cpp")]
    sys.modules[package.__name__] = package
    return import_module("llama_cpp.llama_cpp")


def _open(library: Any, request: Request) -> Any:
    params = library.llama_model_default_params()
    params.kv_overrides = overrides = (library.llama_model_kv_override * 3)()  # the last one, empty, ends them
    overrides[0].tag, overrides[0].key, overrides[0].value.val_str = OF_TEXT, b"tokenizer.ggml.model", b"none"
    overrides[1].tag, overrides[1].key = OF_INTEGER, f"{request.architecture}.vocab_size".encode()
    overrides[1].value.val_i64 = request.vocab_size
    model = library.llama_model_load_from_file(request.model.encode(), params)
    if not model:
        raise SystemExit("the model is not loaded")
    params = library.llama_context_default_params()
    params.n_ctx = max(len(prompt) for prompt in request.prompts) + request.tokens
    params.n_batch = params.n_ubatch = params.n_ctx
    params.n_threads = params.n_threads_batch = 1
    params.type_k = params.type_v = FLOAT32
    params.flash_attn_type = NO_FLASH_ATTENTION
    return library.llama_init_from_model(model, params) or sys.exit("there is no context")


def _continue(library: Any, context: Any, request: Request, prompt: Sequence[int]) -> tuple[list[int], Float32]:
    """One prompt's tokens and the logits of the first."""
    library.llama_memory_clear(library.llama_get_memory(context), True)
    first = _logits(library, context, request, prompt)
    tokens = [int(first.argmax())]
    while len(tokens) < request.tokens:
        tokens.append(int(_logits(library, context, request, tokens[-1:]).argmax()))
    return tokens, first


def _logits(library: Any, context: Any, request: Request, tokens: Sequence[int]) -> Float32:
    """Logits [V] behind more tokens of the context."""
    ids = (ctypes.c_int32 * len(tokens))(*tokens)
    if failed := library.llama_decode(context, library.llama_batch_get_one(ids, len(tokens))):
        raise SystemExit(f"llama_decode returned {failed}")
    address = library.llama_get_logits_ith(context, -1)
    return np.ctypeslib.as_array(address, shape=(request.vocab_size,)).copy()


if __name__ == "__main__":
    main()
