"""Requests to Freehold's own API on behalf of one conversation. Closing an answer stops what makes it.

Raises what the server refuses with, as it says it. Knows no bodies.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, asynccontextmanager

from freehold.contracts.errors import FreeholdError
from freehold.foundation.clock import Clock
from freehold.foundation.egress import Egress
from freehold.foundation.http1 import Answer
from freehold.foundation.tasks import TaskSupervisor
from freehold.voice.conversation.wire.refusals import refusal

JSON = "application/json"
SILENCE_SECONDS = 30.0  # of an answer that has begun
ENDING_SECONDS = 5.0  # for what may follow the last event of an answer
MAX_ERROR_BYTES = 64 * 1024
MAX_WHOLE_BYTES = 4 * 1024 * 1024


class Api:
    """The server at `url`, which ends in /v1. `session` names the conversation, and its requests `session.1` …"""

    def __init__(self, egress: Egress, url: str, token: str, *, session: str, clock: Clock) -> None:
        self._egress = egress
        self._url = url.rstrip("/")
        self._headers = {"authorization": f"Bearer {token}", "x-freehold-conversation": session}
        self._session = session
        self._clock = clock
        self._tasks = TaskSupervisor()
        self._asked = 0

    async def get(self, path: str, timeout_seconds: float) -> bytes:
        """A whole answer. Raises `FreeholdError`."""
        return await self._whole(await self._ask("GET", path, None, {}, timeout_seconds))

    async def post(self, path: str, body: bytes, timeout_seconds: float, media_type: str = JSON) -> Answer:
        """The answer once it has begun, which must be within `timeout_seconds`. Raises `FreeholdError`."""
        # What comes later than that is of no use: our own workers need not begin it.
        deadline = f"{self._clock.unix_seconds() + timeout_seconds:.3f}"
        headers = {"content-type": media_type, "x-freehold-deadline": deadline}
        return await self._ask("POST", path, body, headers, timeout_seconds)

    async def post_whole(self, path: str, body: bytes, timeout_seconds: float, media_type: str = JSON) -> bytes:
        """`post`, and the whole answer."""
        return await self._whole(await self.post(path, body, timeout_seconds, media_type))

    @asynccontextmanager
    async def reading(self, answer: Answer) -> AsyncGenerator[AsyncGenerator[bytes]]:
        """The answer's bytes. Closes it, unless all was read that matters: then nobody waits for its end."""
        try:
            async with aclosing(_chunks(answer)) as chunks:
                yield chunks
        except BaseException:
            answer.close()
            raise
        self._tasks.start("an answer's end", _read_on(answer))

    async def close(self) -> None:
        """Close all connections, whatever is under way on them."""
        await self._egress.close()
        await self._tasks.close()

    async def _ask(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], timeout_seconds: float
    ) -> Answer:
        self._asked += 1
        answer = await self._egress.request(
            method,
            f"{self._url}/{path}",
            body=body,
            headers={**self._headers, **headers, "x-request-id": f"{self._session}.{self._asked}"},
            timeout_seconds=timeout_seconds,
        )
        if answer.status == 200:
            return answer
        try:
            said = await answer.whole(MAX_ERROR_BYTES, SILENCE_SECONDS)
        finally:
            answer.close()
        raise refusal(answer.status, said, answer.headers)

    async def _whole(self, answer: Answer) -> bytes:
        return await answer.whole(MAX_WHOLE_BYTES, SILENCE_SECONDS)


async def _chunks(answer: Answer) -> AsyncGenerator[bytes]:
    while chunk := await answer.read(SILENCE_SECONDS):
        yield chunk


async def _read_on(answer: Answer) -> None:
    """Read what little may follow the last event, so that the connection can take the next request."""
    try:
        async with asyncio.timeout(ENDING_SECONDS):
            async for _ in _chunks(answer):
                pass
    except (FreeholdError, TimeoutError):
        pass  # nobody waits for it
    finally:
        answer.close()
