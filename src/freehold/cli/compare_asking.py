"""Asks one server for `freehold compare`: the answer as it came, and how long it took. Prints nothing.

An answer is an `Exchange`, as the gateway has them, so that whatever measures a rollout measures it. Times are those of
this machine. What an answer cost is the server's to know.
"""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from freehold.contracts.errors import ProviderFailed, ProviderTimeout, SetupError, Unavailable
from freehold.contracts.identity import Principal
from freehold.contracts.rollouts import Assignment, Exchange
from freehold.contracts.wire import Call
from freehold.foundation.clock import Clock
from freehold.foundation.egress import Egress
from freehold.foundation.http1 import Answer
from freehold.rollouts.reading.loose import decoded, event_data, items, mapping, word

ANSWER_TIMEOUT_SECONDS = 600.0
SILENCE_TIMEOUT_SECONDS = 120.0
MAX_ANSWER_BYTES = 32 * 1024 * 1024
ATTEMPTS = 5
MAX_WAIT_SECONDS = 60.0
BACKOFF_SECONDS = 1.0
BUSY = frozenset({429, 503})
DONE = b"[DONE]"
SPENT = b"insufficient_quota"  # a 429 that no waiting mends
MAX_PROBLEM = 300

SELF = Principal(person_id="compare", name="compare", role="member")


