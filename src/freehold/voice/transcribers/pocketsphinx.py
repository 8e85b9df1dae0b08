"""PocketSphinx with the model of American English that its wheel holds: the built-in starter that listens.

It knows no punctuation and no upper case: sentences get a first capital, and "I" its own; nothing else is added.
Prompts, keywords and temperatures are passed over. Refuses stretches without sound, in which it would hear words.
Measured on short synthetic speech: the cepstral mean of the whole stretch (`full_utt`) leaves a third of the errors of
a mean that starts afresh with each stretch. A higher language weight errs more; padding changes little. Two Gaussians
and at most 3,000 active models a frame take half the processor time of the usual four and 30,000, with no more errors.
"""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from pocketsphinx import Decoder, Segment, get_model_path

from freehold.contracts.errors import SetupError
from freehold.voice.sound import HEARING_RATE, Samples, to_pcm16
from freehold.voice.transcriber import HeardSegment, HeardWord, Transcriber, Wish

FRAMES_PER_SECOND = 100
GAUSSIANS, ACTIVE_MODELS = 2, 3000
MIN_SAMPLES = HEARING_RATE // 10
QUIETEST_PEAK = 10 ** (-60 / 20)  # of full scale
LONGEST_WORD_SECONDS = 1.8  # what is longer was found in a tone or a hum


class PocketSphinx:
    """Implements `Transcriber`."""

    name = "pocketsphinx"
    languages: Sequence[str] = ("en",)
    translates = False

    def __init__(self) -> None:
        folder = Path(get_model_path("en-us"))
        try:
            self._decoder = Decoder(
                hmm=str(folder / "en-us"),
                lm=str(folder / "en-us.lm.bin"),
                dict=str(folder / "cmudict-en-us.dict"),
                samprate=HEARING_RATE,
                topn=GAUSSIANS,
                maxhmmpf=ACTIVE_MODELS,
                loglevel="FATAL",
            )
        except (RuntimeError, ValueError) as error:
            raise SetupError(f"PocketSphinx has no model in {folder}.", hint="Install pocketsphinx again.") from error

    def hear(self, samples_16khz: Samples, wish: Wish) -> Iterator[HeardSegment]:
        """At most one segment. Its `avg_logprob` is the mean of its words' posteriors, in logarithms."""
        if len(samples_16khz) < MIN_SAMPLES or float(np.max(np.abs(samples_16khz))) < QUIETEST_PEAK:
            return
        # The estimate of the noise would carry over, and one caller's sound change how another's is heard.
        self._decoder.reinit_feat()
        self._decoder.start_utt()
        try:
            self._decoder.process_raw(to_pcm16(samples_16khz), full_utt=True)
        finally:
            self._decoder.end_utt()
        if self._decoder.hyp() is None:  # too short to be decoded, and then it has no segments either
            return
        words = readable([word for part in self._decoder.seg() if (word := _word(part)) is not None])
        if words:
            logprobs = [word.logprob for word in words if word.logprob is not None]
            yield HeardSegment(
                text=" ".join(word.text for word in words),
                start=words[0].start,
                end=min(words[-1].end, len(samples_16khz) / HEARING_RATE),
                words=words,
                language="en",
                avg_logprob=sum(logprobs) / len(logprobs),
            )


def readable(words: Sequence[HeardWord]) -> tuple[HeardWord, ...]:
    """With a capital where the sentence begins, and in "I" and what is drawn together with it."""
    texts = [word.text.capitalize() if word.text.split("'")[0] == "i" else word.text for word in words]
    texts[:1] = [text[:1].upper() + text[1:] for text in texts[:1]]
    return tuple(
        HeardWord(text=text, start=word.start, end=word.end, logprob=word.logprob)
        for text, word in zip(texts, words, strict=True)
    )


def _word(part: Segment) -> HeardWord | None:
    """None for silence, noise, and what lasts too long to be a word."""
    if part.word.startswith(("<", "[", "+")):
        return None
    start, end = part.start_frame / FRAMES_PER_SECOND, (part.end_frame + 1) / FRAMES_PER_SECOND
    if end - start > LONGEST_WORD_SECONDS:
        return None
    text = part.word.partition("(")[0]  # read(2) is its second pronunciation
    return HeardWord(text=text, start=start, end=end, logprob=math.log(min(max(part.prob, 1e-10), 1.0)))


def open_pocketsphinx(folder: Path, *, threads: int) -> Transcriber:
    """The model comes with the engine: the folder only names it. It computes with one thread."""
    return PocketSphinx()


TRANSCRIBER = open_pocketsphinx
