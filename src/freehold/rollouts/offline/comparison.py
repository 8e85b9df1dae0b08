"""Two models on the same prompts, outside any rollout: from their answers to a report. Asks nobody itself.

Measured and judged as in a rollout, by the same comparators, judges and intervals, with three differences that come of
having both answers to every prompt:

- Ratios are compared prompt by prompt. The differences' variance is what counts, and half of it is put down to each
  arm, so that the interval of two arms (Welch's) is that of their differences; its degrees of freedom are as of two.
- The unit is the prompt. Answers to a repeated prompt are averaged first: they are alike, so that more of them do not
  say more about other prompts.
- Where one model refuses a request as wrong and the other answers it, the request was good and the one has failed.
"""

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from freehold.contracts.errors import InvalidRequest, ProviderFailed
from freehold.contracts.rollouts import Exchange
from freehold.rollouts.comparators import Comparator, comparator_for
from freehold.rollouts.evidence.decide import judge_gate
from freehold.rollouts.evidence.progress import Moments, Reading, Verdict
from freehold.rollouts.judges import JUDGES, Ask
from freehold.rollouts.metrics import METRICS
from freehold.rollouts.plan import Check, Gate, Plan, check_plan
from freehold.rollouts.reading.ending import ending

ALPHA = 0.05  # the chance that a model as good as the other fails any gate
DEFAULT_GATES = ("error_rate", "refusal_rate", "output_tokens", "ttft_seconds")
# Who asks from outside learns neither prices nor what people say of an answer.
UNKNOWN = frozenset({"cost_usd", "thumbs_down_rate"})
METHOD = (
    f"Intervals hold at every look with chance 1 - {ALPHA:g} / number of gates, so a comparison may be stopped early "
    f"(shares: betting with Beta mixtures; others: Student's t mixtures; Bonferroni over the gates; below the gates: "
    f"1 - {ALPHA:g} each). The unit is the prompt; repeats are averaged; times, lengths and scores are compared prompt "
    "by prompt; means of times and lengths are geometric. Both models were asked at the same time, and in turn the one "
    "or the other first."
)


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What is compared: A, the control, and B, the candidate. `asked` is how many pairs were to be asked."""

    control: str
    candidate: str
    url: str = ""
    judge: str = ""
    embedder: str = ""
    at: float = 0.0  # unix seconds
    prompts: int = 0
    asked: int = 0


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One prompt, asked of both for the `repeat`-th time, and what its line says beside it."""

    id: str
    line: int
    repeat: int = 1
    checks: tuple[Check, ...] = ()
    kept: Mapping[str, Any] = {}


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One model's answer. `problem` says what is wrong with one that failed or was refused."""

    text: str
    status: int
    outcome: str
    problem: str
    answered_by: str
    input_tokens: int
    output_tokens: int
    metrics: Mapping[str, float]


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """Both answers to a question. `unjudged` names the metrics that a judge was to score and did not."""

    id: str
    line: int
    repeat: int
    prompt: str
    control: Side
    candidate: Side
    scores: Mapping[str, float]
    unjudged: tuple[str, ...]
    kept: Mapping[str, Any]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The whole comparison. `others` are measured, and no gate."""

    subject: Subject
    is_complete: bool
    gates: tuple[Verdict, ...]
    others: tuple[Verdict, ...]
    method: str
    notes: tuple[str, ...]
    pairs: tuple[Pair, ...]

    def holds(self, *, strict: bool) -> bool:
        """Whether no gate fails; where strict, whether every gate passes."""
        return all(verdict.result == "pass" or (not strict and verdict.result != "fail") for verdict in self.gates)


Answered = tuple[Exchange, str]  # an answer, and what is wrong with it


def default_gates(subject: Subject, *, checks: bool) -> tuple[Gate, ...]:
    """The gates where none is named: what every answer shows, and what the judges and the prompts' checks do."""
    more = {"quality": subject.judge, "similarity": subject.embedder, "check_failure_rate": checks}
    return tuple(Gate(metric=name) for name in (*DEFAULT_GATES, *(name for name, wanted in more.items() if wanted)))


