"""`freehold rollout`: planned, changed in part, moved, watched and forgotten in the data folder."""

import io
import json
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from cli.rollout_folder import as_a_server, recorded
from command_module import run, told
from freehold.cli import provider, rollout
from freehold.contracts.errors import InvalidRequest, NotFound, SetupError
from freehold.rollouts.evidence.progress import Decision, State, Verdict
from freehold.rollouts.plan import DEFAULT_STEPS, Plan
from freehold.rollouts.rollouts import Rollouts
from freehold.rollouts.store import Event, Value
from freehold.rollouts.tallies import ANSWERS

pytestmark = pytest.mark.network

HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
PLAN = ("--route", "gpt", "--candidate", "local/starter")
STATES: tuple[State, ...] = get_args(State)
WORSE = Decision(
    action="roll_back",
    reason="Rolled back at once: far more answers fail.",
    verdicts=(
        Verdict(
            metric="error_rate",
            result="fail",
            is_severe=True,
            worsening=0.2,
            low=0.12,
            high=0.31,
            margin=0.01,
            control=0.01,
            candidate=0.21,
            control_n=900,
            candidate_n=100,
        ),
        Verdict(
            metric="ttft_seconds",
            result="pass",
            worsening=-0.25,
            low=-0.4,
            high=-0.05,
            margin=0.1,
            control=0.4,
            candidate=0.3,
            control_n=900,
            candidate_n=80,
        ),
    ),
)


@pytest.fixture
def options(database_options: list[str]) -> list[str]:
    """Of a data folder with one provider, whose model is `gpt`."""
    words = ("--url", "http://127.0.0.1:9/v1", "--model", "gpt=gpt-4o", "--model", "judge=gpt-5")
    assert run(provider, "set", "vendor", *words, *database_options) == 0
    return database_options


def test_a_plan_is_made_of_options_and_changed_in_part(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        *("--steps", "0:200,0.01:100:600,0.1:50:0:90,0.5!,1"),
        *("--gate", "error_rate", "--gate", "ttft_seconds=0.2,0.5", "--gate", "quality=0.05", "--judge", "judge"),
        *("--mirror-share", "0.5", "--mirror-budget", "2.5", "--interval", "5", "--failure-limit", "3"),
        *("--webhook", "https://hooks.example.com/x", "--capture", "--equivalent", "openai/gpt-4o"),
    ]
    made = told(capsys, rollout, "plan", "own", *PLAN, *words, *options)
    plan = msgspec.convert(made["plan"], Plan)
    steps = [(one.share, one.min_samples, one.soak_seconds, one.max_seconds, one.evidence) for one in plan.steps]
    assert steps == [
        (0.0, 200, 600.0, 86_400.0, "no harm"),
        (0.01, 100, 600.0, 86_400.0, "no harm"),
        (0.1, 50, 0.0, 90.0, "no harm"),
        (0.5, 100, 600.0, 86_400.0, "proof"),
        (1.0, 100, 600.0, 86_400.0, "no harm"),
    ]
    gates = [(one.metric, one.margin, one.severe) for one in plan.gates]
    assert gates == [("error_rate", None, None), ("ttft_seconds", 0.2, 0.5), ("quality", 0.05, None)]
    assert (plan.mirror.share, plan.mirror.budget_usd, plan.interval_seconds, plan.failure_limit) == (0.5, 2.5, 5.0, 3)
    assert (plan.capture.consent, plan.judge, plan.equivalent) == (True, "judge", "openai/gpt-4o")
    assert plan.webhook == "https://hooks.example.com/x"
    changes = ("--mirror-budget", "9", "--no-capture")
    changed = told(capsys, rollout, "plan", "own", *changes, *options)["plan"]
    expected = made["plan"]
    expected["mirror"]["budget_usd"], expected["capture"]["consent"] = 9.0, False
    assert changed == expected


def test_a_short_plan_takes_the_defaults_and_says_what_is_next(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(rollout, "plan", "own", *PLAN, *options) == 0
    printed = capsys.readouterr().out
    assert "mirror → 1 % → 10 % → 25 % → 50 %! → 100 %" in printed
    assert "freehold rollout start own" in printed
    [listed] = told(capsys, rollout, "list", *options)
    assert msgspec.convert(listed["plan"], Plan).steps == DEFAULT_STEPS


def test_a_plan_comes_from_json_as_it_is_printed(
    options: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = told(capsys, rollout, "plan", "own", *PLAN, *options)
    made["plan"]["mirror"]["at_once"] = 8
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(made)))
    again = told(capsys, rollout, "plan", "again", "--from", "-", *options)
    assert again["plan"] == made["plan"]
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(made["plan"]))
    third = told(capsys, rollout, "plan", "third", "--from", str(file), "--candidate", "vendor/next", *options)
    assert third["plan"] == made["plan"] | {"candidate": "vendor/next"}


