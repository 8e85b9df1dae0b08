"""Vendors behind the live server of the client tests: one speaks OpenAI's wire, one Anthropic's, by the SDKs' types.

The upstream model decides how a request is treated (`BEHAVIOURS`). Requests are told apart by their topic, the text
that the user says first; `GET /topics/{topic}` says what has become of them, for tests in other processes.
"""

import asyncio
import base64
import json
import struct
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Generator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, Literal, Protocol

import pydantic
from aiohttp import web
from anthropic.types import Message, RawMessageStreamEvent
from anthropic.types.shared import ErrorResponse
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from free_port import free_port
from gateway.wires.anthropic.judges import is_chat_request, is_messages_request

Json = dict[str, Any]
BEHAVIOURS = ("good", "long", "breaks", "hangs", "spent")
INPUT_TOKENS, OUTPUT_TOKENS = 10, 5
PIECES = ("Hello ", "from the ", "vendor – größte Grüße.")
TEXT = "".join(PIECES)
STORY = tuple(f"The little boat comes to town number {number}. " for number in range(1, 40))
VECTOR = (0.5, 0.25)
CITY = {"city": "Köln"}
ARGUMENTS = ('{"city": ', '"Köln"}')
SPENT = "You exceeded your current quota, please check your plan and billing details."
SSE = {"content-type": "text/event-stream; charset=utf-8"}
_EVENT = pydantic.TypeAdapter[Any](RawMessageStreamEvent)


@dataclass
class Topic:
    """What became of the requests about one topic."""

    asked: int = 0
    running: int = 0
    hung_up: int = 0


@dataclass(frozen=True)
class Said:
    """What the vendor answers: a text in pieces, or a call of the tool `weather`."""

    pieces: Sequence[str] = ()

    @property
    def is_call(self) -> bool:
        return not self.pieces


class Wire(Protocol):
    """How a vendor reads and writes. `key` is the header that brings its secret."""

    key: tuple[str, str]

    def read(self, body: bytes) -> tuple[Json, str, Said]:
        """The request, its topic and what to answer. Raises `pydantic.ValidationError`."""
        ...

    def whole(self, said: Said) -> Json: ...

    def events(self, said: Said, request: Json) -> list[bytes]: ...

    def error(self, status: int, message: str, *, spent: bool = False) -> Json: ...


