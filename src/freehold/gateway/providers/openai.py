"""Any server that speaks the OpenAI protocol: our own workers, vLLM, llama.cpp, Ollama, a paid vendor.

Bytes pass through unread. Closing the reply closes the connection, which is how OpenAI-compatible servers learn
that they may stop.
"""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import aiohttp

from freehold.contracts.errors import ProviderFailed, ProviderTimeout
from freehold.contracts.models import Endpoint
from freehold.contracts.wire import Call, Reply
from freehold.foundation.egress import Egress
from freehold.gateway.settings import GatewaySettings

WORKER_HEADERS = ("x-freehold-deadline", "x-freehold-trace")
FORWARDED_HEADERS = ("openai-processing-ms", "retry-after", "retry-after-ms", "x-should-retry")


class OpenAIProvider:
    """One endpoint. Implements `contracts.wire.Provider`."""

    endpoints: frozenset[str] = frozenset()

    def __init__(self, endpoint: Endpoint, settings: GatewaySettings) -> None:
        self._endpoint = endpoint
        self._settings = settings
        # Endpoints come from the administrator's settings or from our own workers, never from a request.
        self._egress = Egress(
            trusted=True,
            socket_path=endpoint.socket_path,
            connect_timeout_seconds=settings.connect_timeout_seconds,
        )
        self._base = endpoint.url.rstrip("/")
        self._query = f"?{urlencode(endpoint.query)}" if endpoint.query else ""
        self._fixed = dict(endpoint.headers)
        if endpoint.api_key:
            self._fixed["authorization"] = f"Bearer {endpoint.api_key}"

    def _headers(self, call: Call) -> dict[str, str]:
        headers = {"content-type": call.media_type, "x-request-id": call.request_id, **self._fixed}
        if self._endpoint.socket_path is not None:
            # Who asks is between us and our own workers; no vendor is told.
            headers["x-freehold-tenant"] = call.tenant
            headers |= {name: call.headers[name] for name in WORKER_HEADERS if name in call.headers}
        return headers

    async def send(self, call: Call) -> Reply:
        """Start the request; returns once the status line is there."""
        response = await self._egress.request(
            "POST",
            f"{self._base}/{call.endpoint}{self._query}",
            body=call.body,
            headers=self._headers(call),
            timeout_seconds=self._settings.answer_timeout_seconds,
        )
        if response.status in (401, 403):
            response.close()
            raise ProviderFailed(
                f"The provider refused the gateway's credentials ({response.status}).",
                hint="An administrator must correct its api_key.",
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


PROVIDER = OpenAIProvider
