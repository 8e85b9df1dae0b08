"""The child's side of the pipe: a message is a line of JSON and as many bytes as its `bytes` says.

Requests run one after the other on the main thread. A second thread listens, so that a request can be cancelled while
it runs. The end of the input ends the process at once, whatever it does. What is no message is answered by an error.
"""

import json
import os
import queue
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

MAX_LINE_BYTES = 1 << 20
MAX_WAITING = 64


class BadRequest(Exception):
    """The request is at fault; the message says how."""


class Request:
    """One request. `fields` are what came with it; `on_cancel` is called, on another thread, when it is cancelled."""

    def __init__(self, pipe: "Pipe", fields: Mapping[str, Any]) -> None:
        self._pipe = pipe
        self.fields = fields
        self.cancelled = False
        self.on_cancel: Callable[[], None] = lambda: None

    def say(self, message: Mapping[str, Any], payload: bytes = b"") -> None:
        """Send an answer."""
        self._pipe.say({**message, "id": self.fields["id"]}, payload)

    def cancel(self) -> None:
        """Ask it to end."""
        self.cancelled = True
        self.on_cancel()


class Pipe:
    """Requests from standard input, answers to standard output. Whatever else prints goes to standard error."""

    def __init__(self) -> None:
        self._requests, self._answers = _claim_standard_streams()
        self._saying = threading.Lock()
        self._open: dict[int | str, Request] = {}
        self._waiting: queue.SimpleQueue[Request] = queue.SimpleQueue()

    def say(self, message: Mapping[str, Any], payload: bytes = b"") -> None:
        """Send a message. Nobody being left to read ends the process."""
        sized = {**message, "bytes": len(payload)} if payload else message
        line = json.dumps(sized, ensure_ascii=False, separators=(",", ":"))
        try:
            with self._saying:
                self._answers.write(line.encode("utf-8", "replace") + b"\n" + payload)
                self._answers.flush()
        except OSError:
            os._exit(0)

    def refuse(self, message: str) -> None:
        """Say why no request can be served, instead of being ready."""
        self.say({"type": "error", "message": message})

    def serve(self, ready: Mapping[str, Any], answer: Callable[[Request], None]) -> None:
        """Say that all is ready, then answer requests for ever. A `BadRequest` of `answer` is told as such."""
        self.say({"type": "ready", **ready})
        threading.Thread(target=self._listen, name="pipe", daemon=True).start()
        while True:
            request = self._waiting.get()
            try:
                if not request.cancelled:
                    answer(request)
                last: dict[str, Any] = {"type": "done"}
            except BadRequest as error:
                last = {"type": "error", "message": str(error), "invalid": True}
            except Exception as error:  # the loop's edge: an engine that failed once may serve the next request
                sys.stderr.write(f"freehold-espeak: {error!r}\n")
                last = {"type": "error", "message": f"The engine failed: {error}", "invalid": False}
            self._open.pop(request.fields["id"], None)
            request.say(last)

    def _listen(self) -> None:
        try:
            while line := self._requests.readline(MAX_LINE_BYTES):
                self._take(line)
        finally:
            os._exit(0)  # nobody listens any more, and what runs may take long

    def _take(self, line: bytes) -> None:
        message = self._decoded(line)
        if message is None:
            return
        identifier = message["id"]
        if message.get("type") == "cancel":
            if (running := self._open.get(identifier)) is not None:
                running.cancel()
        elif identifier in self._open or len(self._open) >= MAX_WAITING:
            self.say({"type": "error", "id": identifier, "message": "It is asked too much at once.", "invalid": True})
        else:
            request = self._open[identifier] = Request(self, message)
            self._waiting.put(request)

    def _decoded(self, line: bytes) -> dict[str, Any] | None:
        """The message of a line that has an id. An error is sent for anything else."""
        try:
            if not line.endswith(b"\n"):
                raise ValueError("the line is too long or broken off")
            message = json.loads(line)
            if not isinstance(message, dict):
                raise ValueError("no object")
            self._skip(message.get("bytes", 0))
        except (ValueError, RecursionError) as error:
            self.say({"type": "error", "id": None, "message": f"This is no message: {error}.", "invalid": True})
            return None
        identifier = message.get("id")
        if isinstance(identifier, bool) or not isinstance(identifier, int | str):
            self.say({"type": "error", "id": None, "message": "A message has an 'id'.", "invalid": True})
            return None
        return message

    def _skip(self, length: Any) -> None:
        """Pass over a payload: no request here has one."""
        if not isinstance(length, int) or length < 0:
            raise ValueError("'bytes' is no length")
        while length > 0 and (read := self._requests.read(min(length, MAX_LINE_BYTES))):
            length -= len(read)


def _claim_standard_streams() -> tuple[BinaryIO, BinaryIO]:
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, answers
