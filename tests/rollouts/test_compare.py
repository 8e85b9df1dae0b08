"""Two models compared outside a rollout: what is measured of a pair, what the gates say of many, and the page."""

import json
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest

from freehold.contracts.errors import InvalidRequest, ProviderFailed
from freehold.contracts.identity import Principal
from freehold.contracts.rollouts import Arm, Assignment, Exchange
from freehold.contracts.wire import Call
from freehold.rollouts.evidence.progress import Verdict
from freehold.rollouts.offline.comparison import (
    Answered,
    Pair,
    Question,
    Report,
    Side,
    Subject,
    compare,
    default_gates,
    plan_of,
    reading_of,
    report_of,
)
from freehold.rollouts.offline.page import page, worst_first
from freehold.rollouts.offline.words import outcome, rows
from freehold.rollouts.plan import Check, Gate

SUBJECT = Subject(control="old", candidate="new", prompts=1, asked=1)


def answered(arm: Arm, text: str, *, status: int = 200, tokens: int = 20) -> Answered:
    """A streamed answer, or an error in OpenAI's shape."""
    body = json.dumps({"messages": [{"role": "user", "content": "What is 2 + 2?"}]}).encode()
    chunk = {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": "stop"}]}
    stream = b"data: " + json.dumps(chunk).encode() + b"\n\ndata: [DONE]\n\n"
    is_good = status == 200
    found = Exchange(
        assignment=Assignment(rollout_id="r", step=0, arm=arm, provider="p", model="m", is_mirrored=False),
        principal=Principal(person_id="p", name="p", role="member"),
        call=Call(endpoint="chat/completions", body=body, model="m", stream=True),
        at=0.0,
        status=status,
        outcome="answered" if is_good else "refused" if status < 500 else "failed",
        answer=stream if is_good else json.dumps({"error": {"message": text}}).encode(),
        is_stream=is_good,
        first_byte_seconds=0.25,
        seconds=1.25,
        output_tokens=tokens if is_good else 0,
    )
    return found, "" if is_good else f"{status}: {text}"


async def nobody(endpoint: str, model: str, body: bytes) -> bytes:
    raise AssertionError("no model was to be asked")


def verdicts(report: Report) -> dict[str, Verdict]:
    return {verdict.metric: verdict for verdict in (*report.gates, *report.others)}


def pair(line: int, control: dict[str, float], candidate: dict[str, float], **more: Any) -> Pair:
    """A pair with these metrics."""

    def side(metrics: dict[str, float]) -> Side:
        return Side(
            text="t",
            status=200,
            outcome="answered",
            problem="",
            answered_by="",
            input_tokens=1,
            output_tokens=1,
            metrics=metrics,
        )

    plain: dict[str, Any] = {"id": str(line), "line": line, "repeat": 1, "prompt": "p", "scores": {}}
    plain |= {"unjudged": (), "kept": {}, "control": side(control), "candidate": side(candidate)} | more
    return Pair(**plain)


def judged(gates: Sequence[Gate], pairs: Sequence[Pair]) -> dict[str, Verdict]:
    subject = msgspec.structs.replace(SUBJECT, prompts=len(pairs), asked=len(pairs))
    return verdicts(report_of(subject, gates, pairs))


async def measured(control: Answered, candidate: Answered, **question: Any) -> Pair:
    plan = plan_of(SUBJECT, default_gates(SUBJECT, checks=False), checks=False)
    return await compare(Question(id="one", line=1, **question), control, candidate, plan, nobody)


async def test_a_pair_has_the_metrics_of_a_rollout_and_what_people_read() -> None:
    found = await measured(answered("control", "Four."), answered("candidate", "I'm sorry, I can't help with that."))
    assert found.control.metrics == {
        "error_rate": 0.0,
        "refusal_rate": 0.0,
        "ttft_seconds": 0.25,
        "output_tokens": 20.0,
        "tokens_per_second": 20.0,
    }
    assert found.candidate.metrics["refusal_rate"] == 1.0
    assert (found.control.text, found.prompt) == ("Four.", "[user]\nWhat is 2 + 2?")


async def test_each_prompt_has_its_own_checks() -> None:
    check = Check(kind="regex", value="(?i)four")
    found = await measured(answered("control", "Four."), answered("candidate", "Five."), checks=(check,))
    sides = (found.control, found.candidate)
    assert [side.metrics["check_failure_rate"] for side in sides] == [0.0, 1.0]
    without = await measured(answered("control", "Four."), answered("candidate", "Five."))
    assert "check_failure_rate" not in without.control.metrics


async def test_a_request_that_only_one_refuses_is_that_ones_failure() -> None:
    refused = answered("candidate", "tools are not supported", status=400)
    found = await measured(answered("control", "Four."), refused)
    assert found.candidate.metrics == {"error_rate": 1.0}
    assert found.candidate.problem == "400: tools are not supported"
    turned = await measured(answered("control", "no", status=400), answered("candidate", "Four."))
    assert turned.control.metrics == {"error_rate": 1.0}


async def test_a_request_that_both_refuse_is_in_no_metric_and_told() -> None:
    both = await measured(answered("control", "bad", status=400), answered("candidate", "bad", status=400))
    report = report_of(SUBJECT, [Gate(metric="error_rate")], [both])
    assert [verdict.result for verdict in report.gates] == ["no data"]
    assert report.others == ()
    assert any("1 pair in no metric" in note for note in report.notes)
    assert report.holds(strict=False)
    assert not report.holds(strict=True)


async def test_a_judge_scores_both_orders_and_one_that_does_not_answer_is_told() -> None:
    subject = msgspec.structs.replace(SUBJECT, judge="wise", embedder="near")
    plan = plan_of(subject, default_gates(subject, checks=False), checks=False)
    asked: list[str] = []

    async def ask(endpoint: str, model: str, body: bytes) -> bytes:
        asked.append(f"{endpoint} {model}")
        if endpoint == "embeddings":
            raise ProviderFailed("away")
        said = json.loads(body)["messages"][-1]["content"]
        verdict = "B" if said.index("Four.") < said.index("It is 4.") else "A"
        return json.dumps({"choices": [{"index": 0, "message": {"content": verdict}}]}).encode()

    sides = answered("control", "Four."), answered("candidate", "It is 4.")
    found = await compare(Question(id="one", line=1), *sides, plan, ask)
    assert found.scores == {"quality": 1.0}
    assert found.unjudged == ("similarity",)
    assert sorted(asked) == ["chat/completions wise"] * 2 + ["embeddings near"]
    notes = report_of(subject, plan.gates, [found]).notes
    assert any("1 pair not scored for similarity" in note for note in notes)


async def test_nobody_judges_an_answer_that_failed() -> None:
    subject = msgspec.structs.replace(SUBJECT, judge="wise")
    plan = plan_of(subject, default_gates(subject, checks=False), checks=False)
    failed = answered("candidate", "broken", status=500)
    found = await compare(Question(id="one", line=1), answered("control", "Four."), failed, plan, nobody)
    assert (found.scores, found.unjudged) == ({}, ())
    assert found.candidate.metrics == {"error_rate": 1.0}


def test_a_candidate_that_fails_far_more_often_fails_its_gate() -> None:
    pairs = [pair(line, {"error_rate": 0.0}, {"error_rate": float(line % 2)}) for line in range(1, 101)]
    report = report_of(msgspec.structs.replace(SUBJECT, asked=100), [Gate(metric="error_rate")], pairs)
    (verdict,) = report.gates
    assert (verdict.result, verdict.control, verdict.candidate) == ("fail", 0.0, 0.5)
    assert verdict.low > verdict.margin
    assert not report.holds(strict=False)
    assert "B fails" in outcome(report)


def test_few_prompts_prove_nothing_and_only_strict_minds() -> None:
    pairs = [pair(line, {"error_rate": 0.0}, {"error_rate": 0.0}) for line in range(1, 6)]
    report = report_of(msgspec.structs.replace(SUBJECT, asked=5), [Gate(metric="error_rate")], pairs)
    assert report.gates[0].result == "inconclusive"
    assert report.holds(strict=False)
    assert not report.holds(strict=True)
    assert outcome(report) == "No gate fails; not proven: error_rate."


def test_ratios_are_compared_prompt_by_prompt() -> None:
    """Prompts differ a thousandfold, and B writes a tenth less than A in each: pooled, nothing could be seen."""
    tokens = [2.0 ** (line % 11) * 50 for line in range(1, 61)]
    pairs = [
        pair(line, {"output_tokens": n}, {"output_tokens": n * (0.9 if line % 2 else 0.88)})
        for line, n in enumerate(tokens, start=1)
    ]
    found = judged([Gate(metric="output_tokens", margin=0.3)], pairs)["output_tokens"]
    assert found.result == "pass"
    assert found.worsening == pytest.approx(1 / (0.9 * 0.88) ** 0.5 - 1)
    assert found.high < 0.3


def test_a_ratio_counts_only_prompts_that_both_answered() -> None:
    pairs = [pair(1, {"ttft_seconds": 1.0}, {"ttft_seconds": 2.0}), pair(2, {"ttft_seconds": 9.0}, {})]
    found = judged([Gate(metric="ttft_seconds")], pairs)["ttft_seconds"]
    assert (found.control_n, found.candidate_n) == (1, 1)
    assert found.control == pytest.approx(1.0)


def test_repeats_of_a_prompt_are_one_value() -> None:
    repeated = [
        pair(line, {"error_rate": 0.0}, {"error_rate": float(line == 1)}, repeat=repeat)
        for repeat in range(1, 11)
        for line in (1, 2)
    ]
    reading = reading_of("error_rate", repeated)
    assert (reading.candidate.n, reading.candidate.mean) == (2, 0.5)
    scored = [pair(1, {}, {}, repeat=repeat, scores={"quality": score}) for repeat, score in ((1, 1.0), (2, -1.0))]
    assert (reading_of("quality", scored).candidate.n, reading_of("quality", scored).candidate.mean) == (1, 0.0)


def test_more_gates_make_each_interval_wider() -> None:
    pairs = [pair(line, {"error_rate": 0.0}, {"error_rate": float(line % 4 == 0)}) for line in range(1, 41)]
    alone = judged([Gate(metric="error_rate")], pairs)["error_rate"]
    among = judged([Gate(metric=name) for name in ("error_rate", "refusal_rate", "ttft_seconds")], pairs)["error_rate"]
    assert among.low < alone.low
    assert among.high > alone.high


def test_what_is_measured_beside_the_gates_has_no_result() -> None:
    pairs = [pair(1, {"error_rate": 0.0, "refusal_rate": 0.0}, {"error_rate": 0.0, "refusal_rate": 1.0})]
    found = {row.metric: row for row in rows(report_of(SUBJECT, [Gate(metric="error_rate")], pairs))}
    assert found["refusal_rate"].result is None
    assert found["refusal_rate"].difference == "100 points worse"
    assert found["error_rate"].tolerated == "1 point"


def test_too_few_values_are_told_as_unknown() -> None:
    pairs = [pair(1, {"ttft_seconds": 1.0}, {"ttft_seconds": 1.5}, scores={"similarity": 0.75})]
    gates = [Gate(metric="ttft_seconds"), Gate(metric="similarity")]
    subject = msgspec.structs.replace(SUBJECT, embedder="near")
    time, alike = rows(report_of(subject, gates, pairs))
    assert (time.control, time.candidate, time.difference, time.interval) == (
        "1 s",
        "1.5 s",
        "50 % worse",
        "unknown: too few",
    )
    assert (alike.control, alike.candidate, alike.difference) == ("–", "0.75", "0.25 worse")


def test_a_part_of_the_prompts_is_told_as_a_part() -> None:
    subject = msgspec.structs.replace(SUBJECT, asked=3)
    report = report_of(subject, [Gate(metric="error_rate")], [pair(1, {"error_rate": 0.0}, {"error_rate": 0.0})])
    assert not report.is_complete
    assert report.notes[0] == "Not complete: 1 of 3 pairs were answered."


@pytest.mark.parametrize(
    ("metric", "told"),
    [
        ("cost_usd", "nothing of cost_usd"),
        ("quality", "never see a value"),
        ("check_failure_rate", "never see a value"),
    ],
)
def test_a_gate_that_would_never_see_a_value_is_refused(metric: str, told: str) -> None:
    with pytest.raises(InvalidRequest, match=told):
        plan_of(SUBJECT, [Gate(metric=metric)], checks=False)


def test_defaults_take_in_what_the_judges_and_the_checks_measure() -> None:
    subject = msgspec.structs.replace(SUBJECT, judge="wise", embedder="near")
    names = [gate.metric for gate in default_gates(subject, checks=True)]
    assert names[4:] == ["quality", "similarity", "check_failure_rate"]
    assert plan_of(subject, default_gates(subject, checks=True), checks=True).judge == "wise"


class Page(HTMLParser):
    """Every tag with its attributes, and all text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


HOSTILE = (
    "</pre></style></title><script>alert(1)</script><img src=x onerror=alert(1)>"
    "\"' onmouseover=\"alert(1)\" <a href='javascript:alert(1)'>&lt;script&gt; "
    "\x00\x1b[31m\x9b\u202e<!-- --><svg/onload=x>"
)


async def test_hostile_text_stays_text_wherever_it_stands() -> None:
    subject = Subject(
        control=HOSTILE, candidate=HOSTILE, url=HOSTILE, judge=HOSTILE, embedder=HOSTILE, prompts=1, asked=1
    )
    found = await measured(answered("control", HOSTILE), answered("candidate", HOSTILE, status=500))
    hostile = msgspec.structs.replace(
        found,
        id=HOSTILE,
        prompt=HOSTILE,
        kept={HOSTILE: HOSTILE},
        control=msgspec.structs.replace(found.control, answered_by=HOSTILE),
    )
    written = page(report_of(subject, default_gates(subject, checks=False), [hostile], [HOSTILE]))
    read = Page(written)
    harmless = {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "h1",
        "h2",
        "h3",
        "h4",
        "p",
        "strong",
        "small",
    }
    harmless |= {"div", "table", "caption", "thead", "tbody", "tr", "th", "td", "ul", "li", "article", "section", "pre"}
    assert {tag for tag, _ in read.tags} <= harmless
    assert [tag for tag, _ in read.tags].count("style") == 1
    names = {name for _, attributes in read.tags for name in attributes}
    assert not any(name.startswith("on") for name in names)
    assert not names & {"src", "href", "style"}
    shown = "".join(read.text)
    assert shown.count("<script>alert(1)</script>") >= 8
    assert not any(character in written for character in "\x00\x1b\x9b")
    assert "default-src 'none'" in next(str(a["content"]) for _, a in read.tags if "http-equiv" in a)


def test_the_page_is_for_everybody() -> None:
    pairs = [pair(line, {"error_rate": 0.0}, {"error_rate": 0.0}, scores={"quality": -1.0}) for line in (1, 2)]
    subject = msgspec.structs.replace(SUBJECT, prompts=2, asked=2)
    written = page(report_of(subject, [Gate(metric="error_rate")], pairs))
    read = Page(written)
    assert ("html", {"lang": "en"}) in read.tags
    assert any(attributes.get("name") == "viewport" for _, attributes in read.tags)
    assert all("scope" in attributes for tag, attributes in read.tags if tag == "th")
    assert sum(tag == "caption" for tag, _ in read.tags) == 1
    assert "prefers-color-scheme: dark" in written
    assert "url(" not in written
    ids = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = [attributes["aria-labelledby"] for _, attributes in read.tags if "aria-labelledby" in attributes]
    assert set(named) <= set(ids)
    assert "quality -1" in "".join(read.text)


def test_what_failed_or_lost_comes_first() -> None:
    good, lost = pair(1, {}, {}, scores={"quality": 1.0}), pair(2, {}, {}, scores={"quality": -1.0})
    failed = pair(3, {}, {})
    failed = msgspec.structs.replace(failed, candidate=msgspec.structs.replace(failed.candidate, outcome="failed"))
    assert [found.line for found in worst_first([good, lost, failed])] == [3, 2, 1]