@dataclass(slots=True)
class _Heard:
    """What came of one attempt. `problem` says in words what is wrong with it; empty for an answer."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    first_byte_seconds: float | None = None
    seconds: float = 0.0
    usage: Mapping[str, Any] = field(default_factory=dict[str, Any])
    problem: str = ""

    @property
    def is_stream(self) -> bool:
        return self.headers.get("content-type", "").startswith("text/event-stream")

    @property
    def outcome(self) -> str:
        if not self.problem:
            return "answered"
        return "refused" if 400 <= self.status < 500 else "failed"


class Asking:
    """One server, and a key for it. `waits` counts what it was too busy for at first."""

    def __init__(self, url: str, key: str, clock: Clock) -> None:
        self._url = url
        self._clock = clock
        # Questions of a test are nobody's traffic: a rollout leaves them out.
        self._headers = {"Content-Type": "application/json", "x-freehold-capture": "off", "x-freehold-rollout": "off"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        # The person at the terminal names the server, so it may be a private address.
        self._egress = Egress(trusted=True)
        self.waits = 0

    async def close(self) -> None:
        """Close the connections."""
        await self._egress.close()

    async def exchange(self, call: Call, assignment: Assignment) -> tuple[Exchange, str]:
        """The answer, and what is wrong with it, if anything is. Raises `SetupError` where no server is left."""
        heard = await self._patiently(call)
        found = Exchange(
            assignment=assignment,
            principal=SELF,
            call=call,
            at=self._clock.unix_seconds(),
            status=heard.status,
            outcome=heard.outcome,
            answer=heard.body,
            is_stream=heard.is_stream,
            first_byte_seconds=heard.first_byte_seconds,
            seconds=heard.seconds,
            input_tokens=_count(heard.usage.get("prompt_tokens")),
            output_tokens=_count(heard.usage.get("completion_tokens")),
            request_id=heard.headers.get("x-request-id", ""),
            answered_by=_answered_by(heard.headers),
        )
        return found, heard.problem

    async def ask(self, endpoint: str, model: str, body: bytes) -> bytes:
        """A whole answer, for judges. Raises `ProviderFailed`, or `SetupError` where no server is left."""
        heard = await self._patiently(Call(endpoint=endpoint, body=body, model=model))
        if heard.problem:
            raise ProviderFailed(f"The model '{model}' did not answer: {heard.problem}")
        return heard.body

    async def _patiently(self, call: Call) -> _Heard:
        """What comes once the server is not too busy, or the last refusal."""
        for attempt in range(1, ATTEMPTS + 1):
            wait = BACKOFF_SECONDS * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)
            try:
                heard = await self._attempt(call)
            except Unavailable as error:
                if attempt == ATTEMPTS:
                    hint = "The report holds what was answered until then."
                    raise SetupError(f"No server answers at {self._url} any more.", hint=hint) from error
            else:
                if attempt == ATTEMPTS or not _is_busy(heard):
                    return heard
                wait = _named_wait(heard.headers, wait)
            self.waits += 1
            await asyncio.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    async def _attempt(self, call: Call) -> _Heard:
        """One request, its answer read to the end. Raises `Unavailable` where nobody answers."""
        began = self._clock.monotonic_seconds()
        heard = _Heard(status=ProviderFailed.status)
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_SECONDS):
                answer = await self._egress.request(
                    "POST",
                    f"{self._url}/v1/{call.endpoint}",
                    body=call.body,
                    headers=self._headers,
                    timeout_seconds=ANSWER_TIMEOUT_SECONDS,
                )
                heard.status, heard.headers = answer.status, answer.headers
                await self._read(answer, heard, began)
        except TimeoutError:
            heard.problem = f"The answer took longer than {ANSWER_TIMEOUT_SECONDS:g} s."
        except (ProviderFailed, ProviderTimeout) as error:
            if not heard.headers:
                heard.status = error.status
            heard.problem = error.message
        heard.seconds = self._clock.monotonic_seconds() - began
        _read_events(heard)
        return heard

    async def _read(self, answer: Answer, heard: _Heard, began: float) -> None:
        """The body, as far as it comes, into `heard`. Raises `ProviderFailed` or `ProviderTimeout`."""
        parts: list[bytes] = []
        size = 0
        try:
            while part := await answer.read(SILENCE_TIMEOUT_SECONDS):
                if heard.first_byte_seconds is None:
                    heard.first_byte_seconds = self._clock.monotonic_seconds() - began
                parts.append(part)
                size += len(part)
                if size > MAX_ANSWER_BYTES:
                    raise ProviderFailed(f"The answer is over {MAX_ANSWER_BYTES} bytes.")
        finally:
            answer.close()
            heard.body = b"".join(parts)


def _read_events(heard: _Heard) -> None:
    """Take from a body that has ended what its events, or its one object, say of tokens and of what went wrong."""
    bodies = list(event_data(heard.body)) if heard.is_stream else [heard.body]
    events = [mapping(decoded(body)) for body in bodies if body != DONE]
    for event in events:
        heard.usage = mapping(event.get("usage")) or heard.usage
    told = next((event["error"] for event in events if event.get("error")), None)
    is_finished = not heard.is_stream or DONE in bodies or any(map(_names_end, events))
    heard.problem = heard.problem or _problem(heard.status, told, is_finished=is_finished)


def _names_end(event: Mapping[str, Any]) -> bool:
    """Whether an event says why the model stopped."""
    return any(mapping(choice).get("finish_reason") for choice in items(event.get("choices")))


def _problem(status: int, told: Any, *, is_finished: bool) -> str:
    """What is wrong with an answer, in the server's own words where it says so."""
    said = (word(mapping(told).get("message")) or word(told))[:MAX_PROBLEM]
    if status >= 300:
        return f"{status}: {said}" if said else f"The server answered {status}."
    if told is not None:
        return said or "The server told of an error."
    return "" if is_finished else "The answer broke off."


def _count(value: Any) -> int:
    return value if type(value) is int and value > 0 else 0


def _answered_by(headers: Mapping[str, str]) -> str:
    """The provider and its model, where the server is a Freehold."""
    return "/".join(name for key in ("provider", "model") if (name := headers.get(f"x-freehold-{key}", "")))


def _is_busy(heard: _Heard) -> bool:
    return heard.status in BUSY and SPENT not in heard.body


def _named_wait(headers: Mapping[str, str], otherwise: float) -> float:
    """The seconds that the server asks for; a date is passed over (RFC 9110, section 10.2.3)."""
    try:
        named = float(headers.get("retry-after", ""))
    except ValueError:
        return otherwise
    return min(max(named, 0.0), MAX_WAIT_SECONDS) if named == named else otherwise


def streamed(request: Mapping[str, Any], model: str) -> bytes:
    """The body of a request to a model: streamed, with its tokens counted at the end."""
    options = {**mapping(request.get("stream_options")), "include_usage": True}
    return msgspec.json.encode({**request, "model": model, "stream": True, "stream_options": options})
