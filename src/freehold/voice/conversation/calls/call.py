"""One call: a session between the channel and the tracks of a caller, from the offer until somebody hangs up.

The server plays here, so it knows what was heard: what is interrupted falls silent within 20 ms, and is truncated
without the client's doing. Bounded: sound that the session does not take for five seconds is left out, and a caller
that sends events faster than they can be read is hung up on.
"""

import asyncio
import logging
import random
from collections.abc import AsyncIterator

import msgspec

from freehold.contracts.realtime import Opening
from freehold.foundation.clock import Clock
from freehold.voice.conversation.calls.events import CLEARED, DONE, SOUND, TOLD, as_asked, sound_event, without_formats
from freehold.voice.conversation.calls.peer import Peer
from freehold.voice.conversation.calls.player import Player
from freehold.voice.conversation.protocol.server_events import ServerEvent
from freehold.voice.conversation.session import Session
from freehold.voice.conversation.stages import Stages

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 15.0
MOST_PIECES = 250  # of sound that wait: five seconds
MOST_MESSAGES = 512  # that wait, sound among them


class Call:
    """One caller's session. Raises `Refusal` for settings that make no sense."""

    def __init__(self, opening: Opening, stages: Stages, clock: Clock, ice_servers: tuple[str, ...]) -> None:
        given = None if opening.session is None else without_formats(opening.session)
        self._opening = msgspec.structs.replace(opening, session=given)
        self._waiting: asyncio.Queue[str | bytes] = asyncio.Queue(MOST_MESSAGES)
        self._player = Player(self._tell)
        self._session = Session(self._opening, stages, self._send, clock, loudspeaker=self._player)
        self._peer = Peer(ice_servers, self._player, said=self._said, asked=self._asked)

    async def answer(self, offer_sdp: str) -> str:
        """The answer to the caller's offer. Raises `InvalidRequest`."""
        return await self._peer.answer(offer_sdp)

    async def run(self) -> None:
        """The session, until the caller has gone or reads nothing; nothing where it does not connect."""
        if await self._is_connected():
            await self._session.run(self._messages())

    async def close(self) -> None:
        """Hang up."""
        await self._peer.close()

    async def _is_connected(self) -> bool:
        waiting = {asyncio.ensure_future(event.wait()) for event in (self._peer.opened, self._peer.ended)}
        try:
            await asyncio.wait(waiting, timeout=CONNECT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()
        if not self._peer.opened.is_set():
            logger.info("a caller did not connect", extra={"session": self._opening.id})
        return self._peer.opened.is_set()

    async def _messages(self) -> AsyncIterator[str | bytes]:
        """What the caller says and asks, in its order, until it has gone."""
        ended = asyncio.ensure_future(self._peer.ended.wait())
        try:
            while True:
                coming = asyncio.ensure_future(self._waiting.get())
                try:
                    await asyncio.wait({coming, ended}, return_when=asyncio.FIRST_COMPLETED)
                    if ended.done():
                        return
                    yield coming.result()
                finally:
                    coming.cancel()
        finally:
            ended.cancel()

    def _said(self, pcm_24khz: bytes) -> None:
        # What is said before the session listens is nobody's turn.
        if self._peer.opened.is_set() and self._waiting.qsize() < MOST_PIECES:
            self._waiting.put_nowait(sound_event(pcm_24khz))

    def _asked(self, message: str | bytes) -> None:
        if self._waiting.full():
            logger.warning("a caller's events come faster than they can be read")
            self._peer.ended.set()
            return
        self._waiting.put_nowait(as_asked(message))

    async def _send(self, text: str) -> None:
        """An event of the session's: sound to the track, everything else to the channel."""
        told = TOLD.decode(text)
        if told.type == SOUND:
            self._player.add(told.response_id, told.sound())
            return
        if told.type == CLEARED:
            self._player.drop(told.response_id)
        await self._peer.send(text)
        if told.type == DONE and told.response is not None:
            self._player.finish(told.response.id)

    def _tell(self, event: ServerEvent) -> None:
        named = {"event_id": f"event_{random.getrandbits(80):020x}", **event}
        self._peer.send_now(msgspec.json.encode(named).decode())