def plan_of(subject: Subject, gates: Sequence[Gate], *, checks: bool) -> Plan:
    """What comparators and judges go by. Raises `InvalidRequest` for a gate that would never see a value."""
    for gate in gates:
        if gate.metric in UNKNOWN:
            hint = "A rollout of the route measures it."
            raise InvalidRequest(
                f"A comparison from outside learns nothing of {gate.metric}.", param="gates", hint=hint
            )
    plan = Plan(
        route=subject.control,
        candidate=f"server/{subject.candidate}",
        gates=tuple(gates),
        judge=subject.judge,
        embedder=subject.embedder,
    )
    # Each prompt has its own checks; that there are some is what a gate on them needs.
    some = (Check(kind="json_schema", value="{}"),) if checks else ()
    check_plan(msgspec.structs.replace(plan, checks=some))
    return plan


async def compare(question: Question, control: Answered, candidate: Answered, plan: Plan, ask: Ask) -> Pair:
    """Measure and judge two answers to one question. Raises what `ask` raises, but for `ProviderFailed`."""
    comparator = comparator_for(control[0].call.endpoint)
    assert comparator is not None
    own = msgspec.structs.replace(plan, checks=question.checks)
    ours, theirs = _measured(control[0], candidate[0], comparator, own)
    scores = dict(comparator.measure_pair(control[0], candidate[0]))
    unjudged: list[str] = []
    if _is_answered(control[0], ours) and _is_answered(candidate[0], theirs):
        judged = await _judged(control[0], candidate[0], comparator, plan, ask)
        scores |= {metric: score for metric, score in judged.items() if score is not None}
        unjudged = [metric for metric, score in judged.items() if score is None]
    return Pair(
        id=question.id,
        line=question.line,
        repeat=question.repeat,
        prompt=comparator.prompt(control[0].call),
        control=_side(*control, comparator, ours),
        candidate=_side(*candidate, comparator, theirs),
        scores=scores,
        unjudged=tuple(unjudged),
        kept=question.kept,
    )


def _is_answered(exchange: Exchange, found: Mapping[str, float]) -> bool:
    return ending(exchange) == "answered" and found.get("error_rate") == 0.0


async def _judged(
    control: Exchange, candidate: Exchange, comparator: Comparator, plan: Plan, ask: Ask
) -> dict[str, float | None]:
    """The score of every judge that the plan wants; None from one that gives no verdict."""
    scores: dict[str, float | None] = {}
    for judge in (JUDGES[name] for name in JUDGES):
        if judge.is_wanted(plan):
            try:
                scores[judge.metric] = await judge.score(control, candidate, comparator, plan, ask)
            except ProviderFailed:
                scores[judge.metric] = None
    return scores


def _measured(
    control: Exchange, candidate: Exchange, comparator: Comparator, plan: Plan
) -> tuple[Mapping[str, float], Mapping[str, float]]:
    ours, theirs = comparator.measure(control, plan), comparator.measure(candidate, plan)
    if not ours and theirs.get("error_rate") == 0.0:
        return {"error_rate": 1.0}, theirs
    if not theirs and ours.get("error_rate") == 0.0:
        return ours, {"error_rate": 1.0}
    return ours, theirs


def _side(exchange: Exchange, problem: str, comparator: Comparator, metrics: Mapping[str, float]) -> Side:
    return Side(
        text=comparator.text(exchange),
        status=exchange.status,
        outcome=exchange.outcome,
        problem=problem,
        answered_by=exchange.answered_by,
        input_tokens=exchange.input_tokens,
        output_tokens=exchange.output_tokens,
        metrics=metrics,
    )


