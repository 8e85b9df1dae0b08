"""Kokoro-82M in ONNX, 24 kHz. Runs in this process with ONNX Runtime; espeak-ng tells it phonemes over a pipe.

Takes both layouts that are about: https://github.com/thewh1teagle/kokoro-onnx (`kokoro-v1.0.onnx`, `voices-v1.0.bin`,
a NumPy archive) and https://huggingface.co/onnx-community/Kokoro-82M-v1.0-ONNX (`onnx/model.onnx`, `voices/*.bin`,
`tokenizer.json`). A voice is a table [lengths, 1, 256]: the style for each length of the text in tokens.
"""

import asyncio
import json
import zipfile
from collections.abc import AsyncGenerator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from freehold.contracts.errors import InvalidRequest, SetupError
from freehold.voice.espeak_pool import EspeakPool
from freehold.voice.kokoro_phonemes import LANGUAGES, kokoro_text, token_runs
from freehold.voice.onnx_session import compute, open_session
from freehold.voice.sound import Samples
from freehold.voice.synthesizer import Clause, Piece, Prosody, Voice

LICENCE = "Apache-2.0"
STYLE_WIDTH = 256
PAD = 0
SPEEDS = (0.5, 2.0)
CONFIG_KEY = "kokoro_config"  # where some exports keep the vocabulary
GENDERS = {"f": "female", "m": "male"}
TYPES = {
    "tensor(float)": np.float32,
    "tensor(int32)": np.int32,
    "tensor(int64)": np.int64,
    "tensor(double)": np.float64,
}
OPENAI_VOICES = {"alloy": "f", "ash": "m", "ballad": "m", "coral": "f", "echo": "m", "fable": "m", "onyx": "m"}
OPENAI_VOICES |= {"nova": "f", "sage": "f", "shimmer": "f", "verse": "m", "marin": "f", "cedar": "m"}

Style = NDArray[np.float32]  # [lengths, 1, STYLE_WIDTH]


class KokoroModel:
    """The loaded graph. One call at a time."""

    def __init__(self, path: Path, threads: int) -> None:
        self.session = open_session(path, threads, engine="Kokoro")
        inputs = {each.name: each.type for each in self.session.get_inputs()}
        self._tokens = "input_ids" if "input_ids" in inputs else "tokens"
        if not {self._tokens, "style", "speed"} <= inputs.keys():
            raise SetupError(f"{path} is no Kokoro model: its inputs are {', '.join(inputs)}.", hint="See its source.")
        self._speed_type = TYPES.get(inputs["speed"], np.float32)
        self.speaks_at_any_speed = bool(np.issubdtype(self._speed_type, np.floating))

    def speak(self, run: Sequence[int], style: Style, speed: float, options: Any) -> Samples:
        """The sound of a run of tokens. `options` is a `RunOptions`, by which it can be given up."""
        pace = speed if self.speaks_at_any_speed else 1
        feeds = {
            self._tokens: np.array([[PAD, *run, PAD]], np.int64),
            "style": style[min(len(run), len(style)) - 1].reshape(1, STYLE_WIDTH),
            "speed": np.array([pace], self._speed_type),
        }
        return np.asarray(self.session.run(None, feeds, options)[0], np.float32).reshape(-1)


