"""The child process of one transcriber: `python -m freehold.voice.hearing.engine_child`. Answers over its pipe.

A request's payload is float32 samples at 16 kHz and its `wish` a `Wish`; each answer's payload is a `HeardSegment` in
JSON. An engine that crashes takes this process with it, and nothing else.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from freehold.contracts.errors import FreeholdError, InvalidRequest
from freehold.voice.children.messages import Message, encode
from freehold.voice.children.serving import Answers, claim_pipes, serve_pipe
from freehold.voice.hearing.guard import is_invented
from freehold.voice.transcriber import Transcriber, Wish
from freehold.voice.transcribers import TRANSCRIBERS


def main(arguments: Sequence[str] | None = None) -> int:
    """Load the engine and serve until the parent closes the pipe. The exit status is 1 where it cannot be loaded."""
    parser = argparse.ArgumentParser(prog="engine_child")
    parser.add_argument("--engine", required=True)
    parser.add_argument("--model", required=True, type=Path)
    parser.add_argument("--threads", required=True, type=int)
    asked = parser.parse_args(arguments)
    pipes = claim_pipes()
    try:
        transcriber = TRANSCRIBERS[asked.engine](asked.model, threads=asked.threads)
    except FreeholdError as error:
        pipes[1].write(encode({"type": "error", "message": error.public_message()}))
        pipes[1].flush()
        return 1
    ready = {
        "engine": transcriber.name,
        "languages": list(transcriber.languages),
        "translates": transcriber.translates,
    }
    serve_pipe(pipes, ready, lambda message, payload: hear(transcriber, message, payload))
    return 0


def hear(transcriber: Transcriber, message: Message, payload: bytes) -> Answers:
    """The segments of a request, without those that nobody said."""
    try:
        wish = msgspec.convert(message.get("wish") or {}, Wish)
    except msgspec.ValidationError as error:
        raise InvalidRequest(f"This is no wish: {error}.") from error
    if len(payload) % 4:
        raise InvalidRequest("The samples are not float32.")
    for segment in transcriber.hear(np.frombuffer(payload, "<f4").astype(np.float32), wish):
        if not is_invented(segment):
            yield {"type": "segment"}, msgspec.json.encode(segment)


if __name__ == "__main__":
    sys.exit(main())
