import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, text

from freehold.contracts.errors import SetupError
from freehold.foundation import migrations, postgres_programs
from freehold.foundation.database import Database
from freehold.foundation.embedded_postgres import EmbeddedPostgres
from freehold.foundation.postgres_programs import PROGRAMS, PostgresPrograms, PostgresUser, _package_folder

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only as root PostgreSQL needs a user of its own")

# Opens a data folder, writes one row and waits to be killed.
VICTIM = """
import sys, time, psycopg
from pathlib import Path
from freehold.foundation.embedded_postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
server.start()
with psycopg.connect(host=server.url().query["host"], user="freehold", dbname="freehold") as connection:
    connection.execute("DROP TABLE IF EXISTS kept")
    connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def folder(open_folder: Path, request: pytest.FixtureRequest) -> Path:
    """A place for a data folder where nothing is yet."""
    return open_folder / re.sub(r"\W", "", request.node.name)[:40]


@pytest.fixture(scope="module")
def used_folder(open_folder: Path) -> Path:
    """A data folder that was in use before; each test leaves its server stopped."""
    server = server_of(open_folder / "used")
    server.start()
    server.stop()
    return server.data_folder


def server_of(folder: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(folder, durable=False)


def ask(server: EmbeddedPostgres, statement: str) -> object:
    host = str(server.url().query["host"])
    with psycopg.connect(host=host, user="freehold", dbname="freehold", autocommit=True) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return row[0] if row else None


def postmaster_pid(folder: Path) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def kill_a_user_of(folder: Path) -> int:
    """Let another process start the server and write, kill it outright; returns the pid of the server it left."""
    command = [sys.executable, "-c", VICTIM, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == b"ready\n"
        victim.kill()
    return postmaster_pid(folder)


def test_data_is_found_after_its_process_was_killed(used_folder: Path) -> None:
    left_running = kill_a_user_of(used_folder)
    server = server_of(used_folder)
    server.start()
    assert postmaster_pid(used_folder) == left_running
    assert ask(server, "SELECT answer FROM kept") == 42
    server.stop()
    assert not (used_folder / "postgres" / "postmaster.pid").exists()


def test_data_is_found_after_server_and_process_were_killed(used_folder: Path) -> None:
    os.kill(kill_a_user_of(used_folder), signal.SIGKILL)
    server = server_of(used_folder)
    server.start()
    assert ask(server, "SELECT answer FROM kept") == 42
    server.stop()


def test_a_stale_number_that_passed_to_another_process_does_not_stop_the_start(used_folder: Path) -> None:
    server = server_of(used_folder)
    server.start()
    pid_file = used_folder / "postgres" / "postmaster.pid"
    old = pid_file.read_text()
    server.stop()
    with subprocess.Popen(["sleep", "60"]) as stranger:
        pid_file.write_text(old.replace(old.splitlines()[0], str(stranger.pid), 1))
        server.start()
        assert ask(server, "SELECT 1") == 1
        server.stop()
        assert stranger.poll() is None
        stranger.kill()


def test_the_last_of_two_users_stops_the_server(used_folder: Path) -> None:
    serve, command = server_of(used_folder), server_of(used_folder)
    serve.start()
    command.start()
    serve.stop()
    assert ask(command, "SELECT 1") == 1
    command.stop()
    assert not (used_folder / "postgres" / "postmaster.pid").exists()
    command.stop()


async def test_an_opening_that_is_cancelled_leaves_no_server_behind(used_folder: Path) -> None:
    opening = asyncio.ensure_future(Database.open(used_folder))
    await asyncio.sleep(0)  # the thread that starts the server runs now and cannot be stopped
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert not (used_folder / "postgres" / "postmaster.pid").exists()
    # A server did start, for its log says so; whoever cancelled it also stopped it.
    log = max((used_folder / "postgres" / "log").iterdir(), key=lambda path: path.stat().st_mtime).read_text()
    assert log.rstrip().endswith("database system is shut down")


def test_the_server_is_reached_by_a_private_socket_only(used_folder: Path) -> None:
    server = server_of(used_folder)
    server.start()
    assert ask(server, "SHOW listen_addresses") == ""
    assert (used_folder / "postgres").stat().st_mode & 0o077 == 0
    assert os.getsid(postmaster_pid(used_folder)) != os.getsid(0)
    server.stop()


def test_a_path_too_long_for_a_socket_gets_a_short_private_one(folder: Path) -> None:
    special = PostgresPrograms(folder=_package_folder() / PROGRAMS, user=PostgresUser.find()).can_run()
    # Programs that must be copied into the data folder need a plain path; else any will do.
    deep = folder / ("long" * 25) / ("name with 'quotes' and $HOME" if special else "name with spaces")
    server = server_of(deep)
    server.start()
    socket_folder = Path(str(server.url().query["host"]))
    assert ask(server, "SELECT 1") == 1
    assert socket_folder.stat().st_mode & 0o777 == 0o700
    server.stop()
    socket_folder.rmdir()


def test_a_creation_that_was_cut_short_begins_again(folder: Path) -> None:
    half_done = folder / "postgres.part"
    half_done.mkdir(parents=True)
    folder.chmod(0o711)
    (half_done / "PG_VERSION").write_text("18\n")
    server = server_of(folder)
    server.start()
    assert ask(server, "SELECT 1") == 1
    assert not half_done.exists()
    server.stop()


def test_a_cluster_of_another_postgresql_is_refused(folder: Path) -> None:
    (folder / "postgres").mkdir(parents=True)
    folder.chmod(0o711)
    (folder / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(SetupError, match="is of PostgreSQL 16, not 18"):
        server_of(folder).start()


def test_a_folder_that_cannot_be_made_is_one_line(folder: Path) -> None:
    folder.write_text("a file")
    with pytest.raises(SetupError, match=r"Not a directory\.$") as caught:
        server_of(folder / "data").start()
    assert "another data folder" in caught.value.hint


@as_root
def test_a_folder_that_the_databases_user_cannot_enter_is_named_and_left_as_it_is(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    with pytest.raises(SetupError, match=f"cannot enter {folder}") as caught:
        server_of(folder / "data").start()
    assert f"chmod o+x {folder}" in caught.value.hint
    assert folder.stat().st_mode & 0o777 == 0o700


@as_root
def test_programs_that_the_databases_user_cannot_reach_are_copied(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = folder / "root-only"
    closed.mkdir(parents=True, mode=0o700)
    package = postgres_programs._package_folder()
    for name in (package.name, f"{package.name}.libs"):
        (closed / name).symlink_to(package.with_name(name))
    monkeypatch.setattr(postgres_programs, "_package_folder", lambda: closed / package.name)
    server = server_of(folder / "data")
    server.start()
    assert ask(server, "SELECT 1") == 1
    assert len(list((folder / "data").glob("postgres-binaries-*/**/bin/postgres"))) == 1
    assert closed.stat().st_mode & 0o777 == 0o700
    server.stop()
    with pytest.raises(SetupError, match="cannot run from"):
        server_of(folder / "data with $HOME").start()


def test_a_server_that_cannot_start_says_why(used_folder: Path) -> None:
    settings = used_folder / "postgres" / "postgresql.auto.conf"
    before = settings.read_text()
    settings.write_text("port = 99999999\n")
    with pytest.raises(SetupError, match=r"PostgreSQL failed: .*postgresql\.auto\.conf"):
        server_of(used_folder).start()
    settings.write_text(before)
    server = server_of(used_folder)
    server.start()
    server.stop()


def test_a_full_disk_is_named() -> None:
    error = postgres_programs.failure("initdb", "initdb: error: could not write: No space left on device\nmore")
    assert error.message == "initdb failed: could not write: No space left on device"
    assert "disk space" in error.hint


async def test_a_failed_migration_of_older_data_is_undone_from_its_backup(
    used_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await Database.open(used_folder)
    await database.migrate()
    async with database.begin() as connection:
        await connection.execute(text("INSERT INTO people VALUES ('a', 'Ada', 'admin', now())"))
    latest = migrations.latest_version()
    monkeypatch.setattr(migrations, "latest_version", lambda: latest + 1)
    monkeypatch.setattr(migrations, "upgrade", destroy(database))
    with pytest.raises(SetupError, match="no_such_column"):
        await database.migrate()
    async with database.connect() as connection:
        assert (await connection.execute(text("SELECT name FROM people"))).scalar() == "Ada"
    assert (used_folder / "VERSION").read_text() == f"{latest}\n"
    (backup,) = (used_folder / "backups").iterdir()
    assert backup.name.startswith(f"version-{latest}-at-")
    await database.close()


def destroy(database: Database) -> Callable[[Connection], None]:
    """A migration step that fails when it has done lasting harm."""

    def step(connection: Connection) -> None:
        host = str(database.url.query["host"])
        with psycopg.connect(host=host, user="freehold", dbname="freehold", autocommit=True) as other:
            other.execute("DROP TABLE people CASCADE")
        connection.execute(text("SELECT no_such_column"))

    return step
