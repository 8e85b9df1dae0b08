"""Anthropic's API, or a server that speaks its wire. Its URL ends in /v1: https://api.anthropic.com/v1.

Messages pass through unread, chat completions are translated; Anthropic has no other endpoint that a caller may use.
Source: platform.claude.com/docs/en/api (version 2023-06-01).
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from urllib.parse import urlencode

import aiohttp
import msgspec

from freehold.contracts.errors import InvalidRequest, ProviderFailed, ProviderTimeout
from freehold.contracts.models import Endpoint
from freehold.contracts.wire import Call, Reply
from freehold.foundation.clock import Clock, SystemClock
from freehold.foundation.egress import Egress
from freehold.gateway.settings import GatewaySettings
from freehold.gateway.wires.anthropic.chat_answer import chat_completion
from freehold.gateway.wires.anthropic.chat_stream import chat_stream
from freehold.gateway.wires.anthropic.errors import chat_error, chat_status, is_spent
from freehold.gateway.wires.anthropic.messages_request import messages_request

VERSION = "2023-06-01"
BETA = "anthropic-beta"
FORWARDED_HEADERS = ("retry-after", "retry-after-ms", "x-should-retry")
# An unpaid bill (402) is no more the caller's fault than a wrong key.
REFUSED = frozenset({401, 402, 403})


class AnthropicProvider:
    """One endpoint. Implements `contracts.wire.Provider`."""

    endpoints: frozenset[str] = frozenset({"messages"})

    def __init__(self, endpoint: Endpoint, settings: GatewaySettings, clock: Clock | None = None) -> None:
        self._endpoint = endpoint
        self._settings = settings
        self._clock = clock or SystemClock()
        # Endpoints come from the administrator's settings, never from a request.
        self._egress = Egress(
            trusted=True,
            socket_path=endpoint.socket_path,
            connect_timeout_seconds=settings.connect_timeout_seconds,
        )

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

    def _answer(self, reply: Reply) -> Reply:
        """The answer in OpenAI's words."""
        created = int(self._clock.unix_seconds())
        if reply.media_type.startswith("text/event-stream"):
            return replace(reply, body=chat_stream(reply.body, created))
        body = self._whole(reply, lambda content: chat_completion(content, created))
        return replace(reply, media_type="application/json", body=body)

    async def _refusal(self, reply: Reply) -> Reply:
        """The error in OpenAI's words."""
        content = await reply.keep(self._settings.max_answer_bytes)
        headers = {**reply.headers, "x-should-retry": "false"} if is_spent(content) else reply.headers
        return Reply(
            status=chat_status(reply.status),
            media_type="application/json",
            headers=headers,
            body=self._whole(reply, lambda content: msgspec.json.encode(chat_error(content, reply.status))),
        )

    async def _whole(self, reply: Reply, translate: Callable[[bytes], bytes]) -> AsyncIterator[bytes]:
        yield translate(await reply.keep(self._settings.max_answer_bytes))

    async def _ask(self, call: Call) -> Reply:
        """Anthropic's own answer."""
        url = f"{self._endpoint.url.rstrip('/')}/messages"
        response = await self._egress.request(
            "POST",
            f"{url}?{urlencode(self._endpoint.query)}" if self._endpoint.query else url,
            body=call.body,
            headers=self._headers(call),
            timeout_seconds=self._settings.answer_timeout_seconds,
        )
        if response.status in REFUSED:
            response.close()
            raise ProviderFailed(
                f"The provider refused the gateway's credentials ({response.status}).",
                hint="An administrator must correct its api_key, or the account behind it.",
            )

        async def close() -> None:
            response.close()

        return Reply(
            status=response.status,
            media_type=response.headers.get("content-type", "application/json"),
            headers={name: response.headers[name] for name in FORWARDED_HEADERS if name in response.headers},
            body=self._read(response),
            close=close,
        )

    def _headers(self, call: Call) -> dict[str, str]:
        headers = {
            "content-type": "application/json",
            "anthropic-version": VERSION,
            "x-request-id": call.request_id,
        }
        if self._endpoint.api_key:
            headers["x-api-key"] = self._endpoint.api_key
        if BETA in call.headers:
            headers[BETA] = call.headers[BETA]
        return headers | dict(self._endpoint.headers)

    async def _read(self, response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
        """The body as it comes. Raises `ProviderFailed` or `ProviderTimeout` where it breaks off."""
        chunks = response.content.iter_any()
        try:
            while True:
                async with asyncio.timeout(self._settings.silence_timeout_seconds):
                    chunk = await anext(chunks, b"")
                if not chunk:
                    return
                yield chunk
        except TimeoutError:
            raise ProviderTimeout("The provider fell silent in the middle of its answer.") from None
        except (aiohttp.ClientError, ConnectionError) as error:
            raise ProviderFailed("The provider broke off in the middle of its answer.") from error
        finally:
            response.close()

    async def close(self) -> None:
        """Close all connections to the endpoint."""
        await self._egress.close()


PROVIDER = AnthropicProvider
