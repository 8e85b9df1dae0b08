"""POST /v1/messages as Anthropic's clients see it: their key, their errors, their request id."""

import json
from collections.abc import AsyncIterator, Mapping
from types import MappingProxyType
from typing import Any

import anthropic
import pytest
from anthropic.types import Message
from anthropic.types.shared import ErrorResponse
from starlette.applications import Starlette

from asgi_client import Answer, AsgiClient
from freehold.api.anthropic import ENDPOINTS
from freehold.api.settings import ApiSettings
from freehold.contracts.errors import (
    BudgetExceeded,
    FreeholdError,
    ModelNotFound,
    ProviderFailed,
    ProviderTimeout,
    RateLimited,
    RequestTooLarge,
    Unauthorized,
    Unavailable,
)
from freehold.contracts.identity import Credential, Principal
from freehold.contracts.wire import Call, Reply
from freehold.foundation.edge import RequestEdge
from gateway.wires.anthropic.judges import SSE, anthropic_reads, fixture, in_pieces

BODY = {"model": "claude", "max_tokens": 5, "messages": [{"role": "user", "content": "Hello"}]}
STREAM = fixture("message.sse")


class Accounts:
    """Knows one key."""

    async def identify(self, credential: Credential) -> Principal:
        if credential.api_key != "right":
            raise Unauthorized("No such key.", hint="Make one.")
        return Principal(person_id="p", name="P", role="member")


class Gateway:
    """Gives what it was told to."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.reply: Reply | FreeholdError = Reply(
            status=200, media_type="application/json", body=in_pieces(), content=fixture("message.json")
        )

    async def send(self, principal: Principal, call: Call) -> Reply:
        self.calls.append(call)
        if isinstance(self.reply, FreeholdError):
            raise self.reply
        return self.reply


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


async def ask(gateway: Gateway, headers: Mapping[str, str] = MappingProxyType({})) -> Answer:
    app = Starlette(routes=list(ENDPOINTS["messages"]))
    app.state.accounts, app.state.gateway = Accounts(), gateway
    app.state.api_settings = ApiSettings()
    client = AsgiClient(RequestEdge(app), {"x-api-key": "right", "x-request-id": "req_7", **headers})
    return await client.call("POST", "/v1/messages", BODY)


def header(answer: Answer, name: str) -> str | None:
    return dict(answer.headers).get(name)


async def test_the_clients_key_and_wishes_arrive(gateway: Gateway) -> None:
    answer = await ask(gateway, {"anthropic-beta": "b-2026", "anthropic-version": "2023-06-01"})
    [call] = gateway.calls
    assert (call.endpoint, call.model, json.loads(call.body)) == ("messages", "claude", BODY)
    assert call.headers == {"anthropic-beta": "b-2026"}
    assert (answer.status, header(answer, "request-id")) == (200, "req_7")
    assert Message.model_validate_json(answer.content).stop_reason == "tool_use"


async def test_a_bearer_token_is_as_good_a_key(gateway: Gateway) -> None:
    assert (await ask(gateway, {"x-api-key": "", "authorization": "Bearer right"})).status == 200


async def test_a_stream_is_relayed_as_it_is(gateway: Gateway) -> None:
    gateway.reply = Reply(status=200, media_type=SSE, body=in_pieces(STREAM))
    answer = await ask(gateway)
    assert answer.content == STREAM
    assert (header(answer, "content-type") or "").startswith(SSE)
    assert header(answer, "request-id") == "req_7"


@pytest.mark.parametrize(
    ("error", "kind", "raised"),
    [
        (ModelNotFound("no"), "not_found_error", anthropic.NotFoundError),
        (RequestTooLarge("no"), "request_too_large", anthropic.APIStatusError),
        (RateLimited("no", retry_after_seconds=3), "rate_limit_error", anthropic.RateLimitError),
        (BudgetExceeded("no"), "rate_limit_error", anthropic.RateLimitError),
        (ProviderFailed("no"), "api_error", anthropic.InternalServerError),
        (Unavailable("no"), "overloaded_error", anthropic.InternalServerError),
        (ProviderTimeout("no"), "timeout_error", anthropic.InternalServerError),
    ],
)
async def test_an_error_is_told_in_anthropics_shape(
    gateway: Gateway, error: FreeholdError, kind: str, raised: type[Exception]
) -> None:
    gateway.reply = error
    answer = await ask(gateway)
    assert answer.status == error.status
    assert answer.json() == {
        "type": "error",
        "error": {"type": kind, "message": error.public_message()},
        "request_id": "req_7",
    }
    assert header(answer, "x-should-retry") == ("true" if error.retryable else "false")
    assert header(answer, "retry-after") == ("3" if isinstance(error, RateLimited) else None)
    assert header(answer, "request-id") == "req_7"
    reader = anthropic_reads(answer.content, "application/json", answer.status)
    with pytest.raises(raised, match="no"):
        reader.messages.create(model="claude", max_tokens=1, messages=[])


@pytest.mark.parametrize("headers", [{"x-api-key": "wrong"}, {"x-api-key": ""}])
async def test_a_stranger_is_told_so_in_anthropics_shape(gateway: Gateway, headers: dict[str, str]) -> None:
    answer = await ask(gateway, headers)
    assert ErrorResponse.model_validate_json(answer.content).error.type == "authentication_error"
    assert (answer.status, gateway.calls) == (401, [])


async def test_a_break_in_the_stream_is_raised_by_the_official_client(gateway: Gateway) -> None:
    async def breaks() -> AsyncIterator[bytes]:
        yield STREAM[: STREAM.index(b"event: content_block_start")]
        raise ProviderTimeout("The provider fell silent.")

    gateway.reply = Reply(status=200, media_type=SSE, body=breaks())
    answer = await ask(gateway)
    events: Any = anthropic_reads(answer.content).messages.create(
        model="claude", max_tokens=1, messages=[], stream=True
    )
    assert next(events).type == "message_start"
    with pytest.raises(anthropic.APIStatusError, match="fell silent"):
        next(events)
