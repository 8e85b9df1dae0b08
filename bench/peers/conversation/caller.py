"""One caller of `/v1/realtime`: a microphone that never stops, and the events that come back.

A message goes out when its 40 ms have been spoken, as a telephone's does; what falls behind is made up for at once.
Messages are prepared before (`lines`), so that a hundred callers take little of the machine they share.
"""

import asyncio
import socket
import time
from collections import deque
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import cycle
from typing import Any

import aiohttp
import msgspec

from bench.peers.conversation.freehold_conversation import Server
from bench.peers.conversation.lines import BYTES_PER_SECOND, FRAME_SECONDS, Line, nothing, room

ANSWER_SECONDS = 30.0
AUDIO = "response.output_audio.delta"
DONE = "response.done"
STARTED = "input_audio_buffer.speech_started"


class Event(msgspec.Struct, kw_only=True):
    """What of an event is looked at; `at` is when it came, in seconds of the performance counter."""

    type: str
    at: float = 0.0
    response_id: str = ""
    response: dict[str, Any] = {}
    delta: Any = ""
    transcript: Any = ""
    error: Any = None

    @property
    def of_response(self) -> str:
        """The id of the response that it belongs to; empty for others."""
        return self.response_id or self.response.get("id", "")


class CallFailed(Exception):
    """The call broke off, the server told of an error, or an event did not come in time: `is_silence`."""

    def __init__(self, text: str, *, is_silence: bool = False) -> None:
        super().__init__(text)
        self.is_silence = is_silence


class Caller:
    """One call. Counts the responses that were begun and ended."""

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse, audio_format: str) -> None:
        self._websocket = websocket
        self._decoder = msgspec.json.Decoder(Event)
        self._bytes_per_second = BYTES_PER_SECOND[audio_format]
        self._room: Iterator[str] = cycle(room(audio_format))
        self._spoken: deque[str] = deque()
        self._began = time.perf_counter()
        self._sent = 0
        self.created: set[str] = set()
        self.done: set[str] = set()

    def say(self, line: Line) -> float:
        """Speak with the next message; returns the second at which the line's sound begins."""
        begins = self._began + (self._sent + len(self._spoken)) * FRAME_SECONDS
        self._spoken.extend(line.messages)
        return begins

    def mute(self, muted: bool) -> None:
        """Send zeros instead of the room, in PCM."""
        self._room = cycle(nothing() if muted else room())

    async def send(self, event: dict[str, Any]) -> None:
        """Send an event that is no sound."""
        await self._websocket.send_str(msgspec.json.encode(event).decode())

    async def next(self, seconds: float = ANSWER_SECONDS) -> Event:
        """The next event. Raises `CallFailed` for an error, an end, or none within so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                message = await self._websocket.receive()
        except TimeoutError:
            raise CallFailed("no event in time", is_silence=True) from None
        if message.type is not aiohttp.WSMsgType.TEXT:
            raise CallFailed(f"the call ended: {message.type.name} {message.data} {message.extra}")
        event = self._decoder.decode(message.data)
        event.at = time.perf_counter()
        if event.type == "error":
            raise CallFailed(f"error: {event.error}")
        if event.type == "response.created":
            self.created.add(event.of_response)
        elif event.type == DONE:
            self.done.add(event.of_response)
        return event

    async def until(self, *types: str, seconds: float = ANSWER_SECONDS) -> Event:
        """The next event of these types; what comes before is passed over. Raises `CallFailed`."""
        deadline = time.perf_counter() + seconds
        while (left := deadline - time.perf_counter()) > 0:
            event = await self.next(left)
            if event.type in types:
                return event
        raise CallFailed(f"no {' or '.join(types)} within {seconds:g} s")

    async def listen(self, seconds: float) -> Sequence[Event]:
        """All that comes in so many seconds. Raises `CallFailed`."""
        deadline, found = time.perf_counter() + seconds, list[Event]()
        while (left := deadline - time.perf_counter()) > 0:
            try:
                found.append(await self.next(left))
            except CallFailed as failure:
                if not failure.is_silence:
                    raise
        return found

    def sound_seconds(self, event: Event) -> float:
        """How long a piece of an answer's sound lasts."""
        return len(event.delta) * 3 // 4 / self._bytes_per_second

    def vanish(self) -> None:
        """Be gone without a word: nothing of the protocol is said, only the connection ends."""
        own: socket.socket = self._websocket.get_extra_info("socket")
        with suppress(OSError):
            own.shutdown(socket.SHUT_RDWR)

    def turn_on(self) -> "asyncio.Task[None]":
        """The microphone: its sound begins now, and goes on until it is cancelled."""
        self._began, self._sent = time.perf_counter(), 0
        return asyncio.create_task(self._speak())

    async def _speak(self) -> None:
        while True:
            while (due := self._began + (self._sent + 1) * FRAME_SECONDS) <= time.perf_counter():
                message = self._spoken.popleft() if self._spoken else next(self._room)
                self._sent += 1
                await self._websocket.send_str(message)
            await asyncio.sleep(due - time.perf_counter())


@asynccontextmanager
async def calling(
    server: Server, model: str, session: dict[str, Any], audio_format: str = "audio/pcm"
) -> AsyncGenerator[Caller]:
    """A call with its settings made and its microphone on; hung up on the way out. Raises `CallFailed`."""
    async with aiohttp.ClientSession() as client:
        try:
            websocket = await client.ws_connect(f"{server.url}?model={model}", headers=server.headers, max_msg_size=0)
        except aiohttp.WSServerHandshakeError as error:
            raise CallFailed(f"no session: status {error.status}") from error
        except (aiohttp.ClientError, OSError) as error:
            raise CallFailed(f"no connection: {error!r}") from error
        caller = Caller(websocket, audio_format)
        microphone: asyncio.Task[None] | None = None
        try:
            await caller.send({"type": "session.update", "session": {"type": "realtime", **session}})
            await caller.until("session.updated")
            microphone = caller.turn_on()
            yield caller
        finally:
            if microphone is not None:
                microphone.cancel()
                await asyncio.gather(microphone, return_exceptions=True)  # it may have found the connection gone
            await websocket.close()
