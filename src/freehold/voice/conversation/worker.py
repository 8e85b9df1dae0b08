"""The conversation worker: realtime sessions over WebSockets, which its server authenticates and relays.

A session reaches its models through the server, on the account of its caller. Holds no logic but the connection's.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prometheus_client import Counter, Gauge
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from freehold.contracts.errors import FreeholdError
from freehold.contracts.realtime import SESSION_HEADER, Opening
from freehold.foundation.clock import Clock, SystemClock
from freehold.foundation.edge import error_response
from freehold.foundation.memory import resident_bytes
from freehold.foundation.telemetry import METRICS
from freehold.voice.conversation.gateway_stages import GatewayStages
from freehold.voice.conversation.session import Session
from freehold.voice.hearing.vad import network

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
        self.routes: list[BaseRoute] = [WebSocketRoute("/v1/realtime", self._converse)]

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
            opening = Opening.from_header(websocket.headers.get(SESSION_HEADER, ""))
            stages = GatewayStages(
                self._options.gateway_socket,
                opening.token,
                model=opening.model,
                request_id=opening.id,
                clock=self._clock,
            )
            session = Session(opening, stages, websocket.send_text, self._clock)
        except FreeholdError as error:
            await websocket.send_denial_response(error_response(error))
            return
        await websocket.accept()
        OPENED.inc()
        OPEN.inc()
        self._open += 1
        try:
            await session.run(_messages(websocket))
        finally:
            self._open -= 1
            OPEN.dec()
            await stages.close()
            if websocket.client_state is WebSocketState.CONNECTED:
                with suppress(WebSocketDisconnect):  # it may leave just now
                    await websocket.close()


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
