"""A comparison as one page: no scripts, nothing loaded from elsewhere, readable in light and dark and on a phone.

All text that models, prompts or servers wrote is escaped, control characters are made visible, and the direction of a
text stays within its box. Should anything get through, the page's own policy lets no script run and nothing be fetched.
"""

import html
from collections.abc import Sequence
from datetime import UTC, datetime

from freehold.rollouts.offline.comparison import Pair, Report, Side
from freehold.rollouts.offline.words import NONE, Row, outcome, rows, score_texts

MAX_PAIRS = 500  # more than anybody reads; the JSON report holds all
MAX_LABEL = 200
# Neither a browser nor a reader makes anything of them: they become Unicode's picture of each.
CONTROL = {
    **{code: 0x2400 + code for code in range(0x20) if chr(code) not in "\n\t"},
    0x7F: 0x2421,
    **dict.fromkeys((*range(0x80, 0xA0), *range(0xD800, 0xE000)), 0xFFFD),
}

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1a1d21; --soft: #5a626c; --line: #d5d9de; --box: #f5f6f8;
  --good: #11693a; --bad: #a8161d; --open: #7a5200; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171a; --ink: #e8eaed; --soft: #a3abb5; --line: #3a4047;
  --box: #1d2125; --good: #6fd49a; --bad: #ff9a94; --open: #f0c463; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; } h2 { font-size: 1.2rem; margin-top: 2rem; }
h1, h2, h3, p, li { overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 0 0 .5rem; }
.soft { color: var(--soft); font-size: .875rem; }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; color: var(--soft); padding-bottom: .5rem; }
th, td { text-align: left; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top;
  white-space: nowrap; }
th small { display: block; font-weight: normal; color: var(--soft); min-width: 8rem; white-space: normal; }
.pass { color: var(--good); font-weight: 600; } .fail { color: var(--bad); font-weight: 600; }
.open { color: var(--open); font-weight: 600; }
article { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 1rem 0; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 1rem; }
.sides > section { min-width: 0; }
pre { margin: .25rem 0 .75rem; padding: .75rem; background: var(--box); border-radius: .375rem; white-space: pre-wrap;
  overflow-wrap: anywhere; unicode-bidi: isolate; font: .875rem/1.45 ui-monospace, monospace; max-height: 30rem;
  overflow-y: auto; }
h4 { margin: 0; font-size: .875rem; }
@media print { pre { max-height: none; } article { break-inside: avoid; } }
"""
RESULT_CLASSES = {"pass": "pass", "fail": "fail"}


def page(report: Report) -> str:
    """The page."""
    subject = report.subject
    title = f"{subject.control[:MAX_LABEL]} (A) and {subject.candidate[:MAX_LABEL]} (B)"
    at = datetime.fromtimestamp(subject.at, UTC)
    judges = [f"{name} {model}" for name, model in (("judge", subject.judge), ("embedder", subject.embedder)) if model]
    about = f"{subject.prompts} prompts, {len(report.pairs)} of {subject.asked} pairs; {at:%Y-%m-%d %H:%M} UTC; "
    about += "; ".join([subject.url, *judges])
    notes = "".join(f"<li>{escaped(note)}</li>" for note in report.notes)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escaped(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<h1>{escaped(title)}</h1>\n<p><strong class="{_class_of(report)}">{escaped(outcome(report))}</strong></p>\n'
        f'<p class="soft">{escaped(about)}</p>\n<h2 id="metrics">Metrics</h2>\n{_table(rows(report))}\n'
        f'<h2>Notes</h2>\n<ul>{notes}</ul>\n<p class="soft">{escaped(report.method)}</p>\n{_pairs(report.pairs)}'
        "</main>\n</body>\n</html>\n"
    )


def escaped(text: str) -> str:
    """Text that can stand anywhere in the page, between tags and in an attribute."""
    return html.escape(text.translate(CONTROL), quote=True)


def worst_first(pairs: Sequence[Pair]) -> list[Pair]:
    """Those where something failed, then those where B lost, then the least alike; else in the prompts' order."""

    def rank(pair: Pair) -> tuple[bool, float, float]:
        failed = any(side.outcome != "answered" for side in (pair.control, pair.candidate))
        checks = pair.candidate.metrics.get("check_failure_rate", 0.0)
        return not failed, pair.scores.get("quality", 0.0) - checks, pair.scores.get("similarity", 1.0)

    return sorted(pairs, key=rank)


def _class_of(report: Report) -> str:
    return "pass" if report.holds(strict=True) else "open" if report.holds(strict=False) else "fail"


def _table(found: Sequence[Row]) -> str:
    head = "".join(
        f'<th scope="col">{name}</th>'
        for name in ("Metric", "Result", "A", "B", "Difference", "Surely within", "Tolerated")
    )
    body = "\n".join(_row(row) for row in found)
    return (
        '<div class="scroll" role="region" aria-labelledby="metrics" tabindex="0">\n<table>\n'
        "<caption>B against A. In intervals, plus is worse. Without a result: measured, and no gate.</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def _row(row: Row) -> str:
    cells = (row.control, row.candidate, row.difference, row.interval, row.tolerated)
    told = "".join(f"<td>{escaped(cell)}</td>" for cell in cells)
    style = RESULT_CLASSES.get(row.result, "open") if row.result else "soft"
    name = f'<th scope="row">{escaped(row.metric)}<small>{escaped(row.about)}</small></th>'
    return f'<tr>{name}<td class="{style}">{row.result or NONE}</td>{told}</tr>'


def _pairs(pairs: Sequence[Pair]) -> str:
    if not pairs:
        return ""
    shown = worst_first(pairs)[:MAX_PAIRS]
    of_all = f"{len(shown)} of {len(pairs)} pairs. " if len(shown) < len(pairs) else ""
    order = f"{of_all}First what failed, then where B lost, then what is least alike."
    articles = "".join(_pair(index, pair) for index, pair in enumerate(shown, start=1))
    return f'<h2>Answers</h2>\n<p class="soft">{order}</p>\n{articles}'


def _pair(index: int, pair: Pair) -> str:
    name = f"{pair.id[:MAX_LABEL]}{f', repeat {pair.repeat}' if pair.repeat > 1 else ''}"
    kept = [f"{key}: {value}"[:MAX_LABEL] for key, value in pair.kept.items()]
    told = "; ".join([f"line {pair.line}", *score_texts(pair), *kept])
    return (
        f'<article aria-labelledby="pair-{index}">\n<h3 id="pair-{index}">{escaped(name)}</h3>\n'
        f'<p class="soft">{escaped(told)}</p>\n<pre dir="auto">{escaped(pair.prompt)}</pre>\n'
        f'<div class="sides">{_side("A", pair.control)}{_side("B", pair.candidate)}</div>\n</article>\n'
    )


def _side(name: str, side: Side) -> str:
    facts = [f"{metric} {value:.3g}" for metric, value in side.metrics.items() if metric != "error_rate"]
    told = ", ".join([side.answered_by, *facts] if side.answered_by else facts)
    problem = f'<p class="fail">{escaped(side.outcome)}: {escaped(side.problem)}</p>' if side.problem else ""
    text = f'<pre dir="auto">{escaped(side.text)}</pre>' if side.text or not side.problem else ""
    return f'<section>\n<h4>{name}</h4>\n{problem}{text}<p class="soft">{escaped(told)}</p>\n</section>'
