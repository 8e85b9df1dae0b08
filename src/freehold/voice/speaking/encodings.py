"""A phrase in one audio format: each part is encoded once, by whoever needs it first, for all who follow."""

import asyncio
from concurrent.futures import Executor
from typing import Protocol

from freehold.contracts.audio.speaking import AudioFormat
from freehold.foundation.clock import SystemClock
from freehold.voice.codecs.encoding import open_encoder
from freehold.voice.sound import SPEECH_RATE, from_pcm16
from freehold.voice.speaking import measures

INLINE_BYTES = SPEECH_RATE // 2  # a quarter of a second: less than a thread's detour would cost


class Parts(Protocol):
    """What is encoded: the PCM of each part."""

    def __call__(self, index: int, /) -> bytes:
        """Little-endian signed 16-bit integers."""
        ...


class Encoding:
    """Encodes in order. PCM passes as it is."""

    def __init__(self, audio_format: AudioFormat, executor: Executor | None = None) -> None:
        self._encoder = None if audio_format == "pcm" else open_encoder(audio_format, SPEECH_RATE)
        self._executor = executor
        self._chunks: list[bytes] = []
        self._pending: asyncio.Future[bytes] | None = None
        self._rest: bytes | None = None
        self.held_bytes = 0

    @property
    def is_whole(self) -> bool:
        """Whether all of it is encoded."""
        return self._rest is not None

    def joined(self) -> bytes:
        """All of it, once it is whole."""
        return b"".join([*self._chunks, self._rest or b""])

    async def chunk(self, index: int, parts: Parts) -> bytes:
        """The bytes of a part."""
        if self._encoder is None:
            return parts(index)
        while len(self._chunks) <= index:
            pcm = parts(len(self._chunks))
            if self._pending is None and len(pcm) <= INLINE_BYTES:
                self._add(self._encode(pcm))
                continue
            if self._pending is None:
                loop = asyncio.get_running_loop()
                self._pending = loop.run_in_executor(self._executor, self._encode, pcm)
                self._pending.add_done_callback(self._encoded)
            # Who waits may leave; the encoder goes on, for it cannot be used by two at once.
            await asyncio.shield(self._pending)
        return self._chunks[index]

    def finish(self) -> bytes:
        """What comes after the last part."""
        if self._rest is None:
            self._rest = b"" if self._encoder is None else self._encoder.finish()
            self.held_bytes += len(self._rest)
        return self._rest

    def let_go(self, index: int) -> None:
        """Nobody will ask for this part any more."""
        if index < len(self._chunks):
            self.held_bytes -= len(self._chunks[index])
            self._chunks[index] = b""

    def _encode(self, pcm: bytes) -> bytes:
        assert self._encoder is not None
        clock = SystemClock()
        began = clock.monotonic_seconds()
        data = self._encoder.feed(from_pcm16(pcm))
        measures.ENCODE_SECONDS.inc(clock.monotonic_seconds() - began)
        return data

    def _encoded(self, pending: "asyncio.Future[bytes]") -> None:
        self._pending = None
        if not pending.cancelled() and pending.exception() is None:
            self._add(pending.result())

    def _add(self, data: bytes) -> None:
        self._chunks.append(data)
        self.held_bytes += len(data)
