import json
from pathlib import Path

import pytest

from freehold.cli import main


@pytest.fixture
def config(tmp_path: Path) -> str:
    file = tmp_path / "freehold.toml"
    file.write_text(
        'admin_key = "very-secret-admin-key"\n'
        '[database]\nurl = "postgresql://user:pass/word@host/name"\n'
        '[gateway.providers.vendor]\nurl = "https://x"\napi_key = "sk-secret"\nmodels = {gpt = "gpt-5"}\n'
    )
    return str(file)


def test_a_setting_is_explained_with_value_source_and_meaning(
    config: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FREEHOLD_API__PORT", "9000")
    assert main(["config", "explain", "api.port", "--config", config]) == 0
    shown = capsys.readouterr().out
    assert "api.port = 9000" in shown
    assert "The TCP port to listen on." in shown
    assert "Source: environment variable FREEHOLD_API__PORT" in shown
    assert main(["config", "explain", "api.port", "--config", config, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["value"] == 9000


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_no_secret_is_shown(config: str, options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "list", "--config", config, *options]) == 0
    shown = capsys.readouterr().out
    for secret in ("very-secret", "pass/word", "sk-secret"):
        assert secret not in shown
    assert "postgresql://user:***@host/name" in shown
    assert "gpt-5" in shown


def test_every_setting_has_a_meaning(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "list", "--config", config, "--json"]) == 0
    assert all(setting["meaning"] for setting in json.loads(capsys.readouterr().out))


def test_an_unknown_setting_names_the_nearest(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "explain", "api.prt", "--config", config]) == 1
    assert "Did you mean 'api.port'?" in capsys.readouterr().err
