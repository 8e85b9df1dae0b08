"""Hears when a person speaks: bytes of one connection in, beginnings and ends of voices out, and all of it on a tape.

A block is 32 ms, one frame of the voice activity network, which is most of what listening costs. So blocks without
sound are not shown to it, and where nothing seems to change up to four blocks are shown at once; one that is louder
than the background, softer than the voice, or comes while an edge is being decided is shown without delay. Of a
background that has been steady for a second a quarter is shown. What is decided depends on the sound alone, never on
how it was cut into messages.

A voice begins with 3 frames of 4 over the threshold, or 2 that are surely speech: clicks, knocks and beeps give none.
Measured on flite's sentences in messages of 20 ms, medians: a beginning is known 116 ms after the first sound and
placed 6 ms late; an end is placed 54 ms late, and known 78 ms after its place. Knows no turns and no words.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from freehold.contracts.errors import InvalidRequest
from freehold.voice.conversation.listening.g711 import A_LAW, MU_LAW
from freehold.voice.conversation.listening.g711 import RATE as G711_RATE
from freehold.voice.conversation.listening.resampling import Pcm, Resampling
from freehold.voice.conversation.listening.tape import PER_MS, Tape
from freehold.voice.effects.denoise import RATE as NOISE_RATE
from freehold.voice.effects.denoise import Denoising
from freehold.voice.hearing.vad import FRAME, HYSTERESIS, Listening
from freehold.voice.sound import HEARING_RATE, SPEECH_RATE

FRAME_MS = FRAME // PER_MS
BEGIN_FRAMES, OF_FRAMES = 3, 4
END_FRAMES = 2  # under the lower threshold: 64 ms
BLOCKS_AT_ONCE = 4
QUIET_PEAK = 32  # of 32768, -60 dB: no transcriber hears anything under it
QUIET_BLOCKS = 10  # after so many the network's state has come to rest
STEADY_BLOCKS = 32  # of a background without change: a second, after which
STEADY_GROUPS = 4  # one group of blocks in so many is looked at
RISE, FALL = 2.0, 1 / 6  # a block's peak against the background's, and against the voice's
RISING, FALLING = 1.05, 0.9  # how fast the measures of these follow, a block
FULL_SCALE = np.float32(32768)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Somebody began or ended to speak at `audio_ms`, counted from the conversation's start."""

    kind: Literal["began", "ended"]
    audio_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """What a connection sends: bytes a sample, Hz, and how bytes become 16-bit samples."""

    width: int
    rate: int
    decode: Callable[[bytes], Pcm]


def _pcm16(data: bytes) -> Pcm:
    return np.frombuffer(data, "<i2")


FORMATS = {
    "audio/pcm": Format(width=2, rate=SPEECH_RATE, decode=_pcm16),
    "audio/pcmu": Format(width=1, rate=G711_RATE, decode=MU_LAW.pcm),
    "audio/pcma": Format(width=1, rate=G711_RATE, decode=A_LAW.pcm),
}


