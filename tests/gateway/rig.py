"""A gateway of its own over a fresh database, with the vendors a test wants."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from freehold.contracts.errors import ModelNotFound
from freehold.contracts.identity import Credential, Principal, Resource
from freehold.contracts.models import Endpoint, LocalModels, ModelInfo
from freehold.contracts.rollouts import NoSteering, Steering
from freehold.contracts.wire import Call, Reply
from freehold.foundation.clock import SystemClock
from freehold.foundation.database import Database
from freehold.gateway.gateway import Gateway
from freehold.gateway.pipeline import Doors
from freehold.gateway.settings import GatewaySettings, ProviderSettings, RouteSettings
from freehold.gateway.store import UsageQuery

ADA = Principal(person_id="ada", name="Ada", role="member", key_id="key", organisation_id="org")
FOREVER = UsageQuery(since=0, until=4e9)


class Everybody:
    """Lets everybody do everything. Implements `contracts.identity.Identity`."""

    async def identify(self, credential: Credential) -> Principal:
        return ADA

    def authorize(self, principal: Principal, action: str, resource: Resource) -> None:
        return None


@dataclass
class Local:
    """Models of this machine, by where they answer."""

    places: Mapping[str, Endpoint]

    def models(self) -> list[ModelInfo]:
        return [ModelInfo(id=name, kind="chat", owned_by="local") for name in self.places]

    async def endpoint(self, name: str) -> Endpoint:
        if name not in self.places:
            raise ModelNotFound(name)
        return self.places[name]


@dataclass
class Rig:
    """The gateway and what to ask it with."""

    gateway: Gateway

    async def ask(self, model: str = "m", principal: Principal = ADA, **body: Any) -> Reply:
        """Send a chat completion."""
        return await self.gateway.pipeline.send(principal, call(model, **body))

    async def ledger(self) -> list[dict[str, Any]]:
        """All rows, once everything that is under way is in."""
        await self.gateway.pipeline._tasks.drain()
        await self.gateway.ledger.flush()
        return await self.gateway.store.rows(FOREVER)


def call(model: str = "m", **body: Any) -> Call:
    """A chat completion call."""
    fields = {"model": model, "messages": [{"role": "user", "content": "hi"}], "max_tokens": 50} | body
    content = msgspec.json.encode({key: value for key, value in fields.items() if value is not None})
    return Call(
        endpoint="chat/completions", body=content, model=model, stream=bool(body.get("stream")), request_id="req_1"
    )


async def read(reply: Reply) -> bytes:
    """The whole of an answer, as a client gets it."""
    if reply.content is not None:
        return reply.content
    try:
        return b"".join([piece async for piece in reply.body])
    finally:
        await reply.close()


QUICK = GatewaySettings(
    connect_timeout_seconds=1,
    answer_timeout_seconds=0.5,
    silence_timeout_seconds=0.5,
    total_timeout_seconds=5,
    max_answer_bytes=1024 * 1024,
)


@asynccontextmanager
async def gateway(
    database: Database,
    folder: Path,
    providers: Mapping[str, ProviderSettings],
    routes: Mapping[str, RouteSettings] | None = None,
    *,
    local: Mapping[str, Endpoint] | None = None,
    models: LocalModels | None = None,
    settings: GatewaySettings = QUICK,
    steering: Steering | None = None,
) -> AsyncGenerator[Rig]:
    """An open gateway; closed in order on the way out. `models` is for what is not all for chat."""
    doors = Doors(identity=Everybody(), steering=steering or NoSteering())
    given = replace(settings, providers=dict(providers), routes=dict(routes or {}))
    opened = await Gateway.open(given, database, models or Local(local or {}), doors, folder, SystemClock())
    try:
        yield Rig(opened)
    finally:
        await opened.close()


async def until(condition: Any, seconds: float = 3) -> None:
    """Wait until something holds. Raises `TimeoutError`."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)
