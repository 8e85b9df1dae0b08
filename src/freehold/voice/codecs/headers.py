"""The few bytes that WAV, FLAC and AAC put before their sound. Reads nothing."""

import struct

# Longer than any stream. Readers take it for "until the end" (FFmpeg, libsndfile and browsers do; OpenAI sends it too).
UNKNOWN_BYTES = 0xFFFFFFFF
WAV_HEADER_BYTES = 44
ADTS_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
ADTS_HEADER_BYTES = 7


def wav(rate: int, data_bytes: int = UNKNOWN_BYTES) -> bytes:
    """RIFF WAVE for one channel of 16-bit integers."""
    riff_bytes = min(data_bytes + WAV_HEADER_BYTES - 8, UNKNOWN_BYTES)
    shape = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16)
    return struct.pack("<4sI4s", b"RIFF", riff_bytes, b"WAVE") + shape + struct.pack("<4sI", b"data", data_bytes)


def flac(stream_info: bytes) -> bytes:
    """The marker and STREAMINFO as the only, hence last, metadata block (RFC 9639, 8.1)."""
    return b"fLaC" + bytes([0x80]) + len(stream_info).to_bytes(3, "big") + stream_info


def adts(packet: bytes, rate: int) -> bytes:
    """An AAC-LC packet of one channel with its header (ISO 14496-3, 1.A.2.2: no CRC, a rate that varies)."""
    length = len(packet) + ADTS_HEADER_BYTES
    profile, rate_index, channels, fullness = 1, ADTS_RATES.index(rate), 1, 0x7FF
    bits = 0xFFF1 << 40 | profile << 38 | rate_index << 34 | channels << 30 | length << 13 | fullness << 2
    return bits.to_bytes(ADTS_HEADER_BYTES, "big") + packet