class KokoroSynthesizer:
    """Implements `Synthesizer`. One clause is computed at a time, with `workers` threads."""

    name = "kokoro"
    clones = False
    rate = 24_000
    parallel = 1

    def __init__(self, folder: Path, workers: int) -> None:
        self._folder = folder
        self._threads = workers
        self._model_path = find_model(folder)
        self._styles = read_styles(folder)
        self._model: KokoroModel | None = None
        self._vocabulary: Mapping[str, int] = {}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kokoro")
        self._espeak = EspeakPool(1)
        self.default_voice = "af_heart" if "af_heart" in self._styles else next(iter(self._styles))
        self.presets = choose_presets(list(self._styles))

    async def start(self) -> None:
        """Load the model and start espeak-ng. Raises `SetupError` with the fix."""
        loop = asyncio.get_running_loop()
        model = await loop.run_in_executor(self._thread, KokoroModel, self._model_path, self._threads)
        self._vocabulary = read_vocabulary(self._folder, model)
        await self._espeak.start()
        self._model = model

    def voices(self) -> Sequence[Voice]:
        """Those in the folder whose names begin with the letter of a language that is known."""
        return [
            Voice(
                id=name,
                name=name.partition("_")[2].title() or name,
                language=LANGUAGES[name[0]][1],
                kind="speaker",
                licence=LICENCE,
                gender=GENDERS.get(name[1:2], ""),
            )
            for name in self._styles
        ]

    def native(self, prosody: Prosody) -> Prosody:
        """The pace, 0.5 to 2.0, where the model takes one."""
        if self._model is None or not self._model.speaks_at_any_speed:
            return Prosody()
        return Prosody(speed=min(max(prosody.speed, SPEEDS[0]), SPEEDS[1]))

    async def speak(self, clause: Clause) -> AsyncGenerator[Piece]:
        """A piece for each run of at most 510 phonemes; closing gives up what is computed.

        Raises `InvalidRequest` for an unknown voice, and
        `Unavailable` where an engine broke off.
        """
        style = self._styles.get(clause.voice)
        if style is None:
            hint = f"Such as {self.default_voice}."
            raise InvalidRequest(f"Kokoro has no voice '{clause.voice[:100]}'.", param="voice", hint=hint)
        assert self._model is not None
        letter = clause.voice[0]
        text = kokoro_text(await self._espeak.phonemes(clause.text, LANGUAGES[letter][0]), letter)
        speed = self.native(clause.prosody).speed
        for run in token_runs(text, self._vocabulary):
            yield Piece(
                samples=await compute(self._thread, partial(self._model.speak, run, style, speed), engine="Kokoro")
            )

    async def close(self) -> None:
        """Drop the model and end espeak-ng."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._model = None
        await self._espeak.close()


def find_model(folder: Path) -> Path:
    """The graph of a folder; of several the first, which is the one without quantization. Raises `SetupError`."""
    for pattern in ("model.onnx", "kokoro*.onnx", "onnx/model.onnx", "onnx/*.onnx"):
        if found := sorted(folder.glob(pattern)):
            return found[0]
    raise SetupError(f"{folder} has no Kokoro model.", hint="It has a model.onnx, or a kokoro-<version>.onnx.")


def read_styles(folder: Path) -> dict[str, Style]:
    """The voices by name. Raises `SetupError` where there are none, or what is there is no voice."""
    styles: dict[str, Style] = {}
    for path in sorted([*folder.glob("voices*.bin"), *folder.glob("voices*.npz"), *folder.glob("voices/*.bin")]):
        try:
            styles |= _archive(path) if zipfile.is_zipfile(path) else {path.stem: np.fromfile(path, "<f4")}
        except (OSError, ValueError, zipfile.BadZipFile) as error:
            raise SetupError(f"{path} has no Kokoro voices: {error}.", hint="Download it again.") from error
    shaped = {name: _shaped(name, table) for name, table in styles.items() if name[:1] in LANGUAGES}
    if not shaped:
        raise SetupError(f"{folder} has no voices.", hint="Add a voices-<version>.bin, or voices/<name>.bin.")
    return shaped


def _archive(path: Path) -> dict[str, Style]:
    with np.load(path, allow_pickle=False) as archive:
        return {name: np.asarray(archive[name], np.float32) for name in archive.files}


def _shaped(name: str, table: Style) -> Style:
    if not table.size or table.size % STYLE_WIDTH or not np.isfinite(table).all():
        raise SetupError(f"The voice '{name}' is no table of {STYLE_WIDTH} numbers a row.", hint="Download it again.")
    return table.reshape(-1, 1, STYLE_WIDTH)


def read_vocabulary(folder: Path, model: KokoroModel) -> Mapping[str, int]:
    """Phonemes and their ids, from the folder or the graph itself. Raises `SetupError`."""
    texts = [path.read_text("utf-8") for name in ("config.json", "tokenizer.json") if (path := folder / name).is_file()]
    texts.append(model.session.get_modelmeta().custom_metadata_map.get(CONFIG_KEY, "{}"))
    for text in texts:
        try:
            found = json.loads(text)
            vocabulary = found.get("vocab") or found.get("model", {}).get("vocab")
        except (ValueError, AttributeError):
            continue
        if isinstance(vocabulary, dict) and all(isinstance(number, int) for number in vocabulary.values()):
            return cast(dict[str, int], vocabulary)
    hint = "Add the config.json of hexgrad/Kokoro-82M, or the tokenizer.json of the ONNX model."
    raise SetupError(f"{folder} does not say Kokoro's vocabulary.", hint=hint)


def choose_presets(names: Sequence[str]) -> dict[str, str]:
    """A voice for each of OpenAI's names: the one so called, else one of that gender, English where there is any."""
    english = [name for name in names if name[0] in "ab"] or list(names)
    of_gender = {gender: cycle([name for name in english if name[1:2] == gender] or english) for gender in GENDERS}
    presets: dict[str, str] = {}
    for preset, gender in OPENAI_VOICES.items():
        same = [name for name in names if name.partition("_")[2] == preset]
        presets[preset] = same[0] if same else next(of_gender[gender])
    return presets


def open_kokoro(folder: Path, *, workers: int) -> KokoroSynthesizer:
    """Reads the voices; `start` loads the model. Raises `SetupError`."""
    return KokoroSynthesizer(folder, max(1, workers))


SYNTHESIZER = open_kokoro
