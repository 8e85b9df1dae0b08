"""`freehold worker`: one model as an OpenAI-compatible server. The server starts these; people may, too."""

import argparse
import importlib.util
import logging
from pathlib import Path
from typing import get_args

from freehold.contracts.errors import SetupError
from freehold.contracts.models import ModelKind
from freehold.engine.loop.scheduler import Limits
from freehold.engine.ranking.worker import RankingService
from freehold.engine.worker import ChatOptions, ChatService
from freehold.foundation.clock import SystemClock
from freehold.foundation.memory import available_bytes
from freehold.foundation.settings import worker_token
from freehold.foundation.telemetry import configure_logging
from freehold.foundation.worker_edge import Address, Service, serve_worker
from freehold.native.executor import NativeExecutor, default_threads
from freehold.native.library import load_library
from freehold.nn import PAGE_SLOTS, Executor
from freehold.nn.checkpoint import Checkpoint, open_checkpoint
from freehold.nn.memory import CacheFormat, WeightFormat, Wish, choose_cache_tokens
from freehold.nn.numpy_executor import NumpyExecutor

SOUND = frozenset({"speech", "transcription", "sound"})
CONVERSATION = "conversation"
SMALL_PARAMETERS = 50_000_000

logger = logging.getLogger(__name__)

EXAMPLES = """\
  freehold worker chat --model ~/models/tiny-llama --port 8100
  freehold worker chat --model ~/models/qwen3-q4_k_m.gguf --threads 8 --cache-tokens 32768 --port 8100
  freehold worker embedding --model src/freehold/builtin/minilm --socket /tmp/embedding.sock
  FREEHOLD_WATERMARK_KEY=$(openssl rand -hex 32) freehold worker speech --model ~/models/en_US-lessac --port 8100
  freehold worker transcription --model ~/models/faster-whisper-small --port 8101"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Kind, model, place and bounds."""
    kinds = [kind for kind in get_args(ModelKind) if kind != "speaker"]  # the sound worker asks that one
    parser.add_argument("kind", choices=kinds, help="what the model does")
    parser.add_argument("--model", type=Path, required=True, metavar="PATH", help="a model's folder, or a GGUF file")
    parser.add_argument("--name", help="the name requests use (default: the folder's)")
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--socket", type=Path, metavar="PATH", help="listen on a Unix socket")
    place.add_argument("--port", type=int, help="listen on a TCP port; WORKER_TOKEN in the environment guards it")
    parser.add_argument("--host", default="127.0.0.1", help="with --port: the address (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads (default: by the model's size)")
    parser.add_argument(
        "--weights",
        default="auto",
        choices=["auto", *get_args(WeightFormat)],
        help="format to compute with; auto: a GGUF file as stored, else q8_0 (default: %(default)s)",
    )
    parser.add_argument(
        "--cache", default="f16", choices=get_args(CacheFormat), help="key-value cache format (default: %(default)s)"
    )
    parser.add_argument("--cache-tokens", type=int, default=0, help="key-value cache (default: what memory allows)")
    parser.add_argument("--step-tokens", type=int, default=512, help="most tokens in a step (default: %(default)s)")
    parser.add_argument("--running", type=int, default=64, help="most requests in a batch (default: %(default)s)")
    parser.add_argument("--waiting", type=int, default=512, help="most requests that wait (default: %(default)s)")
    parser.add_argument(
        "--tool-format", default="", metavar="NAME", help="how the model writes tool calls (default: as its template)"
    )
    parser.add_argument("--engines", type=int, default=0, help="for sound: engine processes (default: one per core)")
    parser.add_argument(
        "--phrase-cache-mib", type=int, default=64, help="for speech: finished phrases to keep (default: %(default)s)"
    )
    parser.add_argument(
        "--speaker-model",
        type=Path,
        metavar="PATH",
        help="for sound: the folder of a network that tells speakers apart",
    )
    parser.add_argument("--exit-with-parent", action="store_true", help="stop when standard input closes")


def run(arguments: argparse.Namespace) -> int:
    """Serve until stopped."""
    configure_logging()
    if not arguments.model.exists():
        raise SetupError(f"{arguments.model} does not exist.", hint="--model names a folder or a GGUF file.")
    token = worker_token() if arguments.socket is None else ""
    address = Address(socket_path=arguments.socket, host=arguments.host, port=arguments.port or 0, token=token)
    return serve_worker(_service(arguments), address, exit_with_parent=arguments.exit_with_parent)


def _service(arguments: argparse.Namespace) -> Service:
    name = arguments.name or arguments.model.resolve().stem
    if arguments.kind in SOUND or arguments.kind == CONVERSATION:
        return _sound_service(arguments, name)
    if arguments.kind == "rerank":
        return RankingService(arguments.model, name)
    if arguments.kind == "embedding":
        if (arguments.model / "model.onnx").exists() and importlib.util.find_spec("onnxruntime") is None:
            raise SetupError("onnxruntime is not installed.", hint="Run: pip install 'freehold[offline]'")
        from freehold.engine.embedding.worker import EmbeddingService

        return EmbeddingService(arguments.model, name, threads=arguments.threads)
    limits = Limits(running=arguments.running, waiting=arguments.waiting, step_tokens=arguments.step_tokens)
    options = ChatOptions(
        folder=arguments.model,
        name=name,
        limits=limits,
        open_executor=lambda: _open_executor(arguments),
        tool_format=arguments.tool_format,
    )
    return ChatService(options, SystemClock())


def _sound_service(arguments: argparse.Namespace, name: str) -> Service:
    """Imported here: the libraries for sound are an extra."""
    try:
        if arguments.kind == CONVERSATION:
            from freehold.cli import worker_conversation

            return worker_conversation.open_service(name)
        from freehold.cli import worker_sound
    except ImportError as error:
        raise SetupError(f"{error.name} is not installed.", hint="Run: pip install 'freehold[offline]'") from error
    return worker_sound.open_service(arguments, name)


def _open_executor(arguments: argparse.Namespace) -> Executor:
    """The native executor, or where it was not built the one on numpy."""
    checkpoint = open_checkpoint(arguments.model)
    native = load_library() is not None
    weights: WeightFormat = arguments.weights if arguments.weights != "auto" else _usual_weights(checkpoint)
    wish = Wish(
        weights=weights if native else "f32",
        file_bytes=checkpoint.file_bytes,
        cache=arguments.cache if native else "f32",
        cache_tokens=arguments.cache_tokens,
    )
    pages = -(-choose_cache_tokens(checkpoint.spec, wish, available_bytes()) // PAGE_SLOTS)
    if not native:
        logger.warning("no native library, so numpy computes: slow. Mend: python -m freehold.native.build")
        return NumpyExecutor(checkpoint, cache_pages=pages)
    # Threads wait for each other after every product, which a small model does not make up for.
    threads = arguments.threads or (1 if checkpoint.spec.parameters < SMALL_PARAMETERS else default_threads())
    return NativeExecutor(checkpoint, cache_pages=pages, threads=threads, weights=weights, cache=arguments.cache)


def _usual_weights(checkpoint: Checkpoint) -> WeightFormat:
    return "stored" if checkpoint.is_gguf else "q8_0"
