"""A rollout on the terminal: where it stands, each gate with its evidence, and what may be done next."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import msgspec
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from freehold.gateway.ledger.price import usd
from freehold.rollouts.evidence.progress import ENDED, RUNNING, Decision, State, Verdict
from freehold.rollouts.plan import Gate, Step
from freehold.rollouts.report import Report

PIPED_WIDTH = 160  # columns, where nobody's screen says how many there are
GATE_HEADER = ("GATE", "CONTROL", "CANDIDATE", "WORSENING", "INTERVAL", "MARGIN", "RESULT")
WIDEST = {"share": 1.0, "ratio": 998.9, "pair": 2.0}  # an interval that reaches so far says nothing
COLOURS = {"pass": "green", "fail": "red", "inconclusive": "yellow", "no data": "dim"}
WATCH = ("status {name} --follow", "watch it")
ABORT = ("abort {name}", "send everything back")
LOOK_BACK = (("history {name}", "what happened"), ("delete {name}", "forget it"))
# What may be done in each state, as words behind `freehold rollout`, and what for.
NEXT: Mapping[State, tuple[tuple[str, str], ...]] = {
    "planned": (("start {name}", "begin its first step"), ("delete {name}", "forget it")),
    "shadow": (WATCH, ("pause {name}", "stay as it is"), ABORT),
    "canary": (WATCH, ("pause {name}", "stay at this share"), ABORT),
    "paused": (("resume {name}", "go on with this step"), ("promote {name}", "move everything now"), ABORT),
    "promoted": (ABORT, ("close {name}", "end it, once the route itself names {candidate}: see `freehold route`")),
    "aborted": LOOK_BACK,
    "rolled_back": LOOK_BACK,
    "closed": LOOK_BACK,
}


def sentence(report: Report) -> str:
    """Where it stands, in one line."""
    plan, state = report.plan, report.state.replace("_", " ")
    at = f", step {report.step + 1} of {len(plan.steps)}" if report.state in RUNNING | {"paused"} else ""
    moved = f"{percent(report.share)} of '{plan.route}' goes to {plan.candidate}"
    if report.state == "shadow":
        moved = f"'{plan.route}' is mirrored to {plan.candidate}, and users get what they got before"
    return f"{report.name}: {state}{at}. {moved[0].upper()}{moved[1:]}."


def percent(share: float) -> str:
    """A share for people."""
    return f"{share * 100:.4g} %"


def track(report: Report) -> str:
    """The steps in a row: those that are over, the one it is at, and those to come."""
    words: list[str] = []
    for index, step in enumerate(report.plan.steps):
        here = index == report.step and report.state not in ("planned", "promoted", "closed")
        over = index < report.step or report.state in ("promoted", "closed")
        mark = ("✗ " if report.state in ENDED else "▶ ") if here else ""
        words.append(f"{mark}{step_name(step)}{' ✓' if over else ''}")
    return " → ".join(words)


def step_name(step: Step) -> str:
    """A step for people."""
    return (percent(step.share) if step.share else "mirror") + ("!" if step.evidence == "proof" else "")


def moment(unix_seconds: float) -> str:
    """A time for people."""
    return f"{datetime.fromtimestamp(unix_seconds, UTC):%Y-%m-%d %H:%M:%S}"


def next_steps(report: Report) -> str:
    """The commands that make sense now, each with what it is for."""
    words = {"name": report.name, "candidate": report.plan.candidate}
    told = [(f"freehold rollout {act}".format(**words), why.format(**words)) for act, why in NEXT[report.state]]
    width = max(len(command) for command, _ in told)
    return "\n".join(["Next:", *(f"  {command:{width}}  {why}" for command, why in told)])


def view(report: Report) -> RenderableType:
    """All of it."""
    lines = [sentence(report), f"  {track(report)}", f"  since {moment(report.since)} UTC: {report.reason}"]
    if report.failures:
        lines.append(f"  {report.failures} of {report.plan.failure_limit} failed looks in a row")
    parts: list[RenderableType] = [Text("\n".join(lines)), Text(), _steps(report)]
    if report.state not in ("planned", "closed"):
        parts += [Text(), _gates(report)]
    return Group(*parts, Text(), Text(next_steps(report)))


def _table(header: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in header:
        table.add_column(name, justify="left" if name in ("STEP", "GATE", "RESULT") else "right")
    return table


def _steps(report: Report) -> Table:
    table = _table(("STEP", "CONTROL", "CANDIDATE", "PAIRS", "COST", "SAVED"))
    for step, found in zip(report.plan.steps, report.steps, strict=True):
        costs = [one for one in (found.control_cost_micro_usd, found.candidate_cost_micro_usd) if one is not None]
        counts = [f"{count:,}" for count in (found.control_answers, found.candidate_answers, found.pairs)]
        money = [
            usd(sum(costs)) if costs else "–",
            "–" if found.saved_micro_usd is None else usd(found.saved_micro_usd),
        ]
        table.add_row(step_name(step), *counts, *money)
    return table


def _gates(report: Report) -> Table:
    table = _table(GATE_HEADER)
    verdicts = {one.metric: one for one in report.decision.verdicts} if report.decision else {}
    for gate in report.plan.gates:
        verdict = verdicts.get(gate.metric) or Verdict(metric=gate.metric, result="no data", margin=gate.tolerated)
        table.add_row(*_cells(gate, verdict))
    return table


def _cells(gate: Gate, verdict: Verdict) -> list[RenderableType]:
    result = f"{verdict.result}, severe" if verdict.is_severe else verdict.result
    cells = ["–"] * 4
    if verdict.result != "no data":
        says_nothing = max(abs(verdict.low), abs(verdict.high)) >= WIDEST[gate.about.kind]
        interval = f"{_worsening(gate, verdict.low)} … {_worsening(gate, verdict.high)}"
        amounts = [_amount(gate, value) for value in (verdict.control, verdict.candidate)]
        cells = [*amounts, _worsening(gate, verdict.worsening), "too few" if says_nothing else interval]
    return [gate.metric, *cells, _worsening(gate, verdict.margin), Text(result, COLOURS[verdict.result])]


def _amount(gate: Gate, value: float | None) -> str:
    if value is None:
        return "–"
    return {"share": f"{value * 100:.2f} %", "ratio": f"{value:.3g}", "pair": f"{value:.2f}"}[gate.about.kind]


def _worsening(gate: Gate, value: float) -> str:
    """Points of a share, per cent of an amount, or a score."""
    if gate.about.kind == "pair":
        return f"{value:+.2f}"
    return f"{value * 100:+.1f} {'pt' if gate.about.kind == 'share' else '%'}"


def is_over(report: Report) -> bool:
    """Whether nothing more will happen by itself."""
    return report.state in ENDED | {"promoted"}


def console() -> Console:
    """Standard output; wide where it is a file or a pipe."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=PIPED_WIDTH)


@contextmanager
def screen(*, as_json: bool) -> Generator[Callable[[Report], None]]:
    """Shows one report after the other: in place on a terminal; elsewhere, and as JSON, each that differs in its step,
    state or decision.
    """
    out = console()
    if out.is_terminal and not as_json:
        with Live(console=out, auto_refresh=False) as live:
            yield lambda report: live.update(view(report), refresh=True)
        return
    last: list[Report] = []

    def show(report: Report) -> None:
        if last and _position(last[0]) == _position(report):
            return
        last[:] = [report]
        if as_json:
            print(msgspec.json.encode(report).decode(), flush=True)
        else:
            out.print(view(report), "")

    yield show


def _position(report: Report) -> tuple[State, int, Decision | None]:
    return report.state, report.step, report.decision
