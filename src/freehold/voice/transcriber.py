"""What every engine that listens is. A file in `transcribers/` defines `TRANSCRIBER`: an `Open`.

Transcribers run in a child process each (`hearing/engine.py`), so that one that crashes takes nothing with it. They
are given a stretch of speech without long silence and never pad it. Knows no HTTP.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from freehold.voice.sound import Samples


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """How to listen. `language` is an ISO 639-1 code; None asks the engine to find out.

    `prompt` and `keywords` are hints which an engine that has no use for them passes over.
    """

    task: Literal["transcribe", "translate"] = "transcribe"
    language: str | None = None
    prompt: str = ""
    keywords: tuple[str, ...] = ()
    temperature: float | None = None
    words: bool = True


class HeardWord(msgspec.Struct, frozen=True, kw_only=True):
    """A word with its times in seconds from the stretch's start. `gap` stands before it in the text."""

    text: str
    start: float
    end: float
    gap: str = " "
    logprob: float | None = None


class HeardSegment(msgspec.Struct, frozen=True, kw_only=True):
    """What was said in one piece of the stretch. Measures that an engine does not have keep their defaults."""

    text: str
    start: float
    end: float
    words: tuple[HeardWord, ...] = ()
    language: str = ""
    tokens: tuple[int, ...] = ()
    temperature: float = 0.0
    avg_logprob: float | None = None
    no_speech_prob: float = 0.0


class Transcriber(Protocol):
    """One engine with one model, loaded. `languages` are ISO 639-1 codes; `translates` says whether into English."""

    name: str
    languages: Sequence[str]
    translates: bool

    def hear(self, samples_16khz: Samples, wish: Wish) -> Iterator[HeardSegment]:
        """The segments as they are found. Between two of them the work may be given up."""
        ...


class Open(Protocol):
    """Loads a model folder. Raises `SetupError` or `InvalidRequest` with the fix."""

    def __call__(self, folder: Path, *, threads: int) -> Transcriber:
        """`threads` bounds what it computes with."""
        ...
