import asyncio
import json
import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from freehold.accounts.identity import Accounts
from freehold.cli import main
from freehold.contracts.errors import Unauthorized
from freehold.contracts.identity import Credential, Principal, Scopes
from freehold.foundation.database import Database, DatabaseSettings
from freehold.operations.audit import AuditLog
from freehold.operations.store import Filter

pytestmark = pytest.mark.network

T = TypeVar("T")


def visit(options: list[str], ask: Callable[[Database], Awaitable[T]]) -> T:
    """Ask the database as a server would."""
    url = tomllib.loads(Path(options[1]).read_text())["database"]["url"]

    async def visited() -> T:
        database = await Database.open(Path(options[3]), DatabaseSettings(url=url))
        try:
            return await ask(database)
        finally:
            await database.close()

    return asyncio.run(visited())


def identify(options: list[str], key: str) -> Principal:
    return visit(options, lambda database: Accounts(database).identify(Credential(api_key=key)))


def test_a_key_made_on_the_command_line_works_until_it_is_revoked(
    database_options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["keys", "create", "--name", "laptop", *database_options]) == 0
    shown = capsys.readouterr()
    key = shown.out.strip()
    assert "OPENAI_BASE_URL" in shown.err
    principal = identify(database_options, key)
    assert principal.role == "admin"

    assert main(["keys", "list", "--json", *database_options]) == 0
    listed = capsys.readouterr().out
    assert key not in listed
    (kept,) = json.loads(listed)
    assert (kept["id"], kept["name"], kept["revoked_at"]) == (principal.key_id, "laptop", None)

    assert main(["keys", "revoke", kept["id"], *database_options]) == 0
    with pytest.raises(Unauthorized):
        identify(database_options, key)
    capsys.readouterr()
    assert main(["keys", "list", *database_options]) == 0
    assert "laptop" not in capsys.readouterr().out
    assert main(["keys", "list", "--all", *database_options]) == 0
    assert "revoked" in capsys.readouterr().out


def test_the_json_of_a_new_key_holds_its_text(database_options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "create", "--json", *database_options]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert identify(database_options, shown["key"]).key_id == shown["id"]


def test_two_keys_belong_to_one_admin(database_options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert main(["keys", "create", *database_options]) == 0
    first, second = (identify(database_options, key) for key in capsys.readouterr().out.split())
    assert first.person_id == second.person_id
    assert first.key_id != second.key_id


def test_an_unknown_id_is_refused_with_the_way_to_find_it(
    database_options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["keys", "revoke", "key_nobody", *database_options]) == 1
    assert "freehold keys list" in capsys.readouterr().err


def test_a_services_key_says_what_it_is_for(database_options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["people", "teams", "--add", "research", *database_options]) == 0
    capsys.readouterr()
    limits = ["--models", "gpt-*,starter", "--endpoints", "chat/completions", "--origins", "https://a.example"]
    words = ["--name", "nightly", "--service", "--team", "research", "--expires", "90d", *limits]
    assert main(["keys", "create", *words, "--json", *database_options]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["kind"], shown["expires_at"] - shown["created_at"]) == ("service", 90 * 86400)
    principal = identify(database_options, shown["key"])
    assert (principal.name, principal.team_id) == ("nightly", shown["team_id"])
    assert principal.scopes == Scopes(
        models=("gpt-*", "starter"), endpoints=("chat/completions",), origins=("https://a.example",)
    )


def test_a_rotated_key_overlaps_with_its_successor(
    database_options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["keys", "create", "--json", *database_options]) == 0
    old = json.loads(capsys.readouterr().out)
    assert main(["keys", "rotate", old["id"], "--overlap", "24h", *database_options]) == 0
    text = capsys.readouterr().out.strip()
    before, after = identify(database_options, old["key"]), identify(database_options, text)
    assert (before.person_id, before.key_id) == (after.person_id, old["id"])
    assert main(["keys", "rotate", old["id"], *database_options]) == 1
    assert main(["keys", "rotate", after.key_id or "", "--overlap", "0s", *database_options]) == 0
    with pytest.raises(Unauthorized):
        identify(database_options, text)


def test_what_the_command_line_does_is_on_record(
    database_options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["keys", "create", "--json", *database_options]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert main(["keys", "revoke", shown["id"], *database_options]) == 0
    entries, _ = visit(database_options, lambda database: AuditLog(database).page(Filter(subject=shown["id"])))
    assert [(entry.action, entry.actor_name) for entry in entries] == [
        ("keys.revoke", "command line"),
        ("keys.create", "command line"),
    ]
    assert shown["key"] not in repr(entries)


@pytest.mark.parametrize("time", ["90", "d", "-1d", "1w", "1.5h", ""])
def test_a_time_without_a_unit_is_refused(time: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["keys", "create", f"--expires={time}"])
    assert "not a time like 90d" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["list"], ["revoke", "key_x"], ["rotate", "key_x"]])
def test_an_empty_data_folder_stays_empty(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", *words, "--data", str(tmp_path / "data")]) == 1
    assert "freehold serve" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()
