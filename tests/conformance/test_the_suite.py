"""The suite itself: it finds a provider that breaks a promise, and one that nobody described."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import msgspec
import pytest

import conformance.test_every_provider as suite
from conformance.rig import MAX_BYTES, known, rig
from freehold.contracts.errors import FreeholdError
from freehold.contracts.usage import Usage
from freehold.contracts.wire import Call, Reply
from freehold.gateway.providers.openai import OpenAIProvider
from vendor_server import Planned

pytestmark = pytest.mark.network


class Telltale(OpenAIProvider):
    """Tells the vendor who asks."""

    def _headers(self, call: Call) -> dict[str, str]:
        return super()._headers(call) | {"x-freehold-tenant": call.tenant}


class Hoarder(OpenAIProvider):
    """Hands nothing on before it has everything."""

    async def send(self, call: Call) -> Reply:
        reply = await super().send(call)
        await reply.keep(MAX_BYTES)
        return reply


class Clinger(OpenAIProvider):
    """Never lets go of a connection."""

    async def send(self, call: Call) -> Reply:
        reply = await super().send(call)
        self.kept = reply.close

        async def close() -> None:
            return None

        reply.close = close
        return reply


class Believer(OpenAIProvider):
    """Takes any number for true."""

    async def send(self, call: Call) -> Reply:
        reply = await super().send(call)
        usage = msgspec.json.decode(reply.content or b"{}").get("usage", {})
        return replace(reply, usage=Usage(input_tokens=usage.get("prompt_tokens", 0)))


class Tidier(OpenAIProvider):
    """Writes the body again."""

    async def send(self, call: Call) -> Reply:
        body = msgspec.json.encode(msgspec.json.decode(call.body))
        return await super().send(msgspec.structs.replace(call, body=body))


class Swallower(OpenAIProvider):
    """Takes a break for an end."""

    async def send(self, call: Call) -> Reply:
        reply = await super().send(call)
        reply.body = self._quiet(reply.body)
        return reply

    async def _quiet(self, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        try:
            async for chunk in body:
                yield chunk
        except FreeholdError:
            return


@pytest.mark.parametrize(
    ("fault", "promise"),
    [
        (Telltale, suite.test_the_vendor_gets_its_own_key_and_nothing_of_the_callers),
        (Hoarder, suite.test_a_stream_is_passed_on_as_it_comes),
        (Clinger, suite.test_closing_a_stream_is_seen_by_the_vendor),
        (Believer, suite.test_numbers_that_cannot_be_are_not_believed),
        (Tidier, suite.test_bytes_that_nobody_must_read_pass_untouched_both_ways),
    ],
)
async def test_a_broken_promise_is_found(fault: Any, promise: Any) -> None:
    wire = known()["openai"]
    async with rig(fault) as running:
        case = suite.Case(vendor=running.vendor, provider=running.provider, wire=wire, exchange=wire.exchanges[0])
        with pytest.raises((AssertionError, FreeholdError, TimeoutError)):
            await promise(case)


@pytest.mark.parametrize("how", list(suite.ENDED))
async def test_a_break_that_is_passed_over_is_found(how: str) -> None:
    wire = known()["openai"]
    async with rig(Swallower) as running:
        case = suite.Case(vendor=running.vendor, provider=running.provider, wire=wire, exchange=wire.exchanges[0])
        with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
            await suite.test_a_stream_that_breaks_off_or_falls_silent_raises_after_what_came(case, how)


async def test_an_answer_that_openais_package_cannot_read_is_found() -> None:
    wire = known()["openai"]
    odd = replace(
        wire.exchanges[0], answer=Planned(pieces=(b'{"id": 1}',), headers={"content-type": "application/json"})
    )
    async with rig(OpenAIProvider) as running:
        case = suite.Case(vendor=running.vendor, provider=running.provider, wire=wire, exchange=odd)
        with pytest.raises(ValueError, match="ChatCompletion"):
            await suite.test_a_whole_answer_is_what_openais_package_reads(case)


def test_a_kind_that_nobody_described_is_told_what_to_write() -> None:
    with pytest.raises(AssertionError, match=r"Write tests/conformance/wires/nobody\.py"):
        suite.test_each_kind_says_how_its_vendor_answers("nobody")
