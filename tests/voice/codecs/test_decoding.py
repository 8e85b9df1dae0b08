"""What people send is decoded, or refused with words; nothing that they send opens anything or outlives its request."""

import struct
import zlib
from collections.abc import AsyncGenerator
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
import pytest_asyncio

from freehold.contracts.errors import InvalidRequest, RequestTooLarge
from freehold.voice.codecs import headers, upload
from freehold.voice.codecs.decoding import Decoder
from freehold.voice.codecs.encoding import encode_whole
from freehold.voice.sound import HEARING_RATE, Samples, Sound
from voice.codecs.recordings import MAX_BYTES, MAX_SECONDS, a_tone, by_ffmpeg, by_soundfile, opened, take_all, wav

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def decoder() -> AsyncGenerator[Decoder]:
    """One for all: what a test sends must leave it, and the child in it, fit for the next."""
    async with opened() as decoder:
        yield decoder


def pitch(samples: Samples, rate: int = HEARING_RATE) -> float:
    middle = samples[len(samples) // 4 : len(samples) * 3 // 4]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    return float(np.argmax(spectrum)) * rate / len(middle)


# --- what is read ---

STEREO = np.stack([a_tone(2.0), np.zeros(48_000, np.float32)], axis=1)


@pytest.mark.parametrize(
    ("data", "codec", "rate_in", "channels"),
    [
        (wav(a_tone(2.0)), "pcm_s16le", 24_000, 1),
        (by_soundfile(a_tone(2.0, 16_000), 16_000, "WAV", "PCM_16"), "pcm_s16le", 16_000, 1),
        (by_soundfile(a_tone(2.0, 44_100), 44_100, "WAV", "PCM_24"), "pcm_s24le", 44_100, 1),
        (by_soundfile(a_tone(2.0), 24_000, "WAV", "PCM_U8"), "pcm_u8", 24_000, 1),
        (by_soundfile(a_tone(2.0), 24_000, "WAV", "DOUBLE"), "pcm_f64le", 24_000, 1),
        (by_soundfile(a_tone(2.0, 8_000), 8_000, "WAV", "ULAW"), "pcm_mulaw", 8_000, 1),
        (by_soundfile(a_tone(2.0, 8_000), 8_000, "WAV", "ALAW"), "pcm_alaw", 8_000, 1),
        (by_soundfile(STEREO, 24_000, "FLAC", "PCM_16"), "flac", 24_000, 2),
        (by_soundfile(a_tone(2.0), 24_000, "OGG", "VORBIS"), "vorbis", 24_000, 1),
        (by_soundfile(a_tone(2.0), 24_000, "OGG", "OPUS"), "opus", 48_000, 1),
        (by_soundfile(a_tone(2.0), 24_000, "MP3", "MPEG_LAYER_III"), "mp3float", 24_000, 1),
        (by_soundfile(a_tone(2.0), 24_000, "AIFF", "PCM_16"), "pcm_s16be", 24_000, 1),
        (by_ffmpeg("ipod", "aac", 44_100), "aac", 44_100, 1),
        (by_ffmpeg("adts", "aac", 24_000), "aac", 24_000, 1),
        (by_ffmpeg("webm", "libopus", 48_000), "opus", 48_000, 1),
        (by_ffmpeg("mp4", "aac", 44_100, video=True), "aac", 44_100, 1),
        (by_ffmpeg("mpegts", "aac", 44_100), "aac", 44_100, 1),
        (by_ffmpeg("amr", "libopencore_amrnb", 8_000), "amrnb", 8_000, 1),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_people_send_is_one_channel_at_the_rate_asked_for(
    decoder: Decoder, data: bytes, codec: str, rate_in: int, channels: int
):
    decoded = await decoder.decode(data)
    assert (decoded.codec, decoded.rate_in, decoded.channels_in) == (codec, rate_in, channels)
    assert decoded.sound.rate == HEARING_RATE
    assert decoded.sound.samples.dtype == np.float32
    assert decoded.seconds == pytest.approx(2.0, abs=0.15)
    assert pitch(decoded.sound.samples) == pytest.approx(440.0, abs=3.0)
    loudness = np.quantile(np.abs(decoded.sound.samples), 0.8)
    assert loudness == pytest.approx(0.475 / channels, abs=0.08)  # of 0.5 at its peaks


async def test_a_wav_is_as_long_as_it_was_and_keeps_its_samples(decoder: Decoder):
    samples = a_tone(1.5, HEARING_RATE)
    decoded = await decoder.decode(wav(samples, HEARING_RATE))
    assert decoded.seconds == 1.5
    assert np.abs(decoded.sound.samples - samples).max() < 2 / 32768
    assert len((await decoder.decode(wav(a_tone(1.5)), 24_000)).sound.samples) == 36_000


async def test_the_same_child_reads_one_file_after_another(decoder: Decoder):
    pids = decoder.pids
    for seconds in (0.1, 1.0, 2.0):
        assert (await decoder.decode(wav(a_tone(seconds)))).seconds == pytest.approx(seconds, abs=1e-4)
    assert decoder.pids == pids


async def test_a_long_file_comes_in_pieces_of_some_seconds(decoder: Decoder):
    data = wav(a_tone(31.0))
    pieces = [piece async for piece in decoder.stream(data)]
    assert len(pieces) >= 4
    assert all(len(piece) < 12 * HEARING_RATE for piece in pieces)
    assert np.array_equal(np.concatenate(pieces), (await decoder.decode(data)).sound.samples)


async def test_a_stream_that_is_left_frees_its_child_for_the_next(decoder: Decoder):
    pids = decoder.pids
    stream = decoder.stream(wav(a_tone(200.0)))
    await anext(stream)
    await stream.aclose()
    assert (await decoder.decode(wav(a_tone(1.0)))).seconds == 1.0
    assert decoder.pids == pids


async def test_values_that_are_no_numbers_are_silence(decoder: Decoder):
    samples = a_tone(1.0, HEARING_RATE)
    samples[100:200], samples[300:400] = np.nan, np.inf
    decoded = await decoder.decode(by_soundfile(samples, HEARING_RATE, "WAV", "FLOAT"))
    assert not decoded.sound.samples[100:200].any()
    assert np.abs(decoded.sound.samples).max() == 1.0


async def test_a_recording_cut_off_is_read_as_far_as_it_goes(decoder: Decoder):
    for data in (wav(a_tone(4.0)), by_soundfile(a_tone(4.0), 24_000, "MP3", "MPEG_LAYER_III")):
        decoded = await decoder.decode(data[: len(data) // 2 + 13])
        assert decoded.seconds == pytest.approx(2.0, abs=0.3)


async def test_a_few_broken_bytes_do_not_lose_the_rest(decoder: Decoder):
    data = bytearray(by_soundfile(a_tone(4.0), 24_000, "MP3", "MPEG_LAYER_III"))
    middle = len(data) // 2
    data[middle : middle + 400] = bytes(400)
    assert (await decoder.decode(bytes(data))).seconds == pytest.approx(4.0, abs=0.4)


async def test_the_rate_may_change_in_the_middle(decoder: Decoder):
    first, second = (by_soundfile(a_tone(1.0, rate), rate, "MP3", "MPEG_LAYER_III") for rate in (24_000, 16_000))
    decoded = await decoder.decode(first + second)
    assert decoded.seconds == pytest.approx(2.0, abs=0.3)
    assert pitch(decoded.sound.samples[-12_000:]) == pytest.approx(440.0, abs=5.0)


# --- what is refused ---


def a_png() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(72))) + chunk(b"IEND", b"")


def a_claim(channels: int, rate: int) -> bytes:
    """A WAV whose header says so."""
    data = bytearray(wav(a_tone(1.0)))
    frame = channels * 2 & 0xFFFF
    data[22:36] = struct.pack("<HIIHH", channels, rate, rate * 2 & 0xFFFFFFFF, frame, 16)
    return bytes(data)


M4A = by_ffmpeg("ipod", "aac", 44_100)

REFUSED = {
    "nothing": (b"", "empty"),
    "one byte": (b"\0", "not a recording"),
    "text": (b"This is a letter and no sound at all.\n" * 40, "not a recording"),
    "a picture": (a_png(), "not a recording"),
    "noise": (np.random.default_rng(3).bytes(200_000), "not a recording|damaged|no sound"),
    "zeros": (bytes(100_000), "not a recording|no sound"),
    "a film without sound": (by_ffmpeg("mp4", "aac", 44_100, video=True, audio=False), "has no sound"),
    "a WAV of no samples": (wav(np.empty(0, np.float32)), "no sound"),
    "the start of a WAV": (wav(a_tone(1.0))[:30], "not a recording|no sound"),
    "an MP4 whose index is cut off": (M4A[: M4A.index(b"moov") - 4], "index is missing"),
    "60,000 channels": (a_claim(60_000, 24_000), "channels|damaged|not a recording"),
    "33 channels": (a_claim(33, 24_000), "33 channels"),
    "one sample a second": (a_claim(1, 1), "at 1 Hz"),
    "4 billion samples a second": (a_claim(1, 0xFFFFFFFF), "not a recording|Hz"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_no_recording_is_refused_with_words_and_costs_no_child(decoder: Decoder, name: str):
    data, words = REFUSED[name]
    pids = decoder.pids
    with pytest.raises(InvalidRequest, match=words) as refusal:
        await decoder.decode(data)
    assert refusal.value.param == "file"
    assert refusal.value.status == 400
    assert (await decoder.decode(wav(a_tone(0.5)))).seconds == 0.5
    assert decoder.pids == pids


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret.aac"
    file.write_bytes(by_ffmpeg("adts", "aac", 24_000))
    return file


def scripts(secret: Path) -> dict[str, bytes]:
    """Uploads that want somebody else's file or address opened."""
    session = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 50004 RTP/AVP 0\r\n"
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{}\n#EXT-X-ENDLIST\n"
    manifest = (
        '<?xml version="1.0"?>'
        '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT2S">'
        '<Period><AdaptationSet mimeType="audio/wav"><Representation id="0" bandwidth="1">'
        f"<BaseURL>file://{secret}</BaseURL></Representation></AdaptationSet></Period></MPD>"
    )
    return {
        "hls": playlist.format(f"file://{secret}").encode(),
        "hls to an address": playlist.format("http://127.0.0.1:9/x.ts").encode(),
        "concat": f"ffconcat version 1.0\nfile '{secret}'\n".encode(),
        "sdp": session.encode(),
        "dash": manifest.encode(),
    }


SCRIPTS = ("hls", "hls to an address", "concat", "sdp", "dash")


@pytest.mark.parametrize("name", SCRIPTS)
async def test_a_script_that_names_other_files_is_no_recording(decoder: Decoder, secret: Path, name: str):
    pids = decoder.pids
    with pytest.raises(InvalidRequest, match="not a recording"):
        await decoder.decode(scripts(secret)[name])
    assert decoder.pids == pids


@pytest.mark.parametrize("name", ["hls", "concat"])
async def test_even_a_reader_of_scripts_could_open_nothing(secret: Path, monkeypatch: pytest.MonkeyPatch, name: str):
    data = scripts(secret)[name]
    monkeypatch.setitem(upload.OPTIONS, "format_whitelist", f"hls,concat,{upload.CONTAINERS}")
    with pytest.raises((InvalidRequest, av.FFmpegError)):  # pyright: ignore[reportPrivateImportUsage]
        list(upload.decode(data, HEARING_RATE, MAX_SECONDS))
    with av.open(BytesIO(data), "r", format=name, options={"safe": "0"}) as unbounded:
        assert unbounded.streams.audio  # so the script works where nothing is in its way


async def test_too_many_bytes_are_too_large_before_a_child_sees_them(decoder: Decoder):
    with pytest.raises(RequestTooLarge, match="bytes"):
        await decoder.decode(bytes(MAX_BYTES + 1))


# --- bombs and lies ---


async def test_a_small_file_that_expands_for_long_is_stopped_when_the_bound_is_reached(decoder: Decoder):
    silence = by_soundfile(np.zeros(8_000 * 1_800, np.int16), 8_000, "FLAC", "PCM_16")
    assert len(silence) < 300_000
    pids = decoder.pids
    pieces: list[Samples] = []
    with pytest.raises(RequestTooLarge, match="longer than 300 seconds"):
        await take_all(decoder.stream(silence), pieces.append)
    seconds = sum(map(len, pieces)) / HEARING_RATE
    assert MAX_SECONDS - 40 < seconds <= MAX_SECONDS
    assert decoder.pids == pids


async def test_a_header_that_lies_about_the_length_is_not_believed(decoder: Decoder):
    flac = bytearray(by_soundfile(a_tone(2.0), 24_000, "FLAC", "PCM_16"))
    flac[21] |= 0x0F
    flac[22:26] = b"\xff\xff\xff\xff"
    endless = wav(a_tone(2.0))
    endless = headers.wav(24_000) + endless[44:]
    opus = bytearray(encode_whole(Sound(samples=a_tone(2.0), rate=24_000), "opus"))
    last = opus.rindex(b"OggS")
    opus[last + 6 : last + 14] = struct.pack("<q", 1 << 60)
    for data in (bytes(flac), endless, bytes(opus)):
        assert (await decoder.decode(data)).seconds == pytest.approx(2.0, abs=0.05)


async def test_a_recording_of_just_the_length_allowed_is_read():
    async with opened(max_seconds=2.0) as decoder:
        mp3 = by_soundfile(a_tone(2.0), 24_000, "MP3", "MPEG_LAYER_III")
        assert (await decoder.decode(mp3)).seconds == pytest.approx(2.0, abs=0.15)
        with pytest.raises(RequestTooLarge):
            await decoder.decode(wav(a_tone(2.5)))
