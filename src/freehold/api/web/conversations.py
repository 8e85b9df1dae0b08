"""/api/conversations: what the web app talks to. Answers are streamed; hanging up stops them."""

from collections.abc import AsyncGenerator
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.api.identify import identify
from freehold.api.settings import ApiSettings
from freehold.chats.answers import Event
from freehold.chats.conversations import Conversations
from freehold.contracts.errors import InvalidRequest
from freehold.contracts.wire import SSE_DONE, sse_event
from freehold.foundation.edge import ByteStream, JsonResponse, decode, read_body

S = TypeVar("S")


class Create(msgspec.Struct):
    """A new conversation."""

    model: str | None = None
    title: str | None = None


class Rename(msgspec.Struct):
    """Another title."""

    title: str


class Send(msgspec.Struct):
    """What the person says, and who shall answer; without a model, the one who answered last."""

    content: str
    model: str | None = None


class Regenerate(msgspec.Struct):
    """Who shall answer again."""

    model: str | None = None


async def page(request: Request) -> Response:
    """The caller's conversations, the last used first."""
    principal = await identify(request)
    limit, before = request.query_params.get("limit", "50"), request.query_params.get("before")
    if not (limit.isascii() and limit.isdigit()):
        raise InvalidRequest("The limit is a whole number.", param="limit")
    found = await _conversations(request).page(principal, int(limit), before)
    return JsonResponse({"data": [one.public() for one in found.data], "has_more": found.has_more})


async def create(request: Request) -> Response:
    """Begin a conversation."""
    principal = await identify(request)
    wanted = await _body(request, Create)
    conversations = _conversations(request)
    made = await conversations.create(principal, title=wanted.title or "", model=wanted.model or "")
    return JsonResponse(made.public())


async def retrieve(request: Request) -> Response:
    """A conversation with all its messages."""
    principal = await identify(request)
    conversation, messages = await _conversations(request).get(principal, request.path_params["id"])
    return JsonResponse(conversation.public() | {"messages": [message.public() for message in messages]})


async def rename(request: Request) -> Response:
    """Give a conversation another title."""
    principal = await identify(request)
    wanted = await _body(request, Rename)
    renamed = await _conversations(request).rename(principal, request.path_params["id"], wanted.title)
    return JsonResponse(renamed.public())


async def delete(request: Request) -> Response:
    """Remove a conversation and its messages."""
    principal = await identify(request)
    await _conversations(request).delete(principal, request.path_params["id"])
    return Response(status_code=204)


async def send(request: Request) -> Response:
    """Say something and stream the answer."""
    principal = await identify(request)
    said = await _body(request, Send)
    events = _conversations(request).send(principal, request.path_params["id"], said.content, said.model)
    return await _stream(events)


async def regenerate(request: Request) -> Response:
    """Stream another answer beside an earlier one."""
    principal = await identify(request)
    wanted = await _body(request, Regenerate)
    place = request.path_params
    events = _conversations(request).regenerate(principal, place["id"], place["message_id"], wanted.model)
    return await _stream(events)


async def _stream(events: AsyncGenerator[Event]) -> Response:
    """The events as server-sent events. What is refused before the first one is an ordinary error answer."""
    first = await anext(events)
    body = _as_sse(first, events)

    async def close() -> None:
        await body.aclose()
        await events.aclose()

    return ByteStream(body, close=close)


async def _as_sse(first: Event, rest: AsyncGenerator[Event]) -> AsyncGenerator[bytes]:
    yield sse_event(msgspec.json.encode(first))
    async for event in rest:
        yield sse_event(msgspec.json.encode(event))
    yield SSE_DONE


async def _body(request: Request, schema: type[S]) -> S:
    settings: ApiSettings = request.app.state.api_settings
    return decode(await read_body(request, settings.max_body_bytes), schema)


def _conversations(request: Request) -> Conversations:
    return request.app.state.conversations


ROUTES = [
    Route("/api/conversations", page, methods=["GET"]),
    Route("/api/conversations", create, methods=["POST"]),
    Route("/api/conversations/{id}", retrieve, methods=["GET"]),
    Route("/api/conversations/{id}", rename, methods=["PATCH"]),
    Route("/api/conversations/{id}", delete, methods=["DELETE"]),
    Route("/api/conversations/{id}/messages", send, methods=["POST"]),
    Route("/api/conversations/{id}/messages/{message_id}/regenerate", regenerate, methods=["POST"]),
]
