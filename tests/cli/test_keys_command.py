import asyncio
import json
import tomllib
from pathlib import Path

import pytest

from freehold.accounts.identity import Accounts
from freehold.cli import main
from freehold.contracts.errors import Unauthorized
from freehold.contracts.identity import Credential, Principal
from freehold.foundation.database import Database, DatabaseSettings

pytestmark = pytest.mark.network


def identify(options: list[str], key: str) -> Principal:
    """Ask the database as a server would."""

    url = tomllib.loads(Path(options[1]).read_text())["database"]["url"]

    async def ask() -> Principal:
        database = await Database.open(Path(options[3]), DatabaseSettings(url=url))
        try:
            return await Accounts(database).identify(Credential(api_key=key))
        finally:
            await database.close()

    return asyncio.run(ask())


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


@pytest.mark.parametrize("words", [["list"], ["revoke", "key_x"]])
def test_an_empty_data_folder_stays_empty(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", *words, "--data", str(tmp_path / "data")]) == 1
    assert "freehold serve" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()
