"""How long a recording is by its own account, read in place from a few of its bytes. Decodes nothing.

A WAV cannot lie: its length follows from its size, at the rate by which decoders go. MP3 (MPEG-1 and 2 audio, layer
III) and Ogg tell a length that need not be true. Of all else None is known.
"""

import re
import struct

FORMAT = struct.Struct("<HHIIHH")
EXTENSIBLE, SUBFORMAT_AT = 0xFFFE, 24
MAX_CHUNKS = 64
LEAST_PLAIN_BYTES_PER_SECOND = 1_000

# A frame's head: its version and layer III, protected or not; a bit rate that is neither free nor wrong; a sample rate.
MP3_HEAD = re.compile(rb"\xff[\xfa\xfb\xf2\xf3\xe2\xe3][\x10-\xef]")
DIVISORS = {3: 1, 2: 2, 0: 4}  # of the sample rate, by the bits of the version
KILOBITS = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
LOW_KILOBITS = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
SAMPLE_RATES = (44_100, 48_000, 32_000)
COUNT = re.compile(rb"(?:Xing|Info)\0\0\0[\x01\x03\x05\x07\x09\x0b\x0d\x0f](.{4})", re.DOTALL)
COUNTED_BYTES = 192  # of the first frame, within which the number of all frames stands if it does

OGG_PAGE = struct.Struct("<4sBBqIIIB")
OGG_TAIL_BYTES = 65_307  # the longest page


def wav_seconds(body: bytes, start: int, end: int) -> float | None:
    """Seconds of the plain PCM in a WAV (RIFF) at `body[start:end]`, by its header and size; None for all else.

    What the header says of its own length is not believed, and nothing is where it does not agree with itself.
    """
    if body[start : start + 4] != b"RIFF" or body[start + 8 : start + 12] != b"WAVE":
        return None
    at, bytes_per_second = start + 12, 0
    for _ in range(MAX_CHUNKS):
        name, size = body[at : at + 4], int.from_bytes(body[at + 4 : at + 8], "little")
        if at + 8 > end or (name == b"fmt " and bytes_per_second):
            return None
        if name == b"data":
            return (end - start) / bytes_per_second if bytes_per_second else None
        if name == b"fmt " and not (bytes_per_second := _plain_rate(body[at + 8 : min(end, at + 8 + size)])):
            return None
        at += 8 + size + size % 2
    return None


def _plain_rate(fields: bytes) -> int:
    """Bytes a second of PCM or floating point, 0 for another codec or fields that disagree."""
    if len(fields) < FORMAT.size:
        return 0
    kind, channels, rate, told, block, bits = FORMAT.unpack_from(fields)
    if kind == EXTENSIBLE:
        kind = int.from_bytes(fields[SUBFORMAT_AT : SUBFORMAT_AT + 2], "little")
    is_plain = kind in (1, 3) and bits in (8, 16, 24, 32, 64) and block == channels * bits // 8
    return told if is_plain and told == rate * block and told >= LEAST_PLAIN_BYTES_PER_SECOND else 0


def told_seconds(body: bytes, start: int, end: int) -> float | None:
    """What an MP3 or an Ogg says of its length; None for all else. Nobody has checked it."""
    return _ogg_seconds(body, start, end) if body[start : start + 4] == b"OggS" else _mp3_seconds(body, start, end)


def _mp3_seconds(body: bytes, start: int, end: int) -> float | None:
    """By the number of frames that the first one tells ("Xing", "Info"), else as if all frames were like the first."""
    if body[start : start + 3] == b"ID3":
        size = 0
        for byte in body[start + 6 : start + 10]:
            size = size << 7 | byte & 0x7F
        start += 10 + size
    if not MP3_HEAD.match(body, start, end) or body[start + 2] >> 2 & 3 == 3:
        return None
    divisor = DIVISORS[body[start + 1] >> 3 & 3]
    if counted := COUNT.search(body, start, min(end, start + COUNTED_BYTES)):
        samples = int.from_bytes(counted[1], "big") * (1152 if divisor == 1 else 576)
        return samples * divisor / SAMPLE_RATES[body[start + 2] >> 2 & 3]
    kilobits = (KILOBITS if divisor == 1 else LOW_KILOBITS)[(body[start + 2] >> 4) - 1]
    return (end - start) / (kilobits * 125)


def _ogg_seconds(body: bytes, start: int, end: int) -> float | None:
    """By the position on the last page; Opus counts at 48 kHz (RFC 7845), Vorbis at its own rate."""
    head, last = body[start + 28 : start + 44], body.rfind(b"OggS", max(start, end - OGG_TAIL_BYTES), end)
    rate = 48_000 if head.startswith(b"OpusHead") else 0
    if head.startswith(b"\x01vorbis"):
        rate = int.from_bytes(head[12:16], "little")
    if not rate or last < 0 or last + OGG_PAGE.size > end:
        return None
    position = OGG_PAGE.unpack_from(body, last)[3]
    return position / rate if position > 0 else None
