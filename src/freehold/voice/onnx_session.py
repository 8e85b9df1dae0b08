"""Opens a graph with ONNX Runtime on the CPU. Imported late: the library is an extra."""

from pathlib import Path
from typing import Any

from freehold.contracts.errors import SetupError


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
