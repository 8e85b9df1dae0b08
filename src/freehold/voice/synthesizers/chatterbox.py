"""Chatterbox in ONNX, 24 kHz: speaks with the voice of a sample. Runs in this process with ONNX Runtime.

Takes the folders of https://huggingface.co/onnx-community/chatterbox-ONNX and `…/chatterbox-multilingual-ONNX`, under
the MIT licence. Without a reference it has one voice, that of the folder's `default_voice.wav`. How far the pitch moves
is told to it as exaggeration. Refuses languages for which the original rewrites the text first.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import soundfile
import soxr
from tokenizers import Tokenizer

from freehold.contracts.errors import InvalidRequest, SetupError
from freehold.voice.chatterbox.graphs import ChatterboxGraphs, EncodedVoice
from freehold.voice.chatterbox.references import EncodedVoices
from freehold.voice.chatterbox.speaking import MAX_RANGE, MIN_RANGE, exaggeration, runs, say
from freehold.voice.onnx_session import compute
from freehold.voice.sound import SPEECH_RATE, Samples
from freehold.voice.synthesizer import Clause, Piece, Prosody, Reference, Voice

LICENCE = "MIT"
DEFAULT = "default"
HEARD_SECONDS = 10.0  # of a sample: the original takes no more of it to speak like it
REWRITTEN = frozenset({"he", "ja", "ko", "zh"})
OPENAI_VOICES = ("alloy", "ash", "ballad", "coral", "echo", "fable", "onyx")
OPENAI_VOICES += ("nova", "sage", "shimmer", "verse", "marin", "cedar")


class ChatterboxSynthesizer:
    """Implements `Synthesizer`. One clause is computed at a time, with `workers` threads."""

    name = "chatterbox"
    rate = SPEECH_RATE
    parallel = 1
    clones = True
    default_voice = DEFAULT

    def __init__(self, folder: Path, workers: int) -> None:
        self._folder = folder
        self._threads = workers
        self._tokenizer = read_tokenizer(folder)
        self._languages = languages(self._tokenizer)
        self._default = read_default_voice(folder)
        self._graphs: ChatterboxGraphs | None = None
        self._encoded = EncodedVoices()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="chatterbox")
        self.presets = dict.fromkeys(OPENAI_VOICES, DEFAULT)

    async def start(self) -> None:
        """Load the graphs. Raises `SetupError` with the fix."""
        loop = asyncio.get_running_loop()
        self._graphs = await loop.run_in_executor(self._thread, ChatterboxGraphs, self._folder, self._threads)

    def voices(self) -> Sequence[Voice]:
        """The default voice, in each language that the tokenizer knows."""
        others = [language for language in self._languages if language != "en"]
        named = {DEFAULT: "en"} | {f"{DEFAULT}-{language}": language for language in others}
        return [
            Voice(id=voice, name="Default", language=language, kind="speaker", licence=LICENCE)
            for voice, language in named.items()
        ]

    def native(self, prosody: Prosody) -> Prosody:
        """How far the pitch moves."""
        return Prosody(range=min(max(prosody.range, MIN_RANGE), MAX_RANGE))

    async def speak(self, clause: Clause) -> AsyncGenerator[Piece]:
        """A piece for each run of at most 300 characters; closing gives up between two speech tokens.

        Raises `InvalidRequest` for an unknown voice and for a reference without a sample, and `Unavailable` where a
        graph failed.
        """
        prefix = self._prefix(clause.voice)
        if clause.reference is not None and not len(clause.reference.sample):
            hint = "Record one, or speak with an engine that matches pitch and formants."
            raise InvalidRequest("This engine needs the voice's sample.", param="reference_voice.sample", hint=hint)
        lively = exaggeration(self.native(clause.prosody).range)
        for run in runs(clause.text):
            ids = self._tokenizer.encode(prefix + run).ids
            yield Piece(
                samples=await compute(
                    self._thread, partial(self._say, ids, clause.reference, lively), engine="Chatterbox"
                )
            )

    async def close(self) -> None:
        """Drop the graphs."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._graphs = None

    def _prefix(self, voice: str) -> str:
        """What says the language. Raises `InvalidRequest` for a voice that is not there."""
        _, dash, language = voice.partition("-")
        if voice != DEFAULT and (not voice.startswith(f"{DEFAULT}-") or language not in self._languages):
            text = f"Chatterbox has no voice '{voice[:100]}'."
            raise InvalidRequest(text, param="voice", hint=f"Such as {DEFAULT}, or a voice of your own.")
        return f"[{language if dash else 'en'}]" if self._languages else ""

    def _say(self, ids: Sequence[int], reference: Reference | None, lively: float, options: Any) -> Samples:
        graphs = self._graphs
        assert graphs is not None
        return say(graphs, ids, self._voice(graphs, reference, options), lively, options)

    def _voice(self, graphs: ChatterboxGraphs, reference: Reference | None, options: Any) -> EncodedVoice:
        key = (reference.voice, reference.digest) if reference else None
        known = self._encoded.find(key)
        if known is not None:
            return known
        sample = reference.sample if reference else self._default
        return self._encoded.keep(key, graphs.encode(sample[: round(HEARD_SECONDS * SPEECH_RATE)], options))


def read_tokenizer(folder: Path) -> Tokenizer:
    """Raises `SetupError`."""
    path = folder / "tokenizer.json"
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises bare Exception
        raise SetupError(f"{path} does not load: {error}.", hint="Download it again.") from error


def languages(tokenizer: Tokenizer) -> tuple[str, ...]:
    """The languages of a multilingual tokenizer, which has a token such as [fr] for each; none of an English one."""
    tokens = (re.fullmatch(r"\[([a-z]{2})\]", token) for token in tokenizer.get_vocab(with_added_tokens=True))
    return tuple(sorted({token[1] for token in tokens if token} - REWRITTEN))


def read_default_voice(folder: Path) -> Samples:
    """The folder's own voice, at 24 kHz. Raises `SetupError`."""
    path = folder / "default_voice.wav"
    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        raise SetupError(f"{path} is no voice: {error}.", hint="Download it again.") from error
    return soxr.resample(samples.mean(axis=1), rate, SPEECH_RATE).astype("float32")


def open_chatterbox(folder: Path, *, workers: int) -> ChatterboxSynthesizer:
    """Reads the tokenizer and the default voice; `start` loads the graphs. Raises `SetupError`."""
    return ChatterboxSynthesizer(folder, max(1, workers))


SYNTHESIZER = open_chatterbox
