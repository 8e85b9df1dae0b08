"""Recordings made by libsndfile and FFmpeg, and a decoder to send them to."""

import contextlib
from collections.abc import AsyncGenerator, Callable
from io import BytesIO
from typing import Any

import av
import numpy as np
import soundfile

from freehold.voice.codecs.decoding import Decoder
from freehold.voice.codecs.encoding import encode_whole
from freehold.voice.sound import Samples, Sound

MAX_SECONDS = 300.0
MAX_BYTES = 16 << 20


@contextlib.asynccontextmanager
async def opened(**bounds: Any) -> AsyncGenerator[Decoder]:
    decoder = Decoder(**{"max_seconds": MAX_SECONDS, "max_bytes": MAX_BYTES, **bounds})
    await decoder.start()
    try:
        yield decoder
    finally:
        await decoder.close()


async def take_all(pieces: AsyncGenerator[Samples], take: Callable[[Samples], None]) -> None:
    async for piece in pieces:
        take(piece)


def a_tone(seconds: float, rate: int = 24_000, hertz: float = 440.0) -> Samples:
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def wav(samples: Samples, rate: int = 24_000) -> bytes:
    return encode_whole(Sound(samples=samples, rate=rate), "wav")


def by_soundfile(samples: np.ndarray, rate: int, file_format: str, subtype: str) -> bytes:
    file = BytesIO()
    soundfile.write(file, samples, rate, format=file_format, subtype=subtype)
    return file.getvalue()


def by_ffmpeg(container: str, codec: str, rate: int, *, video: bool = False, audio: bool = True) -> bytes:
    """Two seconds of a tone, and a picture or none."""
    file = BytesIO()
    with av.open(file, "w", format=container) as output:
        pictures: Any = output.add_stream("mpeg4", rate=10, width=64, height=64) if video else None
        sound: Any = output.add_stream(codec, rate=rate, layout="mono") if audio else None
        if pictures is not None:
            pictures.pix_fmt = "yuv420p"
            for _ in range(20):
                image = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
                output.mux(pictures.encode(image))
            output.mux(pictures.encode(None))
        if sound is not None:
            frame = av.AudioFrame.from_ndarray(a_tone(2.0, rate)[np.newaxis, :], format="flt", layout="mono")
            frame.sample_rate = rate
            output.mux(sound.encode(frame))
            output.mux(sound.encode(None))
    return file.getvalue()
