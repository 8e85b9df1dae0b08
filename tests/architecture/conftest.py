"""The whole application over a fresh database, without workers."""

from collections.abc import AsyncGenerator
from pathlib import Path

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from freehold.accounts.identity import Accounts
from freehold.app import SCHEMAS, create_app, open_parts
from freehold.foundation.embedded_postgres import EmbeddedPostgres
from freehold.foundation.settings import load
from freehold.operations.workers import LocalWorkers
from shared_postgres import lent_database


@pytest.fixture
async def app(postgres: EmbeddedPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[FastAPI]:
    async def start_none(self: LocalWorkers) -> None:
        return None

    monkeypatch.setattr(LocalWorkers, "start_builtin", start_none)
    with lent_database(postgres) as database:
        settings = load(SCHEMAS, None, {"data": str(tmp_path), "database.url": database.url})
        async with open_parts(settings) as parts:
            yield create_app(parts)


def caller(app: FastAPI, key: str = "") -> httpx.AsyncClient:
    headers = {"authorization": f"Bearer {key}"} if key else {}
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://freehold.test", headers=headers, timeout=20)


@pytest.fixture
async def stranger(app: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    """Nobody: no key, no session."""
    async with caller(app) as client:
        yield client


@pytest.fixture
async def ada(app: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    """An administrator."""
    accounts: Accounts = app.state.accounts
    admin = await accounts.first_admin()
    key, _ = await accounts.keys.create(admin.id, "laptop")
    async with caller(app, key) as client:
        yield client


@pytest.fixture
async def bob(app: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    """A member, to whom nothing of Ada's belongs."""
    accounts: Accounts = app.state.accounts
    person = await accounts.add_person("Bob")
    key, _ = await accounts.keys.create(person.id, "laptop")
    async with caller(app, key) as client:
        yield client
