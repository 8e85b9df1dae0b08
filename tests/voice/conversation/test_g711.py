"""G.711 against two other implementations: FFmpeg's, and the standard library's where it still has one."""

import warnings
from types import ModuleType

import av
import numpy as np
import pytest

from freehold.voice.conversation.listening.g711 import A_LAW, MU_LAW, RATE, Law
from freehold.voice.sound import from_pcm16

EVERY_BYTE = bytes(range(256))
EVERY_SAMPLE = np.arange(-32768, 32768, dtype="<i2")
LAWS = pytest.mark.parametrize(("law", "name"), [(MU_LAW, "ulaw"), (A_LAW, "alaw")])


def audioop() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return pytest.importorskip("audioop")


@LAWS
def test_every_byte_is_the_sample_that_ffmpeg_says(law: Law, name: str) -> None:
    context = av.CodecContext.create("pcm_mulaw" if name == "ulaw" else "pcm_alaw", "r")
    context.sample_rate, context.layout = RATE, "mono"
    frames = context.decode(av.Packet(EVERY_BYTE))
    np.testing.assert_array_equal(law.pcm(EVERY_BYTE), np.concatenate([frame.to_ndarray()[0] for frame in frames]))


@LAWS
def test_every_sample_is_the_byte_that_the_standard_library_says(law: Law, name: str) -> None:
    reference = getattr(audioop(), f"lin2{name}")(EVERY_SAMPLE.tobytes(), 2)
    assert law.codes.tobytes() == reference


@LAWS
def test_what_was_encoded_is_decoded_to_the_nearest_of_its_segment(law: Law, name: str) -> None:
    samples = from_pcm16(EVERY_SAMPLE.tobytes())
    heard = law.decode(law.encode(samples))
    loud = np.abs(samples) > 0.01
    assert np.max(np.abs(heard[loud] - samples[loud]) / np.abs(samples[loud])) < 0.07  # of 16 steps in a segment, one
    assert law.encode(law.decode(EVERY_BYTE)) in (EVERY_BYTE, EVERY_BYTE.replace(b"\x7f", b"\xff"))  # two zeros
    assert law.encode(np.array([2.0, -2.0], np.float32)) == law.encode(np.array([1.0, -1.0], np.float32))
