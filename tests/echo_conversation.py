"""A worker like the one that holds realtime sessions, which does what its client tells it: `python … SOCKET`."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from freehold.contracts.errors import InvalidRequest
from freehold.contracts.realtime import SESSION_HEADER, Opening
from freehold.foundation.edge import error_response
from freehold.foundation.egress import Egress
from freehold.foundation.settings import gateway_socket
from freehold.foundation.worker_edge import Address, serve_worker


class EchoService:
    """Sends every frame back, but for events that tell it to do something else. Implements `worker_edge.Service`."""

    def __init__(self) -> None:
        self.routes = [WebSocketRoute("/v1/realtime", self._converse)]
        self._sessions = 0

    async def load(self) -> None:
        return None

    def health(self) -> Mapping[str, Any]:
        return {"sessions": self._sessions}

    async def close(self) -> None:
        return None

    async def _converse(self, websocket: WebSocket) -> None:
        opening = Opening.from_header(websocket.headers[SESSION_HEADER])
        if (opening.session or {}).get("instructions") == "refuse":
            error = InvalidRequest("Such a session cannot be had.", param="session.instructions")
            await websocket.send_denial_response(error_response(error))
            return
        await websocket.accept()
        self._sessions += 1
        try:
            session = {"type": "realtime", "model": opening.model, "id": opening.id}
            await _say(websocket, type="session.created", event_id="event_1", session=session)
            while True:
                await _answer(websocket, opening, await websocket.receive())
        except WebSocketDisconnect:
            pass
        finally:
            self._sessions -= 1


async def _say(websocket: WebSocket, **event: Any) -> None:
    await websocket.send_text(json.dumps(event))


async def _answer(websocket: WebSocket, opening: Opening, message: Any) -> None:
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect
    if message.get("bytes") is not None:
        await websocket.send_bytes(message["bytes"])
        return
    text = message["text"]
    event: dict[str, Any] = json.loads(text) if text.startswith("{") else {}
    do = DEEDS.get(event.get("type", ""))
    if do is None:
        await websocket.send_text(text)
    else:
        await do(websocket, opening, event)


async def _tell(websocket: WebSocket, opening: Opening, event: dict[str, Any]) -> None:
    headers = {name: websocket.headers.get(name) for name in ("x-request-id", "x-freehold-tenant")}
    said = {"model": opening.model, "token": opening.token, "session": opening.session, "id": opening.id}
    await _say(websocket, type="told", headers=headers, opening=said)


async def _update(websocket: WebSocket, opening: Opening, event: dict[str, Any]) -> None:
    await _say(websocket, type="session.updated", event_id="event_2", session=event["session"])


async def _flood(websocket: WebSocket, opening: Opening, event: dict[str, Any]) -> None:
    for _ in range(event["frames"]):
        await websocket.send_text("x" * 100_000)


async def _close(websocket: WebSocket, opening: Opening, event: dict[str, Any]) -> None:
    await websocket.close(event["code"], event["reason"])


async def _die(websocket: WebSocket, opening: Opening, event: dict[str, Any]) -> None:
    os._exit(1)


async def _stop_reading(websocket: WebSocket, opening: Opening, event: dict[str, Any]) -> None:
    await asyncio.sleep(3)


async def _ask(websocket: WebSocket, opening: Opening, event: dict[str, Any]) -> None:
    """Say what the server answers to a request of the session's."""
    egress = Egress(trusted=True, socket_path=gateway_socket())
    headers = {"authorization": f"Bearer {opening.token}", "content-type": "application/json"}
    url, body = f"http://server{event['path']}", json.dumps(event["body"]).encode()
    answer = await egress.request("POST", url, body=body, headers=headers, timeout_seconds=10)
    try:
        said = json.loads(await answer.whole(1_000_000, 10))
    finally:
        answer.close()
        await egress.close()
    await _say(websocket, type="asked", status=answer.status, body=said)


DEEDS: Mapping[str, Callable[[WebSocket, Opening, dict[str, Any]], Awaitable[None]]] = {
    "tell": _tell,
    "session.update": _update,
    "flood": _flood,
    "close": _close,
    "die": _die,
    "stop reading": _stop_reading,
    "ask": _ask,
}


if __name__ == "__main__":
    sys.exit(serve_worker(EchoService(), Address(socket_path=Path(sys.argv[1])), exit_with_parent=True))