class Ears:
    """One connection's ears. `threshold` may be changed at any time. Not for several threads at once."""

    def __init__(self, format_type: str, *, threshold: float = 0.5, noise_reduction: bool = False) -> None:
        self.threshold = threshold
        self.tape = Tape()
        self._listening = Listening()
        self._voice = _Voice()
        self._hurry = _Hurry()
        self._unframed = np.zeros(0, np.int16)  # 16 kHz
        self._open(*_opened(format_type, noise_reduction))

    @property
    def position_ms(self) -> int:
        """How much sound has come. The tape is up to 160 ms behind, or 3 after `catch_up`; 30 more without noise."""
        return self._position // PER_MS

    @property
    def is_voice(self) -> bool:
        """Whether somebody speaks, by the last edge."""
        return self._voice.speaks

    def hear(self, data: bytes) -> list[Edge]:
        """The edges that are now known, in order. A second of sound costs some 3 ms: cut up what is much longer."""
        self._unseen += data
        edges: list[Edge] = []
        at = 0
        while len(self._unseen) - at >= self._block_bytes:
            block = self._format.decode(bytes(memoryview(self._unseen)[at : at + self._block_bytes]))
            at += self._block_bytes
            self._block_bytes = self._frame_bytes
            self._waiting.append(block[self._taken :])
            self._taken = 0
            if self._hurry.is_due(max(int(block.max()), -int(block.min())), self._voice):
                edges += self._listen()
        if at:
            self._seen_bytes += at
            del self._unseen[:at]
        return edges

    def catch_up(self) -> None:
        """Bring the tape up to what has come, for a turn that is ended by hand. Decides nothing."""
        whole = len(self._unseen) - len(self._unseen) % self._format.width
        begun = self._format.decode(bytes(self._unseen[:whole]))
        self._waiting.append(begun[self._taken :])
        self._taken = len(begun)
        self._take_in()

    def reset(self, format_type: str, *, noise_reduction: bool = False) -> list[Edge]:
        """From here on another format. The time goes on, and so does a voice. Returns the edges known by it.

        Raises `InvalidRequest` or `SetupError`, and then nothing is changed.
        """
        opened = _opened(format_type, noise_reduction)
        self.catch_up()
        self._write(self._stream.finish())
        self._write(np.zeros(max(self._position - self.tape.length, 0), np.int16))
        edges = self._listen()
        self._open(*opened)
        return edges

    @property
    def _position(self) -> int:
        """In samples at 16 kHz."""
        came = (self._seen_bytes + len(self._unseen)) // self._format.width
        return self._base + came * HEARING_RATE // self._format.rate

    def _open(self, of: Format, stream: "_Stream") -> None:
        self._format, self._stream = of, stream
        self._base = self.tape.length
        self._unseen = bytearray()  # less than a block
        self._seen_bytes = 0
        self._taken = 0  # samples of what is unseen that are on the tape already
        self._waiting: list[Pcm] = []  # for the network
        self._frame_bytes = FRAME * of.rate // HEARING_RATE * of.width
        self._block_bytes = self._frame_bytes + stream.lag * of.width  # blocks end where frames become whole

    def _listen(self) -> list[Edge]:
        """Show the network what waits."""
        self._take_in()
        length = len(self._unframed) // FRAME * FRAME
        frames, self._unframed = self._unframed[:length], self._unframed[length:]
        if self._hurry.look(self._voice):
            found = [0.0] * (length // FRAME)
        else:
            found = self._listening.feed(np.divide(frames, FULL_SCALE, dtype=np.float32)).tolist()
        edges = [self._voice.take(probability, self.threshold) for probability in found]
        return [edge for edge in edges if edge is not None]

    def _take_in(self) -> None:
        """Bring what waits to 16 kHz."""
        if self._waiting:
            self._write(self._stream.feed(np.concatenate(self._waiting)))
            self._waiting.clear()

    def _write(self, pcm: Pcm) -> None:
        self.tape.write(pcm)
        self._unframed = np.concatenate([self._unframed, pcm])


class _Stream(Protocol):
    """Brings samples to 16 kHz, and waits for `lag` samples after what it can answer."""

    lag: int

    def feed(self, pcm: Pcm, /) -> Pcm: ...

    def finish(self) -> Pcm: ...


class _Cleaning:
    """Without noise: by way of 48 kHz, the only rate that the noise's network knows."""

    def __init__(self, rate: int) -> None:
        self._up = Resampling(rate, NOISE_RATE)
        self._noise = Denoising()
        self._down = Resampling(NOISE_RATE, HEARING_RATE)
        self.lag = self._up.lag + self._down.lag * rate // NOISE_RATE

    def feed(self, pcm: Pcm) -> Pcm:
        cleaned = self._noise.feed(self._up.feed(pcm).astype(np.float32) / FULL_SCALE) * FULL_SCALE
        return self._down.feed(np.clip(np.rint(cleaned), -32768, 32767).astype(np.int16))

    def finish(self) -> Pcm:
        """The network's last 20 ms are lost."""
        return self._down.finish()


def _opened(format_type: str, noise_reduction: bool) -> tuple[Format, _Stream]:
    """What brings the format to 16 kHz. Raises `InvalidRequest` or `SetupError`."""
    if format_type not in FORMATS:
        raise InvalidRequest(f"The format {format_type!r} is unknown.", hint=f"Known are: {', '.join(FORMATS)}.")
    of = FORMATS[format_type]
    return of, _Cleaning(of.rate) if noise_reduction else Resampling(of.rate, HEARING_RATE)


class _Voice:
    """Probabilities of frames in, edges out."""

    def __init__(self) -> None:
        self.speaks = False
        self._frames = 0
        self._recent: deque[bool] = deque(maxlen=OF_FRAMES)  # over the threshold
        self._surely = 0  # frames in a row
        self._low = END_FRAMES  # frames in a row under the lower threshold
        self._rose = 0  # the first frame of what may be a voice

    @property
    def is_undecided(self) -> bool:
        """Whether the next frames may be an edge."""
        return self._low > 0 if self.speaks else any(self._recent)

    def take(self, probability: float, threshold: float) -> Edge | None:
        """The edge that this frame makes known."""
        at = self._frames
        self._frames += 1
        is_low = probability < max(threshold - HYSTERESIS, 0.01)
        if not is_low and self._low >= END_FRAMES:
            self._rose = at
        self._low = self._low + 1 if is_low else 0
        self._recent.append(probability >= threshold)
        self._surely = self._surely + 1 if probability >= (1 + threshold) / 2 else 0
        if not self.speaks and (sum(self._recent) >= BEGIN_FRAMES or self._surely >= 2):
            self.speaks = True
            return Edge(kind="began", audio_ms=self._rose * FRAME_MS)
        if self.speaks and self._low >= END_FRAMES:
            self.speaks = False
            self._recent.clear()
            return Edge(kind="ended", audio_ms=(at + 1 - END_FRAMES) * FRAME_MS)
        return None


class _Hurry:
    """Whether a block can wait for others, by the peaks of those before it."""

    def __init__(self) -> None:
        self._blocks = 0  # that wait
        self._quiet = 0  # in a row
        self._steady = 0  # in a row
        self._passed = 0  # groups, of a steady background
        self._background = float(QUIET_PEAK)
        self._loudness = 0.0

    def is_due(self, peak: int, voice: _Voice) -> bool:
        """Whether the network must see this block without delay, or as one of enough."""
        self._blocks += 1
        self._quiet = self._quiet + 1 if peak <= QUIET_PEAK else 0
        if voice.speaks:
            is_change = peak < self._loudness * FALL
            self._loudness = max(peak, self._loudness * FALLING)
        else:
            is_change = peak > max(self._background * RISE, QUIET_PEAK)
            self._background = max(min(peak, self._background * RISING), 1.0)
            self._loudness = float(peak)
        self._steady = 0 if is_change or voice.speaks or voice.is_undecided else self._steady + 1
        return is_change or voice.is_undecided or self._blocks >= BLOCKS_AT_ONCE

    def look(self, voice: _Voice) -> bool:
        """The blocks that wait are looked at. True where there is nothing to see in them."""
        is_resting = self._quiet >= QUIET_BLOCKS + self._blocks and not voice.speaks and not voice.is_undecided
        if self._steady >= STEADY_BLOCKS:
            self._passed = (self._passed + 1) % STEADY_GROUPS
            is_resting = is_resting or self._passed > 0
        self._blocks = 0
        return is_resting
