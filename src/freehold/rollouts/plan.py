"""A rollout as it is written down: route, candidate, steps, gates. Checked as a whole before it starts."""

import difflib
import re
from itertools import pairwise
from typing import Literal

import msgspec

from freehold.contracts.errors import InvalidRequest
from freehold.foundation.egress import place_of
from freehold.rollouts.metrics import METRICS, Metric
from freehold.rollouts.reading.checks import is_runnable, read_schema

MAX_STEPS = 20
MAX_USD = 1_000_000
MAX_DAYS = 3650
SEVERE_TIMES = 3.0  # a worsening of so many margins is severe, unless the gate says otherwise
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")

Evidence = Literal["no harm", "proof"]


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A share of traffic for the candidate. Share 0 only mirrors: users get the control's answers; share 1 is the end.

    `evidence` says what it takes to go on once samples and soak are there: "no harm" – no gate fails; "proof" – every
    gate passes, for which sampling goes on until `max_seconds`, and then the rollout pauses.
    """

    share: float
    min_samples: int = 100  # of each arm; of a mirroring step, pairs
    soak_seconds: float = 600.0
    max_seconds: float = 86_400.0
    evidence: Evidence = "no harm"


class Gate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A metric, and how much worse the candidate may be: `margin` at most; `severe` sends it back at once."""

    metric: str
    margin: float | None = None
    severe: float | None = None

    @property
    def about(self) -> Metric:
        """The metric itself."""
        return METRICS[self.metric]

    @property
    def tolerated(self) -> float:
        """The worsening that is tolerated."""
        return self.about.margin if self.margin is None else self.margin

    @property
    def severe_from(self) -> float:
        """The worsening that rolls back at the first check."""
        return self.severe if self.severe is not None else max(self.tolerated * SEVERE_TIMES, 0.1)


