"""From a list of targets to one answer: retries, fallbacks, breakers, overflow – all before the first byte.

A stream counts as begun with its first whole event, and sound with its first bytes: one that begins with an error has
not begun, and the next target is asked. Refuses to repeat anything after that: what breaks then ends with an error.
"""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from freehold.contracts.errors import FreeholdError, ModelNotFound, ProviderFailed, ProviderTimeout
from freehold.contracts.wire import Call, Reply
from freehold.foundation.clock import Clock
from freehold.gateway.events import Events
from freehold.gateway.health import RetryBudget, retry_after
from freehold.gateway.route import Routes, available
from freehold.gateway.settings import GatewaySettings
from freehold.gateway.target import Target

RETRYABLE = frozenset({408, 429, 500, 502, 503, 504, 529})
BACKOFF_SECONDS = 0.2
MAX_WAIT_SECONDS = 5.0
MAX_SAID_BYTES = 300
EVENT_STREAM = "text/event-stream"
SOUND_TYPES = ("audio/", "application/octet-stream")

Address = Callable[[Target], Call]  # a call as each target is to get it

logger = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Begun:
    """An answer that has begun: from whom, after how many attempts. `events` is None for a whole answer."""

    target: Target
    reply: Reply
    attempts: int
    sent: Call
    sent_at: float
    first_byte_at: float
    first: bytes = b""  # of a stream: its first whole events
    events: AsyncIterator[bytes] | None = None
    is_sound: bool = False  # a stream of sound, which has pieces and no events

    async def close(self) -> None:
        """Free the provider's slot."""
        await self.reply.close()
        self.target.health.end()


class _RefusedError(FreeholdError):
    """A provider's own error that another provider might not have; `reply` is what it said."""

    def __init__(self, reply: Reply, wait_seconds: float | None) -> None:
        super().__init__(f"answered {reply.status}")
        self.reply = reply
        self.wait_seconds = wait_seconds


class Attempts:
    """Asks targets in turn."""

    def __init__(self, routes: Routes, settings: GatewaySettings, clock: Clock) -> None:
        self._routes = routes
        self._settings = settings
        self._clock = clock
        self._retries = RetryBudget(settings.retry_share)

    async def begin(self, targets: Sequence[Target], address: Address) -> Begun:
        """The first answer that begins. A provider's own refusal is an answer once nobody else is left to ask.

        Raises the last failure: `ProviderFailed`, `ProviderTimeout`, `Unavailable` or `RateLimited`.
        """
        self._retries.earn()
        queue = available(targets)
        attempts = 0
        while True:
            target = queue[min(attempts, len(queue) - 1)]
            attempts += 1
            try:
                begun = await self._try(target, address)
            except FreeholdError as error:
                logger.info("a provider failed", extra={"provider": target.name, "error": error.message})
                missing = isinstance(error, ModelNotFound) and attempts < len(queue)
                retryable = error.retryable or missing or isinstance(error, _RefusedError)
                if not (retryable and await self._may_go_on(queue, attempts, error)):
                    return self._give_up(error, target, address, attempts)
            else:
                begun.attempts = attempts
                return begun

    async def _may_go_on(self, queue: list[Target], attempts: int, error: FreeholdError) -> bool:
        """Whether to ask once more: the next target at once, or the last one again after a pause."""
        if attempts >= self._settings.attempts:
            return False
        if attempts >= len(queue) and _is_spent(error):
            return False
        if attempts < len(queue):
            saturated = _is_saturated(error)
            return not saturated or queue[attempts].health.takes_overflow(queue[attempts].overflow_per_minute)
        wait = _wait_seconds(error)
        pause = wait if wait is not None else BACKOFF_SECONDS * 2**attempts * random.uniform(0.5, 1.5)
        if pause > MAX_WAIT_SECONDS or not self._retries.spend():
            return False
        await asyncio.sleep(pause)
        return True

    def _give_up(self, error: FreeholdError, target: Target, address: Address, attempts: int) -> Begun:
        if not isinstance(error, _RefusedError):
            raise error
        now = self._clock.monotonic_seconds()
        target.health.begin()
        if _is_spent(error):
            error.reply.headers = {**error.reply.headers, "x-should-retry": "false"}
        return Begun(
            target=target,
            reply=error.reply,
            attempts=attempts,
            sent=address(target),
            sent_at=now,
            first_byte_at=now,
        )

    async def _try(self, target: Target, address: Address) -> Begun:
        """One attempt; the health of the target knows how it went."""
        health = target.health
        health.begin()
        try:
            async with asyncio.timeout(self._settings.total_timeout_seconds):
                begun = await self._ask(target, address)
        except TimeoutError:
            health.end()
            health.failed()
            raise ProviderTimeout("The answer took longer than gateway.total_timeout_seconds allows.") from None
        except _RefusedError as error:
            health.end()
            if not (target.is_local and error.reply.status == 429):  # a full queue is no illness
                health.failed(error.wait_seconds if error.reply.status in (429, 503, 529) else None)
            raise
        except FreeholdError as error:
            health.end()
            if error.retryable or error.status >= 500:  # what the caller did wrong is no illness either
                health.failed(retry_after(error))
            raise
        except BaseException:  # the client left while the provider was thinking
            health.end()
            raise
        health.succeeded()
        return begun

    async def _ask(self, target: Target, address: Address) -> Begun:
        provider = await self._routes.provider(target)
        call = address(target)
        sent_at = self._clock.monotonic_seconds()
        reply = await provider.send(call)
        if reply.status in RETRYABLE:
            await reply.keep(self._settings.max_answer_bytes)
            raise _RefusedError(reply, _header_seconds(reply))
        begun = Begun(target=target, reply=reply, attempts=1, sent=call, sent_at=sent_at, first_byte_at=sent_at)
        try:
            if reply.media_type.startswith(EVENT_STREAM):
                begun.events = aiter(Events(reply.body, self._settings.max_answer_bytes))
                begun.first = await anext(begun.events, b"")
                if reply.status < 400:
                    _refuse_error_event(begun.first)
            elif reply.status < 400 and reply.media_type.lower().startswith(SOUND_TYPES):
                begun.events, begun.is_sound = aiter(reply.body), True
                begun.first = await anext(begun.events, b"")
                if not begun.first:
                    raise ProviderFailed("The provider ended its answer before it began.")
            else:
                await reply.keep(self._settings.max_answer_bytes)
                if reply.status < 400:
                    _refuse_error_body(reply)
        except BaseException:
            await reply.close()
            raise
        begun.first_byte_at = self._clock.monotonic_seconds()
        return begun


