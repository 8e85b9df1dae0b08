"""A comparison's numbers as people read them, on a terminal and on a page. Text; knows no markup."""

import math
from collections.abc import Callable, Mapping

import msgspec

from freehold.rollouts.evidence.decide import MOST_LOGARITHM, MOST_POINTS
from freehold.rollouts.evidence.progress import Result, Verdict
from freehold.rollouts.metrics import METRICS, Kind, Metric
from freehold.rollouts.offline.comparison import Pair, Report

NONE = "–"
SCARCELY = 0.995  # of the most that an interval can be told as
SHOWN_SCORES = ("quality", "similarity", "tool_agreement")
HEADER = ("METRIC", "A", "B", "DIFFERENCE", "SURELY WITHIN (+ IS WORSE)", "TOLERATED", "RESULT")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One metric. `difference` and `interval` are of B against A; a dash stands for what is not known."""

    metric: str
    about: str
    control: str
    candidate: str
    difference: str
    interval: str
    tolerated: str
    result: Result | None  # None for what is no gate


def rows(report: Report) -> tuple[Row, ...]:
    """The gates, and behind them what is measured beside."""
    gates = [_row(verdict, is_gate=True) for verdict in report.gates]
    return (*gates, *(_row(verdict, is_gate=False) for verdict in report.others))


def outcome(report: Report) -> str:
    """The whole of it in a sentence."""
    failed = [verdict.metric for verdict in report.gates if verdict.result == "fail"]
    unproven = [verdict.metric for verdict in report.gates if verdict.result in ("inconclusive", "no data")]
    if failed:
        return f"B fails: it is worse than tolerated in {', '.join(failed)}."
    if unproven:
        return f"No gate fails; not proven: {', '.join(unproven)}."
    return "B passes every gate."


def score_texts(pair: Pair) -> list[str]:
    """What a pair's scores say, name first."""
    return [f"{name} {pair.scores[name]:.3g}" for name in SHOWN_SCORES if name in pair.scores]


def _row(verdict: Verdict, *, is_gate: bool) -> Row:
    metric = METRICS[verdict.metric]
    value = _VALUES.get(metric.name) or _KINDS[metric.kind]
    return Row(
        metric=metric.name,
        about=metric.about,
        control=NONE if verdict.control is None else value(verdict.control),
        candidate=NONE if verdict.candidate is None else value(verdict.candidate),
        difference=NONE if verdict.result == "no data" else _difference(metric, verdict.worsening),
        interval=NONE if verdict.result == "no data" else _interval(metric, verdict),
        tolerated=_points(metric, verdict.margin) if is_gate else NONE,
        result=verdict.result if is_gate else None,
    )


def _difference(metric: Metric, worsening: float) -> str:
    """How much worse or better B is than A; of a pair, than the best there is."""
    if abs(worsening) < 0.0005:
        return "none"
    where = "different" if metric.worse == "either" else "worse" if worsening > 0 else "better"
    return f"{_points(metric, abs(worsening))} {where}"


def _interval(metric: Metric, verdict: Verdict) -> str:
    """From best to worst; nothing where it is as wide as can be, since there are too few values."""
    if metric.kind == "ratio":
        unbounded = verdict.high >= math.expm1(MOST_LOGARITHM) * SCARCELY or verdict.low <= -1000 * SCARCELY
    else:
        unbounded = metric.kind == "pair" and verdict.high >= MOST_POINTS * SCARCELY
    if unbounded:
        return "unknown: too few"
    return f"{_signed(metric, verdict.low)} to {_signed(metric, verdict.high)}{_UNITS[metric.kind]}"


def _signed(metric: Metric, amount: float) -> str:
    plain = _number(amount if metric.kind == "pair" else amount * 100)
    return plain if plain.startswith("-") or plain == "0" else f"+{plain}"


def _points(metric: Metric, amount: float) -> str:
    number = _number(amount if metric.kind == "pair" else amount * 100)
    unit = _UNITS[metric.kind]
    return f"{number}{unit.removesuffix('s') if number == '1' else unit}"


def _share(value: float) -> str:
    return f"{_number(value * 100)} %"


def _number(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 999.5 else f"{value:,.0f}"


_UNITS: Mapping[Kind, str] = {"share": " points", "ratio": " %", "pair": ""}
_KINDS: Mapping[Kind, Callable[[float], str]] = {"share": _share, "ratio": _number, "pair": _number}
_VALUES: Mapping[str, Callable[[float], str]] = {
    "ttft_seconds": lambda value: f"{_number(value)} s",
    "tokens_per_second": lambda value: f"{_number(value)}/s",
}
