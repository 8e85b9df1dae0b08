"""The conversation worker: realtime sessions over WebSockets and by WebRTC, which its server authenticates and relays.

A session reaches its models through the server, on the account of its caller. Holds no logic but the connection's.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from prometheus_client import Counter, Gauge
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from freehold.contracts.errors import FreeholdError, InvalidRequest
from freehold.contracts.realtime import SESSION_HEADER, Opening
from freehold.contracts.realtime_calls import CALLS, CallAnswer, CallOffer
from freehold.foundation.clock import Clock, SystemClock
from freehold.foundation.edge import error_response
from freehold.foundation.memory import resident_bytes
from freehold.foundation.telemetry import METRICS
from freehold.voice.conversation.gateway_stages import GatewayStages
from freehold.voice.conversation.session import Session
from freehold.voice.hearing.vad import network

if TYPE_CHECKING:
    from freehold.voice.conversation.calls.call import Call

OFFER_SECONDS = 10.0
OPEN = Gauge("freehold_conversations_open", "Realtime sessions that go on.", registry=METRICS)
OPENED = Counter("freehold_conversations_total", "Realtime sessions so far.", registry=METRICS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationOptions:
    """`gateway_socket` is where the server answers its own workers."""

    gateway_socket: Path


class ConversationService:
    """Holds the sessions of one server. Implements `worker_edge.Service`."""

    def __init__(self, name: str, options: ConversationOptions, clock: Clock | None = None) -> None:
        self._name = name
        self._options = options
        self._clock = clock or SystemClock()
        self._open = 0
        self.routes: list[BaseRoute] = [
            WebSocketRoute("/v1/realtime", self._converse),
            WebSocketRoute(CALLS, self._call),
        ]

    async def load(self) -> None:
        """Load the network that listens for voices."""
        network()

    def health(self) -> Mapping[str, Any]:
        """How busy it is."""
        return {"kind": "conversation", "model": self._name, "running": self._open, "memory_bytes": resident_bytes()}

    async def close(self) -> None:
        """Nothing is left: sessions end with their connections."""

    async def _converse(self, websocket: WebSocket) -> None:
        try:
            opening, stages = self._opened(websocket)
            session = Session(opening, stages, websocket.send_text, self._clock)
        except FreeholdError as error:
            await websocket.send_denial_response(error_response(error))
            return
        await websocket.accept()
        async with self._counted(websocket, stages):
            await session.run(_messages(websocket))

    async def _call(self, websocket: WebSocket) -> None:
        """A call by WebRTC: the first message is its offer, and it lasts until this WebSocket or its caller ends it."""
        try:
            opening, stages = self._opened(websocket)
        except FreeholdError as error:
            await websocket.send_denial_response(error_response(error))
            return
        await websocket.accept()
        async with AsyncExitStack() as held:
            held.enter_context(suppress(WebSocketDisconnect))  # the server may leave at any time
            await held.enter_async_context(self._counted(websocket, stages))
            messages = _messages(websocket)
            try:
                offer = await _offer(messages)
                call = _call_of(opening, stages, self._clock, offer)
                held.push_async_callback(call.close)
                answer = CallAnswer(sdp=await call.answer(offer.sdp))
            except FreeholdError as error:
                await websocket.send_text(msgspec.json.encode(CallAnswer.refusing(error)).decode())
                return
            await websocket.send_text(msgspec.json.encode(answer).decode())
            await _first_of(call.run(), _until_gone(messages))

    def _opened(self, websocket: WebSocket) -> tuple[Opening, GatewayStages]:
        """What the server says of a session, and the models for it. Raises `InvalidRequest`."""
        opening = Opening.from_header(websocket.headers.get(SESSION_HEADER, ""))
        stages = GatewayStages(
            self._options.gateway_socket, opening.token, model=opening.model, request_id=opening.id, clock=self._clock
        )
        return opening, stages

    @asynccontextmanager
    async def _counted(self, websocket: WebSocket, stages: GatewayStages) -> AsyncGenerator[None]:
        """A session that goes on; its connections are closed on the way out."""
        OPENED.inc()
        OPEN.inc()
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1
            OPEN.dec()
            await stages.close()
            if websocket.client_state is WebSocketState.CONNECTED:
                with suppress(WebSocketDisconnect):  # it may leave just now
                    await websocket.close()


async def _offer(messages: AsyncIterator[str | bytes]) -> CallOffer:
    """The first message of a call. Raises `InvalidRequest`."""
    try:
        async with asyncio.timeout(OFFER_SECONDS):
            async for message in messages:
                return msgspec.json.decode(message, type=CallOffer)
    except (TimeoutError, msgspec.DecodeError) as error:
        raise InvalidRequest("A call begins with an offer.") from error
    raise InvalidRequest("A call begins with an offer.")


def _call_of(opening: Opening, stages: GatewayStages, clock: Clock, offer: CallOffer) -> "Call":
    """A call. Raises `InvalidRequest` where nothing here speaks WebRTC, and `Refusal`."""
    try:
        from freehold.voice.conversation.calls.call import Call
    except ImportError as error:
        text = f"This server takes no calls by WebRTC: {error.name or 'aiortc'} cannot be imported."
        hint = "pip install 'freehold[offline]', or use the WebSocket /v1/realtime."
        raise InvalidRequest(text, hint=hint) from error
    return Call(opening, stages, clock, offer.ice_servers)


async def _until_gone(messages: AsyncIterator[str | bytes]) -> None:
    """Nothing more is said by a server's side of a call."""
    async for _ in messages:
        pass


async def _first_of(*works: Coroutine[Any, Any, None]) -> None:
    """Run all until one ends, and end the others with it."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work) for work in works]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()


async def _messages(websocket: WebSocket) -> AsyncIterator[str | bytes]:
    """What the client sends, until it leaves."""
    while True:
        try:
            message = await websocket.receive()
        except WebSocketDisconnect:
            return
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text")
        yield text if text is not None else message.get("bytes") or b""
