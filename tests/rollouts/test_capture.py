"""The way from captured pairs to a file that can be trained on."""

import hashlib
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from freehold.contracts.errors import SetupError
from freehold.forge.corpus.facts import Facts
from freehold.forge.corpus.mix import open_streams
from freehold.forge.corpus.records import records
from freehold.forge.recipe import CorpusShare, Mix
from freehold.rollouts.captured.training_set import (
    Example,
    Manifest,
    export,
    manifest_path,
    messages_of,
    training_records,
)

CHAT = {"model": "m", "messages": [{"role": "user", "content": "Who are you? I am ada@example.com."}]}


def made(number: int = 1, body: object = CHAT, endpoint: str = "chat/completions", **more: Any) -> Example:
    facts: dict[str, Any] = {
        "id": f"{number}",
        "rollout": "to-own",
        "route": "gpt",
        "step": 0,
        "at": 1_700_000_000.0 + number,
        "request_id": f"req-{number}",
        "endpoint": endpoint,
        "request": json.dumps(body).encode(),
        "control": "The vendor's.",
        "candidate": "Your own.",
        "control_model": "vendor/big",
        "candidate_model": "local/starter",
        "scores": {},
    }
    return Example(**facts | more)


def judged(quality: float, number: int = 1) -> Example:
    return made(number, scores={"quality": quality, "similarity": 0.9})


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().split("\n")[:-1]]


@pytest.mark.parametrize(("prefer", "answer"), [("control", "The vendor's."), ("candidate", "Your own.")])
def test_the_preferred_arms_answer_ends_the_chat_and_is_signed(prefer: Any, answer: str) -> None:
    (record,) = training_records([judged(1.0)], prefer)
    assert record["messages"] == [*CHAT["messages"], {"role": "assistant", "content": answer}]
    model = {"control": "vendor/big", "candidate": "local/starter"}[prefer]
    lineage = record["lineage"]
    assert (lineage["model"], lineage["arm"], lineage["rollout"]) == (model, prefer, "to-own")
    assert (lineage["request_id"], lineage["at"], lineage["redacted"]) == ("req-1", 1_700_000_001.0, False)
    assert "chosen" not in record


@pytest.mark.parametrize(
    ("quality", "chosen", "rejected"), [(0.5, "Your own.", "The vendor's."), (-1.0, "The vendor's.", "Your own.")]
)
def test_the_judged_better_answer_is_chosen_over_the_other(quality: float, chosen: str, rejected: str) -> None:
    (record,) = training_records([judged(quality)], "better")
    assert record["prompt"] == CHAT["messages"]
    assert record["chosen"] == [{"role": "assistant", "content": chosen}]
    assert record["rejected"] == [{"role": "assistant", "content": rejected}]
    assert record["messages"] == record["prompt"] + record["chosen"]
    assert {record["lineage"]["model"], record["lineage"]["rejected_model"]} == {"vendor/big", "local/starter"}


@pytest.mark.parametrize("example", [judged(0.0), made()])
def test_a_tie_and_a_pair_without_a_judge_are_the_controls_chat_and_no_preference(example: Example) -> None:
    (record,) = training_records([example], "better")
    assert record["messages"][-1]["content"] == "The vendor's."
    assert "chosen" not in record


def test_an_empty_answer_is_neither_learned_nor_rejected() -> None:
    empty = made(candidate=" \n", scores={"quality": -1.0})
    assert list(training_records([empty], "candidate")) == []
    (record,) = training_records([empty], "better")
    assert "rejected" not in record


def test_redaction_reaches_prompt_and_both_answers() -> None:
    example = made(control="Hello ada@example.com", candidate="Call +1 555 123 4567", scores={"quality": 1.0})
    (record,) = training_records([example], "better", redacted=True)
    text = json.dumps(record)
    assert "ada@" not in text
    assert record["chosen"][0]["content"] == "Call [PHONE]"
    assert record["rejected"][0]["content"] == "Hello [EMAIL]"
    assert record["lineage"]["redacted"] is True


SYSTEM = {"role": "system", "content": "Be brief."}
USER = {"role": "user", "content": "Hi"}
TOLD = [
    ("chat/completions", {"messages": [{"role": "developer", "content": "Be brief."}, USER]}),
    (
        "chat/completions",
        {"messages": [SYSTEM, {"role": "user", "content": [{"type": "text", "text": "Hi"}]}], "tools": []},
    ),
    ("messages", {"system": "Be brief.", "messages": [USER]}),
    ("messages", {"system": [{"type": "text", "text": "Be brief."}], "messages": [USER]}),
    ("responses", {"instructions": "Be brief.", "input": "Hi"}),
    ("responses", {"input": [SYSTEM, {"role": "user", "content": [{"type": "input_text", "text": "Hi"}]}]}),
]


@pytest.mark.parametrize(("endpoint", "body"), TOLD)
def test_every_chat_endpoint_tells_the_same_chat(endpoint: str, body: object) -> None:
    assert messages_of(endpoint, json.dumps(body).encode()) == [SYSTEM, USER]


PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
CALL = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
UNTOLD = [
    ("embeddings", {"input": "Hi"}),
    ("completions", {"prompt": "Hi"}),
    ("chat/completions", {"messages": []}),
    ("chat/completions", {"messages": [{"role": "user", "content": [PICTURE]}]}),
    ("chat/completions", {"messages": [USER], "tools": [{"type": "function", "function": {"name": "f"}}]}),
    ("chat/completions", {"messages": [USER, {"role": "assistant", "content": "", "tool_calls": [CALL]}, USER]}),
    ("chat/completions", {"messages": [USER, {"role": "tool", "content": "42", "tool_call_id": "c"}]}),
    ("chat/completions", {"messages": [USER, {"role": "assistant", "content": "Well,"}]}),
    ("chat/completions", {"messages": "Hi"}),
    ("responses", {"input": "Hi", "previous_response_id": "resp_1"}),
    ("responses", {"input": [USER, {"type": "function_call_output", "output": "42"}, USER]}),
]


@pytest.mark.parametrize(("endpoint", "body"), UNTOLD)
def test_what_is_no_chat_of_plain_text_is_passed_over(endpoint: str, body: object) -> None:
    assert list(training_records([made(body=body, endpoint=endpoint)], "control")) == []


def test_a_body_that_is_no_json_is_passed_over() -> None:
    assert list(training_records([made(request=b"\xff{")], "control")) == []


def test_the_manifest_says_what_the_file_holds(tmp_path: Path) -> None:
    path = tmp_path / "new" / "pairs.jsonl"
    examples = [judged(1.0, 3), judged(-1.0, 1), made(2), made(4, endpoint="embeddings")]
    manifest = export(iter(examples), path, "better", redacted=True)
    content = path.read_bytes()
    assert manifest.sha256 == hashlib.sha256(content).hexdigest()
    assert (manifest.file, manifest.bytes) == ("pairs.jsonl", len(content))
    assert (manifest.examples, manifest.records, manifest.pairs) == (4, 3, 2)
    assert (manifest.first_at, manifest.last_at) == (1_700_000_001.0, 1_700_000_003.0)
    assert (manifest.rollouts, manifest.models) == (("to-own",), ("local/starter", "vendor/big"))
    assert "consent" in manifest.terms
    assert msgspec.json.decode(manifest_path(path).read_bytes(), type=Manifest) == manifest
    assert lines(path) == list(training_records(examples, "better", redacted=True))


def test_an_export_of_nothing_is_an_empty_file_with_a_manifest(tmp_path: Path) -> None:
    manifest = export([], tmp_path / "none.jsonl", "control", redacted=False)
    assert (tmp_path / "none.jsonl").read_bytes() == b""
    assert (manifest.records, manifest.first_at, manifest.sha256) == (0, None, hashlib.sha256().hexdigest())


def test_only_the_owner_can_read_what_was_exported(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    export([made()], path, "control", redacted=True)
    assert [stat.S_IMODE(file.stat().st_mode) for file in (path, manifest_path(path))] == [0o600, 0o600]


def test_the_forge_reads_the_chats(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    export([judged(1.0), made(2)], path, "better", redacted=False)
    documents = list(records(path, "to-own/"))
    assert [document.messages[-1]["content"] for document in documents] == ["Your own.", "The vendor's."]
    assert {document.source for document in documents} == {"rollout to-own"}
    mix = Mix(total_tokens=1, synthetic_share=0.0, corpus=(CorpusShare(file=path.name, id_prefix="", share=1.0),))
    streams = open_streams(mix, tmp_path, Facts(definitions=(), places=()), 7, frozenset())
    assert sorted(document.id for document in streams[1][1]) == ["to-own/1", "to-own/2"]


def test_a_failure_midway_leaves_the_old_files_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    export([made()], path, "control", redacted=False)
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}

    def failing() -> Iterator[Example]:
        yield made(2)
        raise RuntimeError("gone")

    with pytest.raises(RuntimeError, match="gone"):
        export(failing(), path, "control", redacted=False)
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


# The process ends, as by a power cut, where all is written and nothing renamed.
CRASH = """
import os, sys
from pathlib import Path
import msgspec
from freehold.rollouts.captured.training_set import Example, export
os.replace = lambda source, target: os.kill(os.getpid(), 9)
export(msgspec.json.decode(sys.stdin.buffer.read(), type=list[Example]), Path(sys.argv[1]), "control", redacted=False)
"""


def test_a_crash_between_writing_and_renaming_leaves_the_old_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    manifest = export([made()], path, "control", redacted=False)
    given = msgspec.json.encode([made(number) for number in range(100)])
    done = subprocess.run([sys.executable, "-c", CRASH, str(path)], input=given, timeout=60, check=False)
    assert done.returncode == -9
    assert hashlib.sha256(path.read_bytes()).hexdigest() == manifest.sha256
    (unfinished,) = (file for file in tmp_path.iterdir() if file not in (path, manifest_path(path)))
    assert len(lines(unfinished)) == 100
    export([made(5)], path, "control", redacted=False)
    assert [record["id"] for record in lines(path)] == ["to-own/5"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError, match=r"pairs\.jsonl cannot be written"):
        export([], tmp_path / "file" / "pairs.jsonl", "control", redacted=False)
    assert os.listdir(tmp_path) == ["file"]
