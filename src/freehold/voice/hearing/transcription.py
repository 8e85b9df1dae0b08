"""From a file to what was said in it: decoded, its speech found and cut into chunks, heard, and put back in its time.

Hearing begins once the whole file is decoded: only then is it known how much speech there is, and who speaks.
"""

import asyncio
import base64
import binascii
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import ExitStack, aclosing
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from freehold.contracts.audio.captions import Segment, Word, segments
from freehold.contracts.audio.hearing import TranscriptionRequest
from freehold.contracts.errors import FreeholdError, InvalidRequest
from freehold.foundation.clock import Clock
from freehold.voice.codecs.decoding import Decoder
from freehold.voice.hearing.chunks import Chunk, pack
from freehold.voice.hearing.diarize import Speakers, diarize
from freehold.voice.hearing.line import Job, Line
from freehold.voice.hearing.recording import Recording
from freehold.voice.hearing.vad import Listening, probabilities, speech
from freehold.voice.sound import Samples
from freehold.voice.transcriber import HeardSegment, Wish

logger = logging.getLogger(__name__)

UNSPACED = frozenset({"zh", "ja", "yue"})
LONG_SECONDS = 300.0
MAX_REFERENCE_BYTES = 10 * 1024 * 1024
MIN_REFERENCE_SECONDS, MAX_REFERENCE_SECONDS = 2.0, 10.0


class EngineFacts(Protocol):
    """What an engine can do."""

    @property
    def languages(self) -> Sequence[str]:
        """ISO 639-1 codes."""
        ...

    @property
    def translates(self) -> bool:
        """Whether into English."""
        ...


class Hears(Protocol):
    """`hearing/engine.py`, or what stands for it in a test."""

    @property
    def facts(self) -> EngineFacts:
        """Known once started."""
        ...

    async def start(self) -> None:
        """Load the model."""
        ...

    def hear(self, samples_16khz: Samples, wish: Wish) -> AsyncGenerator[HeardSegment]:
        """The segments as they are found."""
        ...

    async def close(self) -> None:
        """Release everything."""
        ...


@dataclass(slots=True)
class Timing:
    """Seconds of each stage so far."""

    decode: float = 0.0
    vad: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A recording that can be heard. Close its `recording`."""

    recording: Recording
    chunks: Sequence[Chunk]
    speakers: Speakers | None
    timing: Timing

    @property
    def speech_seconds(self) -> float:
        """How much the engine hears."""
        return sum(chunk.seconds for chunk in self.chunks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A segment on the recording's timeline. `delta` is its text with what parts it from the text before."""

    delta: str
    language: str
    words: Sequence[Word]
    parts: Sequence[Segment]
    measured: Sequence[Segment] = field(default=())


async def prepare(request: TranscriptionRequest, decoder: Decoder, clock: Clock) -> Prepared:
    """Decode, find the speech, and who speaks where that is asked. Raises `InvalidRequest` for what is no recording."""
    timing = Timing()
    known = [(name, await _reference(url, decoder)) for name, url in request.known_speakers]
    with ExitStack() as undo:
        recording = Recording()
        undo.callback(recording.close)
        listening = Listening()
        found: list[np.ndarray] = []
        began = clock.monotonic_seconds()
        async with aclosing(decoder.stream(request.audio.data)) as pieces:
            async for samples in pieces:
                before = clock.monotonic_seconds()
                found.append(await asyncio.to_thread(_take, recording, listening, samples))
                timing.vad += clock.monotonic_seconds() - before
        found.append(listening.finish())
        timing.decode = clock.monotonic_seconds() - began - timing.vad
        likely = np.concatenate(found)
        stretches = speech(likely, recording.length, request.chunking)
        speakers = None
        if request.tells_speakers:
            speakers = await asyncio.to_thread(diarize, stretches, lambda stretch: recording.read([stretch]), known)
        undo.pop_all()
        return Prepared(recording=recording, chunks=pack(stretches, likely), speakers=speakers, timing=timing)


