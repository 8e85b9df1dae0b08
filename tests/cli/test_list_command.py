import json
from pathlib import Path

import pytest

from freehold.cli import main
from freehold.cli.list import entries, plugin_folders
from freehold.models import MODELS
from freehold.operations.checks import CHECKS


def listed(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, str]:
    assert main(["list", *words, "--json"]) == 0
    return {row["name"]: row["meaning"] for row in json.loads(capsys.readouterr().out)}


def test_every_plugin_folder_is_found_without_a_list_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert {"providers", "models", "checks", "dialogues", "recipes", "openai"} <= set(listed(capsys))


def test_the_entries_are_those_of_the_registry(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(listed(capsys, "checks")) == list(CHECKS)
    assert list(listed(capsys, "freehold.models")) == list(MODELS)


def test_every_entry_says_what_it_is() -> None:
    for folder in plugin_folders():
        silent = [name for name, meaning in entries(folder).items() if not meaning]
        assert silent == [], folder.package


def test_a_third_partys_entry_is_shown_without_importing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    package = tmp_path / "extra_models"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError")
    (package / "mamba.py").write_text('"""State spaces."""\nraise RuntimeError')
    info = tmp_path / "extra_models-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: extra-models\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[freehold.models]\nmamba = extra_models.mamba\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert listed(capsys, "models")["mamba"] == "State spaces."


def test_an_unknown_folder_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "provider"]) == 1
    assert "Did you mean 'providers'?" in capsys.readouterr().err
