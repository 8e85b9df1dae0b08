"""Where somebody speaks: Silero VAD 6 on onnxruntime, and its probabilities as stretches of speech.

The network sees frames of 512 samples (32 ms at 16 kHz), each with the 64 samples before it, and carries a state from
frame to frame (https://github.com/snakers4/silero-vad). Its graph takes many frames in one run. Knows no words.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import as_file, files

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from freehold.contracts.audio.hearing import Chunking
from freehold.voice.sound import HEARING_RATE, Samples

FRAME = 512  # samples
CONTEXT = 64  # samples
MIN_SPEECH_FRAMES = 3  # shorter is a click
HYSTERESIS = 0.15  # speech goes on until the probability is this far below the threshold
TAIL_SECONDS = 0.2  # the last consonant is often under the threshold

Probabilities = NDArray[np.float32]  # [frames]
Stretch = tuple[int, int]  # first sample, and the one after the last


@lru_cache(maxsize=1)
def network() -> onnxruntime.InferenceSession:
    """The built-in network, loaded once a process; it may run in several threads at once."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    with as_file(files("freehold") / "builtin" / "_silero" / "silero_vad.onnx") as path:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


class Listening:
    """Listens to one recording or one conversation, as it comes. Not for several threads at once."""

    def __init__(self) -> None:
        self._network = network()
        self._before = np.zeros(CONTEXT, np.float32)
        self._rest = np.zeros(0, np.float32)
        self._h = np.zeros((1, 1, 128), np.float32)
        self._c = np.zeros((1, 1, 128), np.float32)

    def feed(self, samples_16khz: Samples) -> Probabilities:
        """How probably each frame that is now complete is speech. What is left waits for more samples."""
        known = np.concatenate([self._before, self._rest, samples_16khz], dtype=np.float32)
        count = (len(known) - CONTEXT) // FRAME
        self._rest = known[CONTEXT + count * FRAME :]
        if count == 0:
            return np.zeros(0, np.float32)
        self._before = known[count * FRAME : count * FRAME + CONTEXT]
        # A view in which each frame follows its context; numpy's own helper for it costs a tenth of the network.
        frames = np.ndarray((count, CONTEXT + FRAME), np.float32, known, strides=(4 * FRAME, 4))
        inputs = {"input": np.ascontiguousarray(frames), "h": self._h, "c": self._c}
        found, self._h, self._c = self._network.run(["speech_probs", "hn", "cn"], inputs)
        return np.asarray(found, np.float32)

    def finish(self) -> Probabilities:
        """The last frame, filled up with silence; nothing where no sample is left."""
        if not len(self._rest):
            return np.zeros(0, np.float32)
        return self.feed(np.zeros(FRAME - len(self._rest), np.float32))


def probabilities(samples_16khz: Samples) -> Probabilities:
    """How probably each frame of a whole sound is speech."""
    listening = Listening()
    return np.concatenate([listening.feed(samples_16khz), listening.finish()])


def speech(found: Probabilities, length: int, chunking: Chunking | None = None) -> list[Stretch]:
    """Where speech is in `length` samples: in order, apart, with the padding asked for around each stretch.

    Two pauses shorter than `silence_duration_ms` do not part it.
    """
    chunking = chunking or Chunking()
    pause = chunking.silence_duration_ms * HEARING_RATE // 1000
    spoken: list[Stretch] = []
    for start, end in _runs(found, chunking.threshold):
        if spoken and start - spoken[-1][1] < pause:
            spoken[-1] = (spoken[-1][0], end)
        else:
            spoken.append((start, end))
    kept = [stretch for stretch in spoken if stretch[1] - stretch[0] >= MIN_SPEECH_FRAMES * FRAME]
    return _padded(kept, length, chunking.prefix_padding_ms * HEARING_RATE // 1000)


def _runs(found: Probabilities, threshold: float) -> Iterable[Stretch]:
    """Frames that begin above the threshold and stay above the lower one, in samples."""
    going_on = found >= max(threshold - HYSTERESIS, 0.01)
    edges = np.flatnonzero(np.diff(going_on, prepend=False, append=False))
    certain = np.concatenate([[0], np.cumsum(found >= threshold)])
    for first, after in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if certain[after] > certain[first]:
            begin = first + int(np.argmax(found[first:after] >= threshold))
            yield begin * FRAME, after * FRAME


def _padded(spoken: Sequence[Stretch], length: int, before: int) -> list[Stretch]:
    """With padding that never reaches into a neighbour: two that are close share the pause between them."""
    after = round(TAIL_SECONDS * HEARING_RATE)
    padded: list[Stretch] = []
    for at, (start, end) in enumerate(spoken):
        earliest = padded[-1][1] if padded else 0
        following = spoken[at + 1][0] if at + 1 < len(spoken) else length
        padded.append((max(start - before, earliest), min(end + after, (end + following) // 2, length)))
    if padded:
        padded[-1] = (padded[-1][0], min(spoken[-1][1] + after, length))
    return padded
