"""One run of `freehold compare`: every prompt put to both models at once, measured as soon as both have answered.

What is done outlives an interruption. Prints nothing.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from freehold.cli.compare_asking import Asking, streamed
from freehold.cli.compare_prompts import Prompt
from freehold.contracts.errors import FreeholdError
from freehold.contracts.rollouts import Arm, Assignment
from freehold.contracts.wire import Call
from freehold.rollouts.offline.comparison import Answered, Pair, Question, Report, Subject, compare, report_of
from freehold.rollouts.plan import Plan

ENDPOINT = "chat/completions"


@dataclass(slots=True, kw_only=True)
class Comparison:
    """What is asked, and what has been answered so far. `waits` counts what the server was too busy for at first."""

    subject: Subject
    plan: Plan
    prompts: Sequence[Prompt]
    repeats: int
    at_once: int
    pairs: list[Pair] = field(default_factory=list[Pair])
    waits: int = 0

    def report(self) -> Report:
        """The report of what is there."""
        times = "once" if self.waits == 1 else f"{self.waits:,} times"
        notes = [f"The server asked to wait {times}; waiting is in no time."] if self.waits else []
        return report_of(self.subject, self.plan.gates, self.pairs, notes)

    async def ask(self, asking: Asking, advance: Callable[[], None]) -> None:
        """Ask what was not asked yet, `at_once` prompts at a time. Raises `SetupError` where no server is left."""
        questions = self._questions()

        async def work() -> None:
            for number, prompt, repeat in questions:
                self.pairs.append(await self._pair(asking, number, prompt, repeat))
                advance()

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self.at_once, self.subject.asked)):
                    group.create_task(work())
        except BaseExceptionGroup as errors:
            raise _known(errors) from errors
        finally:
            self.waits = asking.waits

    def _questions(self) -> Iterator[tuple[int, Prompt, int]]:
        """Every prompt, numbered, with every repeat; all prompts once before any is asked again."""
        asked = ((prompt, repeat) for repeat in range(1, self.repeats + 1) for prompt in self.prompts)
        return ((number, *one) for number, one in enumerate(asked))

    async def _pair(self, asking: Asking, number: int, prompt: Prompt, repeat: int) -> Pair:
        """Both answers to one prompt. Who is asked first changes from one to the next."""
        models: dict[Arm, str] = {"control": self.subject.control, "candidate": self.subject.candidate}
        order: tuple[Arm, Arm] = ("control", "candidate") if number % 2 == 0 else ("candidate", "control")
        tasks: dict[Arm, asyncio.Task[Answered]] = {}
        async with asyncio.TaskGroup() as group:
            for arm in order:
                tasks[arm] = group.create_task(asking.exchange(*self._request(arm, models[arm], prompt)))
        question = Question(id=prompt.id, line=prompt.line, repeat=repeat, checks=prompt.checks, kept=prompt.kept)
        control, candidate = tasks["control"].result(), tasks["candidate"].result()
        return await compare(question, control, candidate, self.plan, asking.ask)

    def _request(self, arm: Arm, model: str, prompt: Prompt) -> tuple[Call, Assignment]:
        call = Call(endpoint=ENDPOINT, body=streamed(prompt.request, model), model=model, stream=True)
        assignment = Assignment(
            rollout_id="compare",
            step=0,
            arm=arm,
            provider=self.plan.provider,
            model=self.plan.model,
            is_mirrored=False,
        )
        return call, assignment


def _known(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first error that Freehold knows, however deep; else all of them."""
    known = errors.subgroup(FreeholdError)
    found: BaseException | None = known
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return errors if found is None else found  # pyright: ignore[reportUnknownVariableType]
