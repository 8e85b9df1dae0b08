"""Server-sent events, however they are cut into chunks and whatever ends their lines: nothing lost, nothing doubled."""

import asyncio
import itertools
import json
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from freehold.contracts.errors import ProviderFailed
from freehold.contracts.usage import Usage
from freehold.contracts.wire import Call, Reply
from freehold.foundation.tasks import TaskSupervisor
from freehold.gateway.calls.answer import StreamedAnswer
from freehold.gateway.calls.attempts import Begun
from freehold.gateway.events import Events, data_of, whole_events
from freehold.gateway.health import Health
from freehold.gateway.target import Target
from held_clock import HeldClock

MAX_BYTES = 1000
LINE_ENDS = (b"\n", b"\r\n", b"\r")
FIELDS = (b"data: ", b"data:", b"event: ", b"id: ", b": ")
DONE = b"data: [DONE]\n\n"

# A line holds anything but ends of lines; what looks like JSON, fields and ends most of all.
LINE = st.tuples(
    st.sampled_from(FIELDS),
    st.one_of(st.sampled_from([b"", b"{}", b"data: ", b" ", b"[DONE]"]), st.binary(max_size=12)).map(
        lambda text: text.replace(b"\r", b"").replace(b"\n", b"")
    ),
).map(b"".join)
EVENT_LINES = st.lists(LINE, min_size=1, max_size=4)
CUTS = st.lists(st.integers(0, 200), max_size=12)


def reference(stream: bytes) -> list[bytes]:
    """The data of each event that has some, as the WHATWG's own algorithm reads it: line by line."""
    found: list[bytes] = []
    data: list[bytes] = []
    for line in re.split(rb"\r\n|\n|\r", stream):
        name, _, value = line.partition(b":")
        if name == b"data":
            data.append(value.removeprefix(b" "))
        elif not line:
            found += [b"\n".join(data)] if data else []
            data = []
    return found


def written(events: Iterable[Sequence[bytes]], line_end: bytes) -> bytes:
    return b"".join(b"".join(line + line_end for line in lines) + line_end for lines in events)


def pieces(stream: bytes, cuts: Sequence[int]) -> list[bytes]:
    """The stream cut at these places."""
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    return [stream[start:end] for start, end in itertools.pairwise(places)]


