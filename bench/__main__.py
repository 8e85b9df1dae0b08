"""`python -m bench [scenario …] [--quick] [--save] [--table]`: measure, judge, keep the figures, write their table."""

import argparse
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from bench import figures, machine, scenarios
from bench.measure import QUICK_ROUNDS, ROUNDS, Finding, measure

BUSY_LOAD = 0.5


def main() -> int:
    """Run the chosen scenarios; 1 when a floor was missed."""
    known = sorted(module.name for module in iter_modules(scenarios.__path__))
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Freehold against its peers.")
    parser.add_argument("scenario", nargs="*", default=known, help=f"which to run (default: {' '.join(known)})")
    parser.add_argument("--list", action="store_true", help="say what there is and what each must reach")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROUNDS} rounds instead of {ROUNDS}")
    parser.add_argument("--only", default="", help="only cases whose name begins with this")
    parser.add_argument("--save", action="store_true", help="keep the figures as this machine's baseline")
    parser.add_argument("--table", action="store_true", help="only write the kept figures into the documentation")
    arguments = parser.parse_args()
    if unknown := set(arguments.scenario) - set(known):
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    if arguments.save and arguments.only:
        parser.error("--save keeps whole scenarios: leave --only out")
    if arguments.list:
        for name in known:
            print(f"{name}: {import_module(f'bench.scenarios.{name}').TARGET}")
        return 0
    if arguments.table:
        print("\n".join(f"wrote {path}" for path in figures.write_tables()))
        return 0
    rounds = QUICK_ROUNDS if arguments.quick else ROUNDS
    verdicts = [verdict for name in arguments.scenario for verdict in _run(name, rounds, arguments)]
    return 1 if "missed" in verdicts else 0


def _run(name: str, rounds: int, arguments: argparse.Namespace) -> list[str]:
    """One scenario; returns its verdicts."""
    scenario = import_module(f"bench.scenarios.{name}")
    started, before, about = time.monotonic(), machine.load(), machine.describe()
    _say(f"{name}: {scenario.TARGET}")
    _say("  " + ", ".join(f"{key} {value}" for key, value in about.items()))
    if before > BUSY_LOAD:
        _say(f"  The machine is busy (load {before:.1f}): trust ratios, not rates.")
    kept = figures.read().get(name, {}).get("cases", {})
    found: dict[str, dict[str, Any]] = {}
    verdicts: list[str] = []
    # The embedded database's own user must be able to enter.
    with tempfile.TemporaryDirectory(prefix="freehold-bench-") as folder:
        Path(folder).chmod(0o755)
        for case_name, prepare in scenario.cases(Path(folder)):
            if not case_name.startswith(arguments.only):
                continue
            _say(f"  {case_name}")
            case = prepare()
            findings = measure(case, rounds)
            notes = case.notes()
            _print(findings, notes, kept.get(case_name, {}))
            found[case_name] = figures.plain(findings, notes)
            verdicts += [finding.verdict for finding in findings]
    load = {"load_before": round(before, 2), "load_after": round(machine.load(), 2)}
    seconds = time.monotonic() - started
    _say(f"  {seconds:.0f} s; load average {load['load_before']} before, {load['load_after']} after")
    if arguments.save:
        facts = about | load | {"unix_seconds": int(time.time()), "rounds": rounds}
        _say(f"  kept in {figures.save(name, facts | {'cases': found})}")
    return verdicts


def _print(findings: list[Finding], notes: list[str], kept: dict[str, Any]) -> None:
    for finding in findings:
        metric, ratio = finding.metric, finding.ratio
        cpu = f", in processor time {finding.cpu_ratio:.2f}" if finding.cpu_ratio else ""
        _say(
            f"    {metric.name}: ours {metric.show(finding.ours.median)} ±{finding.ours.relative / 2:.0%}, "
            f"{finding.peer_name} {metric.show(finding.peer.median)} ±{finding.peer.relative / 2:.0%}, ratio "
            f"{ratio.median:.2f} ({ratio.low:.2f}-{ratio.high:.2f}{cpu}), target {metric.target}: {finding.verdict}"
        )
        for name, amount in finding.others.items():
            _say(f"      {name} {metric.show(amount)}")
        if metric.name in kept:
            change = kept[metric.name]["ours"]["median"] / finding.ours.median - 1
            _say(f"      {change:+.0%} since this machine's baseline")
    for note in notes:
        _say(f"      {note}")


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