def test_what_would_not_work_is_refused_with_the_way_on(options: list[str]) -> None:
    cases: list[tuple[list[str], type[Exception], str]] = [
        (["plan", "own"], InvalidRequest, "Nothing is planned"),
        (["plan", "own", "--route", "gpt"], InvalidRequest, "candidate"),
        (["plan", "own", "--route", "gtp", "--candidate", "local/starter"], InvalidRequest, "no public model 'gtp'"),
        (["plan", "own", "--route", "gpt", "--candidate", "vendr/x"], InvalidRequest, "no provider 'vendr'"),
        (["plan", "own", "--route", "gpt", "--candidate", "local/started"], InvalidRequest, "no local model"),
        (["plan", "Own", *PLAN], InvalidRequest, "no name for a rollout"),
        (["plan", "own", *PLAN, "--steps", "0.1,0.5"], InvalidRequest, "not the whole traffic"),
        (["plan", "own", *PLAN, "--steps", "1:10:0:inf"], InvalidRequest, "max_seconds"),
        (["plan", "own", *PLAN, "--steps", "nan,1"], InvalidRequest, "share"),
        (["plan", "own", *PLAN, "--gate", "quality"], InvalidRequest, "never see a value"),
        (["plan", "own", *PLAN, "--gate", "eror_rate"], InvalidRequest, "eror_rate"),
        (["plan", "own", "--from", "/nowhere.json"], SetupError, "cannot be read"),
        (["start", "own"], NotFound, "no rollout 'own'"),
        (["status", "own"], NotFound, "no rollout 'own'"),
        (["history", "own"], NotFound, "no rollout 'own'"),
        (["delete", "own"], NotFound, "no rollout 'own'"),
    ]
    for words, error, text in cases:
        with pytest.raises(error, match=text):
            run(rollout, *words, *options)
    for words in (["--steps", "much"], ["--steps", "0:1:2:3:4,1"], ["--steps", "0:x,1"], ["--gate", "quality=a"]):
        with pytest.raises(SystemExit):
            run(rollout, "plan", "own", *PLAN, *words, *options)
    assert recorded(options) == []
    assert as_a_server(options, lambda rollouts: rollouts.store.all()) == []


WALK = [
    ("resume", None),
    ("close", None),
    ("start", "shadow"),
    ("start", None),
    ("pause", "paused"),
    ("resume", "shadow"),
    ("promote", "promoted"),
    ("pause", None),
    ("close", "closed"),
    ("abort", None),
]


