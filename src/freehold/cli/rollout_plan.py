"""A rollout's plan as the options of `freehold rollout plan` write it."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from freehold.contracts.errors import InvalidRequest, SetupError
from freehold.rollouts.metrics import METRICS
from freehold.rollouts.plan import Plan

STEP_NUMBERS: tuple[tuple[str, Callable[[str], float]], ...] = (
    ("share", float),
    ("min_samples", int),
    ("soak_seconds", float),
    ("max_seconds", float),
)


def add_plan_options(act: argparse.ArgumentParser) -> None:
    """What a plan may say."""
    act.add_argument("--route", metavar="MODEL", help="the public model name whose requests move")
    act.add_argument(
        "--candidate", metavar="PROVIDER/MODEL", help="where they move to; the provider local is this machine"
    )
    text = (
        "shares of traffic, each with samples of each arm, seconds that it lasts at least and at most; share 0 only"
        " mirrors, a ! at the end wants proof for every gate: 0:200,0.01:100:600,0.1,0.5!,1"
    )
    act.add_argument("--steps", type=steps, metavar="SHARE[:SAMPLES[:SOAK[:MAX]]][!],…", help=text)
    text = (
        "what may not get worse, by how much at most, and from where on it goes back at once. Repeat it: together they"
        f" replace all gates. One of {', '.join(METRICS)}"
    )
    act.add_argument("--gate", type=gate, action="append", dest="gates", metavar="METRIC[=MARGIN[,SEVERE]]", help=text)
    act.add_argument("--judge", metavar="MODEL", help="who compares answers, for the gate quality")
    act.add_argument("--embedder", metavar="MODEL", help="who embeds answers, for the gate similarity")
    text = "the part of the control's requests that the candidate answers, too, once users have their answer"
    act.add_argument("--mirror-share", type=float, metavar="SHARE", help=text)
    text = "what mirrored answers and the judge may cost together"
    act.add_argument("--mirror-budget", type=float, metavar="USD", help=text)
    act.add_argument("--interval", type=float, metavar="SECONDS", help="between two looks at the gates")
    text = "failed looks in a row that roll back; 1 rolls back at the first"
    act.add_argument("--failure-limit", type=int, metavar="N", help=text)
    act.add_argument("--webhook", metavar="URL", help="told of every move by POST")
    act.add_argument("--equivalent", metavar="VENDOR/MODEL", help="the vendor's model that is replaced, for savings")
    text = "keep mirrored requests with both answers; say so only with the consent of those who send them"
    act.add_argument("--capture", action=argparse.BooleanOptionalAction, help=text)
    text = "a plan as JSON, as `freehold rollout status --json` prints it; - is standard input"
    act.add_argument("--from", dest="source", metavar="FILE", help=text)


def steps(text: str) -> list[dict[str, Any]]:
    """Steps behind commas; for argparse. What their numbers mean is checked with the plan."""
    return [_step(part.strip()) for part in text.split(",")]


def _step(text: str) -> dict[str, Any]:
    words = text.removesuffix("!").split(":")
    try:
        if len(words) > len(STEP_NUMBERS):
            raise ValueError
        step: dict[str, Any] = {name: number(word) for (name, number), word in zip(STEP_NUMBERS, words, strict=False)}
    except ValueError:
        form = "SHARE:SAMPLES:SOAK_SECONDS:MAX_SECONDS, of which only the first is needed"
        raise argparse.ArgumentTypeError(f"'{text}' is not of the form {form}") from None
    return step | ({"evidence": "proof"} if text.endswith("!") else {})


def gate(text: str) -> dict[str, Any]:
    """A gate; for argparse."""
    metric, equals, limits = text.partition("=")
    try:
        numbers = [float(word) for word in limits.split(",")] if equals else []
        if not metric or len(numbers) > 2:
            raise ValueError
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not of the form METRIC=MARGIN,SEVERE") from None
    return {"metric": metric} | dict(zip(("margin", "severe"), numbers, strict=False))


def plan_of(arguments: argparse.Namespace, before: Plan | None) -> Plan:
    """The plan of the options; what they leave open comes from --from, else from the plan that is there, else defaults.

    Raises `InvalidRequest` with the mistake.
    """
    given = _given(arguments)
    if not given and not arguments.source:
        raise InvalidRequest("Nothing is planned.", hint="Give --route and --candidate, another option, or --from.")
    plain = _from_source(arguments.source) if arguments.source else msgspec.to_builtins(before) if before else {}
    for key, value in given.items():
        kept = plain.get(key)
        plain[key] = kept | value if isinstance(kept, dict) and isinstance(value, dict) else value
    try:
        # By way of JSON, which has no infinite numbers.
        return msgspec.json.decode(msgspec.json.encode(plain), type=Plan)
    except msgspec.ValidationError as error:
        hint = "`freehold rollout plan --help` shows what it has."
        raise InvalidRequest(f"This is no plan: {error}.", hint=hint) from error


def _given(arguments: argparse.Namespace) -> dict[str, Any]:
    plain = {
        "route": arguments.route,
        "candidate": arguments.candidate,
        "steps": arguments.steps,
        "gates": arguments.gates,
        "judge": arguments.judge,
        "embedder": arguments.embedder,
        "interval_seconds": arguments.interval,
        "failure_limit": arguments.failure_limit,
        "webhook": arguments.webhook,
        "equivalent": arguments.equivalent,
        "mirror": _without_none({"share": arguments.mirror_share, "budget_usd": arguments.mirror_budget}),
        "capture": _without_none({"consent": arguments.capture}),
    }
    return {key: value for key, value in plain.items() if value is not None and value != {}}


def _without_none(plain: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in plain.items() if value is not None}


def _from_source(source: str) -> dict[str, Any]:
    try:
        content = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
        given = msgspec.json.decode(content, type=dict[str, Any])
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        hint = "--from takes a file with a JSON object."
        raise SetupError(f"{source} cannot be read: {error}.", hint=hint) from error
    return given["plan"] if isinstance(given.get("plan"), dict) else given