async def coming(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


def cut(chunks: Iterable[bytes], max_bytes: int = MAX_BYTES) -> list[bytes]:
    async def gathered() -> list[bytes]:
        return [piece async for piece in Events(coming(chunks), max_bytes)]

    return asyncio.run(gathered())


def read(chunks: Iterable[bytes]) -> list[bytes]:
    """The data of each event, as the gateway reads them."""
    found = [data_of(event) for piece in cut(chunks) for event in whole_events(piece)]
    return [data for data in found if data]


@given(
    events=st.lists(EVENT_LINES, max_size=6), line_end=st.sampled_from(LINE_ENDS), cuts=CUTS, rest=st.binary(max_size=9)
)
@settings(deadline=None)
def test_events_are_those_of_the_specification_wherever_the_chunks_end(
    events: list[list[bytes]], line_end: bytes, cuts: list[int], rest: bytes
) -> None:
    stream = written(events, line_end)
    chunks = pieces(stream, cuts)
    assert read(chunks) == [data for data in reference(stream) if data]
    assert b"".join(cut(chunks)) == stream
    assert b"".join(cut([*chunks, rest])) == stream + rest


@pytest.mark.parametrize("others", [b"\n", b"\r\n", b"\r"])
@given(events=st.lists(st.tuples(EVENT_LINES, st.booleans()), max_size=6), cuts=CUTS)
@settings(deadline=None)
def test_events_of_one_stream_may_end_their_lines_differently(
    others: bytes, events: list[tuple[list[bytes], bool]], cuts: list[int]
) -> None:
    """As where a proxy writes comments of its own between a vendor's events."""
    stream = b"".join(written([lines], others if other else b"\n") for lines, other in events)
    assert read(pieces(stream, cuts)) == [data for data in reference(stream) if data]


@given(stream=st.lists(st.sampled_from([b"\n", b"\r", b"\r\n", b"data: x", b"y"]), max_size=30), cuts=CUTS)
@settings(deadline=None)
def test_a_stream_of_anything_passes_whole_and_in_order(stream: list[bytes], cuts: list[int]) -> None:
    chunks = pieces(b"".join(stream), cuts)
    assert b"".join(cut(chunks)) == b"".join(stream)
    for piece in cut(chunks):
        assert b"".join(whole_events(piece)) == piece


@given(events=st.lists(EVENT_LINES, min_size=1, max_size=4), line_end=st.sampled_from(LINE_ENDS), cuts=CUTS)
@settings(deadline=None)
def test_what_is_handed_on_early_is_whole_events(events: list[list[bytes]], line_end: bytes, cuts: list[int]) -> None:
    *early, _ = cut([*pieces(written(events, line_end), cuts), b"data: an unfinished event"])
    assert all(piece.endswith(line_end * 2) for piece in early)


@given(size=st.integers(1, 400), before=st.lists(EVENT_LINES, max_size=3), line_end=st.sampled_from(LINE_ENDS))
@settings(deadline=None)
def test_an_endless_event_is_refused_before_more_than_one_chunk_over_the_limit_is_held(
    size: int, before: list[list[bytes]], line_end: bytes
) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        for lines in before:
            yield written([lines], line_end)
        while True:
            taken += size
            yield b"x" * size

    async def exhaust() -> None:
        async for _ in Events(endless(), MAX_BYTES):
            pass

    with pytest.raises(ProviderFailed, match=str(MAX_BYTES)):
        asyncio.run(exhaust())
    assert MAX_BYTES < taken <= MAX_BYTES + size


@given(count=st.integers(1, 50), size=st.integers(1, 400))
@settings(deadline=None)
def test_a_long_stream_of_short_events_is_never_refused(count: int, size: int) -> None:
    event = b"data: " + b"x" * size + b"\r\n\r\n"
    stream = event * count
    assert b"".join(cut(pieces(stream, range(0, len(stream), 97)))) == stream


# --- what of a stream the caller sees ----------------------------------------------------------------------------

USAGE = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
WORDS = ("hello", '"usage"', '"choices":[]', "data: [DONE]", "größte\n\n", '"error"', "[DONE]")
HEAD = {"id": "c", "object": "chat.completion.chunk"}


@dataclass
class Settled:
    """What the answer told the ledger. Stands in for a `Settlement`."""

    done: bool = False
    told: list[tuple[Usage, str]] = field(default_factory=list)

    async def finish(self, usage: Usage, outcome: str, *, status: int, begun: Begun) -> None:
        self.done = True
        self.told.append((usage, outcome))


class Guess:
    """Stands in for an `Estimator`."""

    async def streamed(self, call: Call, kept: bytes, total_bytes: int, known: Usage | None = None) -> Usage:
        return Usage(input_tokens=1, output_tokens=1, estimated=True)


class Watched:
    """One answer through `StreamedAnswer`: what the caller got, and what the ledger was told by when."""

    def __init__(self, stream: Sequence[bytes], *, strips_usage: bool) -> None:
        self.settled = Settled()
        self.shown = b""
        self.settled_before_the_end = False
        asyncio.run(self._run(stream, strips_usage))

    async def _run(self, stream: Sequence[bytes], strips_usage: bool) -> None:
        events = aiter(Events(coming(stream), MAX_BYTES * 100))
        clock = HeldClock()
        health = Health(clock, 5, 15.0)
        health.begin()
        begun = Begun(
            target=Target(provider_name="acme", model="m", provider=None, health=health),
            reply=Reply(status=200, media_type="text/event-stream", body=coming(())),
            attempts=1,
            sent=Call(endpoint="chat/completions", body=b"{}", model="m"),
            sent_at=clock.monotonic_seconds(),
            first_byte_at=clock.monotonic_seconds(),
            first=await anext(events),
            events=events,
        )
        answer = StreamedAnswer(
            cast(Any, SimpleNamespace(strips_usage=strips_usage, assignment=None, sound=None)),
            cast(Any, self.settled),
            begun,
            estimator=cast(Any, Guess()),
            tasks=TaskSupervisor(),
            total_timeout_seconds=1e9,
        )
        async for piece in answer.body():
            self.shown += piece
            if self.shown.endswith(DONE):
                self.settled_before_the_end = self.settled.done
        await answer.close()


@dataclass(frozen=True)
class Sent:
    """One event, and whether it holds the usage alone."""

    body: dict[str, Any]
    is_usage_alone: bool = False

    def written(self, spaced: bool) -> bytes:
        separators = (", ", ": ") if spaced else (",", ":")
        return b"data: " + json.dumps(HEAD | self.body, ensure_ascii=False, separators=separators).encode() + b"\n\n"


def said(text: str, usage: dict[str, Any]) -> Sent:
    return Sent({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}], **usage})


