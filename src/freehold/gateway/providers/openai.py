"""Any server that speaks the OpenAI protocol: our own workers, vLLM, llama.cpp, Ollama, Azure, a paid vendor.

Bytes pass through unread. Closing the reply closes the connection, which is how OpenAI-compatible servers learn
that they may stop. Azure OpenAI takes its key as the header `api-key` and its version as the query `api-version`.
"""

import msgspec

from freehold.contracts.models import Endpoint
from freehold.contracts.usage import Usage
from freehold.contracts.wire import Call, Reply
from freehold.foundation.http1 import Answer
from freehold.gateway.ledger.usage import MOST
from freehold.gateway.settings import GatewaySettings
from freehold.gateway.upstream import Upstream, refuse_credentials

WORKER_HEADERS = ("x-freehold-deadline", "x-freehold-trace")
SPEECH = "audio/speech"
AUDIO_SECONDS = "x-freehold-audio-seconds"


class OpenAIProvider:
    """One endpoint. Implements `contracts.wire.Provider`."""

    endpoints: frozenset[str] = frozenset()

    def __init__(self, endpoint: Endpoint, settings: GatewaySettings) -> None:
        self._upstream = Upstream(endpoint, settings, key_scheme="Bearer ")
        self._is_worker = endpoint.socket_path is not None

    async def send(self, call: Call) -> Reply:
        """Start the request; returns once JSON is there as a whole, and anything else has begun."""
        response = await self._upstream.post(call.endpoint, call.body, self._headers(call))
        refuse_credentials(response)
        reply = await self._upstream.answer(response)
        if reply.status == 200:
            reply.usage = _spoken(call) if call.endpoint == SPEECH else self._told(response)
        return reply

    def _told(self, response: Answer) -> Usage | None:
        """What a worker of ours says of an answer whose body has no room for it: a sound, a plain text."""
        try:
            seconds = float(response.headers[AUDIO_SECONDS]) if self._is_worker else 0.0
        except (KeyError, ValueError):
            return None
        return Usage(audio_seconds=seconds) if 0 < seconds <= MOST else None

    def _headers(self, call: Call) -> dict[str, str]:
        headers = {"content-type": call.media_type, "x-request-id": call.request_id}
        if self._is_worker:
            # Who asks is between us and our own workers; no vendor is told.
            headers["x-freehold-tenant"] = call.tenant
            headers |= {name: call.headers[name] for name in WORKER_HEADERS if name in call.headers}
        return headers

    async def close(self) -> None:
        """Close all connections to the endpoint."""
        await self._upstream.close()


class _Speech(msgspec.Struct):
    input: str


def _spoken(call: Call) -> Usage | None:
    """The characters to be spoken: an answer of sound says nothing of them."""
    try:
        return Usage(characters=len(msgspec.json.decode(call.body, type=_Speech).input))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


PROVIDER = OpenAIProvider
