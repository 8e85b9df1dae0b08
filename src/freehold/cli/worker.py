"""`freehold worker`: one model as an OpenAI-compatible server. The server starts these; people may, too."""

import argparse
import importlib.util
import os
from pathlib import Path

from freehold.contracts.errors import SetupError
from freehold.engine.scheduler import Limits
from freehold.engine.worker import ChatOptions, ChatService
from freehold.foundation.clock import SystemClock
from freehold.foundation.settings import worker_token
from freehold.foundation.telemetry import configure_logging
from freehold.foundation.worker_edge import Address, Service, serve_worker
from freehold.nn import Executor

SMALL_PARAMETERS = 50_000_000

EXAMPLES = """\
  freehold worker chat --model ~/models/tiny-llama --port 8100
  freehold worker embedding --model src/freehold/builtin/minilm --socket /tmp/embedding.sock"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Kind, model, place and bounds."""
    parser.add_argument("kind", choices=["chat", "embedding"], help="what the model does")
    parser.add_argument("--model", type=Path, required=True, metavar="FOLDER", help="a Hugging Face folder")
    parser.add_argument("--name", help="the name requests use (default: the folder's)")
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--socket", type=Path, metavar="PATH", help="listen on a Unix socket")
    place.add_argument("--port", type=int, help="listen on a TCP port; WORKER_TOKEN in the environment guards it")
    parser.add_argument("--host", default="127.0.0.1", help="with --port: the address (default: %(default)s)")
    parser.add_argument("--dtype", default="float32", choices=["float32", "bfloat16"], help="default: %(default)s")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads (default: by the model's size)")
    parser.add_argument(
        "--cache-tokens", type=int, default=65_536, help="key-value cache (default: %(default)s tokens)"
    )
    parser.add_argument("--running", type=int, default=64, help="most requests in a batch (default: %(default)s)")
    parser.add_argument("--waiting", type=int, default=512, help="most requests that wait (default: %(default)s)")
    parser.add_argument("--exit-with-parent", action="store_true", help="stop when standard input closes")


def run(arguments: argparse.Namespace) -> int:
    """Serve until stopped."""
    configure_logging()
    if not arguments.model.is_dir():
        raise SetupError(f"{arguments.model} is not a folder.", hint="--model names a Hugging Face folder.")
    token = worker_token() if arguments.socket is None else ""
    address = Address(socket_path=arguments.socket, host=arguments.host, port=arguments.port or 0, token=token)
    return serve_worker(_service(arguments), address, exit_with_parent=arguments.exit_with_parent)


def _service(arguments: argparse.Namespace) -> Service:
    name = arguments.name or arguments.model.resolve().name
    if arguments.kind == "embedding":
        _require("onnxruntime")
        from freehold.engine.embedding.worker import EmbeddingService

        return EmbeddingService(arguments.model, name, threads=arguments.threads)
    limits = Limits(running=arguments.running, waiting=arguments.waiting)
    options = ChatOptions(
        folder=arguments.model, name=name, limits=limits, open_executor=lambda: _open_executor(arguments)
    )
    return ChatService(options, SystemClock())


def _open_executor(arguments: argparse.Namespace) -> Executor:
    _require("torch")
    import torch

    from freehold.nn.torch.executor import TorchExecutor

    torch.set_num_threads(arguments.threads or _threads_for(arguments.model))
    dtype = getattr(torch, arguments.dtype)
    return TorchExecutor(arguments.model, cache_slots=arguments.cache_tokens, dtype=dtype)


def _threads_for(folder: Path) -> int:
    """One thread for a small model, else all cores but one.

    Threads wait for each other after every product: on a core that other work shares, two were measured 13 times slower
    than one.
    """
    from freehold.nn.torch.weights import read_config

    _, spec = read_config(folder)
    return 1 if spec.parameters < SMALL_PARAMETERS else max(1, (os.cpu_count() or 1) - 1)


def _require(package: str) -> None:
    if importlib.util.find_spec(package) is None:
        raise SetupError(f"{package} is not installed.", hint="Run: pip install 'freehold[offline]'")
