"""How long recordings are: exact of a WAV whose header agrees with itself, what an MP3 or an Ogg says, else unknown."""

import io
import struct

import av
import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from freehold.contracts.forms import Upload, write_form
from freehold.contracts.wire import Call
from freehold.gateway.calls.lengths import told_seconds, wav_seconds
from freehold.gateway.calls.sound import LEAST_BYTES_PER_SECOND, MOST_BYTES_PER_SECOND, sound_bound

SECONDS = 7
FORMAT = struct.pack("<HHIIHH", 1, 1, 16_000, 32_000, 2, 16)


def noise(rate: int) -> np.ndarray:
    return (np.random.default_rng(0).normal(size=rate * SECONDS) * 3000).astype(np.int16)


def written(form: str, subtype: str, rate: int = 24_000) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, noise(rate), rate, format=form, subtype=subtype)
    return file.getvalue()


def encoded(form: str, codec: str, rate: int, **options: str) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format=form, options=options) as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        assert isinstance(stream, av.AudioStream)
        frame = av.AudioFrame.from_ndarray(noise(rate)[None, :], format="s16", layout="mono")
        frame.sample_rate = rate
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    inner = b"".join(name + struct.pack("<I", len(data)) + data for name, data in chunks)
    return b"RIFF" + struct.pack("<I", len(inner) + 4) + b"WAVE" + inner


def bound(file: bytes) -> float:
    media_type, body = write_form([("model", "m")], {"file": Upload(data=file)}, "edge")
    return sound_bound(Call(endpoint="audio/transcriptions", body=body, model="m", media_type=media_type)).audio_seconds


@pytest.mark.parametrize("form", ["WAV", "WAVEX"])
@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
def test_the_length_of_plain_samples_is_known(form: str, subtype: str) -> None:
    file = written(form, subtype)
    body = b"before" + file + b"behind"
    assert wav_seconds(body, 6, 6 + len(file)) == pytest.approx(SECONDS, abs=0.01)


@pytest.mark.parametrize(("form", "subtype"), [("WAV", "ULAW"), ("WAVEX", "ULAW"), ("WAV", "IMA_ADPCM")])
def test_a_codec_in_a_wav_is_not_taken_for_samples(form: str, subtype: str) -> None:
    file = written(form, subtype)
    assert wav_seconds(file, 0, len(file)) is None


@pytest.mark.parametrize(
    "file",
    [
        riff((b"fmt ", FORMAT), (b"fmt ", FORMAT), (b"data", bytes(64))),  # which one holds?
        riff((b"data", bytes(64)), (b"fmt ", FORMAT)),
        riff((b"fmt ", FORMAT)),
        riff((b"fmt ", FORMAT[:12]), (b"data", bytes(64))),
        riff((b"fmt ", struct.pack("<HHIIHH", 1, 1, 16_000, 64_000, 2, 16)), (b"data", bytes(64))),
        riff((b"fmt ", struct.pack("<HHIIHH", 1, 1, 16_000, 16_000 * 512, 512, 16)), (b"data", bytes(64))),
        riff((b"fmt ", struct.pack("<HHIIHH", 1, 1, 16_000, 8_190_000, 511, 4095)), (b"data", bytes(64))),
        riff((b"fmt ", struct.pack("<HHIIHH", 1, 0, 16_000, 0, 0, 16)), (b"data", bytes(64))),
        riff((b"fmt ", struct.pack("<HHIIHH", 0xFFFE, 1, 48_000, 192_000, 4, 32) + bytes(8) + b"\x55\0" + bytes(14))),
        riff(*[(b"junk", b"")] * 100, (b"fmt ", FORMAT), (b"data", bytes(64))),
        b"RIFF\xff\xff\xff\xffWAVE",
        b"",
    ],
)
def test_a_header_that_does_not_agree_with_itself_tells_nothing(file: bytes) -> None:
    assert wav_seconds(file, 0, len(file)) is None
    assert bound(file) == len(file) / LEAST_BYTES_PER_SECOND


def test_what_a_wav_says_of_its_own_size_is_not_believed() -> None:
    file = bytearray(riff((b"fmt ", FORMAT), (b"data", bytes(320_000))))
    honest = wav_seconds(bytes(file), 0, len(file))
    file[4:8] = file[40:44] = bytes(4)  # as streams leave them
    assert wav_seconds(bytes(file), 0, len(file)) == honest == pytest.approx(10, abs=0.01)


CHUNKS = st.lists(
    st.tuples(st.sampled_from([b"fmt ", b"data", b"LIST", b"fact"]), st.binary(max_size=48)), max_size=6
).map(lambda chunks: riff(*chunks))
FIELDS = st.tuples(
    st.sampled_from([1, 3, 6, 0xFFFE, 0x55]),
    st.integers(0, 65_535),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**32 - 1),
    st.integers(0, 65_535),
    st.sampled_from([0, 1, 8, 12, 16, 24, 32, 64, 65_535]),
).map(lambda fields: riff((b"fmt ", struct.pack("<HHIIHH", *fields)), (b"data", bytes(500))))


@given(CHUNKS | FIELDS | st.binary(max_size=80) | st.binary(max_size=80).map(b"RIFF\0\0\0\0WAVE".__add__))
def test_no_header_makes_a_bound_fail_or_leave_its_limits(file: bytes) -> None:
    seconds = wav_seconds(file, 0, len(file))
    assert seconds is None or 0 < seconds <= len(file) / LEAST_BYTES_PER_SECOND
    assert 0 <= bound(file) <= len(file) / LEAST_BYTES_PER_SECOND


@given(st.sampled_from([b"", b"ID3\4\0\0\0\0\0\0", b"OggS"]), st.binary(max_size=120))
def test_no_bytes_make_a_told_length_fail_or_a_bound_implausible(head: bytes, rest: bytes) -> None:
    file = head + b"\xff\xfb\x90\x00Xing\0\0\0\1" + rest if head != b"OggS" else head + rest
    told_seconds(file, 0, len(file))
    assert len(file) / MOST_BYTES_PER_SECOND <= bound(file) <= len(file) / LEAST_BYTES_PER_SECOND


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(encoded("mp3", "libmp3lame", 44_100), id="mp3 that counts its frames"),
        pytest.param(encoded("mp3", "libmp3lame", 16_000), id="mp3 of MPEG-2"),
        pytest.param(encoded("mp3", "libmp3lame", 8_000), id="mp3 of MPEG-2.5"),
        pytest.param(encoded("mp3", "libmp3lame", 44_100, write_xing="0"), id="mp3 of one bit rate"),
        pytest.param(encoded("ogg", "libopus", 48_000), id="opus"),
        pytest.param(written("OGG", "VORBIS", 22_050), id="vorbis"),
    ],
)
def test_a_compressed_recording_is_held_to_twice_of_what_it_says(file: bytes) -> None:
    assert told_seconds(file, 0, len(file)) == pytest.approx(SECONDS, abs=0.3)
    assert bound(file) == pytest.approx(min(2 * SECONDS, len(file) / LEAST_BYTES_PER_SECOND), abs=0.6)


def test_a_recording_that_says_too_little_is_held_to_what_its_size_makes_plausible() -> None:
    file = bytearray(encoded("ogg", "libopus", 48_000))
    last = file.rfind(b"OggS")
    file[last + 6 : last + 14] = (1).to_bytes(8, "little")
    assert bound(bytes(file)) == len(file) / MOST_BYTES_PER_SECOND
