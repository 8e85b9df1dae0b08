import json
from pathlib import Path
from typing import Any

import pytest

from freehold.cli import main

pytestmark = pytest.mark.network


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """What a command prints as JSON."""
    capsys.readouterr()
    assert main([*words[:2], "--json", *words[2:]]) == 0
    return json.loads(capsys.readouterr().out)


def test_somebody_is_added_changed_disabled_and_enabled(
    database_options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for team in ("research", "sales"):
        teams = told(capsys, "people", "teams", "--add", team, *database_options)
    ids = {team["name"]: team["id"] for team in teams}
    words = ("--name", "Ada", "--role", "manager", "--tier", "gold", "--teams", "research,sales")
    ada = told(capsys, "people", "add", *words, *database_options)
    assert (ada["role"], ada["tier"], set(ada["team_ids"])) == ("manager", "gold", set(ids.values()))
    changed = told(
        capsys, "people", "set", "Ada", "--role", "member", "--tier", "", "--teams", "sales", *database_options
    )
    assert (changed["role"], changed["tier"], changed["team_ids"]) == ("member", "", [ids["sales"]])
    assert told(capsys, "people", "disable", ada["id"], *database_options)["disabled_at"] is not None
    assert told(capsys, "people", "enable", "Ada", *database_options)["disabled_at"] is None
    assert main(["people", "list", *database_options]) == 0
    assert "Ada (sales)" in capsys.readouterr().out
    assert told(capsys, "people", "set", "Ada", "--teams", "", *database_options)["team_ids"] == []
    assert [team["name"] for team in told(capsys, "people", "teams", "--remove", "sales", *database_options)] == [
        "research"
    ]


def test_who_is_not_there_or_not_alone_with_the_name_is_refused_with_the_way_on(
    database_options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        told(capsys, "people", "add", "--name", "Bob", *database_options)
    assert main(["people", "disable", "Bob", *database_options]) == 1
    assert "Give the id" in capsys.readouterr().err
    assert main(["people", "disable", "Eve", *database_options]) == 1
    assert "freehold people list" in capsys.readouterr().err
    assert main(["people", "add", "--name", "Eve", "--teams", "nowhere", *database_options]) == 1
    assert "freehold people teams" in capsys.readouterr().err


def test_a_key_is_made_for_who_is_named(database_options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    ada = told(capsys, "people", "add", "--name", "Ada", *database_options)
    made = told(capsys, "keys", "create", "--person", "Ada", *database_options)
    assert made["person_id"] == ada["id"]
    told(capsys, "keys", "create", *database_options)
    assert [key["id"] for key in told(capsys, "keys", "list", "--person", "Ada", *database_options)] == [made["id"]]
    assert len(told(capsys, "keys", "list", *database_options)) == 2


@pytest.mark.parametrize("words", [["list"], ["disable", "Ada"], ["teams"]])
def test_an_empty_data_folder_stays_empty(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["people", *words, "--data", str(tmp_path / "data")]) == 1
    assert "freehold serve" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()
