"""The weights, the data they come from and the card agree; nothing takes their folder for a model."""

import hashlib
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from freehold.contracts.errors import SetupError
from freehold.gateway.auto.classifier import FOLDER, LABELS, WEIGHTS, Classifier
from freehold.gateway.auto.features import BUCKETS, features
from freehold.operations.catalogue.folders import scan
from freehold.operations.machine import Place

ROOT = Path(__file__).resolve().parents[3]
SCORES = json.loads((FOLDER / "scores.json").read_text())


@pytest.fixture(scope="module")
def prompts() -> Any:
    """The script's reader of the labelled prompts."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import router_prompts  # pyright: ignore[reportMissingImports]
    finally:
        sys.path.pop(0)
    return router_prompts


def test_the_card_lists_every_file_with_its_checksum() -> None:
    files = {path.name for path in FOLDER.iterdir()} - {"README.md", "scores.json"}
    assert set(SCORES["files"]) == files
    for name, digest in SCORES["files"].items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == digest
        assert digest in (FOLDER / "README.md").read_text()


def test_card_and_guide_tell_the_scores_that_were_taken() -> None:
    accuracy = f"{SCORES['held_out']['task']['accuracy']:.1%}"
    for page in (FOLDER / "README.md", ROOT / "docs/guides/smart-routing.md"):
        assert f"| all | {accuracy} |" in page.read_text()


def test_the_weights_score_on_the_held_out_prompts_as_the_card_says(prompts: Any) -> None:
    classifier, examples = Classifier.load(), prompts.held_out_examples()
    right = sum(
        max((scores := classifier.scores(example.text)).tasks, key=lambda name: scores.tasks[name])
        == LABELS[example.task]
        for example in examples
    )
    assert len(examples) >= 300
    assert round(right / len(examples), 2) == pytest.approx(SCORES["held_out"]["task"]["accuracy"], abs=0.01)


def test_no_held_out_prompt_shares_five_words_in_a_row_with_training(prompts: Any) -> None:
    training = prompts.training_examples(SCORES["seed"])
    assert len(training) >= 1500
    assert len({example.language for example in training}) == 10
    seen: set[tuple[str, ...]] = set()
    for example in training:
        seen |= runs(example)
    assert not [example.text for example in prompts.held_out_examples() if runs(example) & seen]


def runs(example: Any) -> set[tuple[str, ...]]:
    """Five words in a row; ten characters where words are not divided."""
    undivided = example.language in ("zh", "ja")
    units = list("".join(example.text.split())) if undivided else re.findall(r"\w+", example.text.lower())
    length = 10 if undivided else 5
    return {tuple(units[start : start + length]) for start in range(len(units) - length + 1)}


def test_features_stay_what_the_weights_were_trained_on() -> None:
    found = features("Sort a list in Python? 你好 12")
    assert found.buckets.min() >= 0
    assert found.buckets.max() < BUCKETS
    assert hashlib.sha256(found.buckets.astype("<u2").tobytes()).hexdigest()[:16] == "baf1f68ea4d26aca"


@pytest.mark.parametrize("text", ["", "a", "\n", " \t", "é", "…" * 3000, "?!" * 2000, "\ud800"])
def test_every_text_has_features_of_bounded_number(text: str) -> None:
    found = features(text)
    assert len(found.buckets) < 6000
    assert np.all((found.counts >= 0) & (found.counts <= 1))


def test_the_folder_is_small_and_taken_for_no_model(tmp_path: Path) -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 2_000_000
    assert FOLDER.name not in scan(tmp_path)
    place = Place(data=tmp_path, host="127.0.0.1", port=1, cache_tokens=0, web=tmp_path)
    assert FOLDER not in place.builtin_folders()


def cut(path: Path) -> None:
    path.write_bytes((FOLDER / WEIGHTS).read_bytes()[:1000])


def without_bias(path: Path) -> None:
    tensors = load_file(FOLDER / WEIGHTS)
    del tensors["bias"]
    save_file(tensors, path, {"labels": " ".join(LABELS)})


def misshapen(path: Path) -> None:
    tensors = load_file(FOLDER / WEIGHTS)
    save_file({**tensors, "weights": tensors["weights"][:10]}, path, {"labels": " ".join(LABELS)})


def otherwise_labelled(path: Path) -> None:
    save_file(load_file(FOLDER / WEIGHTS), path, {"labels": "a b"})


def missing(path: Path) -> None:
    assert not path.exists()


@pytest.mark.parametrize("damage", [cut, without_bias, misshapen, otherwise_labelled, missing])
def test_damaged_weights_stop_with_the_fix(damage: Callable[[Path], None], tmp_path: Path) -> None:
    damage(tmp_path / WEIGHTS)
    with pytest.raises(SetupError) as refused:
        Classifier.load(tmp_path)
    assert "Reinstall freehold" in refused.value.hint
