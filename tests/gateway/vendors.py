"""Servers that behave as vendors do, well and badly, for tests of the gateway; each on a free port of the loopback."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Behaviour = Callable[["Vendor", web.Request, dict[str, Any]], Awaitable[web.StreamResponse]]
USAGE = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}


def chat_answer(text: str = "hello", usage: dict[str, Any] | None = USAGE) -> dict[str, Any]:
    """A whole chat completion."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    body = {"id": "c1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    return body | ({"usage": usage} if usage else {})


def chunk(text: str | None, **more: Any) -> bytes:
    """One event of a stream."""
    delta = {"content": text} if text is not None else {}
    head = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    body = head | {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} | more
    return b"data: " + json.dumps(body).encode() + b"\n\n"


@dataclass
class Vendor:
    """A server whose behaviour can be changed while it runs."""

    behaviour: Behaviour
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    running: int = 0
    hung_up: int = 0
    url: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        # A form is no JSON, and whoever answers one looks at nothing in it.
        body = await request.json() if request.content_type == "application/json" else {}
        self.bodies.append(body)
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        self.running += 1
        try:
            return await self.behaviour(self, request, body)
        except (asyncio.CancelledError, ConnectionError):
            self.hung_up += 1
            raise
        finally:
            self.running -= 1


@asynccontextmanager
async def serving(behaviour: Behaviour) -> AsyncGenerator[Vendor]:
    """A running vendor."""
    vendor = Vendor(behaviour)
    app = web.Application()
    app.router.add_post("/v1/{endpoint:.*}", vendor.answer)
    server = TestServer(app, handler_cancellation=True)
    await server.start_server()
    vendor.url = str(server.make_url("/v1"))
    yield vendor
    await server.close()


async def good(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """As OpenAI answers."""
    if not body.get("stream"):
        return web.json_response(chat_answer())
    response = await begin(request)
    for text in ("hel", "lo"):
        await response.write(chunk(text))
    if body.get("stream_options", {}).get("include_usage"):
        await response.write(chunk(None, choices=[], usage=USAGE))
    await response.write(b"data: [DONE]\n\n")
    return response


async def begin(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"content-type": "text/event-stream"})
    await response.prepare(request)
    return response


def status(code: int, **headers: str) -> Behaviour:
    """Always this error."""

    async def behave(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        error = {"message": f"error {code}", "type": "server_error", "param": None, "code": None}
        return web.json_response({"error": error}, status=code, headers=headers)

    return behave


async def error_in_200(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """A 200 that holds an error, whole or as a stream."""
    if not body.get("stream"):
        return web.json_response({"error": {"message": "overloaded"}})
    response = await begin(request)
    await response.write(b'data: {"error": {"message": "overloaded"}}\n\n')
    return response


async def no_json(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    return web.Response(text="<html>busy</html>", content_type="application/json")


async def hangs(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    await asyncio.sleep(30)
    return web.Response()


async def stalls_in_stream(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    response = await begin(request)
    await response.write(chunk("hel"))
    await asyncio.sleep(30)
    return response


async def breaks_in_stream(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    response = await begin(request)
    await response.write(chunk("hel"))
    assert request.transport is not None
    request.transport.abort()
    return response


async def endless_event(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    response = await begin(request)
    await response.write(b"data: {")
    while True:
        await response.write(b"x" * 65536)


async def endless_stream(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    response = await begin(request)
    while True:
        await response.write(chunk("and on "))
        await asyncio.sleep(0.01)


async def slow_drip(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """A byte at a time, never silent for long, never done."""
    response = await begin(request)
    await response.write(chunk("hel"))
    while True:
        await response.write(b": \n\n")
        await asyncio.sleep(0.02)


async def absurd_usage(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    usage = {"prompt_tokens": 5_000_000, "completion_tokens": 9_000_000, "total_tokens": 14_000_000}
    return web.json_response(chat_answer(usage=usage))


async def no_usage(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    if not body.get("stream"):
        return web.json_response(chat_answer("hello there, how are you?", usage=None))
    response = await begin(request)
    await response.write(chunk("hello there, how are you?"))
    await response.write(b"data: [DONE]\n\n")
    return response


async def usage_beside_choices(vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    response = await begin(request)
    await response.write(chunk("hello", usage=USAGE))
    await response.write(b"data: [DONE]\n\n")
    return response
