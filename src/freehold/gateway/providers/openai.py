"""Any server that speaks the OpenAI protocol: our own workers, vLLM, llama.cpp, Ollama, a paid vendor.

Bytes pass through unread. Closing the reply closes the connection, which is how OpenAI-compatible servers learn
that they may stop.
"""

import asyncio
from collections.abc import AsyncIterator

import aiohttp

from freehold.contracts.errors import ProviderFailed, ProviderTimeout
from freehold.contracts.models import Endpoint
from freehold.contracts.wire import Call, Reply
from freehold.foundation.egress import Egress
from freehold.gateway.settings import GatewaySettings

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

    async def send(self, call: Call) -> Reply:
        """Start the request; returns once the status line is there."""
        headers = {"content-type": "application/json", "x-request-id": call.request_id}
        headers["x-freehold-tenant"] = call.tenant
        if self._endpoint.api_key:
            headers["authorization"] = f"Bearer {self._endpoint.api_key}"
        response = await self._egress.request(
            "POST",
            f"{self._endpoint.url.rstrip('/')}/{call.endpoint}",
            body=call.body,
            headers=headers,
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
