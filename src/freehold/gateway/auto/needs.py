"""What a chat request needs, read off its body: facts by plain rules, task and complexity by a small classifier.

The classifier sees a bounded part of a body: the last text of the user, the one before where that is short, and the
head of the system prompt. A body that cannot be read is a plain request of medium complexity.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from freehold.gateway.auto.body import RequestFacts, read_facts
from freehold.gateway.auto.labels import Complexity, Task
from freehold.gateway.auto.language import UNDETERMINED, guess_language

if TYPE_CHECKING:
    from freehold.gateway.auto.classifier import Classifier

SHORT_CHARACTERS = 60  # "and in Rust?" says little without the question before
SYSTEM_CHARACTERS = 400
SYSTEM_SHARE = 0.2  # a system prompt stands before every question of an application, whatever is asked
MEDIUM_FROM, HIGH_FROM = 1 / 3, 2 / 3
LONG_TOKENS = 8000  # a request this long is at least of medium complexity
SURE = 0.5  # below it the task is a hint, not a target
HIGH_EFFORTS = frozenset({"high", "xhigh", "max"})

Label = TypeVar("Label", bound=str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a model must have and know to answer.

    Tokens are estimated; `output_tokens` is 0 where the caller sets no end. `certainty` (of the task) and `difficulty`
    are from 0 to 1; `complexity` follows from the latter, unless a rule named in `reasons` says otherwise. `language`
    is an ISO 639-1 code or "und".
    """

    task: Task = "plain"
    certainty: float = 0.0
    complexity: Complexity = "medium"
    difficulty: float = 0.5
    language: str = UNDETERMINED
    vision: bool = False
    audio: bool = False
    tools: bool = False
    json: bool = False
    input_tokens: int = 0
    output_tokens: int = 0
    reasons: tuple[str, ...] = ()

    @property
    def context_tokens(self) -> int:
        """Prompt and answer together."""
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class _Guess:
    """What the classifier says."""

    task: Task = "plain"
    certainty: float = 0.0
    difficulty: float = 0.5
    reason: str = "no text of a user's: taken for plain and medium"


@lru_cache(maxsize=1)
def builtin_classifier() -> "Classifier":
    """The classifier that Freehold brings along, loaded on first use (about 0.1 s). Raises `SetupError`."""
    from freehold.gateway.auto.classifier import Classifier

    return Classifier.load()


def read_needs(body: bytes, classifier: "Classifier | None" = None) -> Needs:
    """What the request needs. Raises for no body, whatever is in it; `SetupError` when the weights are missing."""
    facts = read_facts(body)
    if facts is None:
        return Needs(reasons=("the body cannot be read: taken for plain and medium",))
    guess = _classify(facts, classifier or builtin_classifier()) if facts.asked.strip() else _Guess()
    complexity, because = _complexity(guess.difficulty, facts)
    return Needs(
        task=guess.task,
        certainty=guess.certainty,
        complexity=complexity,
        difficulty=guess.difficulty,
        language=guess_language(facts.asked),
        vision=facts.images > 0,
        audio=facts.sounds > 0,
        tools=facts.tools > 0,
        json=facts.json,
        input_tokens=facts.input_tokens,
        output_tokens=facts.output_tokens,
        reasons=(guess.reason, because, *_spoken(facts)),
    )


def _classify(facts: RequestFacts, classifier: "Classifier") -> _Guess:
    scores = classifier.scores(facts.asked)
    tasks, levels = scores.tasks, scores.complexities
    if len(facts.asked) < SHORT_CHARACTERS and facts.asked_before.strip():
        before = classifier.scores(facts.asked_before)
        tasks, levels = _mixed(tasks, before.tasks, 0.5), _mixed(levels, before.complexities, 0.5)
    if facts.system.strip():
        tasks = _mixed(tasks, classifier.scores(facts.system[:SYSTEM_CHARACTERS]).tasks, SYSTEM_SHARE)
    task = max(tasks, key=lambda name: tasks[name])
    difficulty = min(0.5 * levels["medium"] + levels["high"], 1.0)
    certainty = tasks[task]
    return _Guess(task=task, certainty=certainty, difficulty=difficulty, reason=f"{task}, {certainty:.0%} sure")


def _mixed(first: Mapping[Label, float], second: Mapping[Label, float], share: float) -> dict[Label, float]:
    return {label: (1 - share) * first[label] + share * second[label] for label in first}


def _complexity(difficulty: float, facts: RequestFacts) -> tuple[Complexity, str]:
    """The complexity and why."""
    if facts.effort in HIGH_EFFORTS:
        return "high", f"high complexity: the caller asks for {facts.effort} reasoning effort"
    if difficulty >= HIGH_FROM:
        return "high", f"high complexity, {difficulty:.2f} of 1"
    if difficulty >= MEDIUM_FROM:
        return "medium", f"medium complexity, {difficulty:.2f} of 1"
    if facts.input_tokens >= LONG_TOKENS:
        return "medium", f"medium complexity: {facts.input_tokens} tokens to read"
    return "low", f"low complexity, {difficulty:.2f} of 1"


def _spoken(facts: RequestFacts) -> list[str]:
    """The facts that bind, in words."""
    found = {
        f"about {facts.input_tokens} tokens in": True,
        f"up to {facts.output_tokens} tokens out": facts.output_tokens > 0,
        "images to see": facts.images > 0,
        "sound to hear": facts.sounds > 0,
        f"{facts.tools} tools to call": facts.tools > 0,
        "JSON to write": facts.json,
    }
    return [text for text, holds in found.items() if holds]
