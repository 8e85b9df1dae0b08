"""Google's Gemini API in its own wire format: chat through `generateContent`, embeddings through `batchEmbedContents`.

The endpoint's URL ends in the API's version: https://generativelanguage.googleapis.com/v1beta, or /v1, which Google's
own package asks. Refuses what Gemini cannot honour. Source: google-genai 3.6.1.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from urllib.parse import quote, urlencode

import aiohttp

from freehold.contracts.errors import InvalidRequest, ProviderFailed, ProviderTimeout
from freehold.contracts.models import Endpoint
from freehold.contracts.wire import Call, Reply
from freehold.foundation.clock import Clock, SystemClock
from freehold.foundation.egress import Egress
from freehold.gateway.settings import GatewaySettings
from freehold.gateway.wires.gemini.chats import ChatStream, Heading, chat_chunks, completion
from freehold.gateway.wires.gemini.embeddings import embeddings, read_request
from freehold.gateway.wires.gemini.errors import refusal
from freehold.gateway.wires.gemini.requests import generate_content

MAX_ANSWER_BYTES = 64 * 2**20


class GeminiProvider:
    """One endpoint. Implements `contracts.wire.Provider`."""

    endpoints: frozenset[str] = frozenset({"chat/completions", "embeddings"})

    def __init__(self, endpoint: Endpoint, settings: GatewaySettings, clock: Clock | None = None) -> None:
        self._endpoint = endpoint
        self._settings = settings
        self._clock = clock or SystemClock()
        self._egress = Egress(
            trusted=True,
            socket_path=endpoint.socket_path,
            connect_timeout_seconds=settings.connect_timeout_seconds,
        )
        self._answers: Mapping[str, Callable[[Call], Awaitable[Reply]]] = {
            "chat/completions": self._chat,
            "embeddings": self._embed,
        }

    async def send(self, call: Call) -> Reply:
        """Answer the call. Raises what providers raise, and `InvalidRequest` for what Gemini cannot be asked."""
        if call.endpoint not in self._answers:
            raise InvalidRequest(f"Gemini has no /v1/{call.endpoint}.", param="model")
        return await self._answers[call.endpoint](call)

    async def _chat(self, call: Call) -> Reply:
        body = generate_content(call.body, call.model)
        method = "streamGenerateContent" if call.stream else "generateContent"
        response = await self._post(f"{_resource(call.model)}:{method}", body, {"alt": "sse"} if call.stream else {})
        if response.status != 200:
            return await self._refuse(response)
        created = int(self._clock.unix_seconds())
        heading = Heading(answer_id=call.request_id, model=call.model, created=created)
        if not call.stream:
            return _json(200, completion(await self._whole(response), heading))

        async def close() -> None:
            response.close()

        chunks = chat_chunks(self._read(response), ChatStream(heading))
        return Reply(status=200, media_type="text/event-stream", body=chunks, close=close)

    async def _embed(self, call: Call) -> Reply:
        request = read_request(call.body)
        resource = _resource(call.model)
        answers: list[bytes] = []
        for batch in request.batches(resource):
            response = await self._post(f"{resource}:batchEmbedContents", batch, {})
            if response.status != 200:
                return await self._refuse(response)
            answers.append(await self._whole(response))
        body, used = embeddings(request, call.model, answers)
        reply = _json(200, body)
        reply.usage = used
        return reply

    async def _post(self, path: str, body: bytes, query: Mapping[str, str]) -> aiohttp.ClientResponse:
        pairs = [*query.items(), *self._endpoint.query]
        url = f"{self._endpoint.url.rstrip('/')}/{quote(path, safe='/:')}"
        headers = {"content-type": "application/json"}
        if self._endpoint.api_key:
            headers["x-goog-api-key"] = self._endpoint.api_key
        return await self._egress.request(
            "POST",
            f"{url}?{urlencode(pairs)}" if pairs else url,
            body=body,
            headers=headers | dict(self._endpoint.headers),
            timeout_seconds=self._settings.answer_timeout_seconds,
        )

    async def _refuse(self, response: aiohttp.ClientResponse) -> Reply:
        found = refusal(response.status, await self._whole(response))
        reply = _json(response.status, found.body)
        if found.retry_after_seconds is not None:
            reply.headers = {"retry-after": str(found.retry_after_seconds)}
        return reply

    async def _whole(self, response: aiohttp.ClientResponse) -> bytes:
        """The whole body; closes the response. Raises `ProviderFailed` for one over `MAX_ANSWER_BYTES`."""
        found = bytearray()
        async with aclosing(self._read(response)) as chunks:
            async for chunk in chunks:
                found += chunk
                if len(found) > MAX_ANSWER_BYTES:
                    raise ProviderFailed(f"Gemini's answer is over {MAX_ANSWER_BYTES} bytes.")
        return bytes(found)

    async def _read(self, response: aiohttp.ClientResponse) -> AsyncGenerator[bytes]:
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


def _resource(model: str) -> str:
    """The resource name of a model; tuned models bring theirs along."""
    return model if model.startswith(("models/", "tunedModels/")) else f"models/{model}"


def _json(status: int, body: bytes) -> Reply:
    async def once() -> AsyncIterator[bytes]:
        yield body

    return Reply(status=status, media_type="application/json", body=once())


PROVIDER = GeminiProvider
