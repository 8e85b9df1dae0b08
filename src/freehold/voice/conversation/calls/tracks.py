"""The sound of a call as tracks: what is played goes out by a 20 ms clock, what is said comes in as 24 kHz PCM.

Imports aiortc, and so is imported by a call alone.
"""

import asyncio
from collections.abc import AsyncGenerator
from fractions import Fraction

from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame, AudioResampler

from freehold.voice.conversation.calls.player import PIECE_MS, Player
from freehold.voice.sound import SPEECH_RATE

PIECE_SAMPLES = SPEECH_RATE * PIECE_MS // 1000
PIECE_SECONDS = PIECE_MS / 1000
LATE_SECONDS = 0.2  # behind the clock, beyond which it is set again rather than caught up with


class PlayedTrack(MediaStreamTrack):
    """What a player has, and silence between."""

    kind = "audio"

    def __init__(self, player: Player) -> None:
        super().__init__()
        self._player = player
        self._pieces = 0
        self._due: float | None = None

    async def recv(self) -> AudioFrame:
        """The next 20 ms, when it is time for them. Raises `MediaStreamError` once the track has stopped."""
        if self.readyState != "live":
            raise MediaStreamError
        now = asyncio.get_running_loop().time()
        if self._due is None or now - self._due > LATE_SECONDS:
            self._due = now
        await asyncio.sleep(max(self._due - now, 0))
        self._due += PIECE_SECONDS
        frame = AudioFrame(format="s16", layout="mono", samples=PIECE_SAMPLES)
        frame.planes[0].update(self._player.take())
        frame.sample_rate = SPEECH_RATE
        frame.pts = self._pieces * PIECE_SAMPLES
        frame.time_base = Fraction(1, SPEECH_RATE)
        self._pieces += 1
        return frame


async def heard(track: MediaStreamTrack) -> AsyncGenerator[bytes]:
    """A caller's sound as it comes, 24 kHz, 16 bit, one channel, until the track ends."""
    resampler = AudioResampler(format="s16", layout="mono", rate=SPEECH_RATE)
    while True:
        try:
            frame = await track.recv()
        except MediaStreamError:
            return
        if not isinstance(frame, AudioFrame):
            continue
        frame.pts = None
        pcm = b"".join(bytes(part.planes[0])[: 2 * part.samples] for part in resampler.resample(frame))
        if pcm:
            yield pcm
