"""A voice without its voice: the same mouth, breath instead of tone. Refuses to hide who speaks: it is no anonymiser.

The envelope of each frame shapes noise with the power of what the frame's own prediction left over. Whispered vowels
lack the strong low end of voiced ones; a gentle tilt takes it away. Source: R. W. Morris and M. A. Clements,
"Reconstruction of speech from whispers", Medical Engineering & Physics 24, 2002 (the same model, the other way round).
"""

from collections.abc import Iterator
from itertools import chain

import numpy as np

from freehold.voice.signal.envelope import frames, hann, order_for, overlap, predict, response
from freehold.voice.signal.level import limit
from freehold.voice.sound import Samples

WINDOW_SECONDS = 0.02
TILT_HERTZ = 500.0
FRAMES_AT_ONCE = 1024
SEED = 0x5EED


def whisper(samples: Samples, rate: int) -> Samples:
    """The same words, whispered, as long as before. The same samples give the same whisper."""
    if not np.any(samples):
        return samples
    hop = int(rate * WINDOW_SECONDS / 4)
    noise = np.random.default_rng(SEED).standard_normal(len(samples), np.float32)
    whispered = overlap(chain.from_iterable(_breath(samples, noise, rate, hop)), hop, 4 * hop, len(samples))
    level = np.sqrt(np.mean(np.square(samples)) / max(float(np.mean(np.square(whispered))), 1e-12))
    return limit(whispered * np.float32(level), rate)


def _breath(samples: Samples, noise: Samples, rate: int, hop: int) -> Iterator[Samples]:
    """Frames of noise, shaped as the speech is, some at once; each is twice as long as its window, for it rings on."""
    length = 4 * hop
    size = 2 * length
    hertz = np.arange(length + 1) * (rate / size)
    tilt = hertz / np.hypot(hertz, TILT_HERTZ)
    window = hann(length)
    fade = np.concatenate((np.ones(length, np.float32), hann(size)[length:]))
    spoken, blown = frames(samples, length, hop), frames(noise, length, hop)
    for at in range(0, len(spoken), FRAMES_AT_ONCE):
        some = slice(at, at + FRAMES_AT_ONCE)
        a, power = predict(spoken[some] * window, order_for(rate))
        spectra = np.fft.rfft(blown[some] * window, size, axis=1) * response(a, size)
        yield np.fft.irfft(spectra * tilt * np.sqrt(power)[:, None], size, axis=1).astype(np.float32) * fade
