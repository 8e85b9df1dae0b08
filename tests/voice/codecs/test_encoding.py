"""What comes out of the encoders can be read by others, and is the same however the samples came."""

import io
import random
import wave
from typing import Any, get_args

import av
import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.contracts.audio.speaking import AudioFormat
from freehold.voice.codecs import encoding, headers
from freehold.voice.codecs.encoding import encode_whole, open_encoder
from freehold.voice.codecs.ogg import checksum
from freehold.voice.sound import SPEECH_RATE, Samples, Sound, from_pcm16, to_pcm16

FORMATS: tuple[AudioFormat, ...] = get_args(AudioFormat)
LOSSLESS = ("flac", "wav", "pcm")
# How many samples longer than what was fed the decoded sound may be: a codec's delay and its last frame filled up.
PADDING = {"mp3": 4 * 576, "aac": 3 * 1024}


def a_sound(count: int) -> Samples:
    at = np.arange(count) / SPEECH_RATE
    return (0.4 * np.sin(2 * np.pi * 220 * at) * np.sin(2 * np.pi * 1.5 * at)).astype(np.float32)


def streamed(samples: Samples, audio_format: AudioFormat, cuts: list[int], rate: int = SPEECH_RATE) -> bytes:
    encoder = open_encoder(audio_format, rate)
    parts = np.split(samples, sorted(min(cut, len(samples)) for cut in cuts))
    return b"".join(encoder.feed(part) for part in parts) + encoder.finish()


