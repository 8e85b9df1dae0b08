"""What every engine that speaks is to the speech worker. A file in `synthesizers/` defines `SYNTHESIZER`: an `Open`.

A synthesizer speaks one clause at a time in its own rate. What it cannot do itself of a prosody – pitch, pace,
whispering – the speech worker does with signal processing, as it resamples, marks and encodes. Knows no HTTP.
"""

from collections.abc import AsyncGenerator, Hashable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from freehold.contracts.audio.voices import VoiceProfile
from freehold.voice.sound import Samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A voice that can be asked for by its `id`.

    `kind` is "preset" for settings of a formant synthesizer, "speaker" for what was learnt from a person's speech.
    `language` is a BCP 47 tag.
    """

    id: str
    name: str
    language: str
    kind: Literal["preset", "speaker"]
    licence: str
    gender: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prosody:
    """How it is said. 1.0 and 0.0 change nothing.

    `speed` multiplies the pace, `pitch` is in semitones, `range` multiplies the movement of the pitch, `volume` is in
    decibels.
    """

    speed: float = 1.0
    pitch: float = 0.0
    range: float = 1.0
    volume: float = 0.0
    whisper: bool = False

    def beyond(self, done: "Prosody") -> "Prosody":
        """What is left to do when `done`, a part of it, has been done."""
        return Prosody(
            speed=self.speed / done.speed,
            pitch=self.pitch - done.pitch,
            range=self.range / done.range if done.range else 1.0,
            volume=self.volume - done.volume,
            whisper=self.whisper and not done.whisper,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A person's voice that a clause is to be spoken with.

    `sample` has 24 kHz and may be empty; `digest` tells it from others.
    """

    voice: str
    profile: VoiceProfile
    digest: str = ""
    sample: Samples = field(repr=False, compare=False)

    @property
    def key(self) -> Hashable:
        """Equal for references that sound the same."""
        return self.voice, self.digest, self.profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """What is spoken in one go. `voice` is an id of the synthesizer's voices; `text` is plain text.

    Only a synthesizer that clones is given a `reference`, whose voice it speaks with instead.
    """

    text: str
    voice: str
    prosody: Prosody = Prosody()
    reference: Reference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WordMark:
    """Where in the clause a word stands, in characters, and when it begins, in seconds from the clause's start."""

    text_start: int
    text_length: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """The next samples of a clause, in the synthesizer's rate, and the words that begin in them or before."""

    samples: Samples
    words: Sequence[WordMark] = ()


class Synthesizer(Protocol):
    """One engine with one model.

    `rate` is in Hz, known once started; `parallel` is how many clauses it speaks at once. `default_voice` and `presets`
    (OpenAI's voice names → ids of its own) are for who knows no others. `clones` says that it speaks with the voice of
    a clause's reference, and does not merely come near it.
    """

    name: str
    rate: int
    parallel: int
    clones: bool
    default_voice: str
    presets: dict[str, str]

    async def start(self) -> None:
        """Make ready. Raises `SetupError` with the fix."""
        ...

    def voices(self) -> Sequence[Voice]:
        """All voices. Known once started."""
        ...

    def native(self, prosody: Prosody) -> Prosody:
        """The part of a prosody that the engine does itself. Clauses are given no more than that."""
        ...

    def speak(self, clause: Clause) -> AsyncGenerator[Piece]:
        """The clause, piece by piece as it is made; closing the generator stops the engine at once.

        Raises `Unavailable` where the engine broke off: it has been replaced, and the clause may be tried again; and
        `InvalidRequest` for a reference that it cannot speak with.
        """
        ...

    async def close(self) -> None:
        """Release everything."""
        ...


class Open(Protocol):
    """Opens a model folder. Starts nothing yet."""

    def __call__(self, folder: Path, *, workers: int) -> Synthesizer:
        """`workers` bounds processes or threads."""
        ...
