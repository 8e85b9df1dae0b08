"""The HTTP that every provider needs, whatever its wire: a request out, its answer back within bounds.

Bounded are the wait for an answer, the silence within one and the size of a whole one. Closing an answer closes its
connection, which is how servers learn that they may stop; one that was read to its end leaves the connection for the
next request. Knows no wire, and follows no redirect.
"""

from collections.abc import AsyncIterator, Mapping
from urllib.parse import urlencode

import msgspec

from freehold.contracts.errors import ProviderFailed
from freehold.contracts.models import Endpoint
from freehold.contracts.usage import Usage
from freehold.contracts.wire import Reply
from freehold.foundation.egress import Egress
from freehold.foundation.http1 import Answer
from freehold.gateway.ledger.usage import MOST
from freehold.gateway.settings import GatewaySettings

JSON = "application/json"
FORWARDED_HEADERS = ("openai-processing-ms", "retry-after", "retry-after-ms", "x-should-retry")
# An unpaid bill (402) is no more the caller's fault than a wrong key.
REFUSED = frozenset({401, 402, 403})
OWN = ("x-freehold-", "server-timing")  # begin the headers by which our own workers tell callers more
MAX_SAID_BYTES = 300


class Upstream:
    """The server at an endpoint. Its key goes into the header `key_header`, behind `key_scheme`.

    The endpoint's own headers and query go with every request and win over all others.
    """

    def __init__(
        self, endpoint: Endpoint, settings: GatewaySettings, *, key_header: str = "authorization", key_scheme: str = ""
    ) -> None:
        query = urlencode(endpoint.query)
        self._base = endpoint.url.rstrip("/")
        self._query, self._further_query = (f"?{query}", f"&{query}") if query else ("", "")
        key = {key_header: key_scheme + endpoint.api_key} if endpoint.api_key else {}
        self._headers = key | {name.lower(): value for name, value in endpoint.headers}
        self._is_worker = endpoint.socket_path is not None
        self._answer_seconds = settings.answer_timeout_seconds
        self._silence_seconds = settings.silence_timeout_seconds
        self._max_bytes = settings.max_answer_bytes
        # Endpoints come from the administrator's settings or from our own workers, never from a request.
        self._egress = Egress(
            trusted=True,
            socket_path=endpoint.socket_path,
            connect_timeout_seconds=settings.connect_timeout_seconds,
        )

    async def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send; returns once the status line is there. `path` may bring a query, `headers` have lower-case names.

        Raises `Unavailable`, `ProviderTimeout`, or `ProviderFailed`, for a redirect too.
        """
        response = await self._egress.request(
            "POST",
            f"{self._base}/{path}{self._further_query if '?' in path else self._query}",
            body=body,
            headers={**headers, **self._headers},
            timeout_seconds=self._answer_seconds,
        )
        if 300 <= response.status < 400:
            response.close()
            raise ProviderFailed(
                f"The provider is not at this address ({response.status}).",
                hint="An administrator must correct its url.",
            )
        return response

    async def answer(self, response: Answer) -> Reply:
        """What the server says, unread: JSON as a whole, anything else as it comes. Raises what `whole` raises."""
        media_type = response.headers.get("content-type") or JSON
        if not media_type.startswith(JSON):
            return self.stream(response)
        content = await self.whole(response)
        return kept(response.status, content, media_type=media_type, headers=self._forwarded(response))

    def stream(self, response: Answer, *, media_type: str = JSON, usage: Usage | None = None) -> Reply:
        """What the server says as it comes; `media_type` is for one that does not name it."""

        async def close() -> None:
            response.close()

        return Reply(
            status=response.status,
            media_type=response.headers.get("content-type") or media_type,
            headers=self._forwarded(response),
            body=response.chunks(self._silence_seconds),
            close=close,
            usage=usage,
        )

    async def sound(self, response: Answer, *, media_type: str, usage: Usage) -> Reply:
        """Speech as it comes. Raises `ProviderFailed` for words in its place: an error under a 200."""
        if response.headers.get("content-type", media_type).startswith((JSON, "text/")):
            said = (await self.whole(response))[:MAX_SAID_BYTES].decode(errors="replace")
            raise ProviderFailed(f"The provider answered 200 without any sound: {said}")
        return self.stream(response, media_type=media_type, usage=usage)

    async def whole(self, response: Answer) -> bytes:
        """The whole body. Raises `ProviderFailed` where it breaks off or is too long, or `ProviderTimeout`."""
        if response.is_complete and response.bytes_waiting <= self._max_bytes:
            return response.take()  # a short answer comes with its head
        return await response.whole(self._max_bytes, self._silence_seconds)

    def _forwarded(self, response: Answer) -> dict[str, str]:
        """`forwarded`, and all that a worker of ours says to callers."""
        headers = forwarded(response)
        if self._is_worker:
            headers |= {name: value for name, value in response.headers.items() if name.startswith(OWN)}
        return headers

    async def close(self) -> None:
        """Close all connections to the endpoint."""
        await self._egress.close()


def refuse_credentials(response: Answer) -> None:
    """Raise `ProviderFailed` where the server refuses the gateway itself: its key, or its unpaid account."""
    if response.status in REFUSED:
        response.close()
        raise ProviderFailed(
            f"The provider refused the gateway's credentials ({response.status}).",
            hint="An administrator must correct its api_key, or pay the account.",
        )


def forwarded(response: Answer) -> dict[str, str]:
    """The headers that tell a caller when to come back."""
    found = response.headers
    return {name: found[name] for name in FORWARDED_HEADERS if name in found}


def kept(
    status: int,
    content: bytes,
    *,
    media_type: str = JSON,
    headers: Mapping[str, str] | None = None,
    usage: Usage | None = None,
) -> Reply:
    """A whole answer. A usage that cannot be, as a provider may err or lie, is none."""
    possible = usage is not None and all(0 <= number <= MOST for number in msgspec.structs.astuple(usage))
    return Reply(
        status=status,
        media_type=media_type,
        headers=headers or {},
        body=_once(content),
        usage=usage if possible else None,
        content=content,
    )


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
