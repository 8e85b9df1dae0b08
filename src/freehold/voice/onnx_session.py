"""Opens graphs with ONNX Runtime on the CPU, and runs them beside the event loop. Imported late: it is an extra."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from freehold.contracts.errors import SetupError, Unavailable

T = TypeVar("T")


def open_session(path: Path, threads: int, *, engine: str) -> Any:
    """The session of a file, with so many threads that sleep when there is nothing to do.

    Raises `SetupError` in the name of the `engine` where the library is missing, or the file is no graph.
    """
    try:
        import onnxruntime
    except ModuleNotFoundError as error:
        raise SetupError(f"{engine} needs ONNX Runtime.", hint="pip install 'freehold[offline]'") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the library's errors share no narrower class
        raise SetupError(f"{path} is not a model ONNX Runtime can load: {error}", hint="Download it again.") from error


async def compute(thread: ThreadPoolExecutor, work: Callable[[Any], T], *, engine: str) -> T:
    """What `work` gives, in that thread. It is handed the run options by which its cancelling ends the graph's run.

    Raises `Unavailable` in the name of the `engine`.
    """
    import onnxruntime

    options = onnxruntime.RunOptions()
    try:
        return await asyncio.get_running_loop().run_in_executor(thread, work, options)
    except asyncio.CancelledError:
        options.terminate = True
        raise
    except Exception as error:  # the library's errors share no narrower class
        raise Unavailable(f"{engine} failed: {error}", hint="Try again shortly.") from error
