"""One tiny real request to a provider, past limits and ledger: does it answer, and what?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from freehold.contracts.errors import InvalidRequest
from freehold.contracts.wire import Call
from freehold.foundation.clock import Clock
from freehold.gateway.route import open_provider
from freehold.gateway.settings import GatewaySettings, ProviderSettings

MESSAGES = [{"role": "user", "content": "Say: ready"}]
# What is asked, by endpoint, in the order of preference.
BODIES: Mapping[str, Mapping[str, Any]] = {
    "chat/completions": {"messages": MESSAGES, "max_tokens": 16},
    "messages": {"messages": MESSAGES, "max_tokens": 16},
    "embeddings": {"input": "ready"},
    "rerank": {"query": "ready", "documents": ["ready"]},
    "audio/speech": {"input": "ready", "voice": "alloy"},
}
TOLD_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What to ask; empty means what the provider has first."""

    model: str = ""
    endpoint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came back: how soon, and the beginning of what it says."""

    ok: bool
    status: int
    endpoint: str
    model: str
    seconds: float
    media_type: str
    bytes: int
    said: str


async def check_provider(settings: ProviderSettings, gateway: GatewaySettings, wanted: Check, clock: Clock) -> Answered:
    """Ask and read the whole answer. Raises `InvalidRequest`, and what providers raise."""
    model = wanted.model or next(iter(settings.models.values()), "")
    if not model:
        raise InvalidRequest("This provider names no models.", hint="Say which one to ask: --model NAME.")
    provider = open_provider(settings, gateway)
    try:
        endpoint = wanted.endpoint or _first(provider.endpoints)
        if endpoint not in BODIES:
            raise InvalidRequest(f"There is no tiny request for '{endpoint}'.", hint=f"Known: {', '.join(BODIES)}.")
        body = msgspec.json.encode({"model": model, **BODIES[endpoint]})
        started = clock.monotonic_seconds()
        reply = await provider.send(
            Call(endpoint=endpoint, body=body, model=model, request_id="freehold-provider-test")
        )
        seconds = clock.monotonic_seconds() - started
        content = await reply.keep(gateway.max_answer_bytes)
    finally:
        await provider.close()
    return Answered(
        ok=reply.status < 400,
        status=reply.status,
        endpoint=endpoint,
        model=model,
        seconds=round(seconds, 3),
        media_type=reply.media_type,
        bytes=len(content),
        said=_said(reply.media_type, content),
    )


def _first(endpoints: frozenset[str]) -> str:
    """The endpoint to ask a provider that has these; without any it has all of OpenAI's."""
    return next((endpoint for endpoint in BODIES if endpoint in endpoints), next(iter(BODIES)))


def _said(media_type: str, content: bytes) -> str:
    """The beginning of an answer on one line, or how much of what it is."""
    if "json" not in media_type and not media_type.startswith("text/"):
        return f"{len(content)} bytes of {media_type}"
    text = " ".join(content.decode("utf-8", "replace").split())
    return text if len(text) <= TOLD_CHARACTERS else f"{text[:TOLD_CHARACTERS]}…"
