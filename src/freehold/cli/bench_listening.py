"""Recordings whose words are known, and how a model does on them: the work of `freehold bench wer`. Prints nothing.

Each recording takes the way that the transcription worker's take: decoded, its speech found, cut into chunks, heard by
the engine. One at a time, so that the real-time factor is that of one listener. Imports engines when one is opened.
"""

from collections.abc import Sequence
from contextlib import AsyncExitStack, aclosing, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import freehold.builtin
from freehold.contracts.audio.hearing import TranscriptionRequest
from freehold.contracts.errors import InvalidRequest, SetupError
from freehold.contracts.forms import Upload
from freehold.foundation.clock import Clock, SystemClock
from freehold.models.audio import AudioModel, recognise_folder
from freehold.voice.hearing.line import Job, Line
from freehold.voice.word_error_rate import Score, word_error_rate

if TYPE_CHECKING:
    from freehold.voice.codecs.decoding import Decoder
    from freehold.voice.hearing.engine import Engine

SOUNDS = frozenset({".wav", ".flac", ".mp3", ".m4a", ".mp4", ".aac", ".ogg", ".opus", ".webm", ".aiff", ".amr", ".au"})
TRANSCRIPTS = ".trans.txt"
NEEDS = (
    "faster-whisper needs model.bin, config.json, tokenizer.json and vocabulary.*; whisper.cpp needs ggml-*.bin. "
    "Or name a built-in model: pocketsphinx."
)
MAX_SECONDS = 4 * 3600.0  # of one recording
MAX_BYTES = 1 << 30
RESAMPLES = 2000
SEED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """A recording and what is said in it."""

    path: Path
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was heard in one recording. `machine_seconds` are wall seconds from the file to the text."""

    utterance: Utterance
    text: str
    audio_seconds: float
    machine_seconds: float

    @property
    def score(self) -> Score:
        """How it differs from what was said."""
        return word_error_rate(self.utterance.text, self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The figures of all recordings together. `low` and `high` bound the rate with 95 % confidence."""

    files: int
    score: Score
    low: float
    high: float
    audio_seconds: float
    machine_seconds: float

    @property
    def real_time_factor(self) -> float:
        """Machine seconds for a second of sound."""
        return self.machine_seconds / self.audio_seconds if self.audio_seconds else 0.0


def summary(heard: Sequence[Heard]) -> Summary:
    """All of them. The interval resamples recordings (Bisani and Ney, 2004, doi:10.1109/ICASSP.2004.1326009).

    Where no word is wrong there is nothing to resample, and three in so many words bound the rate (the rule of three).
    """
    import numpy as np

    scores = [one.score for one in heard]
    total = sum(scores, Score())
    low, high = 0.0, min(1.0, 3 / max(1, total.words))
    if total.errors:
        counts = np.array([(score.errors, score.words) for score in scores])
        drawn = np.random.default_rng(SEED).integers(len(counts), size=(RESAMPLES, len(counts)))
        errors, words = counts[drawn].sum(axis=1).T
        low, high = (float(bound) for bound in np.quantile(errors / np.maximum(words, 1), (0.025, 0.975)))
    return Summary(
        files=len(heard),
        score=total,
        low=low,
        high=high,
        audio_seconds=sum(one.audio_seconds for one in heard),
        machine_seconds=sum(one.machine_seconds for one in heard),
    )


