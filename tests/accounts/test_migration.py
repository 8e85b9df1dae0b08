"""People of an installation that knew no organisations keep their keys, and join the default one."""

import uuid
from collections.abc import Generator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, text

from freehold.accounts.identity import Accounts
from freehold.accounts.keys import hash_secret
from freehold.accounts.records import DEFAULT_ORGANISATION
from freehold.contracts.identity import Credential, Scopes
from freehold.foundation import migrations
from freehold.foundation.database import Database, DatabaseSettings
from freehold.foundation.embedded_postgres import EmbeddedPostgres
from shared_postgres import external, run_on


@pytest.fixture
def empty(postgres: EmbeddedPostgres) -> Generator[DatabaseSettings]:
    name = f"test_{uuid.uuid4().hex}"
    run_on(postgres, f"CREATE DATABASE {name}")
    yield external(postgres, name)
    run_on(postgres, f"DROP DATABASE {name} WITH (FORCE)")


def to_the_first_version(connection: Connection) -> None:
    config = migrations._config()
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")


async def test_keys_of_an_older_installation_go_on_working(empty: DatabaseSettings, tmp_path: Path) -> None:
    database = await Database.open(tmp_path, empty)
    async with database.begin() as connection:
        await connection.run_sync(to_the_first_version)
        await connection.execute(text("INSERT INTO people VALUES ('ada', 'Ada', 'admin', now())"))
        key = text("INSERT INTO api_keys VALUES ('key', 'ada', 'laptop', 'fh-', :hash, now())")
        await connection.execute(key, {"hash": hash_secret("fh-old")})
    await database.migrate()
    accounts = Accounts(database)
    principal = await accounts.identify(Credential(api_key="fh-old"))
    assert (principal.role, principal.organisation_id, principal.scopes) == ("admin", DEFAULT_ORGANISATION, Scopes())
    assert (await accounts.first_admin()).kind == "person"
    assert (await accounts.organisations.get(DEFAULT_ORGANISATION)).name == "Default"
    await database.close()
