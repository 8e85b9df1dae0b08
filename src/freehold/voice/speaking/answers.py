"""A phrase as the caller wants it: bytes of an audio format, or events. Knows no HTTP.

Events are OpenAI's `speech.audio.delta` (base64 in `audio`) and `speech.audio.done`, which is the last. Ours between
them is `speech.audio.words`: words with their seconds and their place in `input`.
"""

import base64
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import msgspec

from freehold.contracts.audio.speaking import SpeechRequest
from freehold.contracts.errors import FreeholdError
from freehold.foundation.edge import error_body
from freehold.voice.speaking.encodings import Encoding
from freehold.voice.speaking.phrase import Reader, TimedWord
from freehold.voice.speaking.phrase_cache import Found
from freehold.voice.speaking.reading.script import Script


async def as_bytes(reader: Reader, request: SpeechRequest) -> AsyncGenerator[bytes]:
    """The sound as it grows. Raises the phrase's error where it broke off: an answer is never short in silence."""
    encoding = reader.phrase.encoding(request.audio_format)
    phrase = reader.phrase
    if phrase.is_kept and phrase.ended and phrase.error is None:
        if request.audio_format == "pcm":
            yield b"".join(part.pcm for part in phrase.parts)
            return
        if encoding.is_whole:
            yield encoding.joined()
            return
    async with aclosing(_chunks(reader, encoding)) as chunks:
        async for _, data in chunks:
            if data:
                yield data


async def as_events(reader: Reader, request: SpeechRequest, script: Script, found: Found) -> AsyncGenerator[bytes]:
    """The sound in events. One that breaks off ends with an error event."""
    encoding = reader.phrase.encoding(request.audio_format)
    try:
        async with aclosing(_chunks(reader, encoding)) as chunks:
            async for words, data in chunks:
                if data:
                    yield _event({"type": "speech.audio.delta", "audio": base64.b64encode(data).decode()})
                if words and request.timestamps == "word":
                    told = [_word(word, script, request.input) for word in words]
                    yield _event({"type": "speech.audio.words", "words": told})
    except FreeholdError as error:
        yield _event(error_body(error))
        return
    yield _event({"type": "speech.audio.done", "usage": _usage(reader, request, found)})


async def _chunks(reader: Reader, encoding: Encoding) -> AsyncGenerator[tuple[tuple[TimedWord, ...], bytes]]:
    parts = reader.phrase.parts
    async with aclosing(reader.indices()) as indices:
        async for index in indices:
            yield parts[index].words, await encoding.chunk(index, lambda at: parts[at].pcm)
    yield (), encoding.finish()


def _word(word: TimedWord, script: Script, text: str) -> dict[str, Any]:
    """The word as the caller wrote it, white space and marks within it included."""
    offsets = script.lines[word.line].passage.offsets
    first = min(word.text_start, len(offsets) - 1)
    last = min(max(first, word.text_start + word.text_length - 1), len(offsets) - 1)
    start, end = offsets[first], offsets[last] + 1
    times = {"start": round(word.start, 4), "end": round(word.end, 4)}
    return {"word": text[start:end], **times, "text_start": start, "text_length": end - start}


def _usage(reader: Reader, request: SpeechRequest, found: Found) -> dict[str, Any]:
    """No tokens are counted. Only who had it made pays the machine's time."""
    machine_seconds = reader.phrase.cost.machine_seconds if found == "miss" else 0.0
    own = {
        "characters": len(request.input),
        "audio_seconds": round(reader.phrase.seconds, 4),
        "machine_seconds": round(machine_seconds, 6),
    }
    return {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0, "freehold": own}


def _event(body: dict[str, Any]) -> bytes:
    return b"data: " + msgspec.json.encode(body) + b"\n\n"
