"""One caller's WebRTC connection: an offer answered, tracks both ways, and the data channel of events.

Sources: RFC 8825 and the RFCs it names, as aiortc has them; the channel's name and what goes by it are OpenAI's. Only
the machine's own addresses are offered, unless the server's settings name servers that tell others. Imports aiortc,
and so is imported by a call alone.
"""

import asyncio
from collections.abc import Callable, Sequence

from aiortc import (
    InvalidAccessError,
    InvalidStateError,
    MediaStreamTrack,
    RTCConfiguration,
    RTCDataChannel,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.exceptions import InternalError, OperationError

from freehold.contracts.errors import InvalidRequest
from freehold.foundation.tasks import TaskSupervisor
from freehold.voice.conversation.calls.player import Player
from freehold.voice.conversation.calls.tracks import PlayedTrack, heard

CHANNEL = "oai-events"
ANSWER_SECONDS = 10.0  # for the addresses of both sides to be known
SILENT_SECONDS = 10.0  # without a packet, after which a caller has gone
LOOK_SECONDS = 1.0
CLOSE_SECONDS = 5.0
MOST_UNSENT_BYTES = 1024 * 1024
SEND_LOOK_SECONDS = 0.05
# What a session description that is none makes of aiortc's reader.
UNREADABLE = (
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    AssertionError,
    InternalError,
    InvalidAccessError,
    InvalidStateError,
    OperationError,
)


class Peer:
    """A caller. `said` gets its sound, 24 kHz PCM, and `asked` the messages of its channel."""

    def __init__(
        self,
        ice_servers: Sequence[str],
        player: Player,
        *,
        said: Callable[[bytes], None],
        asked: Callable[[str | bytes], None],
    ) -> None:
        # No list at all would mean a public server to aiortc.
        servers = [RTCIceServer(urls=url) for url in ice_servers]
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=servers))
        self._track = PlayedTrack(player)
        self._said, self._asked = said, asked
        self._tasks = TaskSupervisor()
        self._channel: RTCDataChannel | None = None
        self.opened = asyncio.Event()  # events can be sent
        self.ended = asyncio.Event()
        self._connection.on("track", self._hear)
        self._connection.on("datachannel", self._open)
        self._connection.on("connectionstatechange", self._look)

    async def answer(self, offer_sdp: str) -> str:
        """The answer to an offer. Raises `InvalidRequest` for one that cannot be met."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._connection.setRemoteDescription(RTCSessionDescription(offer_sdp, "offer"))
                self._connection.addTrack(self._track)
                await self._connection.setLocalDescription(await self._connection.createAnswer())
        except TimeoutError:
            raise InvalidRequest("The offer could not be answered in time.", param="sdp", hint="Try again.") from None
        except UNREADABLE as error:
            text = f"The offer cannot be met: {str(error)[:200] or type(error).__name__}."
            raise InvalidRequest(text, param="sdp", hint="Send the SDP of a WebRTC offer.") from error
        self._tasks.start("watch a caller", self._watch())
        return self._connection.localDescription.sdp

    async def send(self, text: str) -> None:
        """Send an event, once the caller takes it. A caller that has gone is sent nothing."""
        while self._is_open and self._channel is not None and self._channel.bufferedAmount > MOST_UNSENT_BYTES:
            await asyncio.sleep(SEND_LOOK_SECONDS)
        self.send_now(text)

    def send_now(self, text: str) -> None:
        """Send a short event without waiting for anybody."""
        if self._is_open and self._channel is not None:
            self._channel.send(text)

    async def close(self) -> None:
        """Hang up, and free the ports."""
        self.ended.set()
        await self._tasks.close()
        self._track.stop()
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._connection.close()
        except TimeoutError:
            pass  # the other side says nothing any more; its transports are aborted

    @property
    def _is_open(self) -> bool:
        return self._channel is not None and self._channel.readyState == "open"

    def _hear(self, track: MediaStreamTrack) -> None:
        self._tasks.start("hear a caller", self._listen(track))

    async def _listen(self, track: MediaStreamTrack) -> None:
        async for pcm in heard(track):
            self._said(pcm)

    def _open(self, channel: RTCDataChannel) -> None:
        if channel.label != CHANNEL or self._channel is not None:
            channel.close()
            return
        self._channel = channel
        channel.on("message", self._asked)
        channel.on("close", self.ended.set)
        self.opened.set()

    def _look(self) -> None:
        if self._connection.connectionState in ("failed", "closed"):
            self.ended.set()

    async def _watch(self) -> None:
        """A caller whose packets stop has gone, whatever the connection says: consent ends only after half a minute."""
        loop = asyncio.get_running_loop()
        received, since = -1, loop.time()
        while loop.time() - since < SILENT_SECONDS or not self.opened.is_set():
            await asyncio.sleep(LOOK_SECONDS)
            report = await self._connection.getStats()
            counted = sum(int(getattr(one, "bytesReceived", 0) or 0) for one in report.values())
            if counted != received:
                received, since = counted, loop.time()
        self.ended.set()
