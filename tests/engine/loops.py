"""Engines over the oracle, and sequences for them."""

from engine.oracle_executor import OracleExecutor, continuation
from freehold.engine.loop.engine import Engine
from freehold.engine.loop.scheduler import Limits
from freehold.engine.loop.sequence import Output, Sequence
from freehold.engine.requests.sampling import Sampling
from freehold.engine.requests.terms import Terms
from held_clock import HeldClock


class Loop:
    """An engine over the oracle, and what it gave each sequence."""

    def __init__(self, pages: int = 256, **limits: int) -> None:
        self.clock = HeldClock()
        self.executor = OracleExecutor(pages)
        self.engine = Engine(self.executor, Limits(**limits), name="oracle", clock=self.clock)
        self.scheduler = self.engine.scheduler
        self.outputs: dict[Sequence, list[Output]] = {}

    def add(self, sequence: Sequence) -> Sequence:
        self.scheduler.check(sequence)
        self.outputs[sequence] = []
        self.engine.add(sequence)
        return sequence

    def remove(self, sequence: Sequence) -> None:
        self.engine.remove(sequence)

    def step(self, seconds: float = 0.01) -> None:
        """One turn that takes `seconds`."""
        found = self.engine.expire()
        self.executor.on_forward = lambda: self.clock.advance(seconds)
        found += self.engine.step() if self.scheduler.has_work else []
        for sequence, output in found:
            self.outputs[sequence].append(output)

    def run(self, *sequences: Sequence, most_steps: int = 5000) -> int:
        """Add sequences and turn until nothing is left; returns how many steps it took."""
        for sequence in sequences:
            self.add(sequence)
        for step in range(most_steps):
            if not self.scheduler.has_work:
                return step
            self.step()
        raise AssertionError(f"work is left after {most_steps} steps")

    def assert_answered(self, sequence: Sequence) -> None:
        """The sequence has the oracle's own answer and ended once."""
        prompt, answer = sequence.tokens[: sequence.prompt_length], sequence.tokens[sequence.prompt_length :]
        assert answer == continuation(prompt, sequence.sampling.max_tokens)
        assert [output.token for output in self.outputs[sequence] if output.token is not None] == answer
        assert [output.finish_reason for output in self.outputs[sequence]].count(None) == len(
            self.outputs[sequence]
        ) - 1


def greedy(prompt: list[int], max_tokens: int = 8, **terms: object) -> Sequence:
    """A sequence that takes the likeliest token every time."""
    return Sequence(prompt, Sampling(max_tokens=max_tokens, temperature=0.0), Terms(**terms))  # pyright: ignore[reportArgumentType]


def held_pages(loop: Loop) -> dict[int, int]:
    """How many running sequences hold each page, read from their tables; asserts that the cache counts the same."""
    cache = loop.engine.cache
    held = dict.fromkeys(range(cache.pages), 0)
    for sequence in loop.scheduler.running:
        assert sequence.table is not None
        for page in sequence.table.pages[: sequence.table.count].tolist():
            held[page] += 1
    free = list(cache._free)  # pyright: ignore[reportPrivateUsage]
    assert cache._holders == list(held.values())  # pyright: ignore[reportPrivateUsage]
    assert sorted(free) == [page for page, holders in held.items() if not holders]
    keyed = {page: key for page, key in enumerate(cache._keys) if key is not None}  # pyright: ignore[reportPrivateUsage]
    assert {key: page for page, key in keyed.items()} == cache._published  # pyright: ignore[reportPrivateUsage]
    return held
