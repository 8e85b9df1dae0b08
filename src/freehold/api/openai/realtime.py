"""WS /v1/realtime: a spoken or written conversation with a model, in OpenAI's protocol.

Here the caller is identified, the model looked at and a place taken; the session itself is held by a worker of this
machine, which gets a token that acts for the caller, and frames pass between the two as they are. What is wrong is
answered before the upgrade, as any other request would be.
"""

import logging
import time
from contextlib import AsyncExitStack

import msgspec
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection

from freehold.api.identify import identify
from freehold.api.realtime.entry import Wanted, fixed_session, session_token, session_worker, wanted_session
from freehold.api.realtime.places import OPENINGS, SECONDS, RealtimePlaces
from freehold.api.realtime.relay import Relay
from freehold.api.realtime.voices import begin_voices
from freehold.api.subprotocols import answer_to, offered_key
from freehold.contracts.errors import FreeholdError, InvalidRequest
from freehold.foundation import telemetry
from freehold.foundation.edge import error_response, request_id_of

logger = logging.getLogger(__name__)


class RealtimeQuery(msgspec.Struct):
    """The query of the address. A client secret may name the model instead; who only transcribes needs none."""

    model: str | None = None
    intent: str | None = None


async def realtime(websocket: WebSocket) -> None:
    """Let a caller in who may, and stay between them and the worker until one of them leaves."""
    telemetry.request_id.set(request_id_of(websocket.scope))
    places: RealtimePlaces = websocket.app.state.realtime_places
    async with AsyncExitStack() as held:
        try:
            wanted = await _read(websocket)
            held.enter_context(places.taken(wanted.principal.tenant))
            begin_voices(websocket, wanted.principal)
            token = await held.enter_async_context(session_token(websocket.app.state.accounts, wanted.principal))
            worker = await held.enter_async_context(session_worker(websocket, "/v1/realtime", wanted, token))
        except FreeholdError as error:
            OPENINGS.labels(error.code).inc()
            await websocket.send_denial_response(error_response(error))
            return
        OPENINGS.labels("opened").inc()
        await _converse(websocket, worker, wanted)


async def _read(connection: HTTPConnection) -> Wanted:
    """Who asks for what. Raises what refuses it."""
    key = offered_key(connection)
    principal = await identify(connection, key)
    fixed = await fixed_session(connection, principal, key)
    return wanted_session(connection, principal, fixed)


async def _converse(websocket: WebSocket, worker: ClientConnection, wanted: Wanted) -> None:
    began = time.monotonic()
    try:
        await websocket.accept(answer_to(websocket))
    except WebSocketDisconnect:
        return  # the client did not wait
    ending = await Relay(websocket, worker).run()
    seconds = time.monotonic() - began
    SECONDS.labels(ending.how).observe(seconds)
    fields = {"model": wanted.model, "ending": ending.how, "code": ending.code, "seconds": round(seconds, 1)}
    logger.info("realtime session", extra=fields)


async def explain(request: Request) -> Response:
    """Open a WebSocket: a conversation with a model, in the events of OpenAI's Realtime API.

    Without an upgrade the answer is what would refuse one: a page is not told that by its browser.
    """
    wanted = await _read(request)
    places: RealtimePlaces = request.app.state.realtime_places
    with places.taken(wanted.principal.tenant):
        raise InvalidRequest("This is a WebSocket.", hint="Ask for an upgrade: ws://…/v1/realtime?model=….")


ROUTES = [Route("/v1/realtime", explain), WebSocketRoute("/v1/realtime", realtime)]
