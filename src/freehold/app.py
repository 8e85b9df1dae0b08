"""The composition root, the only place where the parts meet: opened in order, wired, closed in reverse."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.routing import BaseRoute

from freehold.accounts.identity import Accounts
from freehold.api import health, schema
from freehold.api.admin import ROUTERS
from freehold.api.anthropic import ENDPOINTS as ANTHROPIC_ENDPOINTS
from freehold.api.application import Application
from freehold.api.openai import ENDPOINTS
from freehold.api.realtime.calls import RealtimeCalls
from freehold.api.realtime.places import RealtimePlaces
from freehold.api.settings import ApiSettings, GeneralSettings
from freehold.api.web import PAGES
from freehold.chats.conversations import Conversations
from freehold.foundation.clock import Clock, SystemClock
from freehold.foundation.database import Database, DatabaseSettings
from freehold.foundation.settings import Settings, default_data_folder
from freehold.foundation.tasks import TaskSupervisor
from freehold.foundation.vault import Vault
from freehold.gateway.gateway import Gateway
from freehold.gateway.pipeline import Doors
from freehold.gateway.settings import GatewaySettings
from freehold.operations.audit import AuditLog
from freehold.operations.settings import OperationsSettings
from freehold.operations.workers import LocalWorkers
from freehold.rollouts.rollouts import Rollouts
from freehold.surface.settings import SurfaceSettings
from freehold.surface.voices.custom import CustomVoices
from freehold.surface.voices.neighbours import Neighbours

SCHEMAS = {
    "": GeneralSettings,
    "api": ApiSettings,
    "database": DatabaseSettings,
    "gateway": GatewaySettings,
    "operations": OperationsSettings,
    "surface": SurfaceSettings,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The running parts. `first_key` is the admin key's text when this start made it."""

    settings: Settings
    data: Path
    database: Database
    accounts: Accounts
    audit: AuditLog
    conversations: Conversations
    custom_voices: CustomVoices
    workers: LocalWorkers
    realtime_calls: RealtimeCalls
    gateway: Gateway
    rollouts: Rollouts
    first_key: str | None


def data_folder(settings: Settings) -> Path:
    """Where everything is kept, as an absolute path."""
    given = settings.part(GeneralSettings).data
    return (Path(given).expanduser() if given else default_data_folder()).absolute()


@asynccontextmanager
async def open_parts(settings: Settings, clock: Clock | None = None) -> AsyncGenerator[Parts]:
    """All parts, ready; closed in reverse order on the way out. Raises `SetupError`."""
    clock = clock or SystemClock()
    data = data_folder(settings)
    async with AsyncExitStack() as stack:
        database = await Database.open(data, settings.part(DatabaseSettings), clock)
        stack.push_async_callback(database.close)
        await database.migrate()
        tasks = TaskSupervisor()
        stack.push_async_callback(tasks.close)
        tasks.start("database watch", database.keep_alive())
        audit = AuditLog(database, clock)
        accounts = Accounts(database, clock, audit)
        stack.push_async_callback(accounts.close)
        first_key = await accounts.ensure_first_admin(settings.part(GeneralSettings).admin_key or None)
        gateway_settings = settings.part(GatewaySettings)
        vault = Vault.at(data / "secret.key", gateway_settings.secret_key)
        mark = vault.derive("watermark")
        workers = LocalWorkers(data, settings.part(OperationsSettings), clock, watermark_key=mark)
        stack.push_async_callback(workers.close)
        await workers.start_builtin()
        rollouts = Rollouts(database, vault, clock)
        await rollouts.load()
        doors = Doors(identity=accounts, steering=rollouts)
        gateway = await Gateway.open(gateway_settings, database, workers, doors, data, clock)
        stack.push_async_callback(gateway.close)
        rollouts.mirror_by(gateway.pipeline)
        rollouts.begin()
        stack.push_async_callback(rollouts.close)
        conversations = Conversations(database, gateway.pipeline, accounts, clock)
        stack.push_async_callback(conversations.close)
        await conversations.recover()
        neighbours = Neighbours(
            identity=accounts, audit=audit, gateway=gateway.pipeline, names=gateway.pipeline, pages=workers
        )
        custom_voices = CustomVoices(database, vault, neighbours, settings.part(SurfaceSettings), clock)
        realtime_calls = RealtimeCalls()
        stack.push_async_callback(realtime_calls.close)
        yield Parts(
            settings=settings,
            data=data,
            database=database,
            accounts=accounts,
            audit=audit,
            conversations=conversations,
            custom_voices=custom_voices,
            workers=workers,
            realtime_calls=realtime_calls,
            gateway=gateway,
            rollouts=rollouts,
            first_key=first_key,
        )


def create_app(parts: Parts) -> Application:
    """The ASGI application over running parts: every file of the endpoint folders, found by its name."""
    app = Application()
    app.state.accounts = parts.accounts
    app.state.audit = parts.audit
    app.state.api_settings = parts.settings.part(ApiSettings)
    app.state.conversations = parts.conversations
    app.state.custom_voices = parts.custom_voices
    app.state.database = parts.database
    app.state.gateway = parts.gateway.pipeline
    app.state.gateway_admin = parts.gateway
    app.state.realtime_calls = parts.realtime_calls
    app.state.realtime_places = RealtimePlaces(parts.settings.part(ApiSettings))
    app.state.rollouts = parts.rollouts
    app.state.workers = parts.workers
    for router in ROUTERS.values():
        app.include_router(router)
    wire: list[BaseRoute] = [*health.ROUTES, *schema.ROUTES]
    for folder in (ENDPOINTS, ANTHROPIC_ENDPOINTS, PAGES):
        wire += [route for name in folder for route in folder[name]]
    # The pages' catch-all must come last.
    app.add_wire_routes(sorted(wire, key=lambda route: getattr(route, "path", "") == "/{path:path}"))
    return app
