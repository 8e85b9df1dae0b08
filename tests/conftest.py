"""What tests of several parts share: one PostgreSQL for the whole run, an empty database and a held clock per test."""

import shutil
import tempfile
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest

from freehold.foundation.database import Database
from held_clock import HeldClock
from shared_postgres import SharedPostgres


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
def postgres(open_folder: Path) -> Generator[SharedPostgres]:
    """A running server that lends migrated, empty databases."""
    server = SharedPostgres(open_folder / "shared")
    server.start()
    server.prepare()
    yield server
    server.stop()


@pytest.fixture
async def database(postgres: SharedPostgres, tmp_path: Path) -> AsyncGenerator[Database]:
    """A migrated, empty database of its own."""
    with postgres.lent() as settings:
        opened = await Database.open(tmp_path / "data", settings)
        yield opened
        await opened.close()


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
