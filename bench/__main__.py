"""`python -m bench [scenario …] [--save]`: measure, compare with what this machine kept, and keep the figures."""

import argparse
import json
import sys
import tempfile
import time
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from bench import machine, scenarios
from bench.case import Case
from bench.measure import ROUNDS, Finding, measure

BASELINES = Path(__file__).parent / "baselines"
BUSY_LOAD = 0.5


def main() -> int:
    """Run the chosen scenarios; 1 when a target was missed."""
    known = sorted(module.name for module in iter_modules(scenarios.__path__))
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Freehold against its peers.")
    parser.add_argument("scenario", nargs="*", default=known, help=f"which to run (default: {' '.join(known)})")
    parser.add_argument("--list", action="store_true", help="say what there is and what each must reach")
    parser.add_argument("--save", action="store_true", help="keep the figures as this machine's baseline")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"rounds of each case, {ROUNDS} or more")
    arguments = parser.parse_args()
    unknown = set(arguments.scenario) - set(known)
    if unknown or arguments.rounds < ROUNDS:
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}" if unknown else f"fewer than {ROUNDS} rounds")
    if arguments.list:
        for name in known:
            print(f"{name}: {import_module(f'bench.scenarios.{name}').TARGET}")
        return 0
    verdicts = [verdict for name in arguments.scenario for verdict in _run(name, arguments.rounds, arguments.save)]
    return 1 if "missed" in verdicts else 0


def _run(name: str, rounds: int, save: bool) -> list[str]:
    """One scenario; returns its verdicts."""
    scenario = import_module(f"bench.scenarios.{name}")
    before, about = machine.load(), machine.describe()
    _say(f"{name}: {scenario.TARGET}")
    _say("  " + ", ".join(f"{key} {value}" for key, value in about.items()))
    if before > BUSY_LOAD:
        _say(f"  The machine is busy (load {before:.1f}): trust ratios, not rates.")
    kept = _baseline().get(name, {}).get("cases", {})
    found: dict[str, dict[str, Any]] = {}
    verdicts: list[str] = []
    # The embedded database's own user must be able to enter.
    with tempfile.TemporaryDirectory(prefix="freehold-bench-") as folder:
        Path(folder).chmod(0o755)
        for case in scenario.cases(Path(folder)):
            findings = measure(case, rounds)
            notes = case.notes()
            _print(case, findings, notes, kept.get(case.name, {}))
            found[case.name] = {finding.metric.name: _plain(case, finding) for finding in findings} | {"notes": notes}
            verdicts += [finding.verdict for finding in findings]
    load = {"load_before": round(before, 2), "load_after": round(machine.load(), 2)}
    _say(f"  load average {load['load_before']} before, {load['load_after']} after")
    if save:
        _save(name, about | load | {"unix_seconds": int(time.time()), "rounds": rounds, "cases": found})
    return verdicts


def _print(case: Case, findings: list[Finding], notes: list[str], kept: dict[str, Any]) -> None:
    _say(f"  {case.name}")
    for finding in findings:
        metric = finding.metric
        ours, peer = metric.show(finding.ours.median), metric.show(finding.peer.median)
        _say(
            f"    {metric.name}: ours {ours} ±{finding.ours.relative / 2:.0%}, {case.peer_name} {peer} "
            f"±{finding.peer.relative / 2:.0%}, ratio {finding.ratio.median:.2f} "
            f"({finding.ratio.low:.2f}-{finding.ratio.high:.2f}), target {metric.target:g}: {finding.verdict}"
        )
        if metric.name in kept:
            change = kept[metric.name]["ours"]["median"] / finding.ours.median - 1
            _say(f"      {change:+.0%} in speed since this machine's baseline")
    for note in notes:
        _say(f"      {note}")


def _plain(case: Case, finding: Finding) -> dict[str, Any]:
    """A finding as JSON; times in seconds."""
    body = {key: asdict(getattr(finding, key)) for key in ("ours", "peer", "ratio")}
    return body | {"peer_name": case.peer_name, "target": finding.metric.target, "verdict": finding.verdict}


def _baseline() -> dict[str, Any]:
    path = BASELINES / f"{machine.name()}.json"
    return json.loads(path.read_text()) if path.is_file() else {}


def _save(name: str, found: dict[str, Any]) -> None:
    BASELINES.mkdir(exist_ok=True)
    path = BASELINES / f"{machine.name()}.json"
    path.write_text(json.dumps(_baseline() | {name: found}, indent=2, ensure_ascii=False) + "\n")
    _say(f"  kept in {path}")


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
