"""An answer of sound as spoken pieces: our events (`speaking/answers.py`), OpenAI's, or plain PCM of 24 kHz.

Words that nobody has timed are placed by their share of the text's length, once it is known how long the sound is.
"""

import base64
import binascii
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import msgspec

from freehold.contracts.errors import ProviderFailed
from freehold.contracts.wire import parse_sse
from freehold.voice.conversation.stages import SpokenPiece, SpokenWord
from freehold.voice.conversation.wire.refusals import Said, failure
from freehold.voice.sound import SPEECH_RATE

BYTES_PER_MS = 2 * SPEECH_RATE / 1000
EVENTS = "text/event-stream"
# Chinese and Japanese are written without spaces: there each character is a place to stop.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\s\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")


class _Word(msgspec.Struct):
    start: float
    end: float
    text_start: int
    text_length: int


class _Event(msgspec.Struct):
    type: str = ""
    audio: str = ""
    words: list[_Word] = msgspec.field(default_factory=list[_Word])
    error: Said | str | None = None


async def pieces(body: AsyncGenerator[bytes], media_type: str, text: str) -> AsyncGenerator[SpokenPiece]:
    """The sound of `text` in whole samples. Raises `ProviderFailed` for none, and what the stream tells of."""
    size, rest, is_timed = 0, b"", False
    async with aclosing(_events(body) if media_type.startswith(EVENTS) else _sound(body)) as parts:
        async for pcm, words in parts:
            pcm = rest + pcm
            whole = len(pcm) // 2 * 2
            pcm, rest = pcm[:whole], pcm[whole:]
            size += whole
            is_timed = is_timed or bool(words)
            if pcm or words:
                yield SpokenPiece(pcm_24khz=pcm, words=words)
    if not size:
        raise ProviderFailed("The provider's answer has no sound.")
    if not is_timed:
        yield SpokenPiece(pcm_24khz=b"", words=placed(text, size / BYTES_PER_MS))


def placed(text: str, sound_ms: float) -> tuple[SpokenWord, ...]:
    """The words of a text, as if each of its characters sounded equally long."""
    per_character = sound_ms / max(len(text), 1)
    return tuple(
        SpokenWord(
            text_start=match.start(),
            text_length=len(match.group()),
            start_ms=match.start() * per_character,
            end_ms=match.end() * per_character,
        )
        for match in _WORD.finditer(text)
    )


async def _sound(chunks: AsyncIterator[bytes]) -> AsyncGenerator[tuple[bytes, tuple[SpokenWord, ...]]]:
    async for chunk in chunks:
        yield chunk, ()


async def _events(chunks: AsyncIterator[bytes]) -> AsyncGenerator[tuple[bytes, tuple[SpokenWord, ...]]]:
    async for data in parse_sse(chunks):
        event = _event(data)
        if event.type == "speech.audio.done":
            return
        if event.audio or event.words:
            yield _decoded(event.audio), tuple(map(_spoken, event.words))
    raise ProviderFailed("The speech broke off.", hint="Try again.")


def _event(data: bytes) -> _Event:
    try:
        event = msgspec.json.decode(data, type=_Event)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProviderFailed(f"The provider sent what is no speech: {error}.") from error
    if event.error is not None:
        raise failure(event.error)
    return event


def _decoded(audio: str) -> bytes:
    try:
        return base64.b64decode(audio, validate=True)
    except binascii.Error as error:
        raise ProviderFailed(f"The provider sent sound that is not base64: {error}.") from error


def _spoken(word: _Word) -> SpokenWord:
    return SpokenWord(
        text_start=word.text_start,
        text_length=word.text_length,
        start_ms=word.start * 1000,
        end_ms=word.end * 1000,
    )