class Listener:
    """One engine, open. `async with Listener.opened(…) as listener`."""

    def __init__(self, engine: "Engine", decoder: "Decoder", clock: Clock) -> None:
        self._engine = engine
        self._decoder = decoder
        self._clock = clock
        self._line = Line(1, clock)

    @classmethod
    async def opened(cls, folder: Path, model: AudioModel, held: AsyncExitStack, *, threads: int = 0) -> "Listener":
        """Loads the model, until `held` is closed. Raises `SetupError` with the fix."""
        try:
            import freehold.voice.hearing.transcription  # noqa: F401 – needed later; here it can be said what is missing
            from freehold.voice.codecs.decoding import Decoder
            from freehold.voice.hearing.engine import Engine
        except ImportError as error:
            text = f"What listening needs is not installed: {error}."
            raise SetupError(text, hint="pip install 'freehold[offline]'") from error
        decoder = Decoder(max_seconds=MAX_SECONDS, max_bytes=MAX_BYTES)
        held.push_async_callback(decoder.close)
        await decoder.start()
        engine = Engine(model.engine, folder, workers=1, threads=threads)
        held.push_async_callback(engine.close)
        await engine.start()
        return cls(engine, decoder, SystemClock())

    def refuse_language(self, language: str) -> None:
        """Raise `InvalidRequest` for one that the model does not know."""
        known = self._engine.facts.languages
        if language and language not in known:
            shown = ", ".join(known[:8]) + (", …" if len(known) > 8 else "")
            raise InvalidRequest(f"The model does not know the language '{language}'.", hint=f"It knows {shown}.")

    async def hear(self, utterance: Utterance, language: str = "") -> Heard:
        """One recording. Raises `InvalidRequest` for what is none, `Unavailable` where the engine breaks on it."""
        from freehold.voice.hearing.transcription import hear, prepare
        from freehold.voice.transcriber import Wish

        request = TranscriptionRequest(audio=_upload(utterance.path), language=language or None)
        began = self._clock.monotonic_seconds()
        prepared = await prepare(request, self._decoder, self._clock)
        job = Job(tenant="", seconds=prepared.speech_seconds)
        with closing(prepared.recording) as recording, self._line.admitted(job):
            wish = Wish(language=request.language, words=False)  # as for a transcript without times
            async with aclosing(hear(prepared, self._engine, wish, self._line, job)) as found:
                text = "".join([part.delta async for part in found])
            spent = self._clock.monotonic_seconds() - began
            return Heard(utterance=utterance, text=text, audio_seconds=recording.seconds, machine_seconds=spent)


def _upload(path: Path) -> Upload:
    try:
        return Upload(data=path.read_bytes(), name=path.name)
    except OSError as error:
        raise InvalidRequest(f"{path} cannot be read: {error.strerror}.") from error


def find_utterances(folder: Path) -> tuple[list[Utterance], int]:
    """All recordings below the folder that have a text, by path, and how many have none. Raises `InvalidRequest`."""
    if not folder.is_dir():
        raise InvalidRequest(f"{folder} is no folder.", hint="Check --audio.")
    found: list[Utterance] = []
    listed: dict[Path, dict[str, str]] = {}
    sounds = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SOUNDS and path.is_file()]
    for path in sounds:
        beside = path.with_suffix(".txt")
        if beside.is_file():
            found.append(Utterance(path=path, text=_text(beside)))
            continue
        if path.parent not in listed:
            listed[path.parent] = _listed(path.parent)
        if path.stem in listed[path.parent]:
            found.append(Utterance(path=path, text=listed[path.parent][path.stem]))
    if not found:
        text = f"{folder} has {len(sounds)} recordings, and none has a text."
        raise InvalidRequest(text, hint="Put what is said in x.wav into x.txt beside it, or use LibriSpeech's layout.")
    return found, len(sounds) - len(found)


def _listed(folder: Path) -> dict[str, str]:
    """LibriSpeech's texts by the recordings' names (https://www.openslr.org/12)."""
    lines = [line for path in sorted(folder.glob(f"*{TRANSCRIPTS}")) for line in _text(path).splitlines()]
    return {name: text.strip() for name, _, text in (line.strip().partition(" ") for line in lines) if name}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"{path} cannot be read as UTF-8 text: {error}.") from error


def find_model(wanted: str) -> tuple[Path, AudioModel]:
    """The folder, or the built-in model of that name. Raises `SetupError` or `InvalidRequest` with the fix."""
    builtin, folder = Path(freehold.builtin.__file__).parent / wanted, Path(wanted).expanduser()
    if not folder.is_dir() and "/" not in wanted and not wanted.startswith((".", "_")) and builtin.is_dir():
        folder = builtin
    if not folder.is_dir():
        raise SetupError(f"There is no model folder '{wanted}'.", hint=NEEDS)
    model = recognise_folder(folder)
    if model is None:
        raise SetupError(f"{folder} holds no weights of a model that listens.", hint=NEEDS)
    if model.layout.kind != "transcription":
        raise SetupError(f"{folder} is a model for {model.layout.kind}: it does not listen.", hint=NEEDS)
    model.layout.check(folder)
    return folder, model
