"""Ogg pages around Opus packets, made so that a page leaves as soon as it is asked for. Reads nothing.

RFC 3533 is the page, RFC 7845 how Opus lies in it. A muxer would hold each page back until the next one is full.
"""

import struct
import zlib

VENDOR = b"freehold"
GRANULES_PER_SECOND = 48_000  # whatever rate the encoder was fed with
PACKETS_PER_PAGE = (
    40  # of 20 ms: under the second that RFC 7845 asks for, and under 255 segments for the largest packets
)
FIRST_PAGE, LAST_PAGE = 0x02, 0x04

_REVERSED_BITS = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


class OggOpus:
    """One logical stream. `head` is the OpusHead packet, `serial` any number that tells chained streams apart."""

    def __init__(self, head: bytes, serial: int) -> None:
        self._serial = serial & 0xFFFFFFFF
        self._sequence = 0
        self._granule = 0
        self._pre_skip = struct.unpack_from("<H", head, 10)[0]
        tags = b"OpusTags" + struct.pack("<I", len(VENDOR)) + VENDOR + struct.pack("<I", 0)
        self.header = self._page([head], FIRST_PAGE, 0) + self._page([tags], 0, 0)

    def pages(self, packets: list[bytes], granules_each: int) -> bytes:
        """The packets in as many pages as they need, none held back."""
        found = b""
        for start in range(0, len(packets), PACKETS_PER_PAGE):
            some = packets[start : start + PACKETS_PER_PAGE]
            self._granule += granules_each * len(some)
            found += self._page(some, 0, self._granule)
        return found

    def last_page(self, packets: list[bytes], granules: int) -> bytes:
        """The end of the stream. `granules` is the length of all that was fed: what the encoder padded is cut off."""
        return self._page(packets, LAST_PAGE, granules + self._pre_skip if granules else 0)

    def _page(self, packets: list[bytes], kind: int, granule: int) -> bytes:
        lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
        start = struct.pack("<4sBBqII", b"OggS", 0, kind, granule, self._serial, self._sequence)
        body = bytes([len(lacing)]) + lacing + b"".join(packets)
        self._sequence += 1
        return start + struct.pack("<I", checksum(start + bytes(4) + body)) + body


def checksum(page: bytes) -> int:
    """The CRC of a page whose own field is zero: polynomial 0x04C11DB7, most significant bit first, from zero.

    zlib has the same polynomial the other way round and inverted at both ends.
    """
    mirrored = zlib.crc32(page.translate(_REVERSED_BITS), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(mirrored.to_bytes(4, "little").translate(_REVERSED_BITS), "big")
