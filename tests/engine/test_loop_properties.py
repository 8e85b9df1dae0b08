"""Whatever arrives, leaves, forks or runs short: answers are the oracle's, pages come back, nobody starves."""

from dataclasses import dataclass
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.loops import Loop, greedy, held_pages
from freehold.engine.loop.kv_cache import pages_for
from freehold.engine.loop.sequence import Sequence

PAGES = 12
TOKENS = st.integers(0, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrive:
    """A request whose prompt begins like many others'."""

    shared: tuple[int, int]
    own: list[int]
    answer: int
    tenant: str
    priority: int
    patience: float | None

    def sequence(self, loop: Loop) -> Sequence:
        """The request as a sequence."""
        deadline = None if self.patience is None else loop.clock.now + self.patience
        terms = {"tenant": self.tenant, "priority": self.priority, "deadline_seconds": deadline}
        return greedy([7] * self.shared[0] + [8] * self.shared[1] + self.own, self.answer, **terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something done to one of the sequences, or a step that takes some milliseconds."""

    kind: Literal["cancel", "fork", "step"]
    number: int


arrivals = st.builds(
    Arrive,
    shared=st.tuples(st.integers(0, 40), st.integers(0, 40)),
    own=st.lists(TOKENS, min_size=1, max_size=40),
    answer=st.integers(1, 50),
    tenant=st.sampled_from("abc"),
    priority=st.integers(-1, 1),
    patience=st.none() | st.floats(0.001, 1.0),
)
acts = st.builds(Act, kind=st.sampled_from(["cancel", "fork", "step", "step", "step"]), number=st.integers(1, 60))
stories = st.lists(arrivals | acts, max_size=40)


class Story:
    """A loop to which things happen, checked after each."""

    def __init__(self, running: int, step_tokens: int) -> None:
        self.loop = Loop(pages=PAGES, running=running, step_tokens=step_tokens)
        self.step_tokens = step_tokens
        self.cancelled: set[Sequence] = set()

    def tell(self, event: Arrive | Act) -> None:
        """Let it happen."""
        loop = self.loop
        if isinstance(event, Arrive):
            sequence = event.sequence(loop)
            if pages_for(sequence.longest) <= PAGES:
                loop.add(sequence)
        elif event.kind == "step":
            loop.step(seconds=event.number / 1000)
        elif loop.outputs:
            sequence = list(loop.outputs)[event.number % len(loop.outputs)]
            self.cancel(sequence) if event.kind == "cancel" else self.fork(sequence)
        held_pages(loop)

    def cancel(self, sequence: Sequence) -> None:
        """Remove a sequence, wherever it is."""
        self.loop.remove(sequence)
        outputs = self.loop.outputs[sequence]
        if not outputs or outputs[-1].finish_reason is None:
            self.cancelled.add(sequence)

    def fork(self, parent: Sequence) -> None:
        """Continue a sequence's tokens a second time."""
        child = greedy(parent.tokens, 10, tenant=parent.terms.tenant)
        if pages_for(child.longest) <= PAGES:
            self.loop.add(child)

    def end(self) -> None:
        """Turn until all have ended; a bound on the steps says that nobody starves."""
        work = sum(sequence.longest for sequence in self.loop.outputs)
        for _ in range(50 + 4 * work):
            if not self.loop.scheduler.has_work:
                break
            self.loop.step()
            held_pages(self.loop)
        assert not self.loop.scheduler.has_work


@settings(max_examples=150, deadline=None)
@given(events=stories, running=st.integers(1, 8), step_tokens=st.sampled_from([4, 16, 64, 512]))
def test_any_story_ends_well(events: list[Arrive | Act], running: int, step_tokens: int) -> None:
    story = Story(running, step_tokens)
    for event in events:
        story.tell(event)
    story.end()
    for sequence, outputs in story.loop.outputs.items():
        if sequence in story.cancelled:
            assert all(output.finish_reason is None for output in outputs)
        elif outputs[-1].error is not None:
            assert len(outputs) == 1
            assert sequence.terms.deadline_seconds is not None
        else:
            story.loop.assert_answered(sequence)
    assert max(story.loop.executor.steps, default=0) <= step_tokens
    assert story.loop.engine.cache.free_pages == PAGES
    assert story.loop.scheduler.waiting.requests == story.loop.scheduler.waiting.tokens == 0


@settings(max_examples=60, deadline=None)
@given(events=st.lists(arrivals, min_size=2, max_size=12), secret=st.lists(TOKENS, min_size=40, max_size=100))
def test_a_tenant_computes_as_much_beside_others_as_if_they_knew_nothing_of_it(
    events: list[Arrive], secret: list[int]
) -> None:
    loop = Loop(pages=512)
    loop.run(greedy(secret, tenant="a"))
    curious = greedy(secret, tenant="b")
    loop.run(curious, *[event.sequence(loop) for event in events if event.tenant != "b"])
    assert curious.timeline.cached_tokens == 0
    loop.assert_answered(curious)
