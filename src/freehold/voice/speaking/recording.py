"""The samples of clauses, one after the other, as they leave: 24 kHz, without clicks at their edges, marked.

Keeps the time line, on which each word has its place. Knows no engines and no queue.
"""

import numpy as np
import soxr

from freehold.voice.sound import SPEECH_RATE, Samples, to_pcm16
from freehold.voice.speaking.phrase import Part, TimedWord
from freehold.voice.synthesizer import WordMark
from freehold.voice.watermark.voices import Marks

EDGE_SAMPLES = SPEECH_RATE // 500  # 2 ms, over which a clause comes and goes
_RISE = np.linspace(0.0, 1.0, EDGE_SAMPLES, dtype=np.float32)
_NOTHING = np.zeros(0, np.float32)


class Recording:
    """`rate` is the engine's, in Hz. Lines are recorded one at a time."""

    def __init__(self, marker: Marks, rate: int) -> None:
        self._marker = marker
        self._rate = rate
        self._laid = 0  # samples at 24 kHz that have gone to the marker
        self._line = 0
        self._line_start = 0
        self._resampler: soxr.ResampleStream | None = None
        self._edge = _NOTHING  # what could be a clause's last samples
        self._open: tuple[WordMark, float] | None = None  # the word that is being said, and its start

    def begin_line(self, number: int) -> None:
        """What is fed from now on belongs to this line."""
        self._line, self._line_start = number, self._laid
        if self._rate != SPEECH_RATE:
            self._resampler = soxr.ResampleStream(self._rate, SPEECH_RATE, 1, "float32")

    def feed(self, samples: Samples, words: "tuple[WordMark, ...] | list[WordMark]" = ()) -> Part:
        """The line's next samples, in the engine's rate."""
        laid = self._lay(self._resampled(samples, last=False), last=False)
        ended: list[TimedWord] = []
        for word in words:
            start = self._line_start / SPEECH_RATE + word.seconds
            ended += self._close_word(start)
            self._open = word, start
        return Part(pcm=to_pcm16(laid), words=tuple(ended))

    def end_line(self) -> Part:
        """The line's last samples."""
        laid = self._lay(self._resampled(_NOTHING, last=True), last=True)
        return Part(pcm=to_pcm16(laid), words=tuple(self._close_word(self._laid / SPEECH_RATE)))

    def pause(self, seconds: float) -> Part:
        """Silence."""
        return Part(pcm=to_pcm16(self._marked(np.zeros(round(seconds * SPEECH_RATE), np.float32))))

    def finish(self) -> Part:
        """What the marker still holds."""
        return Part(pcm=to_pcm16(self._marker.finish()))

    def _resampled(self, samples: Samples, *, last: bool) -> Samples:
        if self._resampler is None:
            return samples
        return self._resampler.resample_chunk(np.ascontiguousarray(samples, np.float32), last=last)

    def _lay(self, samples: Samples, *, last: bool) -> Samples:
        """Fade the line's edges; hold back what may be its end."""
        done = self._laid + len(self._edge) - self._line_start  # of this line, before these samples
        samples = np.array(samples, np.float32)
        rising = max(0, min(len(samples), EDGE_SAMPLES - done))
        samples[:rising] *= _RISE[done : done + rising]
        held = np.concatenate([self._edge, samples])
        if last:
            falling = min(len(held), EDGE_SAMPLES)
            held[len(held) - falling :] *= _RISE[::-1][EDGE_SAMPLES - falling :]
            self._edge = _NOTHING
            return self._marked(held)
        ready = max(0, len(held) - EDGE_SAMPLES)
        self._edge = held[ready:]
        return self._marked(held[:ready])

    def _marked(self, samples: Samples) -> Samples:
        self._laid += len(samples)
        return self._marker.feed(samples)

    def _close_word(self, now: float) -> list[TimedWord]:
        if self._open is None:
            return []
        word, start = self._open
        self._open = None
        place = {"text_start": word.text_start, "text_length": word.text_length}
        return [TimedWord(line=self._line, start=start, end=max(start, now), **place)]