def decoded(data: bytes, audio_format: AudioFormat) -> tuple[Samples, int]:
    """By FFmpeg; PCM has nothing to decode."""
    if audio_format == "pcm":
        return from_pcm16(data), SPEECH_RATE
    with av.open(io.BytesIO(data), "r", format={"opus": "ogg"}.get(audio_format, audio_format)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
        rate = container.streams.audio[0].rate
    values: Any = np.concatenate([np.atleast_2d(frame)[0] for frame in frames]) if frames else np.empty(0, np.float32)
    if values.dtype.kind == "i":
        values = values.astype(np.float32) / np.iinfo(values.dtype).max
    return values.astype(np.float32), rate


@pytest.mark.parametrize("audio_format", FORMATS)
@settings(max_examples=12, deadline=None)
@given(count=st.integers(1, 20_000), cuts=st.lists(st.integers(0, 20_000), max_size=6))
def test_the_same_samples_come_back_however_they_were_cut(audio_format: AudioFormat, count: int, cuts: list[int]):
    samples = a_sound(count)
    whole, rate = decoded(streamed(samples, audio_format, []), audio_format)
    cut, _ = decoded(streamed(samples, audio_format, cuts), audio_format)
    assert np.array_equal(whole, cut)
    surplus = len(whole) * SPEECH_RATE / rate - count
    assert 0 <= surplus <= PADDING.get(audio_format, 0)


@pytest.mark.parametrize("audio_format", LOSSLESS)
def test_a_lossless_format_loses_less_than_one_step(audio_format: AudioFormat):
    samples = a_sound(9_999)
    back, _ = decoded(streamed(samples, audio_format, [100, 5_000]), audio_format)
    assert np.abs(back - samples).max() < 2 / 32768


@pytest.mark.parametrize("audio_format", ["mp3", "opus", "aac"])
def test_a_lossy_format_keeps_the_sound(audio_format: AudioFormat):
    at = np.arange(SPEECH_RATE * 2) / SPEECH_RATE
    rising = (0.4 * np.sin(2 * np.pi * (100 * at + 200 * at**2))).astype(np.float32)
    back, rate = decoded(streamed(rising, audio_format, list(range(0, 48_000, 1_000))), audio_format)
    back = back[:: rate // SPEECH_RATE]
    lag = int(np.argmax(np.correlate(back[:34_000], rising[:30_000], "valid")))
    assert np.corrcoef(rising[:40_000], back[lag : lag + 40_000])[0, 1] > 0.99


@pytest.mark.parametrize("audio_format", FORMATS)
def test_silence_stays_silent(audio_format: AudioFormat):
    back, _ = decoded(streamed(np.zeros(12_000, np.float32), audio_format, []), audio_format)
    assert len(back) >= 12_000
    assert np.abs(back).max() < 1e-3


@pytest.mark.parametrize("audio_format", ["mp3", "aac", "pcm"])
def test_nothing_is_no_bytes_where_a_format_has_no_header(audio_format: AudioFormat):
    assert streamed(np.empty(0, np.float32), audio_format, []) == b""


@pytest.mark.parametrize("audio_format", ["wav", "flac"])
@pytest.mark.parametrize("whole", [True, False])
def test_nothing_is_a_file_without_sound_where_a_format_has_a_header(audio_format: AudioFormat, whole: bool):
    nothing = np.empty(0, np.float32)
    sound = Sound(samples=nothing, rate=SPEECH_RATE)
    data = encode_whole(sound, audio_format) if whole else streamed(nothing, audio_format, [])
    back, rate = decoded(data, audio_format)
    assert (len(back), rate) == (0, SPEECH_RATE)


def test_nothing_as_opus_is_a_stream_that_begins_and_ends():
    pages = pages_of(streamed(np.empty(0, np.float32), "opus", []))
    assert [page["kind"] for page in pages] == [2, 0, 4]


@pytest.mark.parametrize(
    ("audio_format", "milliseconds"), [("opus", 20), ("mp3", 80), ("aac", 90), ("flac", 100), ("wav", 10), ("pcm", 10)]
)
def test_the_first_sound_leaves_early(audio_format: AudioFormat, milliseconds: int):
    encoder = open_encoder(audio_format)
    encoder.feed(np.empty(0, np.float32))  # the header
    needed = 0
    sent = b""
    while not sent:
        sent = encoder.feed(a_sound(SPEECH_RATE // 100))
        needed += 10
    assert needed <= milliseconds


@pytest.mark.parametrize("audio_format", ["wav", "flac", "opus"])
def test_the_header_leaves_before_any_sound(audio_format: AudioFormat):
    assert len(open_encoder(audio_format).feed(np.empty(0, np.float32))) >= 42


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("audio_format", ["mp3", "opus", "aac", "flac", "wav"])
def test_any_rate_is_taken(audio_format: AudioFormat, rate: int):
    samples = a_sound(rate // 2)
    back, heard = decoded(streamed(samples, audio_format, [1_000], rate), audio_format)
    assert len(back) / heard == pytest.approx(0.5, abs=PADDING.get(audio_format, 1) / min(rate, heard))


# --- WAV and FLAC: how long ---


def test_a_streamed_wav_is_read_to_its_end_by_other_readers(tmp_path: Any):
    samples = a_sound(30_000)
    data = streamed(samples, "wav", [7])
    file = tmp_path / "streamed.wav"
    file.write_bytes(data)
    with wave.open(str(file)) as reader:
        assert reader.readframes(reader.getnframes()) == to_pcm16(samples)
    assert len(soundfile.read(file)[0]) == 30_000
    assert len(soundfile.read(io.BytesIO(data))[0]) == 30_000
    assert len(decoded(data, "wav")[0]) == 30_000
    assert data[4:8] == data[40:44] == b"\xff\xff\xff\xff"


def test_a_whole_wav_tells_its_length():
    with wave.open(io.BytesIO(encode_whole(Sound(samples=a_sound(1_234), rate=16_000), "wav"))) as reader:
        assert (reader.getnframes(), reader.getframerate()) == (1_234, 16_000)


def test_a_whole_flac_tells_its_length_and_a_streamed_one_says_that_it_does_not_know():
    sound = Sound(samples=a_sound(12_345), rate=SPEECH_RATE)
    assert soundfile.info(io.BytesIO(encode_whole(sound, "flac"))).frames == 12_345
    head = streamed(sound.samples, "flac", [])[8:42]
    assert int.from_bytes(head[10:18], "big") & ((1 << 36) - 1) == 0
    assert head[18:] == bytes(16)


@pytest.mark.parametrize("audio_format", FORMATS)
def test_a_whole_file_holds_what_the_stream_holds(audio_format: AudioFormat):
    samples = a_sound(10_000)
    whole, _ = decoded(encode_whole(Sound(samples=samples, rate=SPEECH_RATE), audio_format), audio_format)
    assert np.array_equal(whole, decoded(streamed(samples, audio_format, [50]), audio_format)[0])


def test_what_is_too_loud_is_clipped_and_not_wrapped():
    loud = np.array([2.0, -2.0, 1.0, -1.0], np.float32)
    assert from_pcm16(streamed(loud, "pcm", [])).round(3).tolist() == [1.0, -1.0, 1.0, -1.0]


# --- Ogg and ADTS ---


def pages_of(data: bytes) -> list[dict[str, Any]]:
    """Read by the letter of RFC 3533."""
    pages: list[dict[str, Any]] = []
    while data:
        assert data[:5] == b"OggS\0"
        segments = data[26]
        length = 27 + segments + sum(data[27 : 27 + segments])
        page, data = data[:length], data[length:]
        assert checksum(page[:22] + bytes(4) + page[26:]) == int.from_bytes(page[22:26], "little")
        granule, number = int.from_bytes(page[6:14], "little"), int.from_bytes(page[18:22], "little")
        pages.append({"kind": page[5], "granule": granule, "number": number, "packets": segments})
    return pages


def test_the_checksum_is_that_of_the_specification():
    def by_the_bit(page: bytes) -> int:
        crc = 0
        for byte in page:
            crc ^= byte << 24
            for _ in range(8):
                crc = (crc << 1 ^ (0x04C11DB7 if crc & 0x80000000 else 0)) & 0xFFFFFFFF
        return crc

    for length in (0, 1, 27, 300):
        data = random.Random(length).randbytes(length)
        assert checksum(data) == by_the_bit(data)


def test_pages_are_numbered_and_the_last_one_cuts_off_the_padding():
    samples = a_sound(SPEECH_RATE * 3 + 7)
    pages = pages_of(streamed(samples, "opus", [480 * 3]))
    assert [page["number"] for page in pages] == list(range(len(pages)))
    assert [page["kind"] for page in pages] == [2, *[0] * (len(pages) - 2), 4]
    assert pages[-1]["granule"] == 2 * len(samples) + 312  # the encoder's own pre-skip at 48 kHz
    assert max(page["packets"] for page in pages) <= 255
    granules = [page["granule"] for page in pages]
    assert granules[:-1] == sorted(granules[:-1])


def test_opus_is_read_by_libsndfile_too():
    samples = a_sound(SPEECH_RATE * 2)
    back, rate = soundfile.read(io.BytesIO(streamed(samples, "opus", list(range(0, 48_000, 480)))))
    assert (len(back), rate) == (len(samples), SPEECH_RATE)


def test_each_aac_packet_tells_its_own_length():
    data = streamed(a_sound(20_000), "aac", [])
    count = 0
    while data:
        assert data[:2] == b"\xff\xf1"
        length = (data[3] & 3) << 11 | data[4] << 3 | data[5] >> 5
        data, count = data[length:], count + 1
    assert count == 21
    assert headers.adts(b"", SPEECH_RATE)[2] >> 6 == 1  # low complexity


@pytest.mark.parametrize(("audio_format", "codec"), [("mp3", "libmp3lame"), ("aac", "aac"), ("opus", "libopus")])
def test_a_lossy_format_takes_the_bits_it_is_meant_to(audio_format: AudioFormat, codec: str):
    noise = np.random.default_rng(1).standard_normal(SPEECH_RATE * 4).astype(np.float32) * np.float32(0.1)
    size = len(streamed(noise, audio_format, list(range(0, len(noise), 2_400))))
    assert size * 8 / 4 == pytest.approx(encoding.BITS_PER_SECOND[codec], rel=0.15)
