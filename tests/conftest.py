"""What tests of several parts share: one PostgreSQL for the whole run, a fresh database and a held clock per test."""

import asyncio
import shutil
import tempfile
import uuid
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest

from freehold.foundation.database import Database
from freehold.foundation.embedded_postgres import EmbeddedPostgres
from held_clock import HeldClock
from shared_postgres import external, run_on

TEMPLATE = "migrated"


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture(scope="session")
def open_folder() -> Generator[Path]:
    """A folder that the database's user can enter, unlike pytest's own when the tests run as root."""
    folder = Path(tempfile.mkdtemp(prefix="freehold-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(open_folder: Path) -> Generator[EmbeddedPostgres]:
    """A running server with the migrated, empty database `TEMPLATE`."""
    server = EmbeddedPostgres(open_folder / "shared", durable=False)
    server.start()
    run_on(server, f"CREATE DATABASE {TEMPLATE}")
    asyncio.run(_migrate(server, open_folder))
    yield server
    server.stop()


async def _migrate(server: EmbeddedPostgres, open_folder: Path) -> None:
    database = await Database.open(open_folder / "template", external(server, TEMPLATE))
    await database.migrate()
    await database.close()


@pytest.fixture
async def database(postgres: EmbeddedPostgres, tmp_path: Path) -> AsyncGenerator[Database]:
    """A migrated, empty database of its own."""
    name = f"test_{uuid.uuid4().hex}"
    run_on(postgres, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    opened = await Database.open(tmp_path / "data", external(postgres, name))
    yield opened
    await opened.close()
    run_on(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs a database needs a server, and so is no fast test. The longest files begin first.

    So no process that shares the run is left alone with one of them at the end.
    """
    weights: dict[Path, int] = {}
    for item in items:
        if "postgres" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.network)
        weights[item.path] = max(weights.get(item.path, 0), _weight(item))
    items.sort(key=lambda item: -weights[item.path])


def _weight(item: pytest.Item) -> int:
    """How long its file may take: one that says so, one that starts servers, one that computes."""
    if item.get_closest_marker("slow"):
        return 2
    return int(any(item.get_closest_marker(name) for name in ("network", "browser")))