def _is_saturated(error: FreeholdError) -> bool:
    return isinstance(error, _RefusedError) and error.reply.status == 429


def _is_spent(error: FreeholdError) -> bool:
    """Whether the vendor says that our account there is used up, which no waiting mends."""
    if not isinstance(error, _RefusedError) or error.reply.status != 429:
        return False
    said = (error.reply.content or b"")[: MAX_SAID_BYTES * 10]
    return error.reply.headers.get("x-should-retry") == "false" or b"insufficient_quota" in said


def _wait_seconds(error: FreeholdError) -> float | None:
    if isinstance(error, _RefusedError):
        return error.wait_seconds
    return retry_after(error)


def _header_seconds(reply: Reply) -> float | None:
    """Retry-After in seconds; a date is passed over (RFC 9110, section 10.2.3)."""
    try:
        if "retry-after-ms" in reply.headers:
            return max(0.0, float(reply.headers["retry-after-ms"]) / 1000)
        return max(0.0, float(reply.headers["retry-after"]))
    except (KeyError, ValueError):
        return None


class _MaybeError(msgspec.Struct):
    error: Any = None
    choices: Any = None


def _refuse_error_body(reply: Reply) -> None:
    """Raise `ProviderFailed` for a 200 whose body is an error, or no JSON where JSON is said."""
    content = reply.content or b""
    if not reply.media_type.startswith("application/json") or (content[:1] == b"{" and b'"error"' not in content):
        return
    try:
        found = msgspec.json.decode(content, type=_MaybeError)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ProviderFailed("The provider answered with what is not an answer.") from None
    if found.error is not None and found.choices is None:
        raise ProviderFailed(f"The provider answered 200 with an error: {_said(found.error)}")


def _refuse_error_event(first: bytes) -> None:
    """Raise `ProviderFailed` for a stream that begins with an error, or ends before it begins."""
    if not first:
        raise ProviderFailed("The provider ended its answer before it began.")
    for line in first.splitlines() if b'"error"' in first else ():
        if not line.startswith(b"data:") or b'"error"' not in line:
            continue
        try:
            found = msgspec.json.decode(line[5:], type=_MaybeError)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        if found.error is not None:
            raise ProviderFailed(f"The provider began its stream with an error: {_said(found.error)}")


def _said(error: Any) -> str:
    """An error's words, not too many."""
    return msgspec.json.encode(error)[:MAX_SAID_BYTES].decode(errors="replace")