def said_last(text: str) -> Sent:
    """A server orders its keys as it likes."""
    return Sent({"choices": [{"finish_reason": None, "index": 0, "delta": {"content": text}}]})


TEXTS = st.one_of(st.sampled_from(WORDS), st.text(max_size=5))
SAID = st.builds(said, TEXTS, st.sampled_from([{}, {"usage": None}, {"usage": USAGE}]))
SAID_LAST = st.builds(said_last, TEXTS)
# Azure begins with a verdict on the prompt, beside no choices.
VERDICT = st.sampled_from(
    [Sent({"choices": [], "prompt_filter_results": []} | usage) for usage in ({}, {"usage": None})]
)
ALONE = st.just(Sent({"choices": [], "usage": USAGE}, is_usage_alone=True))
PLACES = st.one_of(
    st.lists(st.integers(0, 1500), max_size=8), st.integers(1, 150).map(lambda width: list(range(width, 3000, width)))
)


def check_every_byte(sent: list[Sent], *, strips_usage: bool, spaced: bool, cuts: list[int]) -> None:
    """All that was sent is shown but what only the gateway asked for, and the ledger knows all before the end."""
    parts = [(one, one.written(spaced)) for one in sent]
    stream = b"".join(text for _, text in parts) + DONE
    watched = Watched(pieces(stream, cuts), strips_usage=strips_usage)
    expected = b"".join(text for one, text in parts if not (strips_usage and one.is_usage_alone))
    assert watched.shown == expected + DONE
    assert watched.settled_before_the_end
    [(usage, outcome)] = watched.settled.told
    assert outcome == "answered"
    assert usage.estimated == all(one.body.get("usage") is None for one in sent)
    assert usage.estimated or (usage.input_tokens, usage.output_tokens) == (7, 3)


@given(sent=st.lists(st.one_of(SAID, ALONE), max_size=8), strips=st.booleans(), spaced=st.booleans(), cuts=PLACES)
@settings(deadline=None, max_examples=300)
@example(sent=[said("hi", {}), Sent({"choices": [], "usage": USAGE}, True)], strips=True, spaced=True, cuts=[])
def test_a_caller_sees_every_byte_but_the_usage_that_it_did_not_ask_for(
    sent: list[Sent], strips: bool, spaced: bool, cuts: list[int]
) -> None:
    check_every_byte(sent, strips_usage=strips, spaced=spaced, cuts=cuts)


@given(sent=st.lists(st.one_of(SAID, VERDICT, ALONE), max_size=4), spaced=st.booleans(), cuts=PLACES)
@settings(deadline=None, max_examples=300)
def test_an_event_without_choices_and_without_usage_is_shown(sent: list[Sent], spaced: bool, cuts: list[int]) -> None:
    check_every_byte(sent, strips_usage=True, spaced=spaced, cuts=cuts)


@given(sent=st.lists(st.one_of(SAID_LAST, ALONE), max_size=4), spaced=st.booleans(), cuts=PLACES)
@settings(deadline=None, max_examples=300)
@example(sent=[said_last("data: [DONE]"), said("more", {"usage": USAGE})], spaced=False, cuts=[150])
def test_an_answer_that_speaks_of_its_end_is_not_at_its_end(sent: list[Sent], spaced: bool, cuts: list[int]) -> None:
    check_every_byte(sent, strips_usage=True, spaced=spaced, cuts=cuts)