class OpenAIWire:
    """Chat completions."""

    key: tuple[str, str] = ("authorization", "Bearer acme-secret")
    HEAD: Json = {"id": "chatcmpl-1", "created": 1, "model": "acme-1"}  # noqa: RUF012
    USAGE: Json = {  # noqa: RUF012
        "prompt_tokens": INPUT_TOKENS,
        "completion_tokens": OUTPUT_TOKENS,
        "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS,
    }

    def read(self, body: bytes) -> tuple[Json, str, Said]:
        request = is_chat_request(body)
        turns = request["messages"]
        first = next(turn for turn in turns if turn["role"] == "user")
        if turns[-1]["role"] == "tool":
            assert turns[-2]["tool_calls"][0]["id"] == turns[-1]["tool_call_id"]
            return request, _text(first["content"]), Said(("It is ", _text(turns[-1]["content"])))
        pieces = STORY if request["model"] == "long" else PIECES
        return request, _text(first["content"]), Said(() if request.get("tools") else pieces)

    def whole(self, said: Said) -> Json:
        message: Json = {"role": "assistant", "content": "".join(said.pieces) or None, "refusal": None}
        if said.is_call:
            function = {"name": "weather", "arguments": "".join(ARGUMENTS)}
            message["tool_calls"] = [{"id": "call_1", "type": "function", "function": function}]
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": self._reason(said)}
        body = self.HEAD | {"object": "chat.completion", "choices": [choice], "usage": self.USAGE}
        return ChatCompletion.model_validate(body).model_dump(mode="json", exclude_unset=True)

    def events(self, said: Said, request: Json) -> list[bytes]:
        with_usage = (request.get("stream_options") or {}).get("include_usage")
        deltas: list[Json] = [{"role": "assistant", "content": None if said.is_call else ""}]
        if said.is_call:
            begun = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "weather", "arguments": ""}}
            more = [{"index": 0, "function": {"arguments": part}} for part in ARGUMENTS]
            deltas += [{"tool_calls": [call]} for call in (begun, *more)]
        deltas += [{"content": piece} for piece in said.pieces]
        choices = [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
        choices.append({"index": 0, "delta": {}, "finish_reason": self._reason(said)})
        usage = {"usage": None} if with_usage else {}
        bodies = [{"choices": [choice], **usage} for choice in choices]
        bodies += [{"choices": [], "usage": self.USAGE}] if with_usage else []
        return [*(self._event(body) for body in bodies), b"data: [DONE]\n\n"]

    def _event(self, body: Json) -> bytes:
        chunk = ChatCompletionChunk.model_validate(self.HEAD | {"object": "chat.completion.chunk"} | body)
        return b"data: " + chunk.model_dump_json(exclude_unset=True).encode() + b"\n\n"

    @staticmethod
    def _reason(said: Said) -> str:
        return "tool_calls" if said.is_call else "stop"

    def error(self, status: int, message: str, *, spent: bool = False) -> Json:
        kind = "insufficient_quota" if spent else "invalid_request_error"
        return {"error": {"message": message, "type": kind, "param": None, "code": kind if spent else None}}


class AnthropicWire:
    """Messages."""

    key: tuple[str, str] = ("x-api-key", "claude-secret")
    HEAD: Json = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-1"}  # noqa: RUF012

    def read(self, body: bytes) -> tuple[Json, str, Said]:
        request = is_messages_request(body)
        turns = request["messages"]
        result = _block(turns[-1]["content"], "tool_result")
        if result is not None:
            call = _block(turns[-2]["content"], "tool_use")
            assert call is not None
            assert call["id"] == result["tool_use_id"]
            return request, _text(turns[0]["content"]), Said(("It is ", _text(result["content"])))
        return request, _text(turns[0]["content"]), Said(() if request.get("tools") else PIECES)

    def whole(self, said: Said) -> Json:
        call = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": CITY}
        content = call if said.is_call else {"type": "text", "text": "".join(said.pieces)}
        usage = {"input_tokens": INPUT_TOKENS, "output_tokens": OUTPUT_TOKENS}
        end = {"content": [content], "stop_reason": self._reason(said), "stop_sequence": None, "usage": usage}
        return Message.model_validate(self.HEAD | end).model_dump(mode="json", exclude_unset=True)

    def events(self, said: Said, request: Json) -> list[bytes]:
        begun = {"content": [], "stop_reason": None, "stop_sequence": None}
        begun["usage"] = {"input_tokens": INPUT_TOKENS, "output_tokens": 1}
        block: Json = {"type": "text", "text": ""}
        deltas: list[Json] = [{"type": "text_delta", "text": piece} for piece in said.pieces]
        if said.is_call:
            block = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {}}
            deltas = [{"type": "input_json_delta", "partial_json": part} for part in ARGUMENTS]
        end = {"stop_reason": self._reason(said), "stop_sequence": None}
        events: list[Json] = [
            {"type": "message_start", "message": self.HEAD | begun},
            {"type": "content_block_start", "index": 0, "content_block": block},
            *({"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas),
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": end, "usage": {"output_tokens": OUTPUT_TOKENS}},
            {"type": "message_stop"},
        ]
        return [self._event(event) for event in events]

    @staticmethod
    def _event(event: Json) -> bytes:
        data = _EVENT.dump_json(_EVENT.validate_python(event), exclude_unset=True)
        return b"event: " + event["type"].encode() + b"\ndata: " + data + b"\n\n"

    @staticmethod
    def _reason(said: Said) -> str:
        return "tool_use" if said.is_call else "end_turn"

    def error(self, status: int, message: str, *, spent: bool = False) -> Json:
        error: Json = {"type": "rate_limit_error" if spent else "invalid_request_error", "message": message}
        if spent:
            error["details"] = {"error_code": "enforced_spend_limit_reached"}
        body = {"type": "error", "error": error, "request_id": "req_vendor"}
        ErrorResponse.model_validate(body)
        return body


def _text(content: Any) -> str:
    return content if isinstance(content, str) else "".join(block["text"] for block in content)


def _block(content: Any, kind: Literal["tool_use", "tool_result"]) -> Json | None:
    blocks = () if isinstance(content, str) else content
    return next((block for block in blocks if block["type"] == kind), None)


@dataclass
class Vendors:
    """Both vendors, in a thread of their own."""

    port: int = field(default_factory=free_port)
    topics: dict[str, Topic] = field(default_factory=lambda: defaultdict(Topic))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def serving(self) -> Generator["Vendors"]:
        ready, stop = threading.Event(), threading.Event()
        thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready, stop)))
        thread.start()
        assert ready.wait(10)
        yield self
        stop.set()
        thread.join(10)

    async def _serve(self, ready: threading.Event, stop: threading.Event) -> None:
        app = web.Application()
        app.router.add_get("/topics/{topic}", self._tell)
        app.router.add_post("/acme/v1/chat/completions", partial(self._answer, OpenAIWire()))
        app.router.add_post("/acme/v1/embeddings", _embed)
        app.router.add_post("/claude/v1/messages", partial(self._answer, AnthropicWire()))
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        ready.set()
        await asyncio.to_thread(stop.wait)
        await runner.cleanup()

    async def _tell(self, request: web.Request) -> web.Response:
        return web.json_response(asdict(self.topics[request.match_info["topic"]]))

    async def _answer(self, wire: Wire, request: web.Request) -> web.StreamResponse:
        name, secret = wire.key
        assert request.headers[name] == secret
        try:
            body, about, said = wire.read(await request.read())
        except pydantic.ValidationError as error:
            return web.json_response(wire.error(400, str(error)), status=400)
        topic = self.topics[about]
        topic.asked += 1
        topic.running += 1
        try:
            return await self._behave(wire, request, body, said)
        except (asyncio.CancelledError, ConnectionError):
            topic.hung_up += 1
            raise
        finally:
            topic.running -= 1

    async def _behave(self, wire: Wire, request: web.Request, body: Json, said: Said) -> web.StreamResponse:
        behaviour = body["model"]
        assert behaviour in BEHAVIOURS
        if behaviour == "spent":
            return web.json_response(wire.error(429, SPENT, spent=True), status=429)
        if not body.get("stream"):
            await _forever(behaviour == "hangs")
            return web.json_response(wire.whole(said))
        response = web.StreamResponse(headers=SSE)
        await response.prepare(request)
        async for event in _until_trouble(behaviour, wire.events(said, body)):
            await response.write(event)
        if behaviour == "breaks":
            assert request.transport is not None
            request.transport.abort()
        return response


async def _until_trouble(behaviour: str, events: Sequence[bytes]) -> AsyncIterator[bytes]:
    """All events, or those up to the first text."""
    if behaviour in ("good", "long"):
        for event in events:
            yield event
        return
    for event in events[:3]:
        yield event
    await _forever(behaviour == "hangs")


async def _forever(hangs: bool) -> None:
    if hangs:
        await asyncio.Event().wait()


async def _embed(request: web.Request) -> web.Response:
    body = json.loads(await request.read())
    vector: Any = list(VECTOR)
    if body.get("encoding_format") == "base64":
        vector = base64.b64encode(struct.pack("<2f", *VECTOR)).decode()
    data = [{"object": "embedding", "index": index, "embedding": vector} for index, _ in enumerate(body["input"])]
    usage = {"prompt_tokens": INPUT_TOKENS, "total_tokens": INPUT_TOKENS}
    return web.json_response({"object": "list", "data": data, "model": body["model"], "usage": usage})
