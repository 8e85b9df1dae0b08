"""Whisper in CTranslate2's format, run by faster-whisper: 99 languages, translation into English, words with times.

Encodes a window as short as the speech, not 30 seconds. Never feeds a window's text to the next, so an error does not
spread. Refuses to download anything: the folder holds all that is needed.
"""

import logging
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2 import StorageView
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import Segment, WhisperModel
from faster_whisper.transcribe import Word as TimedWord
from numpy.typing import NDArray

from freehold.contracts.errors import SetupError
from freehold.voice.sound import Samples
from freehold.voice.transcriber import HeardSegment, HeardWord, Transcriber, Wish
from freehold.voice.transcribers._window import window_frames

logger = logging.getLogger(__name__)

# Where a temperature gives a text that repeats itself or is improbable, the next is tried.
TEMPERATURES = (0.0, 0.4, 0.8)
DYNAMIC_RANGE = 2.0  # of Whisper's normalised log-mel features: 8 decades in units of 4


class CroppedWhisper(WhisperModel):
    """faster-whisper's model, but encoding only as many frames as the speech in a window needs.

    `encoded_frames` and `language` are those of the latest window.
    """

    encoded_frames = 0
    language = "en"

    def encode(self, features: NDArray[np.float32]) -> StorageView:
        """Of `features` [mel, 3000], padded with columns of zeros, the part that holds speech; then silence."""
        filled = np.flatnonzero(features.any(axis=0))
        speech_frames = int(filled[-1]) + 1 if len(filled) else 0
        self.encoded_frames = window_frames(speech_frames)
        window = features[:, : self.encoded_frames].copy()
        if speech_frames:
            window[:, speech_frames:] = window[:, :speech_frames].max() - DYNAMIC_RANGE
        return super().encode(window)

    def get_prompt(self, tokenizer: Tokenizer, *args: Any, **options: Any) -> list[int]:
        """Called once a window, after its language has been found."""
        self.language = tokenizer.language_code
        return super().get_prompt(tokenizer, *args, **options)

    def add_word_timestamps(self, segments: list[Any], *args: Any, **options: Any) -> Any:
        """Without times of words where the model's attention gives none: the text is worth more than they are."""
        try:
            return super().add_word_timestamps(segments, *args, **options)
        except (RuntimeError, ValueError, IndexError) as error:
            logger.warning("words have no times", extra={"cause": str(error)})
            for segment in (one for group in segments for one in group):
                segment["words"] = []
            return options.get("last_speech_timestamp", 0.0)


class FasterWhisper:
    """Implements `Transcriber`."""

    name = "faster_whisper"

    def __init__(self, model: CroppedWhisper) -> None:
        self.model = model
        self.languages: Sequence[str] = tuple(model.supported_languages)
        self.translates = bool(model.model.is_multilingual)

    def hear(self, samples_16khz: Samples, wish: Wish) -> Iterator[HeardSegment]:
        """The segments as Whisper cuts them, window by window."""
        if not len(samples_16khz):
            return
        found, _ = self.model.transcribe(
            samples_16khz,
            language=wish.language or "en",
            multilingual=wish.language is None and self.translates,
            task=wish.task,
            temperature=list(TEMPERATURES) if not wish.temperature else [wish.temperature],
            condition_on_previous_text=False,
            initial_prompt=wish.prompt or None,
            hotwords=", ".join(wish.keywords) or None,
            word_timestamps=wish.words,
        )
        seconds = len(samples_16khz) / 16_000
        for segment in found:
            yield _heard(segment, self.model.language, seconds)


def _heard(segment: Segment, language: str, seconds: float) -> HeardSegment:
    return HeardSegment(
        text=segment.text.strip(),
        start=min(float(segment.start), seconds),
        end=min(float(segment.end), seconds),
        words=tuple(_word(word, seconds) for word in segment.words or () if word.word.strip()),
        language=language,
        tokens=tuple(segment.tokens),
        temperature=float(segment.temperature or 0.0),
        avg_logprob=float(segment.avg_logprob),
        no_speech_prob=float(segment.no_speech_prob),
    )


def _word(word: TimedWord, seconds: float) -> HeardWord:
    return HeardWord(
        text=word.word.strip(),
        start=min(float(word.start), seconds),
        end=min(float(word.end), seconds),
        gap=" " if word.word.startswith(" ") else "",
        logprob=math.log(min(max(float(word.probability), 1e-10), 1.0)),
    )


def open_faster_whisper(folder: Path, *, threads: int) -> Transcriber:
    """Loads the folder; on a CPU in eight bits."""
    if not (folder / "tokenizer.json").is_file():
        raise SetupError(f"{folder} has no tokenizer.json.", hint="Copy it from the model that was converted.")
    try:
        model = CroppedWhisper(str(folder), cpu_threads=threads, compute_type="auto", local_files_only=True)
    except (RuntimeError, ValueError, TypeError, OSError) as error:
        raise SetupError(f"{folder} cannot be loaded: {error}", hint="Convert or download it again.") from error
    mels = model.model.n_mels
    if model.feature_extractor.mel_filters.shape[0] != mels:
        model.feature_extractor = FeatureExtractor(**{**model.feat_kwargs, "feature_size": mels})
    return FasterWhisper(model)


TRANSCRIBER = open_faster_whisper
