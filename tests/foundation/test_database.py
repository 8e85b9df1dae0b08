import asyncio
import uuid
from collections.abc import Generator
from importlib import import_module
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

import freehold
from freehold.contracts.errors import SetupError, Unavailable
from freehold.foundation import migrations
from freehold.foundation.database import Database, DatabaseSettings, metadata
from freehold.foundation.embedded_postgres import EmbeddedPostgres
from shared_postgres import external, run_on


@pytest.fixture
def empty(postgres: EmbeddedPostgres) -> Generator[DatabaseSettings]:
    """Settings for an empty database, named by URL."""
    name = f"test_{uuid.uuid4().hex}"
    run_on(postgres, f"CREATE DATABASE {name}")
    yield external(postgres, name)
    run_on(postgres, f"DROP DATABASE {name} WITH (FORCE)")


async def version_of(database: Database) -> int:
    async with database.connect() as connection:
        return await connection.run_sync(migrations.current_version)


async def test_an_empty_database_is_migrated_and_a_second_time_changes_nothing(
    empty: DatabaseSettings, tmp_path: Path
) -> None:
    database = await Database.open(tmp_path, empty)
    assert await version_of(database) == 0
    for _ in range(2):
        await database.migrate()
        assert await version_of(database) == migrations.latest_version()
    assert (tmp_path / "VERSION").read_text() == f"{migrations.latest_version()}\n"
    await database.close()


async def test_replicas_that_start_together_migrate_once(empty: DatabaseSettings, tmp_path: Path) -> None:
    replicas = [await Database.open(tmp_path / str(number), empty) for number in range(5)]
    await asyncio.gather(*(replica.migrate() for replica in replicas))
    assert await version_of(replicas[0]) == migrations.latest_version()
    for replica in replicas:
        await replica.close()


async def test_the_tables_in_code_are_those_of_the_migrations(database: Database) -> None:
    root = Path(freehold.__file__).parent
    for store in root.glob("**/store.py"):
        import_module(".".join(("freehold", *store.relative_to(root).with_suffix("").parts)))  # where tables are

    def differences(connection: Connection) -> list[object]:
        return compare_metadata(MigrationContext.configure(connection), metadata)

    async with database.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_failed_migration_leaves_nothing_behind(
    empty: DatabaseSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_halfway(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE half_done (id int)"))
        connection.execute(text("SELECT no_such_column"))

    monkeypatch.setattr(migrations, "upgrade", fail_halfway)
    database = await Database.open(tmp_path, empty)
    with pytest.raises(SetupError, match="no_such_column"):
        await database.migrate()
    async with database.connect() as connection:
        assert (await connection.execute(text("SELECT to_regclass('half_done')"))).scalar() is None
    assert not (tmp_path / "VERSION").exists()
    await database.close()


async def test_a_folder_of_a_newer_freehold_is_refused(empty: DatabaseSettings, tmp_path: Path) -> None:
    (tmp_path / "VERSION").write_text("9999\n")
    database = await Database.open(tmp_path, empty)
    with pytest.raises(SetupError, match=r"has version 9999; this Freehold knows up to"):
        await database.migrate()
    assert await version_of(database) == 0
    await database.close()


async def test_a_database_of_a_newer_freehold_is_refused(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SetupError, match="The database has version 9999"):
        await database.migrate()


async def test_an_error_rolls_the_transaction_back(database: Database) -> None:
    async def fail_halfway() -> None:
        async with database.begin() as connection:
            await connection.execute(text("CREATE TABLE half_done (id int)"))
            raise KeyError

    with pytest.raises(KeyError):
        await fail_halfway()
    async with database.connect() as connection:
        assert (await connection.execute(text("SELECT to_regclass('half_done')"))).scalar() is None


async def test_downtime_is_unavailable_and_passes(
    postgres: EmbeddedPostgres, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await database.healthy()
    async with database.connect() as connection:
        name = (await connection.execute(text("SELECT current_database()"))).scalar()
        with pytest.raises(Unavailable):
            async with database.connect() as killer:
                await killer.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    run_on(postgres, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    run_on(postgres, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    assert not await database.healthy()
    with pytest.raises(Unavailable):
        async with database.begin():
            pass
    run_on(postgres, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert await database.healthy()


async def test_the_pool_and_the_statements_are_bounded(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    url = postgres.url().render_as_string(hide_password=False)
    tight = DatabaseSettings(
        url=url, connections=1, extra_connections=0, pool_timeout_seconds=0.05, statement_timeout_seconds=0.05
    )
    database = await Database.open(tmp_path, tight)
    async with database.connect() as connection:
        with pytest.raises(Unavailable, match="busy"):
            async with database.connect():
                pass
        assert (await connection.execute(text("SHOW statement_timeout"))).scalar() == "50ms"
    with pytest.raises(Unavailable):
        async with database.connect() as connection:
            await connection.execute(text("SELECT pg_sleep(5)"))
    await database.close()


async def test_a_server_that_is_not_there_stops_the_start_with_one_line(tmp_path: Path) -> None:
    url = f"postgresql:///freehold?host={tmp_path}"
    database = await Database.open(tmp_path, DatabaseSettings(url=url))
    assert not await database.healthy()
    with pytest.raises(SetupError, match="The database does not answer"):
        await database.migrate()
    await database.close()


@pytest.mark.parametrize("url", ["mysql://me:secret@host/name", "secret", "postgresql://me:secret@host:port/name"])
async def test_a_url_that_is_not_postgresqls_is_refused_without_repeating_it(tmp_path: Path, url: str) -> None:
    with pytest.raises(SetupError) as caught:
        await Database.open(tmp_path, DatabaseSettings(url=url))
    assert "secret" not in caught.value.public_message()
