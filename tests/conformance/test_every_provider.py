"""Every kind of provider, at each of its endpoints, against a server that speaks its vendor's wire, well and badly.

The kinds come from the registry; what a vendor says comes from `wires/<kind>.py`.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

import pytest

from conformance.calls import SECRET
from conformance.rig import MAX_BYTES, SETTINGS, Rig, endpoints, events, find_wire, rig, used, used_in
from conformance.wire import EventStream, Exchange, Stream, Wire
from freehold.contracts.errors import InvalidRequest, ProviderFailed, ProviderTimeout, Unavailable
from freehold.contracts.models import Endpoint
from freehold.contracts.usage import Usage
from freehold.contracts.wire import Call
from freehold.gateway.ledger.usage import MOST
from freehold.gateway.route import PROVIDERS
from vendor_server import Planned

pytestmark = pytest.mark.network

FILLER = (b"x" * 65536,) * 1000  # of an answer without an end; a provider that read it all would hold 65 MB
FITTING = {529: (503, 529)}  # 529 is known to few clients
Found = tuple[str, Wire, Exchange]
ENDED = {"breaks": ProviderFailed, "hangs": ProviderTimeout}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Rig):
    """One endpoint of one kind, and a provider to try it on."""

    wire: Wire
    exchange: Exchange

    @property
    def stream(self) -> Stream:
        assert self.exchange.stream is not None
        return self.exchange.stream

    @property
    def events(self) -> EventStream:
        assert isinstance(self.exchange.stream, EventStream)
        return self.exchange.stream


@pytest.fixture
async def case(request: pytest.FixtureRequest) -> AsyncGenerator[Case]:
    kind, wire, exchange = request.param
    async with rig(PROVIDERS[kind]) as running:
        yield Case(vendor=running.vendor, provider=running.provider, wire=wire, exchange=exchange)


def each(chosen: Iterable[Found]) -> pytest.MarkDecorator:
    """Run a test for each of these endpoints."""
    found = list(chosen)
    names = [f"{kind}-{exchange.endpoint}" for kind, _, exchange in found]
    return pytest.mark.parametrize("case", found, ids=names, indirect=True)


each_endpoint = each(endpoints())
each_stream = each(found for found in endpoints() if found[2].stream)
each_stream_of_events = each(found for found in endpoints() if isinstance(found[2].stream, EventStream))
each_that_passes_bytes_through = each(found for found in endpoints() if found[2].passes_through)
each_with_its_own_wire = each(found for found in endpoints() if not found[2].passes_through)


@pytest.mark.parametrize("kind", list(PROVIDERS))
def test_each_kind_says_how_its_vendor_answers(kind: str) -> None:
    wire = find_wire(kind)
    assert wire is not None, (
        f"Nobody can tell whether the provider '{kind}' keeps its promises. Write tests/conformance/wires/{kind}.py: "
        "it defines WIRE, a conformance.wire.Wire with one Exchange for each endpoint – a valid call, and what the "
        "vendor's specification or package says that it answers. wires/deepgram.py is a short example."
    )
    endpoints = {exchange.endpoint for exchange in wire.exchanges}
    assert endpoints >= PROVIDERS[kind](Endpoint(url="http://x/v1"), SETTINGS).endpoints, "an Exchange is missing"
    assert {400, 429, 500, 529} <= set(wire.refusals)
    assert wire.checked.startswith(("against spec (", "against SDK ("))


@each_endpoint
async def test_a_whole_answer_is_what_openais_package_reads(case: Case) -> None:
    case.vendor.plan.append(case.exchange.answer)
    reply, content = await case.whole(case.exchange.call)
    assert reply.status == 200
    case.exchange.reads(content)
    assert used(case.exchange.endpoint, reply, content) == case.exchange.usage


@each_endpoint
async def test_the_vendor_gets_its_own_key_and_nothing_of_the_callers(case: Case) -> None:
    case.vendor.plan.append(case.exchange.answer)
    await case.whole(case.exchange.call)
    (sent,) = case.vendor.sent
    name, value = case.wire.credentials
    assert (sent.path, sent.headers[name]) == (case.exchange.path, value)
    assert not [header for header in sent.headers if header.startswith("x-freehold") or header == "cookie"]
    assert SECRET not in repr(sent)


@each_that_passes_bytes_through
async def test_bytes_that_nobody_must_read_pass_untouched_both_ways(case: Case) -> None:
    call, answer = case.exchange.call, case.exchange.answer
    case.vendor.plan.append(answer)
    reply, content = await case.whole(call)
    (sent,) = case.vendor.sent
    assert (sent.body, sent.headers["content-type"]) == (call.body, call.media_type)
    assert (content, reply.media_type) == (b"".join(answer.pieces), answer.headers["content-type"])


@each_stream
async def test_a_stream_is_passed_on_as_it_comes(case: Case) -> None:
    case.vendor.plan.append(replace(case.stream.first, hangs=True))
    reply = await case.provider.send(case.stream.call)
    assert await anext(reply.body)  # the vendor has not said more
    await reply.close()


@each_stream_of_events
async def test_a_stream_is_what_openais_package_reads(case: Case) -> None:
    case.vendor.plan.append(case.events.answer)
    reply = await case.provider.send(case.events.call)
    assert (reply.status, reply.media_type.partition(";")[0], reply.content) == (200, "text/event-stream", None)
    found = await events(reply)
    for data in found:
        if data != b"[DONE]":
            case.events.reads(data)
    assert used_in(case.exchange.endpoint, reply, found) == case.events.usage


@each_endpoint
async def test_an_answer_read_to_its_end_leaves_its_connection_for_the_next(case: Case) -> None:
    for _ in range(3):
        case.vendor.plan.append(case.exchange.answer)
        await case.whole(case.exchange.call)
    if case.exchange.stream is not None:
        case.vendor.plan.append(case.stream.answer)
        await (await case.provider.send(case.stream.call)).keep(MAX_BYTES)
    assert len(case.vendor.connections) == 1


@each_stream
async def test_closing_a_stream_is_seen_by_the_vendor(case: Case) -> None:
    case.vendor.plan.append(replace(case.stream.first, hangs=True))
    reply = await case.provider.send(case.stream.call)
    await anext(reply.body)
    await reply.close()
    await case.seen_leaving()


@each_endpoint
@pytest.mark.parametrize("begun", [False, True])
async def test_leaving_before_an_answer_is_there_is_seen_by_the_vendor(case: Case, begun: bool) -> None:
    if begun:
        case.vendor.plan.append(_half(case.exchange.answer, "hangs"))
    with suppress(TimeoutError):
        async with asyncio.timeout(0.2):
            answer = await case.begin(case.exchange.call)
            assert begun
            assert answer.is_sound  # which is there with its first bytes, and left within it
            await answer.close()
    await case.seen_leaving()


@each_endpoint
async def test_refused_credentials_are_our_fault_not_the_callers(case: Case) -> None:
    for refused in case.wire.refused_credentials:
        case.vendor.plan.append(refused)
        with pytest.raises(ProviderFailed, match="credentials"):
            await case.whole(case.exchange.call)


@each_endpoint
async def test_a_server_that_is_not_there_is_unavailable(case: Case) -> None:
    nowhere = type(case.provider)(Endpoint(url="http://127.0.0.1:9/v1"), SETTINGS)  # pyright: ignore[reportCallIssue]
    with pytest.raises(Unavailable):
        await nowhere.send(case.exchange.call)
    await nowhere.close()


@each_endpoint
async def test_a_late_answer_is_a_timeout(case: Case) -> None:
    with pytest.raises(ProviderTimeout):
        await case.provider.send(case.exchange.call)
    await case.seen_leaving()


@each_endpoint
async def test_a_server_that_moved_away_is_not_followed(case: Case) -> None:
    case.vendor.plan.append(Planned(pieces=(), status=307, headers={"location": "/v1/elsewhere"}))
    with pytest.raises(ProviderFailed, match="address"):
        await case.whole(case.exchange.call)
    assert len(case.vendor.sent) == 1


@each_endpoint
@pytest.mark.parametrize("how", list(ENDED))
async def test_a_whole_answer_that_breaks_off_or_falls_silent_is_none(case: Case, how: str) -> None:
    case.vendor.plan.append(_half(case.exchange.answer, how))
    with pytest.raises(ENDED[how]):
        await case.whole(case.exchange.call)


@each_stream
@pytest.mark.parametrize("how", list(ENDED))
async def test_a_stream_that_breaks_off_or_falls_silent_raises_after_what_came(case: Case, how: str) -> None:
    case.vendor.plan.append(replace(case.stream.first, **{how: True}))
    reply = await case.provider.send(case.stream.call)
    assert await anext(reply.body)
    with pytest.raises(ENDED[how]):
        async for _ in reply.body:
            pass


@each_endpoint
async def test_an_answer_without_an_end_is_cut(case: Case) -> None:
    answer = case.exchange.answer
    case.vendor.plan.append(replace(answer, pieces=(*answer.pieces, *FILLER)))
    with pytest.raises(ProviderFailed, match="bytes"):
        await case.whole(case.exchange.call)
    await case.seen_leaving()


@each_stream_of_events
async def test_an_event_without_an_end_is_cut(case: Case) -> None:
    case.vendor.plan.append(replace(case.events.answer, pieces=(case.events.endless, *FILLER)))
    reply = await case.provider.send(case.events.call)
    with pytest.raises(ProviderFailed, match="bytes"):
        await events(reply)
    await reply.close()
    await case.seen_leaving()


@each_endpoint
async def test_an_error_under_a_200_is_no_answer(case: Case) -> None:
    case.vendor.plan.append(case.exchange.error_in_200)
    with pytest.raises(ProviderFailed):
        await case.begin(case.exchange.call)
    assert case.vendor.plan == []


@each_stream_of_events
async def test_a_stream_that_begins_with_an_error_has_not_begun(case: Case) -> None:
    case.vendor.plan.append(replace(case.events.answer, pieces=(case.events.error,)))
    with pytest.raises(ProviderFailed):
        await case.begin(case.events.call)
    assert case.vendor.plan == []


@each_stream_of_events
async def test_an_error_in_the_middle_of_a_stream_is_not_its_end(case: Case) -> None:
    case.vendor.plan.append(replace(case.events.first, pieces=(*case.events.first.pieces, case.events.error)))
    reply = await case.provider.send(case.events.call)
    try:
        *_, last = await events(reply)
    except ProviderFailed:
        return
    assert json.loads(last)["error"]


@each_endpoint
async def test_numbers_that_cannot_be_are_not_believed(case: Case) -> None:
    for lie in case.exchange.lies:
        case.vendor.plan.append(lie)
        try:
            reply, content = await case.whole(case.exchange.call)
        except ProviderFailed:
            continue
        found = used(case.exchange.endpoint, reply, content)
        assert found is None or _can_be(found), found


@each_endpoint
@pytest.mark.parametrize("status", [400, 429, 500, 529])
async def test_a_refusal_has_a_fitting_status_and_its_callers_shape(case: Case, status: int) -> None:
    case.vendor.plan.append(case.wire.refusals[status])
    reply, content = await case.whole(case.exchange.call)
    assert reply.status in FITTING.get(status, (status,))
    assert reply.media_type.startswith("application/json")
    assert reply.usage is None
    case.exchange.reads_error(content)
    assert reply.headers.get("retry-after") == (case.wire.retry_after if status == 429 else None)


@each_with_its_own_wire
async def test_an_endpoint_that_the_vendor_has_not_is_refused_unasked(case: Case) -> None:
    with pytest.raises(InvalidRequest):
        await case.provider.send(Call(endpoint="no/such/endpoint", body=b"{}", model="m"))
    assert case.vendor.sent == []


def _half(answer: Planned, how: str) -> Planned:
    """An answer of which only the beginning comes."""
    first = answer.pieces[0]
    return replace(answer, pieces=(first[: len(first) // 2],), **{how: True})


def _can_be(usage: Usage) -> bool:
    counts = (usage.input_tokens, usage.output_tokens, usage.characters, usage.images)
    return (
        all(0 <= count <= MOST for count in counts)
        and 0 <= usage.audio_seconds <= MOST
        and 0 <= usage.cached_tokens + usage.cache_write_tokens <= usage.input_tokens
        and 0 <= usage.reasoning_tokens <= usage.output_tokens
    )