def report_of(subject: Subject, gates: Sequence[Gate], pairs: Iterable[Pair], notes: Sequence[str] = ()) -> Report:
    """The report of what was answered, in the order of the prompts. `notes` stand before its own."""
    ordered = tuple(sorted(pairs, key=lambda pair: (pair.line, pair.repeat)))
    named = {gate.metric for gate in gates}
    judged = [judge_gate(gate, reading_of(gate.metric, ordered), ALPHA / len(gates)) for gate in gates]
    others = (judge_gate(Gate(metric=name), reading_of(name, ordered), ALPHA) for name in METRICS if name not in named)
    return Report(
        subject=subject,
        is_complete=len(ordered) == subject.asked,
        gates=tuple(judged),
        others=tuple(verdict for verdict in others if verdict.result != "no data"),
        method=METHOD,
        notes=(*notes, *_notes(subject, ordered)),
        pairs=ordered,
    )


def reading_of(name: str, pairs: Sequence[Pair]) -> Reading:
    """One metric of both arms, with a value for each prompt; of a ratio, for each prompt that has one in both."""
    metric = METRICS[name]
    if metric.kind == "pair":
        return Reading(candidate=_moments(_by_prompt(pairs, lambda pair: pair.scores.get(name)).values()))
    change = _logarithm if metric.kind == "ratio" else _same
    control = _by_prompt(pairs, lambda pair: change(pair.control.metrics.get(name)))
    candidate = _by_prompt(pairs, lambda pair: change(pair.candidate.metrics.get(name)))
    if metric.kind == "share":
        return Reading(control=_moments(control.values()), candidate=_moments(candidate.values()))
    both = [(control[line], candidate[line]) for line in control if line in candidate]
    half = _moments(theirs - ours for ours, theirs in both).variance / 2
    arms = [_moments(ours for ours, _ in both), _moments(theirs for _, theirs in both)]
    found = [msgspec.structs.replace(arm, variance=half) for arm in arms]
    return Reading(control=found[0], candidate=found[1])


def _by_prompt(pairs: Iterable[Pair], value_of: Callable[[Pair], float | None]) -> dict[int, float]:
    """The mean over a prompt's repeats, by its line."""
    found: dict[int, list[float]] = defaultdict(list)
    for pair in pairs:
        value = value_of(pair)
        if value is not None and math.isfinite(value):
            found[pair.line].append(value)
    return {line: statistics.fmean(values) for line, values in found.items()}


def _same(value: float | None) -> float | None:
    return value


def _logarithm(value: float | None) -> float | None:
    return math.log(value) if value is not None and value > 0 else None


def _moments(values: Iterable[float]) -> Moments:
    found = list(values)
    if not found:
        return Moments()
    variance = statistics.variance(found) if len(found) > 1 else 0.0
    return Moments(n=len(found), mean=statistics.fmean(found), variance=variance)


def _notes(subject: Subject, pairs: Sequence[Pair]) -> list[str]:
    """What a reader has to know to read the numbers rightly."""
    notes = ["What answers cost is known to the server alone: its ledger has it (`freehold costs`)."]
    if len(pairs) < subject.asked:
        notes.insert(0, f"Not complete: {len(pairs)} of {subject.asked} pairs were answered.")
    refused = sum(not pair.control.metrics and not pair.candidate.metrics for pair in pairs)
    if refused:
        notes.append(f"{_counted(refused, 'pair')} in no metric: both models refused the request as wrong.")
    for metric, count in Counter(metric for pair in pairs for metric in pair.unjudged).items():
        notes.append(f"{_counted(count, 'pair')} not scored for {metric}: the model gave no verdict or did not answer.")
    for label, sides in (("A", [pair.control for pair in pairs]), ("B", [pair.candidate for pair in pairs])):
        notes += _notes_on_side(label, sides)
    return notes


def _notes_on_side(label: str, sides: Sequence[Side]) -> list[str]:
    notes: list[str] = []
    by = Counter(side.answered_by for side in sides if side.answered_by)
    if len(by) > 1:
        told = ", ".join(f"{name} ({count})" for name, count in by.most_common())
        notes.append(f"{label} was answered by several: {told}.")
    silent = sum(side.outcome == "answered" and not side.output_tokens for side in sides)
    if silent:
        notes.append(f"{_counted(silent, 'answer')} of {label} came without a count of tokens.")
    return notes


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
