"""Whole runs: a model folder comes out, others can read it, and Ctrl-C leaves a checkpoint."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from freehold.contracts.errors import SetupError
from freehold.forge import export, start
from freehold.forge.corpus.tokenizer import load_tokenizer
from freehold.forge.evaluate import faults, hold, loops, render, write_evaluation
from freehold.forge.generate import Reply, greedy, reply
from freehold.forge.held_out_prompts import Conversation, Turn
from freehold.forge.recipe import Recipe
from freehold.forge.start import Options
from freehold.nn.torch.weights import load

CHILD = """
import argparse, pathlib, sys
sys.path.insert(0, sys.argv[1])
import dataclasses
from freehold.forge import recipe, start
from freehold.cli import train
tiny = recipe.RECIPES["tiny"]()
mix = dataclasses.replace(tiny.mix, total_tokens=30_000, dialogues="toy_dialogues")
model = dataclasses.replace(tiny.model, vocab_size=400)
slow = dataclasses.replace(tiny, mix=mix, model=model)
start.RECIPES = {"tiny": lambda: slow}
parser = argparse.ArgumentParser()
train.add_arguments(parser)
sys.exit(train.run(parser.parse_args(["tiny", "--out", sys.argv[2], "--steps", "100000"])))
"""


@pytest.fixture
def run(recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for module in (start, export):
        monkeypatch.setattr(module, "RECIPES", {"tiny": lambda: recipe})
    assert start.start("tiny", Options(out=tmp_path / "run"))
    return tmp_path / "run"


def test_a_finished_run_leaves_a_model_folder_with_card_recipe_and_attribution(run: Path) -> None:
    names = {path.name for path in (run / "model").iterdir()}
    expected = {"config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"}
    assert names == expected | {"model.safetensors", "README.md", "ATTRIBUTION", "recipe.json"}
    assert "Not evaluated yet" in (run / "model" / "README.md").read_text()
    write_evaluation(run / "model", {"passed": 3, "total": 4, "topics": {"sums": {"passed": 3, "total": 4}},
                                     "bits_per_byte": 0.5, "overlap": 0, "failures": []})  # fmt: skip
    assert "| sums | 3 | 4 |" in (run / "model" / "README.md").read_text()


def test_a_run_writes_metrics_and_status_that_any_program_can_tail(run: Path) -> None:
    metrics = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    assert metrics[0]["step"] == 1
    assert metrics[0]["loss"] > 4
    assert any("validation_bits_per_byte" in line for line in metrics)
    assert json.loads((run / "status.json").read_text())["state"] == "finished"


def test_a_second_run_in_the_same_folder_is_refused(run: Path) -> None:
    with pytest.raises(SetupError, match="already holds"):
        start.start("tiny", Options(out=run))


def test_the_exported_model_computes_what_transformers_computes(run: Path) -> None:
    transformers = pytest.importorskip("transformers")
    theirs = transformers.AutoModelForCausalLM.from_pretrained(run / "model", dtype=torch.float32)
    their_tokenizer = transformers.AutoTokenizer.from_pretrained(run / "model")
    chat = [{"role": "user", "content": "Good morning, my name is Ana."}]
    ids = their_tokenizer.apply_chat_template(chat, add_generation_prompt=True, return_tensors="pt")
    ids = ids["input_ids"] if not isinstance(ids, torch.Tensor) else ids
    ours = load(run / "model")
    written = theirs.generate(ids, max_new_tokens=12, do_sample=False)[0, ids.shape[1] :].tolist()
    end = their_tokenizer.eos_token_id
    expected = written[: written.index(end)] if end in written else written
    assert list(greedy(ours, ids[0].tolist(), end, 12).tokens) == expected
    assert reply(ours, load_tokenizer(run / "model"), chat, 12).tokens == tuple(expected)


def test_a_reply_passes_only_when_it_matches_ends_and_does_not_loop() -> None:
    turn = Turn(user="Hi", accept=("hello|hi", "ana"), reject=("error",))
    assert faults(turn, Reply(text="Hello, Ana.", tokens=(1, 2), ended=True)) == []
    assert faults(turn, Reply(text="Hello.", tokens=(1, 2), ended=False)) == ["lacks /ana/", "does not end"]
    assert faults(turn, Reply(text="hi ana error", tokens=(1, 2, 3, 4) * 3, ended=True)) == ["has /error/", "loops"]
    assert not loops((1, 2, 3, 4) * 2)


def test_an_evaluated_conversation_carries_its_own_replies(run: Path) -> None:
    decoder, tokenizer = load(run / "model"), load_tokenizer(run / "model")
    turns = (Turn(user="Hi", accept=(), reject=()), Turn(user="And?", accept=("never said",), reject=()))
    held = hold(decoder, tokenizer, Conversation(id="x1", topic="test", turns=turns))
    assert not held["passed"]
    result = {
        "passed": 0,
        "total": 1,
        "topics": {"test": {"passed": 0, "total": 1}},
        "bits_per_byte": None,
        "overlap": None,
    }
    assert re.search("x1.*\n.*> Hi", render(result | {"failures": [held]}))


def test_ctrl_c_writes_a_checkpoint_and_names_the_command_that_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "run"
    command = [sys.executable, "-c", CHILD, str(Path(__file__).parent), str(out)]
    child = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=os.environ)
    deadline = time.monotonic() + 60
    while not (out / "metrics.jsonl").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    _, errors = child.communicate(timeout=30)
    assert child.returncode == 130
    assert f"freehold train tiny --out {out} --resume" in errors.decode()
    assert (out / "checkpoints" / "latest").exists()
