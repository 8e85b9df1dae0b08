"""One live server with a tiny random model beside the built-ins, for all client tests."""

from collections.abc import Generator
from pathlib import Path

import pytest

from live_server import LiveServer
from tiny_model import make_model


@pytest.fixture(scope="session")
def server(open_folder: Path) -> Generator[LiveServer]:
    data = open_folder / "live"
    make_model(data / "models" / "tiny")
    running = LiveServer.start(data)
    yield running
    running.stop()
