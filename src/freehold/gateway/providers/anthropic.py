"""Anthropic's API, or a server that speaks its wire. Its URL ends in /v1: https://api.anthropic.com/v1.

Messages pass through unread, chat completions are translated; Anthropic has no other endpoint that a caller may use.
Source: platform.claude.com/docs/en/api (version 2023-06-01).
"""

from collections.abc import AsyncIterator
from dataclasses import replace

import msgspec

from freehold.contracts.errors import InvalidRequest
from freehold.contracts.models import Endpoint
from freehold.contracts.wire import Call, Reply
from freehold.foundation.clock import Clock, SystemClock
from freehold.gateway.settings import GatewaySettings
from freehold.gateway.upstream import JSON, Upstream, kept, refuse_credentials
from freehold.gateway.wires.anthropic.chat_answer import chat_completion
from freehold.gateway.wires.anthropic.chat_stream import chat_stream
from freehold.gateway.wires.anthropic.errors import chat_error, chat_status, is_spent
from freehold.gateway.wires.anthropic.messages_request import messages_request

VERSION = "2023-06-01"
BETA = "anthropic-beta"


class AnthropicProvider:
    """One endpoint. Implements `contracts.wire.Provider`."""

    endpoints: frozenset[str] = frozenset({"messages"})

    def __init__(self, endpoint: Endpoint, settings: GatewaySettings, clock: Clock | None = None) -> None:
        self._upstream = Upstream(endpoint, settings, key_header="x-api-key")
        self._settings = settings
        self._clock = clock or SystemClock()

    async def send(self, call: Call) -> Reply:
        """Start the request; returns once the status line is there.

        Raises what providers raise, and `InvalidRequest` for what Anthropic cannot be asked.
        """
        if call.endpoint == "messages":
            return await self._ask(call)
        if call.endpoint != "chat/completions":
            raise InvalidRequest(f"Anthropic has no /v1/{call.endpoint}.", param="model", hint="Use a chat endpoint.")
        reply = await self._ask(msgspec.structs.replace(call, body=messages_request(call.body)))
        return await self._refusal(reply) if reply.status >= 400 else self._answer(reply)

    async def _ask(self, call: Call) -> Reply:
        """Anthropic's own answer."""
        headers = {"content-type": JSON, "anthropic-version": VERSION, "x-request-id": call.request_id}
        if BETA in call.headers:
            headers[BETA] = call.headers[BETA]
        response = await self._upstream.post("messages", call.body, headers)
        refuse_credentials(response)
        return self._upstream.stream(response)

    def _answer(self, reply: Reply) -> Reply:
        """The answer in OpenAI's words."""
        created = int(self._clock.unix_seconds())
        if reply.media_type.startswith("text/event-stream"):
            return replace(reply, body=chat_stream(reply.body, created))
        return replace(reply, media_type=JSON, body=self._completion(reply, created))

    async def _completion(self, reply: Reply, created: int) -> AsyncIterator[bytes]:
        yield chat_completion(await reply.keep(self._settings.max_answer_bytes), created)

    async def _refusal(self, reply: Reply) -> Reply:
        """The error in OpenAI's words."""
        content = await reply.keep(self._settings.max_answer_bytes)
        headers = {**reply.headers, "x-should-retry": "false"} if is_spent(content) else reply.headers
        body = msgspec.json.encode(chat_error(content, reply.status))
        return kept(chat_status(reply.status), body, headers=headers)

    async def close(self) -> None:
        """Close all connections to the endpoint."""
        await self._upstream.close()


PROVIDER = AnthropicProvider
