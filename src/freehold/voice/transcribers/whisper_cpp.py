"""Whisper in whisper.cpp's format: a folder with one `ggml-*.bin`. 99 languages, quantised weights, words with times.

Encodes a window as short as the speech, not 30 seconds. whisper.cpp may end its process on a damaged file: nothing here
can catch that, and the child it runs in is replaced. It tells no probability that nobody speaks.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

# pywhispercpp's own binding: its `Model` hides the tokens, and looks for a download where the file is missing.
import _pywhispercpp as binding
import numpy as np

from freehold.contracts.errors import SetupError, Unavailable
from freehold.voice.sound import HEARING_RATE, Samples
from freehold.voice.transcriber import HeardSegment, HeardWord, Transcriber, Wish
from freehold.voice.transcribers._window import FRAMES_PER_SECOND, MAX_FRAMES, window_frames

WITHOUT_SPACES = frozenset({"zh", "ja", "th", "lo", "my", "yue"})
CENTISECOND = 0.01
MAGIC = b"lmgg"  # 0x67676d6c, little-endian
MIN_SAMPLES = HEARING_RATE  # it passes over what is shorter than a second, so that silence is added
TEMPERATURE_STEP = 0.4


class WhisperCpp:
    """Implements `Transcriber`. `audio_context` is the window of the latest stretch, in encoder positions."""

    name = "whisper_cpp"

    def __init__(self, context: Any, threads: int) -> None:
        self._context = context
        self._threads = threads
        self.audio_context = 0
        self.translates = bool(binding.whisper_is_multilingual(context))
        every = [binding.whisper_lang_str(index) for index in range(binding.whisper_lang_max_id() + 1)]
        self.languages: Sequence[str] = tuple(every) if self.translates else ("en",)

    def hear(self, samples_16khz: Samples, wish: Wish) -> Iterator[HeardSegment]:
        """The segments as Whisper cuts them, all once the whole stretch was heard."""
        if not len(samples_16khz):
            return
        seconds = len(samples_16khz) / HEARING_RATE
        samples = np.pad(samples_16khz, (0, max(0, MIN_SAMPLES + HEARING_RATE // 10 - len(samples_16khz))))
        parameters = self._parameters(wish, len(samples))
        self.audio_context = parameters.audio_ctx
        if binding.whisper_full(self._context, parameters, np.ascontiguousarray(samples, np.float32), len(samples)):
            raise Unavailable("whisper.cpp could not hear this.", hint="Try again shortly.")
        language = binding.whisper_lang_str(binding.whisper_full_lang_id(self._context))
        for index in range(binding.whisper_full_n_segments(self._context)):
            yield self._heard(index, language, seconds, wish)

    def _parameters(self, wish: Wish, samples: int) -> Any:
        parameters = binding.whisper_full_default_params(binding.whisper_sampling_strategy.WHISPER_SAMPLING_GREEDY)
        frames = -(-samples * FRAMES_PER_SECOND // HEARING_RATE)
        parameters.audio_ctx = window_frames(frames) // 2 if frames < MAX_FRAMES else 0
        parameters.n_threads = self._threads
        parameters.language = (wish.language or "") if self.translates else "en"
        parameters.translate = wish.task == "translate"
        parameters.initial_prompt = " ".join(part for part in (", ".join(wish.keywords), wish.prompt) if part)
        parameters.temperature = wish.temperature or 0.0
        parameters.temperature_inc = 0.0 if wish.temperature else TEMPERATURE_STEP
        parameters.token_timestamps = wish.words
        parameters.suppress_nst = True
        parameters.no_context = True
        parameters.print_progress = parameters.print_realtime = False
        return parameters

    def _heard(self, index: int, language: str, seconds: float, wish: Wish) -> HeardSegment:
        every = [
            binding.whisper_full_get_token_data(self._context, index, at)
            for at in range(binding.whisper_full_n_tokens(self._context, index))
        ]
        spoken = [token for token in every if token.id < binding.whisper_token_eot(self._context)]
        text = binding.whisper_full_get_segment_text(self._context, index).decode("utf-8", "replace")
        return HeardSegment(
            text=text.strip(),
            start=min(binding.whisper_full_get_segment_t0(self._context, index) * CENTISECOND, seconds),
            end=min(binding.whisper_full_get_segment_t1(self._context, index) * CENTISECOND, seconds),
            words=self._words(spoken, language in WITHOUT_SPACES, seconds) if wish.words else (),
            language=language,
            tokens=tuple(token.id for token in spoken),
            temperature=wish.temperature or 0.0,
            avg_logprob=sum(token.plog for token in spoken) / len(spoken) if spoken else None,
        )

    def _words(self, tokens: Sequence[Any], without_spaces: bool, seconds: float) -> tuple[HeardWord, ...]:
        groups: list[tuple[bytes, list[Any]]] = []
        for token in tokens:
            said = binding.whisper_token_to_bytes(self._context, token.id)
            begins = _is_text(groups[-1][0]) if groups and without_spaces else said.startswith(b" ")
            if groups and not begins:
                groups[-1] = (groups[-1][0] + said, [*groups[-1][1], token])
            else:
                groups.append((said, [token]))
        return tuple(_word(said, group, seconds) for said, group in groups if said.strip())


def _is_text(said: bytes) -> bool:
    """Whether the bytes end with a whole character."""
    try:
        said.decode()
    except UnicodeDecodeError:
        return False
    return True


def _word(said: bytes, tokens: Sequence[Any], seconds: float) -> HeardWord:
    text = said.decode("utf-8", "replace")
    start = min(max(tokens[0].t0, 0) * CENTISECOND, seconds)
    return HeardWord(
        text=text.strip(),
        start=start,
        end=min(max(tokens[-1].t1 * CENTISECOND, start), seconds),
        gap=" " if text.startswith(" ") else "",
        logprob=sum(token.plog for token in tokens) / len(tokens),
    )


def open_whisper_cpp(folder: Path, *, threads: int) -> Transcriber:
    """Loads the folder's `ggml-*.bin`, the first by name."""
    path = next(iter(sorted(folder.glob("ggml-*.bin"))), None)
    if path is None:
        raise SetupError(f"{folder} has no ggml-*.bin.", hint="Copy the file of whisper.cpp there.")
    damaged = SetupError(f"{path} cannot be loaded.", hint="Download it again; the worker's log says what is wrong.")
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:  # the binding would crash
            raise damaged
    try:
        context = binding.whisper_init_from_file_with_params(str(path), binding.whisper_context_default_params())
    except RuntimeError as error:
        raise damaged from error
    return WhisperCpp(context, threads)


TRANSCRIBER = open_whisper_cpp
