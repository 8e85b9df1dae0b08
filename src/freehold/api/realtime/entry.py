"""The way into a realtime session, by a WebSocket or a call: what a caller may have, its token, and the worker.

The session is held by a worker of this machine, which gets a token that acts for the caller.
"""

import logging
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import HTTPConnection
from websockets.asyncio.client import ClientConnection

from freehold.accounts.identity import Accounts
from freehold.api.identify import bearer_key
from freehold.api.realtime.models import allow_session
from freehold.api.realtime.relay import SESSION_SECONDS
from freehold.contracts.errors import FreeholdError, InvalidRequest
from freehold.contracts.identity import Principal
from freehold.contracts.models import LocalSessions
from freehold.contracts.realtime import ENDPOINTS, SESSION_HEADER, TRANSCRIPTION, Opening, model_of
from freehold.foundation import telemetry
from freehold.foundation.egress import Egress
from freehold.foundation.http_server import MAX_MESSAGE_BYTES

TOKEN_SECONDS = SESSION_SECONDS + 300.0  # for the last answer of a session, should nobody delete its token

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A session that its caller may have. `model` is empty where the session may choose, what it transcribes with."""

    principal: Principal
    model: str
    session: dict[str, Any] | None


async def fixed_session(
    connection: HTTPConnection, principal: Principal, key: str | None = None
) -> dict[str, Any] | None:
    """The configuration that the caller's client secret fixed; None for another credential. `key` came another way."""
    if principal.ephemeral != "client_secret":
        return None
    accounts: Accounts = connection.app.state.accounts
    return await accounts.ephemeral.session(bearer_key(connection) or key or "")


def wanted_session(connection: HTTPConnection, principal: Principal, given: dict[str, Any] | None) -> Wanted:
    """What the address and a configuration ask for. Raises what refuses it."""
    model, session = _chosen(connection.query_params, given)
    allow_session(connection, principal, model, ENDPOINTS[session["type"] if session else "realtime"])
    return Wanted(principal=principal, model=model, session=session)


def _chosen(query: QueryParams, fixed: dict[str, Any] | None) -> tuple[str, dict[str, Any] | None]:
    """The model, and the configuration to begin with: a client secret's, or what the address says of it."""
    named, intent = query.get("model", ""), query.get("intent")
    if fixed is None and intent == TRANSCRIPTION:
        return named, {"type": intent} | ({"audio": {"input": {"transcription": {"model": named}}}} if named else {})
    is_transcription = fixed is not None and fixed["type"] == TRANSCRIPTION
    model = model_of(fixed or {})
    if named not in ("", model) and (model or is_transcription):
        text = f"The session's settings are for another model than '{named}'."
        raise InvalidRequest(text, param="model", hint="Name none in the address.")
    if not (named or model or is_transcription):
        raise InvalidRequest("The address names no model.", param="model", hint="Open /v1/realtime?model=….")
    return named or model, fixed


@asynccontextmanager
async def session_token(accounts: Accounts, principal: Principal) -> AsyncGenerator[str]:
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
async def session_worker(
    connection: HTTPConnection, target: str, wanted: Wanted, token: str
) -> AsyncGenerator[ClientConnection]:
    """The session in its worker, which answers to `target`. Raises what the worker refuses it with."""
    workers: LocalSessions = connection.app.state.workers
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
    async with egress.open_websocket(target, headers=headers, max_message_bytes=MAX_MESSAGE_BYTES) as opened:
        yield opened