def test_each_act_leads_on_or_is_refused_with_the_way_out(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    run(rollout, "plan", "own", *PLAN, *options)
    state = "planned"
    for act, leads_to in WALK:
        if leads_to is None:
            with pytest.raises(InvalidRequest, match=f"{state} cannot {act}") as refused:
                run(rollout, act, "own", *options)
            assert "Possible from: " in refused.value.hint
            continue
        found = told(capsys, rollout, act, "own", *options)
        assert (found["state"], found["reason"]) == (leads_to, "command line asked for it.")
        state = leads_to


def test_every_change_is_on_record_as_done_by_the_command_line(options: list[str]) -> None:
    run(rollout, "plan", "own", *PLAN, *options)
    for act in ("start", "pause", "resume", "abort", "delete"):
        assert run(rollout, act, "own", *options) == 0
    with pytest.raises(NotFound):
        run(rollout, "delete", "own", *options)
    acts = ("put", "start", "pause", "resume", "abort", "delete")
    assert recorded(options) == [(f"rollout.{act}", "own", "command line") for act in acts]


def test_what_is_in_force_is_not_forgotten_nor_planned_anew(options: list[str]) -> None:
    run(rollout, "plan", "own", *PLAN, *options)
    run(rollout, "plan", "other", *PLAN, *options)
    run(rollout, "start", "own", *options)
    with pytest.raises(InvalidRequest, match="in force"):
        run(rollout, "delete", "own", *options)
    with pytest.raises(InvalidRequest, match="has begun"):
        run(rollout, "plan", "own", *PLAN, *options)
    with pytest.raises(InvalidRequest, match="under another rollout"):
        run(rollout, "start", "other", *options)


def roll_back(options: list[str]) -> None:
    """As a server does where the candidate is worse."""

    async def do(rollouts: Rollouts) -> None:
        answers = [Value("own", 0, arm, ANSWERS, 1.0) for arm in ("control", "candidate", "control")]
        await rollouts.store.add_values(answers)
        async with rollouts.store.changing("own") as change:
            assert change is not None
            event = Event(
                at=1_700_000_000.0,
                action="roll_back",
                actor="freehold",
                from_state=change.record.progress.state,
                to_state="rolled_back",
                step=0,
                reason=WORSE.reason,
                decision=WORSE,
            )
            await change.move(event)

    as_a_server(options, do)


def test_the_status_shows_each_gate_with_its_evidence(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    run(rollout, "plan", "own", *PLAN, "--steps", "0.1,1!", *options)
    run(rollout, "start", "own", *options)
    capsys.readouterr()
    assert run(rollout, "status", "own", *options) == 0
    running = capsys.readouterr().out
    assert "own: canary, step 1 of 2. 10 % of 'gpt' goes to local/starter." in running
    assert "▶ 10 % → 100 %!" in running
    assert "no data" in running
    roll_back(options)
    assert run(rollout, "status", "own", *options) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "own: rolled back. 0 % of 'gpt' goes to local/starter." in lines[0]
    assert "✗ 10 %" in lines[1]
    assert "2023-11-14 22:13:20 UTC: Rolled back at once: far more answers fail." in lines[2]
    cells = {line.split()[0]: line.split("  ") for line in lines if line.strip()}
    found = {name: [cell.strip() for cell in row if cell.strip()] for name, row in cells.items()}
    assert found["error_rate"][1:] == [
        "1.00 %",
        "21.00 %",
        "+20.0 pt",
        "+12.0 pt … +31.0 pt",
        "+1.0 pt",
        "fail, severe",
    ]
    assert found["ttft_seconds"][1:] == ["0.4", "0.3", "-25.0 %", "-40.0 % … -5.0 %", "+10.0 %", "pass"]
    assert found["refusal_rate"][1:] == ["–", "–", "–", "–", "+2.0 pt", "no data"]
    assert found["10"][1:4] == ["2", "1", "0"]


def test_the_list_and_the_history_are_tables(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    run(rollout, "plan", "own", *PLAN, *options)
    run(rollout, "start", "own", *options)
    roll_back(options)
    capsys.readouterr()
    assert run(rollout, "list", *options) == 0
    header, row = capsys.readouterr().out.splitlines()
    assert header.split() == ["NAME", "ROUTE", "CANDIDATE", "STATE", "STEP", "SHARE", "SINCE"]
    assert row.startswith("own   gpt    local/starter  rolled back  1/6 mirror  0 %")
    assert run(rollout, "history", "own", *options) == 0
    _, newest, oldest = capsys.readouterr().out.splitlines()
    assert "roll_back  freehold" in newest
    assert "shadow → rolled_back" in newest
    assert newest.endswith(WORSE.reason)
    assert "planned → shadow" in oldest
    events = told(capsys, rollout, "history", "own", "--limit", "1", *options)
    assert [(one["action"], one["decision"]["verdicts"][0]["metric"]) for one in events] == [
        ("roll_back", "error_rate")
    ]


def test_following_ends_with_the_rollout_and_tells_by_its_status_how(
    options: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollout, "FOLLOW_SECONDS", 0.05)
    run(rollout, "plan", "own", *PLAN, *options)
    run(rollout, "start", "own", *options)
    capsys.readouterr()
    abort = threading.Thread(target=run, args=(rollout, "abort", "own", *options))
    abort.start()
    try:
        assert run(rollout, "status", "own", "--follow", "--json", *options) == 1
    finally:
        abort.join()
    lines: list[dict[str, Any]] = []
    for line in capsys.readouterr().out.splitlines():
        if line.startswith("{"):
            lines.append(json.loads(line))
    assert lines[-1]["state"] == "aborted"
    run(rollout, "plan", "next", *PLAN, *options)
    run(rollout, "start", "next", *options)
    run(rollout, "promote", "next", *options)
    capsys.readouterr()
    assert run(rollout, "status", "next", "--follow", *options) == 0
    printed = capsys.readouterr().out
    assert "next: promoted. 100 % of 'gpt' goes to local/starter." in printed
    assert "freehold rollout close next" in printed


def test_on_a_terminal_the_status_is_shown_in_place(
    options: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(rollout, "plan", "own", *PLAN, *options)
    run(rollout, "start", "own", *options)
    run(rollout, "promote", "own", *options)
    monkeypatch.setenv("FORCE_COLOR", "1")
    capsys.readouterr()
    assert run(rollout, "status", "own", "--follow", *options) == 0
    printed = capsys.readouterr().out
    assert "own: promoted." in printed
    assert printed.rindex(SHOW_CURSOR) > printed.rindex(HIDE_CURSOR)


def test_ctrl_c_leaves_quietly(options: list[str]) -> None:
    run(rollout, "plan", "own", *PLAN, *options)
    command = [sys.executable, "-m", "freehold", "rollout", "status", "own", "--follow", "--json", *options]
    following = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert following.stdout is not None
    assert json.loads(following.stdout.readline())["state"] == "planned"
    following.send_signal(signal.SIGINT)
    _, errors = following.communicate(timeout=60)
    assert (following.returncode, errors) == (130, "")


def test_an_empty_data_folder_stays_empty(tmp_path: Path) -> None:
    for words in (["list"], ["plan", "own", *PLAN], ["start", "own"]):
        with pytest.raises(SetupError, match="no Freehold data"):
            run(rollout, *words, "--data", f"{tmp_path}/data")


def test_every_state_names_what_may_be_done_next() -> None:
    from freehold.cli.rollout_status import NEXT

    assert set(NEXT) == set(STATES)
    parser_words = {*rollout.ACTS, "status", "history", "delete"}
    assert {act.split()[0] for acts in NEXT.values() for act, _ in acts} <= parser_words
