"""Samples into the API's formats, as they come. Seeks nowhere: what is handed out is never changed afterwards.

Rates: MP3 and AAC get 64 kbit/s, Opus 40. At 24 kHz, 64 kbit/s are 2.7 bits a sample, what 118 kbit/s are for one
channel at 44.1 kHz; 40 is the top of what RFC 6716 (2.1.1) gives for fullband speech. MP3 is of constant rate, so that
players know its length without an index, which a stream cannot have.
"""

import io
import random
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Protocol

import av
import numpy as np
import soundfile
import soxr
from av.audio.codeccontext import AudioCodecContext

from freehold.contracts.audio.speaking import AudioFormat
from freehold.voice.codecs import headers
from freehold.voice.codecs.ogg import GRANULES_PER_SECOND, OggOpus
from freehold.voice.sound import SPEECH_RATE, Samples, Sound, to_pcm16

BITS_PER_SECOND = {"libmp3lame": 64_000, "libopus": 40_000, "aac": 64_000}
# Half of libopus's cost for what nobody hears in speech; the default is 10.
OPTIONS = {"libopus": {"compression_level": "5"}}


class Encoder(Protocol):
    """One sound on its way out."""

    def feed(self, samples: Samples) -> bytes:
        """The bytes that are certain after these samples; the first call gives the header, if there is one."""
        ...

    def finish(self) -> bytes:
        """What is left. Called once, and nothing is fed after it."""
        ...


def open_encoder(audio_format: AudioFormat, rate: int = SPEECH_RATE) -> Encoder:
    """An encoder for one channel at `rate` Hz. A rate that the format lacks is resampled to the next that it has."""
    return _OPENERS[audio_format](rate)


def encode_whole(sound: Sound, audio_format: AudioFormat) -> bytes:
    """A whole file, whose header tells its exact length where the format has a place for it (WAV, FLAC)."""
    if audio_format == "wav":
        data = to_pcm16(sound.samples)
        return headers.wav(sound.rate, len(data)) + data
    if audio_format == "flac" and len(sound.samples):
        file = io.BytesIO()
        soundfile.write(file, _integers(sound.samples), sound.rate, format="FLAC", subtype="PCM_16")
        return file.getvalue()
    encoder = open_encoder(audio_format, sound.rate)
    return encoder.feed(sound.samples) + encoder.finish()


class _Plain:
    """16-bit integers, after a header if any."""

    def __init__(self, header: bytes = b"") -> None:
        self._header = header

    def feed(self, samples: Samples) -> bytes:
        header, self._header = self._header, b""
        return header + to_pcm16(samples)

    def finish(self) -> bytes:
        header, self._header = self._header, b""
        return header


class _Codec:
    """Samples into a codec's packets, cut to its frames. Knows no container."""

    def __init__(self, name: str, rate: int, sample_format: str) -> None:
        context = av.CodecContext.create(name, "w")
        assert isinstance(context, AudioCodecContext)
        context.sample_rate, context.layout, context.format = rate, "mono", sample_format
        if name in BITS_PER_SECOND:
            context.bit_rate = BITS_PER_SECOND[name]
        context.options = OPTIONS.get(name, {})
        context.open()
        self.rate = rate
        self.fed = 0  # samples
        self._context = context
        self._sample_format = sample_format

    @property
    def head(self) -> bytes:
        """What the codec tells its container."""
        return bytes(self._context.extradata or b"")

    def packets(self, samples: Samples) -> list[bytes]:
        if not len(samples):
            return []
        values = _integers(samples) if self._sample_format == "s16" else np.asarray(samples, np.float32)
        frame = av.AudioFrame.from_ndarray(values[np.newaxis, :], format=self._sample_format, layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = self.rate, self.fed, Fraction(1, self.rate)
        self.fed += len(samples)
        return [bytes(packet) for packet in self._context.encode(frame)]

    def last_packets(self) -> list[bytes]:
        return [bytes(packet) for packet in self._context.encode(None)] if self.fed else []


class _Packed:
    """A codec's packets, each with what its format puts before it, after a header if any."""

    def __init__(self, codec: _Codec, header: bytes = b"", wrap: Callable[[bytes], bytes] = bytes) -> None:
        self._codec = codec
        self._header = header
        self._wrap = wrap

    def feed(self, samples: Samples) -> bytes:
        return self._taken(self._codec.packets(samples))

    def finish(self) -> bytes:
        return self._taken(self._codec.last_packets())

    def _taken(self, packets: list[bytes]) -> bytes:
        header, self._header = self._header, b""
        return header + b"".join(map(self._wrap, packets))


class _Opus:
    """Opus packets in Ogg pages; every `feed` ends its page, so the caller's pace decides the overhead."""

    def __init__(self, codec: _Codec) -> None:
        self._codec = codec
        self._ogg = OggOpus(codec.head, random.getrandbits(32))
        self._header = self._ogg.header
        self._granules_per_packet = GRANULES_PER_SECOND // 50

    def feed(self, samples: Samples) -> bytes:
        header, self._header = self._header, b""
        return header + self._ogg.pages(self._codec.packets(samples), self._granules_per_packet)

    def finish(self) -> bytes:
        header, self._header = self._header, b""
        granules = self._codec.fed * GRANULES_PER_SECOND // self._codec.rate
        return header + self._ogg.last_page(self._codec.last_packets(), granules)


class _Resampled:
    """An encoder that works in another rate."""

    def __init__(self, encoder: Encoder, rate_in: int, rate_out: int) -> None:
        self._encoder = encoder
        self._stream = soxr.ResampleStream(rate_in, rate_out, 1, dtype="float32")

    def feed(self, samples: Samples) -> bytes:
        return self._encoder.feed(self._stream.resample_chunk(np.asarray(samples, np.float32)))

    def finish(self) -> bytes:
        rest = self._stream.resample_chunk(np.empty(0, np.float32), last=True)
        return self._encoder.feed(rest) + self._encoder.finish()


def _integers(samples: Samples) -> np.ndarray:
    return np.frombuffer(to_pcm16(samples), "<i2")


def _lossy(name: str, sample_format: str, dress: Callable[[_Codec], Encoder]) -> Callable[[int], Encoder]:
    """An opener for a codec that knows some rates only."""

    def opened(rate: int) -> Encoder:
        known = sorted(av.Codec(name, "w").audio_rates or [rate])
        nearest = next((each for each in known if each >= rate), known[-1])
        encoder = dress(_Codec(name, nearest, sample_format))
        return encoder if nearest == rate else _Resampled(encoder, rate, nearest)

    return opened


def _aac(codec: _Codec) -> Encoder:
    return _Packed(codec, wrap=lambda packet: headers.adts(packet, codec.rate))


def _flac(rate: int) -> Encoder:
    codec = _Codec("flac", rate, "s16")
    return _Packed(codec, headers.flac(codec.head))


_OPENERS: Mapping[AudioFormat, Callable[[int], Encoder]] = {
    "mp3": _lossy("libmp3lame", "fltp", _Packed),
    "opus": _lossy("libopus", "flt", _Opus),
    "aac": _lossy("aac", "fltp", _aac),
    "flac": _flac,
    "wav": lambda rate: _Plain(headers.wav(rate)),
    "pcm": lambda rate: _Plain(),
}