class Check(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A test that every answer's text must pass."""

    kind: Literal["regex", "json_schema"]
    value: str


class Exclusions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose requests take no part, by their ids."""

    organisations: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


class Mirroring(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How requests are mirrored to the candidate after the user has got the control's answer."""

    share: float = 1.0  # of the control's requests
    budget_usd: float = 10.0  # for the candidate's answers and the judge's together; then no more are mirrored
    at_once: int = 4  # what comes while so many run is not mirrored


class Capture(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether mirrored requests are kept with both answers; needs the consent of those who send them."""

    consent: bool = False
    redact: bool = True
    retention_days: int = 30


DEFAULT_STEPS = (
    Step(share=0.0, min_samples=200, soak_seconds=0.0),
    Step(share=0.01),
    Step(share=0.1),
    Step(share=0.25),
    Step(share=0.5, evidence="proof"),
    Step(share=1.0),
)
DEFAULT_GATES = tuple(Gate(metric=name) for name in ("error_rate", "rejected_rate", "refusal_rate", "ttft_seconds"))


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole of it. `candidate` is "provider/model", where the provider `local` is this machine."""

    route: str
    candidate: str
    steps: tuple[Step, ...] = DEFAULT_STEPS
    gates: tuple[Gate, ...] = DEFAULT_GATES
    interval_seconds: float = 60.0  # between two looks at the gates
    failure_limit: int = 2  # failed looks in a row that roll back; the first one halts
    false_rollback: float = 0.01  # the chance that a candidate as good as the control is sent back
    judge: str = ""  # the route whose model compares answers, for the gate "quality"
    embedder: str = ""  # the route whose model embeds answers, for the gate "similarity"
    checks: tuple[Check, ...] = ()
    unsafe_patterns: tuple[str, ...] = ()
    exclude: Exclusions = Exclusions()
    mirror: Mirroring = Mirroring()
    capture: Capture = Capture()
    webhook: str = ""  # told of every transition
    equivalent: str = ""  # the vendor's model that the candidate replaces, vendor/model, for savings

    @property
    def provider(self) -> str:
        """The candidate's provider."""
        return self.candidate.partition("/")[0]

    @property
    def model(self) -> str:
        """The candidate's model."""
        return self.candidate.partition("/")[2]


def check_name(name: str) -> None:
    """Raise `InvalidRequest` for a name that no rollout can have."""
    if not NAME.fullmatch(name):
        text = f"{name[:50]!r} is no name for a rollout."
        raise InvalidRequest(text, param="name", hint="Lower-case letters, digits, dots, dashes; 100 at most.")


def check_plan(plan: Plan) -> None:
    """Refuse what would not be enforced. Raises `InvalidRequest` with the parameter and the fix."""
    _require(bool(plan.route), "route", "The plan names no route.", "Name the public model to move.")
    _require(bool(plan.provider and plan.model), "candidate", "The candidate is no provider/model.", "local/starter")
    _check_steps(plan.steps)
    _require(bool(plan.gates), "gates", "The plan has no gates, so that nothing could stop it.", "error_rate, at least")
    seen: set[str] = set()
    for gate in plan.gates:
        _check_gate(gate, plan)
        _require(gate.metric not in seen, "gates", f"There are two gates on {gate.metric}.", "Leave one out.")
        seen.add(gate.metric)
    _require(plan.interval_seconds >= 0.1, "interval_seconds", "The interval is too short.", "0.1 s at least.")
    _require(plan.failure_limit >= 1, "failure_limit", "The failure limit is below 1.", "1 rolls back at once.")
    possible = 0 < plan.false_rollback <= 0.2
    _require(possible, "false_rollback", "The chance of a false rollback is out of range.", "Above 0, 0.2 at most.")
    _check_patterns(plan)
    _require(0 <= plan.mirror.share <= 1, "mirror", "The mirrored share is out of range.", "0 to 1.")
    _require(1 <= plan.mirror.at_once <= 64, "mirror", "So many mirrored at once is out of range.", "1 to 64.")
    _require(0 <= plan.mirror.budget_usd <= MAX_USD, "mirror", "The budget is out of range.", "0 spends nothing.")
    _require(1 <= plan.capture.retention_days <= MAX_DAYS, "capture", "Retention is out of range.", f"1 to {MAX_DAYS}.")
    if plan.webhook:
        place_of(plan.webhook)


def _check_patterns(plan: Plan) -> None:
    patterns = [check.value for check in plan.checks if check.kind == "regex"]
    for param, given in (("unsafe_patterns", plan.unsafe_patterns), ("checks", patterns)):
        for pattern in given:
            hint = "As RE2 has them: no look-around, no back-reference."
            _require(is_runnable(pattern), param, f"{pattern!r} is no pattern that runs in linear time.", hint)
    for check in plan.checks:
        readable = check.kind == "regex" or read_schema(check.value) is not None
        _require(readable, "checks", f"{check.value[:100]!r} is no JSON schema.", "An object, written as JSON.")


def _check_steps(steps: tuple[Step, ...]) -> None:
    _require(1 <= len(steps) <= MAX_STEPS, "steps", f"A plan has 1 to {MAX_STEPS} steps.", "List the shares.")
    shares = [step.share for step in steps]
    _require(all(0 <= share <= 1 for share in shares), "steps", "A share is out of range.", "0 to 1.")
    grows = all(before < after for before, after in pairwise(shares))
    _require(grows, "steps", "The shares do not grow.", "List them from low to high, each once.")
    _require(shares[-1] == 1.0, "steps", "The last step is not the whole traffic.", "End with share 1.0.")
    for step in steps:
        _require(step.min_samples >= 1, "steps", "A step needs no sample.", "1 at least; 100 say something.")
        in_order = 0 <= step.soak_seconds <= step.max_seconds
        _require(in_order, "steps", "A step soaks longer than it may last.", "soak_seconds up to max_seconds.")


def _check_gate(gate: Gate, plan: Plan) -> None:
    if gate.metric not in METRICS:
        near = difflib.get_close_matches(gate.metric, METRICS, n=1)
        hint = f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(METRICS)}."
        raise InvalidRequest(f"There is no metric '{gate.metric}'.", param="gates", hint=hint)
    _require(gate.tolerated >= 0, "gates", f"The margin of {gate.metric} is negative.", "0 tolerates nothing.")
    _require(gate.severe_from >= gate.tolerated, "gates", f"{gate.metric}: severe is below the margin.", "Raise it.")
    needs = {
        "quality": (bool(plan.judge), "judge", "the route whose model judges"),
        "similarity": (bool(plan.embedder), "embedder", "the route whose model embeds"),
        "check_failure_rate": (bool(plan.checks), "checks", "the checks"),
        "unsafe_rate": (bool(plan.unsafe_patterns), "unsafe_patterns", "the patterns"),
    }
    there, param, what = needs.get(gate.metric, (True, "", ""))
    _require(there, param or "gates", f"The gate on {gate.metric} would never see a value.", f"Set {param}: {what}.")
    mirrors = plan.mirror.share > 0
    _require(gate.about.kind != "pair" or mirrors, "mirror", f"{gate.metric} needs mirroring.", "mirror.share above 0.")


def _require(holds: bool, param: str, text: str, hint: str) -> None:
    if not holds:
        raise InvalidRequest(text, param=param, hint=hint)
