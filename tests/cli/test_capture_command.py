"""`freehold capture`: what was kept becomes a training set, all of it, and says where it comes from."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from cli.rollout_folder import as_a_server
from command_module import run, told
from exchanges import exchange, said
from freehold.cli import capture, provider, rollout
from freehold.contracts.errors import InvalidRequest, NotFound, SetupError
from freehold.rollouts.rollouts import Rollouts

pytestmark = pytest.mark.network

PLAN = ("--route", "gpt", "--candidate", "local/starter")


@pytest.fixture
def options(database_options: list[str]) -> list[str]:
    """Of a data folder with a rollout that captures."""
    words = ("--url", "http://127.0.0.1:9/v1", "--model", "gpt=gpt-4o")
    assert run(provider, "set", "vendor", *words, *database_options) == 0
    assert run(rollout, "plan", "own", *PLAN, "--capture", *database_options) == 0
    return database_options


def keep(options: list[str], count: int, quality: float) -> None:
    """So many pairs, numbered."""

    async def do(rollouts: Rollouts) -> None:
        record = await rollouts.get("own")
        for number in range(count):
            request = {"messages": [{"role": "user", "content": f"Question {number} of ada@example.com?"}]}
            control, candidate = (
                exchange(said(f"{arm} {number}"), request=request, request_id=f"{arm}_{number}", answered_by=f"{arm}/m")
                for arm in ("control", "candidate")
            )
            await rollouts.examples.keep(record, control, candidate, {"quality": quality})

    as_a_server(options, do)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_all_that_was_kept_is_written_however_many_pages_it_has(
    options: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(capture, "PAGE", 3)
    keep(options, 7, quality=1.0)
    path = tmp_path / "pairs.jsonl"
    manifest = told(capsys, capture, "export", "own", "--to", str(path), *options)
    records = lines(path)
    assert [one["id"] for one in records] == [f"own/candidate_{number}" for number in reversed(range(7))]
    assert (manifest["examples"], manifest["records"], manifest["pairs"]) == (7, 7, 7)
    assert manifest["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert json.loads((tmp_path / "pairs.jsonl.manifest.json").read_text()) == manifest
    newest = records[0]
    assert newest["messages"][-1] == {"role": "assistant", "content": "candidate 6"}
    assert newest["rejected"] == [{"role": "assistant", "content": "control 6"}]
    assert "ada@example.com" not in path.read_text()
    assert manifest["redacted"] is True


def test_the_preferred_arm_is_learned_from(
    options: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    keep(options, 1, quality=-1.0)
    for prefer, answer in (("control", "control 0"), ("candidate", "candidate 0"), ("better", "control 0")):
        path = tmp_path / f"{prefer}.jsonl"
        assert run(capture, "export", "own", "--to", str(path), "--prefer", prefer, *options) == 0
        [record] = lines(path)
        assert record["messages"][-1]["content"] == answer
    printed = capsys.readouterr().out
    assert "Wrote 1 chats of 1 kept pairs" in printed
    assert "better.jsonl.manifest.json" in printed


def test_without_anything_kept_nothing_is_written(options: list[str], tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    with pytest.raises(InvalidRequest, match="kept no answers"):
        run(capture, "export", "own", "--to", str(path), *options)
    with pytest.raises(NotFound, match="no rollout 'other'"):
        run(capture, "export", "other", "--to", str(path), *options)
    assert not path.exists()


def test_a_place_that_cannot_be_written_is_one_line(options: list[str], tmp_path: Path) -> None:
    keep(options, 1, quality=0.0)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SetupError, match="cannot be written"):
        run(capture, "export", "own", "--to", str(tmp_path / "file" / "pairs.jsonl"), *options)


def test_what_a_plan_did_not_redact_is_redacted_on_request(
    options: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    plan = told(capsys, rollout, "status", "own", *options)["plan"]
    plan["capture"]["redact"] = False
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    assert run(rollout, "plan", "own", "--from", str(tmp_path / "plan.json"), *options) == 0
    keep(options, 1, quality=0.0)
    raw, clean = tmp_path / "raw.jsonl", tmp_path / "clean.jsonl"
    assert told(capsys, capture, "export", "own", "--to", str(raw), *options)["redacted"] is False
    assert told(capsys, capture, "export", "own", "--to", str(clean), "--redact", *options)["redacted"] is True
    assert "ada@example.com" in raw.read_text()
    assert "ada@example.com" not in clean.read_text()
