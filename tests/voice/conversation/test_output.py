"""A reply leaves in the session's format, whatever the pieces it was made in."""

import numpy as np
import pytest

from freehold.contracts.errors import InvalidRequest
from freehold.voice.conversation.answering.output import Output
from freehold.voice.conversation.listening.g711 import A_LAW, MU_LAW, Law

SECONDS = 0.5


def tone() -> bytes:
    """440 Hz at 24 kHz, 16 bit."""
    times = np.arange(int(24_000 * SECONDS)) / 24_000
    return np.rint(12_000 * np.sin(2 * np.pi * 440 * times)).astype("<i2").tobytes()


def sent(output: Output, pcm: bytes, size: int) -> bytes:
    return b"".join(output.feed(pcm[at : at + size]) for at in range(0, len(pcm), size)) + output.finish()


def test_pcm_passes_as_it_is() -> None:
    output = Output("audio/pcm")
    assert sent(output, tone(), 998) == tone()
    assert len(tone()) * output.milliseconds_per_byte == pytest.approx(SECONDS * 1000)


@pytest.mark.parametrize(("format_type", "law"), [("audio/pcmu", MU_LAW), ("audio/pcma", A_LAW)])
def test_a_telephone_hears_the_same_tone_and_no_more(format_type: str, law: Law) -> None:
    output = Output(format_type)
    data = sent(output, tone(), 1920)
    assert data == sent(Output(format_type), tone(), 962)
    assert SECONDS * 1000 <= len(data) * output.milliseconds_per_byte < SECONDS * 1000 + 5
    heard = law.decode(data)[400:3600]
    wanted = 12_000 / 32_768 * np.sin(2 * np.pi * 440 * np.arange(400, 3600) / 8_000)
    error = float(np.mean((heard - wanted) ** 2) / np.mean(wanted**2))
    assert 10 * np.log10(error) < -30


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="audio/opus"):
        Output("audio/opus")
