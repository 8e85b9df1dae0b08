import json
from pathlib import Path

import pytest

from freehold.cli import main
from plain_model import make_plain_model


@pytest.fixture
def source(tmp_path: Path) -> str:
    return str(make_plain_model(tmp_path / "tiny"))


@pytest.fixture
def data(tmp_path: Path) -> list[str]:
    return ["--data", str(tmp_path / "data")]


def test_a_model_is_imported_listed_shown_and_removed(
    source: str, data: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "import", source, "--name", "mine", *data]) == 0
    assert "freehold chat --model mine" in capsys.readouterr().out
    assert main(["models", "list", *data]) == 0
    (row,) = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("mine")]
    assert row[:5] == ["mine", "chat", "1.7", "k", "64"]
    assert row[-1] == "F32"
    assert main(["models", "show", "mine", *data]) == 0
    assert "model.safetensors" in capsys.readouterr().out
    assert main(["models", "remove", "mine", *data]) == 0
    assert main(["models", "show", "mine", *data]) == 1
    assert "freehold models list" in capsys.readouterr().err


def test_json_tells_facts_and_warnings(source: str, data: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    (Path(source) / "tokenizer_config.json").unlink()
    assert main(["models", "import", source, "--json", *data]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["name"], shown["context_tokens"], len(shown["warnings"])) == ("tiny", 64, 1)
    assert main(["models", "list", "--json", *data]) == 0
    (facts,) = [each for each in json.loads(capsys.readouterr().out)["data"] if each["name"] == "tiny"]
    assert facts["files"] == shown["files"]


def test_a_refused_import_is_one_line_that_names_the_file(
    source: str, data: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (Path(source) / "config.json").write_text("{")
    assert main(["models", "import", source, *data]) == 1
    told = capsys.readouterr().err
    assert f"{source}/config.json" in told
    assert told.count("\n") == 1


def test_a_damaged_model_does_not_hide_the_others(
    source: str, data: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "two"):
        assert main(["models", "import", source, "--name", name, *data]) == 0
    (Path(data[1]) / "models" / "one" / "model.safetensors").write_bytes(b"")
    capsys.readouterr()
    assert main(["models", "list", *data]) == 0
    rows = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "not usable" in rows["one"]
    assert "not usable" not in rows["two"]
