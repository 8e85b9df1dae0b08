"""WS /v1/realtime: a spoken or written conversation with a model, in OpenAI's protocol.

Here the caller is identified, the model looked at and a place taken; the session itself is held by a worker of this
machine, which gets a token that acts for the caller, and frames pass between the two as they are. What is wrong is
answered before the upgrade, as any other request would be.
"""

import logging
import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.datastructures import QueryParams
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection

from freehold.accounts.identity import Accounts
from freehold.api.identify import bearer_key, identify
from freehold.api.realtime.models import allow_session
from freehold.api.realtime.places import OPENINGS, SECONDS, RealtimePlaces
from freehold.api.realtime.relay import SESSION_SECONDS, Relay
from freehold.api.realtime.voices import begin_voices
from freehold.api.subprotocols import answer_to, offered_key
from freehold.contracts.errors import FreeholdError, InvalidRequest
from freehold.contracts.identity import Principal
from freehold.contracts.models import LocalSessions
from freehold.contracts.realtime import ENDPOINTS, SESSION_HEADER, TRANSCRIPTION, Opening, model_of
from freehold.foundation import telemetry
from freehold.foundation.edge import error_response, request_id_of
from freehold.foundation.egress import Egress
from freehold.foundation.http_server import MAX_MESSAGE_BYTES

TOKEN_SECONDS = SESSION_SECONDS + 300.0  # for the last answer of a session, should nobody delete its token

logger = logging.getLogger(__name__)


class RealtimeQuery(msgspec.Struct):
    """The query of the address. A client secret may name the model instead; who only transcribes needs none."""

    model: str | None = None
    intent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A session that its caller may have. `model` is empty where the session may choose, what it transcribes with."""

    principal: Principal
    model: str
    session: dict[str, Any] | None


async def realtime(websocket: WebSocket) -> None:
    """Let a caller in who may, and stay between them and the worker until one of them leaves."""
    telemetry.request_id.set(request_id_of(websocket.scope))
    places: RealtimePlaces = websocket.app.state.realtime_places
    async with AsyncExitStack() as held:
        try:
            wanted = await _read(websocket)
            held.enter_context(places.taken(wanted.principal.tenant))
            begin_voices(websocket, wanted.principal)
            token = await held.enter_async_context(_token(websocket.app.state.accounts, wanted.principal))
            worker = await held.enter_async_context(_worker(websocket, wanted, token))
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
    fixed = None
    if principal.ephemeral == "client_secret":
        accounts: Accounts = connection.app.state.accounts
        fixed = await accounts.ephemeral.session(bearer_key(connection) or key or "")
    model, session = _chosen(connection.query_params, fixed)
    endpoint = ENDPOINTS[session["type"] if session else "realtime"]
    allow_session(connection, principal, model, endpoint)
    return Wanted(principal=principal, model=model, session=session)


def _chosen(query: QueryParams, fixed: dict[str, Any] | None) -> tuple[str, dict[str, Any] | None]:
    """The model, and the configuration to begin with: a client secret's, or what the address says of it."""
    named, intent = query.get("model", ""), query.get("intent")
    if fixed is None and intent == TRANSCRIPTION:
        return named, {"type": intent} | ({"audio": {"input": {"transcription": {"model": named}}}} if named else {})
    is_transcription = fixed is not None and fixed["type"] == TRANSCRIPTION
    model = model_of(fixed or {})
    if named not in ("", model) and (model or is_transcription):
        text = f"The client secret is for another model than '{named}'."
        raise InvalidRequest(text, param="model", hint="Name none in the address.")
    if not (named or model or is_transcription):
        raise InvalidRequest("The address names no model.", param="model", hint="Open /v1/realtime?model=….")
    return named or model, fixed


@asynccontextmanager
async def _token(accounts: Accounts, principal: Principal) -> AsyncGenerator[str]:
    """What the session acts for its caller with, as long as it lasts."""
    secret = await accounts.ephemeral.create(principal, "session", TOKEN_SECONDS)
    try:
        yield secret.text
    finally:
        try:
            await accounts.ephemeral.revoke(secret.text)
        except FreeholdError as error:
            # The database is away. The token ends by itself.
            logger.warning("a session's token was not deleted", extra={"error": error.message})


@asynccontextmanager
async def _worker(websocket: WebSocket, wanted: Wanted, token: str) -> AsyncGenerator[ClientConnection]:
    """The session in its worker. Raises what the worker refuses it with."""
    workers: LocalSessions = websocket.app.state.workers
    endpoint = await workers.conversations()
    thinks = wanted.session is None or wanted.session["type"] != TRANSCRIPTION
    opening = Opening(
        model=wanted.model if thinks else "", token=token, session=wanted.session, id=f"sess_{uuid.uuid4().hex}"
    )
    headers = {
        "x-request-id": telemetry.request_id.get(),
        "x-freehold-tenant": wanted.principal.tenant,
        SESSION_HEADER: opening.to_header(),
    }
    egress = Egress(trusted=True, socket_path=endpoint.socket_path)
    async with egress.open_websocket(
        "/v1/realtime", headers=headers, max_message_bytes=MAX_MESSAGE_BYTES
    ) as connection:
        yield connection


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
