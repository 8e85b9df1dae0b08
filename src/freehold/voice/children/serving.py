"""The child's side of the pipe, for children written in Python: one request at a time, which the parent may cancel."""

import os
import queue
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any, BinaryIO

from freehold.contracts.errors import FreeholdError
from freehold.voice.children.messages import BrokenPipeProtocol, Message, encode, read

Answers = Iterator[tuple[Mapping[str, Any], bytes]]
Serve = Callable[[Message, bytes], Answers]


def claim_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output for the protocol alone: whatever else prints goes to standard error."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, answers


def serve_pipe(pipes: tuple[BinaryIO, BinaryIO], ready: Mapping[str, Any], serve: Serve) -> None:
    """Answer requests until the parent closes the pipe. `serve` yields answers; a cancelled one is closed between two.

    A `FreeholdError` of `serve` becomes the error of its request; any other ends the child. What is no message ends
    it too: the parent's place on the pipe is lost then.
    """
    _Serving(*pipes).run(ready, serve)


class _Serving:
    """One thread listens, so that a cancellation is heard while the main thread works."""

    def __init__(self, requests: BinaryIO, answers: BinaryIO) -> None:
        self._requests = requests
        self._answers = answers
        self._waiting: queue.SimpleQueue[tuple[int, Message, bytes]] = queue.SimpleQueue()
        self._unanswered: set[int] = set()
        self._cancelled: set[int] = set()

    def run(self, ready: Mapping[str, Any], serve: Serve) -> None:
        self._say({"type": "ready", **ready})
        threading.Thread(target=self._listen, name="pipe", daemon=True).start()
        while True:
            identifier, message, payload = self._waiting.get()
            last: dict[str, Any] = {"type": "done"}
            try:
                self._answer(identifier, serve(message, payload))
            except FreeholdError as error:
                sys.stderr.write(f"{error}\n")
                last = {"type": "error", "message": error.message, "invalid": error.status < 500}
            self._unanswered.discard(identifier)
            self._cancelled.discard(identifier)
            self._say({**last, "id": identifier})

    def _answer(self, identifier: int, answers: Answers) -> None:
        for answer, data in answers:
            if identifier in self._cancelled:
                if isinstance(answers, Generator):
                    answers.close()
                return
            self._say({**answer, "id": identifier}, data)

    def _say(self, message: Mapping[str, Any], payload: bytes = b"") -> None:
        try:
            self._answers.write(encode(message, payload))
            self._answers.flush()
        except OSError:  # nobody reads any more
            os._exit(0)

    def _listen(self) -> None:
        status = 0  # the end of the pipe is the end
        try:
            while (found := read(self._requests)) is not None:
                self._take(*found)
        except BrokenPipeProtocol as error:
            sys.stderr.write(f"The parent sent no message: {error}\n")
            status = 1
        finally:
            os._exit(status)  # nobody reads any more, and what runs may take long

    def _take(self, message: Message, payload: bytes) -> None:
        identifier = message.get("id")
        if not isinstance(identifier, int):
            raise BrokenPipeProtocol(f"'{message.get('type')}' without an id")
        if message.get("type") != "cancel":
            self._unanswered.add(identifier)
            self._waiting.put((identifier, message, payload))
        elif identifier in self._unanswered:
            self._cancelled.add(identifier)
