"""The figures that machines kept, and their tables in the documentation. No figure there is typed by hand."""

import json
from collections.abc import Generator
from dataclasses import asdict
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from bench import machine, scenarios
from bench.measure import Finding

FOLDER = Path(__file__).parent / "baselines"
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
CURVE = "curve: "  # how a note begins that is shown below the table
HEAD = "| | ours | best peer | | ratio | target | |\n|---|---|---|---|---|---|---|"


def read(machine_name: str = "") -> dict[str, Any]:
    """What a machine kept, by scenario; this one's by default."""
    path = _path(machine_name)
    return json.loads(path.read_text()) if path.is_file() else {}


def save(scenario: str, found: dict[str, Any]) -> Path:
    """Keep a scenario's figures for this machine; scenarios that there are no more are dropped."""
    known = {module.name for module in iter_modules(scenarios.__path__)}
    kept = {name: figures for name, figures in read().items() if name in known}
    path = _path()
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(kept | {scenario: found}, indent=2, ensure_ascii=False) + "\n")
    return path


def plain(findings: list[Finding], notes: list[str]) -> dict[str, Any]:
    """A case as JSON; amounts in seconds, or what the metric counts."""
    return {finding.metric.name: _plain(finding) for finding in findings} | {"notes": notes}


def _plain(finding: Finding) -> dict[str, Any]:
    metric = finding.metric
    shown = {
        "ours": metric.show(finding.ours.median),
        "peer": metric.show(finding.peer.median),
        "target": metric.target,
    }
    body = {key: asdict(getattr(finding, key)) for key in ("ours", "peer", "ratio")}
    facts = {"peer_name": finding.peer_name, "verdict": finding.verdict, "shown": shown}
    return body | facts | {"cpu_ratio": finding.cpu_ratio, "others": dict(finding.others)}


NOT_THE_ENGINE = ("gateway", "rollout", "speech", "conversation")  # how scenarios begin that measure something else


def write_tables() -> list[Path]:
    """Put the kept figures between the markers of every page that has them; returns the pages."""
    pages = [FOLDER.parent / "README.md", *sorted((machine.ROOT / "docs").rglob("*.md"))]
    marked = [page for page in pages if BEGIN in page.read_text()]
    for page in marked:
        # The engine's page is about the engine.
        left_out = NOT_THE_ENGINE if page.stem == "engine" else ()
        tables = "\n\n".join(_machine(path.stem, left_out) for path in sorted(FOLDER.glob("*.json")))
        before, _, rest = page.read_text().partition(BEGIN)
        page.write_text(f"{before}{BEGIN}\n\n{tables}\n\n{END}{rest.partition(END)[2]}")
    return marked


def _machine(name: str, left_out: tuple[str, ...]) -> str:
    parts = [f"**{name}**"]
    for scenario, found in sorted(read(name).items()):
        if scenario.startswith(left_out):
            continue
        facts = f"commit {found['commit']}, {found['rounds']} rounds, load {found['load_before']} before"
        parts.append(f"*{scenario}* ({facts})\n\n{HEAD}\n" + "\n".join(_lines(found["cases"])))
        parts += _curves(found["cases"])
    return "\n\n".join(parts)


def _lines(cases: dict[str, Any]) -> Generator[str]:
    for case, metrics in cases.items():
        for metric, found in metrics.items():
            if metric != "notes":
                shown, ratio = found["shown"], found["ratio"]
                spread = f"{ratio['median']:.2f} ({ratio['low']:.2f}–{ratio['high']:.2f})"
                yield (
                    f"| {case}: {metric} | {shown['ours']} | {shown['peer']} | {found['peer_name']} | {spread} | "
                    f"{shown['target']} | {found['verdict']} |"
                )


def _curves(cases: dict[str, Any]) -> Generator[str]:
    for case, metrics in cases.items():
        for note in metrics["notes"]:
            if note.startswith(CURVE):
                yield f"{case}: {note.removeprefix(CURVE)}"


def _path(machine_name: str = "") -> Path:
    return FOLDER / f"{machine_name or machine.name()}.json"