def _take(recording: Recording, listening: Listening, samples: Samples) -> np.ndarray:
    recording.append(samples)
    return listening.feed(samples)


async def _reference(url: str, decoder: Decoder) -> Samples:
    """The speech of a known speaker's data URL (RFC 2397)."""
    param = "known_speaker_references"
    head, comma, data = url.partition(",")
    if not (head.startswith("data:") and head.endswith(";base64") and comma):
        text = "A reference is no data URL."
        raise InvalidRequest(text, param=param, hint="It looks like data:audio/wav;base64,UklGR…")
    if len(data) > MAX_REFERENCE_BYTES * 4 // 3 + 4:
        raise InvalidRequest("A reference is over 10 MiB.", param=param, hint="2 to 10 seconds are enough.")
    try:
        decoded = await decoder.decode(base64.b64decode(data, validate=True))
    except binascii.Error as error:
        raise InvalidRequest(f"A reference is not base64: {error}.", param=param) from error
    except FreeholdError as error:
        if error.status >= 500:
            raise
        raise InvalidRequest(f"A reference cannot be used: {error.message}", param=param, hint=error.hint) from error
    # Rounded, for codecs pad what they encode.
    if not MIN_REFERENCE_SECONDS <= round(decoded.seconds, 1) <= MAX_REFERENCE_SECONDS:
        text = f"A reference has {decoded.seconds:.1f} seconds."
        raise InvalidRequest(text, param=param, hint="Send 2 to 10 seconds of that person's voice alone.")
    samples = decoded.sound.samples
    stretches = speech(await asyncio.to_thread(probabilities, samples), len(samples))
    if not stretches:
        raise InvalidRequest("Nobody speaks in a reference.", param=param, hint="Send a clear voice.")
    return np.concatenate([samples[start:end] for start, end in stretches])


async def hear(prepared: Prepared, engine: Hears, wish: Wish, line: Line, job: Job) -> AsyncGenerator[Heard]:
    """What is said, as it is found. Closing the generator stops the engine between two segments."""
    first = True
    for chunk in prepared.chunks:
        async with line.turn(job, chunk.seconds):
            samples = await asyncio.to_thread(prepared.recording.read, chunk.stretches)
            async with aclosing(engine.hear(samples, wish)) as found:
                async for segment in found:
                    if segment.text.strip():
                        yield _placed(segment, chunk, prepared.speakers, wish, first)
                        first = False
        if job.seconds > LONG_SECONDS:
            fields = {"seconds": round(job.seconds, 1), "done_seconds": round(job.done_seconds, 1)}
            logger.info("transcribing", extra=fields)


def _placed(segment: HeardSegment, chunk: Chunk, speakers: Speakers | None, wish: Wish, first: bool) -> Heard:
    language = segment.language or wish.language or ""
    text = segment.text.strip()
    gap = "" if language in UNSPACED and wish.task == "transcribe" else " "
    words: list[Word] = []
    for at, word in enumerate(segment.words):
        start, end = chunk.times(word.start, word.end)
        speaker = str(speakers.at(start, end)) if speakers else None
        before = gap if at == 0 else word.gap
        words.append(Word(text=word.text, start=start, end=end, gap=before, speaker=speaker, logprob=word.logprob))
    start, end = chunk.times(segment.start, segment.end)
    whole = Segment(
        text=text,
        start=start,
        end=end,
        speaker=str(speakers.at(start, end)) if speakers else None,
        logprob=segment.avg_logprob,
        tokens=segment.tokens,
        temperature=segment.temperature,
        no_speech_prob=segment.no_speech_prob,
    )
    parts = segments(words) if words else [whole]
    measured = [whole] if segment.tokens else parts
    delta = text if first else gap + text
    return Heard(delta=delta, language=language, words=words, parts=parts, measured=measured)
