"""Google's Gemini API in its own wire format: chat through `generateContent`, embeddings through `batchEmbedContents`.

The endpoint's URL ends in the API's version: https://generativelanguage.googleapis.com/v1beta, or /v1, which Google's
own package asks. Refuses what Gemini cannot honour. Source: google-genai 3.6.1.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from urllib.parse import quote

from freehold.contracts.errors import InvalidRequest
from freehold.contracts.models import Endpoint
from freehold.contracts.wire import Call, Reply
from freehold.foundation.clock import Clock, SystemClock
from freehold.foundation.http1 import Answer
from freehold.gateway.events import Events
from freehold.gateway.settings import GatewaySettings
from freehold.gateway.upstream import JSON, Upstream, forwarded, kept
from freehold.gateway.wires.gemini.chats import ChatStream, Heading, chat_chunks, completion
from freehold.gateway.wires.gemini.embeddings import embeddings, read_request
from freehold.gateway.wires.gemini.errors import refusal
from freehold.gateway.wires.gemini.requests import generate_content


class GeminiProvider:
    """One endpoint. Implements `contracts.wire.Provider`."""

    endpoints: frozenset[str] = frozenset({"chat/completions", "embeddings"})

    def __init__(self, endpoint: Endpoint, settings: GatewaySettings, clock: Clock | None = None) -> None:
        self._upstream = Upstream(endpoint, settings, key_header="x-goog-api-key")
        self._settings = settings
        self._clock = clock or SystemClock()
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
        method = "streamGenerateContent?alt=sse" if call.stream else "generateContent"
        response = await self._post(f"{_resource(call.model)}:{method}", body)
        if response.status != 200:
            return await self._refuse(response)
        created = int(self._clock.unix_seconds())
        heading = Heading(answer_id=call.request_id, model=call.model, created=created)
        if not call.stream:
            return kept(200, completion(await self._upstream.whole(response), heading))
        reply = self._upstream.stream(response)
        events = aiter(Events(reply.body, self._settings.max_answer_bytes))
        return replace(reply, media_type="text/event-stream", body=chat_chunks(events, ChatStream(heading)))

    async def _embed(self, call: Call) -> Reply:
        request = read_request(call.body)
        resource = _resource(call.model)
        answers: list[bytes] = []
        for batch in request.batches(resource):
            response = await self._post(f"{resource}:batchEmbedContents", batch)
            if response.status != 200:
                return await self._refuse(response)
            answers.append(await self._upstream.whole(response))
        body, used = embeddings(request, call.model, answers)
        return kept(200, body, usage=used)

    async def _post(self, path: str, body: bytes) -> Answer:
        return await self._upstream.post(path, body, {"content-type": JSON})

    async def _refuse(self, response: Answer) -> Reply:
        found = refusal(response.status, await self._upstream.whole(response))
        headers = forwarded(response)
        if found.retry_after_seconds is not None:
            headers["retry-after"] = str(found.retry_after_seconds)
        return kept(response.status, found.body, headers=headers)

    async def close(self) -> None:
        """Close all connections to the endpoint."""
        await self._upstream.close()


def _resource(model: str) -> str:
    """The path of a model's resource; tuned models bring theirs along."""
    return quote(model if model.startswith(("models/", "tunedModels/")) else f"models/{model}", safe="/:")


PROVIDER = GeminiProvider
