"""The frames of one realtime session, from its client to its worker and back. Never looks inside a frame.

Each side is read no faster than the other takes what was read, so a slow one slows its peer and nothing piles up. Who
does not take a frame in time is given up: a client is closed with 1008, and in place of a worker the client gets an
`error` event and 1011. A session ends after an hour, as OpenAI's do.
"""

import asyncio
import uuid
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from freehold.contracts.errors import FreeholdError, InvalidRequest, ProviderFailed

SLOW_SECONDS = 10.0  # a client may take as long for one frame
STUCK_SECONDS = 20.0  # and a worker so long
CLOSE_SECONDS = 1.0
SESSION_SECONDS = 60 * 60.0
# RFC 6455, section 7.4.1; a worker's own reason may also have a code of 4000 and more.
NORMAL, GOING_AWAY, NO_CODE, TOO_SLOW, FAILED = 1000, 1001, 1005, 1008, 1011
WORKERS_WORD = frozenset({NORMAL, GOING_AWAY, TOO_SLOW, 1003, 1007, 1009})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a session ended, and what its client is told: an error first, if there is one, then a code and a reason."""

    how: Literal["left", "closed", "slow", "expired", "failed"]
    code: int = NORMAL
    reason: str = ""
    error: FreeholdError | None = None


class _EndedError(Exception):
    """Raised in whichever task sees the end first; the others end with it."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.how)
        self.ending = ending


LEFT = Ending(how="left")
SLOW = Ending(how="slow", code=TOO_SLOW, reason="The session is not being read.")


class Relay:
    """Two open sockets, and what goes between them."""

    def __init__(self, client: WebSocket, worker: ClientConnection) -> None:
        self._client, self._worker = client, worker

    async def run(self) -> Ending:
        """Until either side is gone, does not take what it is sent, or the hour is over. The client is told why."""
        ending = LEFT
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._to_worker())
                group.create_task(self._to_client())
                group.create_task(_expire())
        except* _EndedError as ended:
            ending = _first(ended)
        if ending is not LEFT:
            await self._take_leave(ending)
        return ending

    async def _to_worker(self) -> None:
        while (message := await self._client.receive())["type"] != "websocket.disconnect":
            text = message.get("text")
            try:
                async with asyncio.timeout(STUCK_SECONDS):
                    await self._worker.send(message["bytes"] if text is None else text)
            except TimeoutError:
                raise _EndedError(_failed("The session does not take what it is sent.")) from None
            except ConnectionClosed:
                return  # the other task is told more about it
        raise _EndedError(LEFT)

    async def _to_client(self) -> None:
        while True:
            try:
                frame = await self._worker.recv()
            except ConnectionClosed as closed:
                raise _EndedError(_ending_of(closed)) from None
            try:
                async with asyncio.timeout(SLOW_SECONDS):
                    if isinstance(frame, str):
                        await self._client.send_text(frame)
                    else:
                        await self._client.send_bytes(frame)
            except TimeoutError:
                raise _EndedError(SLOW) from None
            except WebSocketDisconnect:
                raise _EndedError(LEFT) from None

    async def _take_leave(self, ending: Ending) -> None:
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                if ending.error is not None:
                    await self._client.send_text(msgspec.json.encode(error_event(ending.error)).decode())
                await self._client.close(ending.code, ending.reason)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            pass  # it is gone, or reads nothing; the server drops the connection


def error_event(error: FreeholdError) -> dict[str, Any]:
    """The error as an event of the protocol; no event of the client's caused it."""
    told = {"type": error.type, "code": error.code, "message": error.public_message(), "param": error.param}
    return {"type": "error", "event_id": f"event_{uuid.uuid4().hex}", "error": told | {"event_id": None}}


async def _expire() -> None:
    await asyncio.sleep(SESSION_SECONDS)
    error = InvalidRequest(f"The session has lasted {SESSION_SECONDS / 60:g} minutes, the longest that one may.")
    error.code = "session_expired"
    raise _EndedError(Ending(how="expired", reason="The session has lasted its longest.", error=error))


def _first(ended: BaseExceptionGroup[_EndedError]) -> Ending:
    """What was seen first; ends that were seen together tell of one."""
    found = ended.exceptions[0]
    return _first(found) if isinstance(found, BaseExceptionGroup) else found.ending


def _ending_of(closed: ConnectionClosed) -> Ending:
    """The worker's goodbye, as it said it. What is none, or a worker's that stops or breaks, is a failure."""
    said = closed.rcvd
    if said is not None and (said.code in WORKERS_WORD or said.code >= 4000):
        return Ending(how="closed", code=said.code, reason=said.reason)
    if said is not None and said.code == NO_CODE:
        return Ending(how="closed")
    return _failed("The session broke off.")


def _failed(text: str) -> Ending:
    return Ending(how="failed", code=FAILED, reason=text, error=ProviderFailed(text, hint="Open another."))
