"""Files that people send, decoded in children that may break without harm. Knows no codec itself.

A child that dies is replaced and the file tried once more, from where its samples ended; one that ends two is refused.
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

import numpy as np

from freehold.contracts.errors import InvalidRequest, RequestTooLarge, Unavailable
from freehold.voice.children.child import Child
from freehold.voice.children.messages import MAX_PAYLOAD_BYTES, Message
from freehold.voice.children.pool import ChildPool
from freehold.voice.sound import HEARING_RATE, Samples, Sound

PIECE_SECONDS = 30.0  # of waiting for the next piece
SENDING_SECONDS = 10.0
LEASE_SECONDS = 60.0
TOO_LARGE = RequestTooLarge.status


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A whole file. `rate_in` in Hz and `channels_in` are what it was; `codec` and `container` are FFmpeg's names."""

    sound: Sound
    seconds: float
    codec: str
    container: str
    rate_in: int
    channels_in: int


class Decoder:
    """`workers` children; who comes when all are busy waits, at most a minute.

    `max_seconds` bounds a recording, `max_bytes` its file.
    """

    def __init__(self, *, workers: int = 1, max_seconds: float, max_bytes: int) -> None:
        if max_bytes > MAX_PAYLOAD_BYTES:
            raise ValueError(f"a file of {max_bytes} bytes does not fit a message")
        self._max_bytes = max_bytes
        command = [sys.executable, "-m", "freehold.voice.codecs.decode_child", str(max_bytes), str(max_seconds)]
        self._pool = ChildPool(command, workers)

    async def start(self) -> None:
        """Start the children. Raises `SetupError`."""
        await self._pool.start()

    @property
    def pids(self) -> list[int]:
        """Of the children that run."""
        return self._pool.pids

    async def decode(self, data: bytes, rate: int = HEARING_RATE) -> Decoded:
        """The whole sound, as one channel at `rate` Hz.

        Raises `InvalidRequest` for what is no recording, `RequestTooLarge` for too many bytes or seconds, and
        `Unavailable` where no child could be had or none answered.
        """
        source: Message = {}
        pieces: list[Samples] = []
        async with contextlib.aclosing(self._pieces(data, rate)) as found:
            async for each, samples in found:
                source = source or each
                pieces.append(samples)
        sound = Sound(samples=pieces[0] if len(pieces) == 1 else np.concatenate(pieces), rate=rate)
        return Decoded(sound=sound, seconds=sound.seconds, **source)

    async def stream(self, data: bytes, rate: int = HEARING_RATE) -> AsyncGenerator[Samples]:
        """The sound in pieces of some seconds. Holds a child until it ends; raises as `decode` does, maybe late."""
        async with contextlib.aclosing(self._pieces(data, rate)) as found:
            async for _, samples in found:
                yield samples

    async def close(self) -> None:
        """End the children."""
        await self._pool.close()

    async def _pieces(self, data: bytes, rate: int) -> AsyncGenerator[tuple[Message, Samples]]:
        self._refuse_size(data)
        given = 0
        for attempt in (1, 2):
            try:
                async with self._lease() as child, contextlib.aclosing(_ask(child, data, rate, given)) as answers:
                    async for source, samples in answers:
                        given += 1
                        yield source, samples
                return
            except Unavailable as error:
                if isinstance(error.__cause__, TimeoutError):
                    raise
                if attempt == 2:
                    text = "The file breaks what decodes it."
                    raise InvalidRequest(text, param="file", hint="Convert it to WAV or MP3.") from error

    def _refuse_size(self, data: bytes) -> None:
        if not data:
            raise InvalidRequest("The file is empty.", param="file", hint="Send a recording.")
        if len(data) > self._max_bytes:
            text = f"The file has {len(data)} bytes; at most {self._max_bytes} are read."
            raise RequestTooLarge(text, param="file", hint="Send it in parts, or compressed.")

    @contextlib.asynccontextmanager
    async def _lease(self) -> AsyncGenerator[Child]:
        async with contextlib.AsyncExitStack() as stack:
            try:
                async with asyncio.timeout(LEASE_SECONDS):
                    child = await stack.enter_async_context(self._pool.lease())
            except TimeoutError as error:
                raise Unavailable("Too many recordings wait to be decoded.", hint="Try again shortly.") from error
            yield child


async def _ask(child: Child, data: bytes, rate: int, skip: int) -> AsyncGenerator[tuple[Message, Samples]]:
    """What the child decodes after the first `skip` pieces. Raises what it refuses with."""
    refused: dict[str, Any] | None = None
    wish = {"type": "decode", "rate": rate, "skip": skip}
    async with contextlib.aclosing(child.ask(wish, data, silence_seconds=PIECE_SECONDS)) as answers:
        while (found := await _in_time(answers)) is not None:
            answer, payload = found
            if answer["type"] == "refused":
                refused = answer
            else:
                source = {name: answer[name] for name in ("codec", "container", "rate_in", "channels_in")}
                yield source, np.frombuffer(payload, "<f4").astype(np.float32)
    if refused is not None:
        kind = RequestTooLarge if refused["status"] == TOO_LARGE else InvalidRequest
        raise kind(refused["message"], param="file", hint=refused["hint"])


async def _in_time(answers: AsyncGenerator[tuple[Message, bytes]]) -> tuple[Message, bytes] | None:
    """The next answer, None after the last. Bounds what a child's own deadline does not: sending it a large file."""
    try:
        async with asyncio.timeout(PIECE_SECONDS + SENDING_SECONDS):
            return await anext(answers, None)
    except TimeoutError as error:
        raise Unavailable("A decoder stopped listening.", hint="Try again shortly.") from error
