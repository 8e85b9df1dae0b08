"""Piper voices: a folder with `<voice>.onnx` and `<voice>.onnx.json`, of one speaker or many.

Piper is under the GPL: `freehold_espeak.piper` is a process of its own and spoken to over a pipe. Of a prosody it
controls the pace. Source: https://github.com/OHF-Voice/piper1-gpl/blob/main/docs/VOICES.md.
"""

import contextlib
import sys
from collections.abc import AsyncGenerator, Sequence
from itertools import cycle
from pathlib import Path

import msgspec

from freehold.contracts.errors import InvalidRequest, SetupError
from freehold.voice.children.pool import ChildPool
from freehold.voice.espeak_pool import require_package
from freehold.voice.sound import from_pcm16
from freehold.voice.synthesizer import Clause, Piece, Prosody, Voice

MODULE = "freehold_espeak.piper"
LICENCE = "as the voice's MODEL_CARD says"
READY_SECONDS = 120.0
SPEEDS = (0.1, 10.0)
OPENAI_VOICES = ("alloy", "ash", "ballad", "coral", "echo", "fable", "onyx")
OPENAI_VOICES += ("nova", "sage", "shimmer", "verse", "marin", "cedar")


class _Audio(msgspec.Struct, frozen=True):
    sample_rate: int


class _Espeak(msgspec.Struct, frozen=True):
    voice: str = ""


class _Language(msgspec.Struct, frozen=True):
    code: str = ""


class PiperConfig(msgspec.Struct, frozen=True):
    """What is read of `<voice>.onnx.json`; the rest is Piper's own."""

    audio: _Audio
    num_speakers: int = 1
    speaker_id_map: dict[str, int] = {}
    espeak: _Espeak = _Espeak()
    language: _Language = _Language()

    @property
    def language_tag(self) -> str:
        """A BCP 47 tag: `en_US` is `en-US`."""
        return (self.language.code or self.espeak.voice or "und").replace("_", "-")


class PiperSynthesizer:
    """Implements `Synthesizer` on a pool of processes with one voice loaded."""

    name = "piper"
    clones = False

    def __init__(self, folder: Path, workers: int) -> None:
        self._model = find_model(folder)
        self._config = read_config(self._model)
        self._pool = ChildPool(
            [sys.executable, "-m", MODULE, "--model", str(self._model)], workers, ready_seconds=READY_SECONDS
        )
        self._speakers = speakers(self._config, self._model.stem)
        self.rate = self._config.audio.sample_rate
        self.parallel = workers
        self.default_voice = next(iter(self._speakers))
        self.presets = dict(zip(OPENAI_VOICES, cycle(self._speakers), strict=False))

    async def start(self) -> None:
        """Load the voice in a first process. Raises `SetupError` with the fix."""
        require_package()
        await self._pool.start(at_once=1)

    def voices(self) -> Sequence[Voice]:
        """The voice, or its speakers in the order of their numbers."""
        tag = self._config.language_tag
        return [
            Voice(id=name, name=name, language=tag, kind="speaker", licence=LICENCE, gender="")
            for name in self._speakers
        ]

    @property
    def pids(self) -> list[int]:
        """Of the processes that run."""
        return self._pool.pids

    def native(self, prosody: Prosody) -> Prosody:
        """The pace."""
        return Prosody(speed=min(max(prosody.speed, SPEEDS[0]), SPEEDS[1]))

    async def speak(self, clause: Clause) -> AsyncGenerator[Piece]:
        """A piece for each sentence. Raises `InvalidRequest` for an unknown voice, else `Unavailable`."""
        speaker = self._speakers.get(clause.voice)
        if speaker is None:
            hint = f"Such as {self.default_voice}."
            raise InvalidRequest(f"{self._model.stem} has no voice '{clause.voice[:100]}'.", param="voice", hint=hint)
        speed = self.native(clause.prosody).speed
        request = {"type": "speak", "text": clause.text, "speaker": speaker, "speed": speed}
        async with self._pool.lease() as child, contextlib.aclosing(child.ask(request)) as answers:
            async for _, data in answers:
                yield Piece(samples=from_pcm16(data))

    async def close(self) -> None:
        """End the processes."""
        await self._pool.close()


def find_model(folder: Path) -> Path:
    """The one `.onnx` file of a folder with its `.onnx.json`. Raises `SetupError`."""
    found = sorted(path for path in folder.glob("*.onnx") if path.with_name(f"{path.name}.json").is_file())
    if len(found) != 1:
        hint = "A Piper voice is a folder with one <voice>.onnx and its <voice>.onnx.json."
        raise SetupError(f"{folder} has {len(found)} Piper voices.", hint=hint)
    return found[0]


def read_config(model: Path) -> PiperConfig:
    """The voice's description. Raises `SetupError`."""
    path = model.with_name(f"{model.name}.json")
    try:
        return msgspec.json.decode(path.read_bytes(), type=PiperConfig)
    except (OSError, msgspec.DecodeError) as error:
        raise SetupError(f"{path} does not describe a Piper voice: {error}.", hint="Download it again.") from error


def speakers(config: PiperConfig, name: str) -> dict[str, int]:
    """The ids of the voices and Piper's numbers for them. A voice of one speaker has the id `name`."""
    if config.num_speakers <= 1:
        return {name: 0}
    named = dict(sorted(config.speaker_id_map.items(), key=lambda item: item[1]))
    return named or {f"{name}-{number}": number for number in range(config.num_speakers)}


def open_piper(folder: Path, *, workers: int) -> PiperSynthesizer:
    """Reads the voice's description; `start` loads the voice. Raises `SetupError`."""
    return PiperSynthesizer(folder, max(1, workers))


SYNTHESIZER = open_piper
