"""The gateway's parts, opened in order and closed in reverse."""

from dataclasses import dataclass
from pathlib import Path

from freehold.contracts.models import LocalModels
from freehold.foundation.clock import Clock
from freehold.foundation.database import Database
from freehold.foundation.tasks import TaskSupervisor
from freehold.foundation.vault import Vault
from freehold.gateway.calls.settlement import Books
from freehold.gateway.configuration import Configuration
from freehold.gateway.counters import COUNTERS, Claim, Counters, Means
from freehold.gateway.ledger.estimate import TokenCounter
from freehold.gateway.ledger.price import MachinePrice, shipped_prices
from freehold.gateway.ledger.rows import Ledger
from freehold.gateway.ledger.tokens import Estimator
from freehold.gateway.limits import Limits, slots_of, window_start
from freehold.gateway.pipeline import Doors, Pipeline
from freehold.gateway.route import Routes
from freehold.gateway.settings import GatewaySettings
from freehold.gateway.store import GatewayStore


@dataclass(slots=True, kw_only=True)
class Gateway:
    """One server's gateway. Open with `open`, end with `close`."""

    settings: GatewaySettings
    store: GatewayStore
    routes: Routes
    configuration: Configuration
    ledger: Ledger
    counters: Counters
    pipeline: Pipeline
    tasks: TaskSupervisor

    @classmethod
    async def open(
        cls,
        settings: GatewaySettings,
        database: Database,
        local: LocalModels,
        doors: Doors,
        data: Path,
        clock: Clock,
    ) -> "Gateway":
        """Take the configuration, settle what dead processes left open, and begin. Raises `SetupError`."""
        store = GatewayStore(database)
        routes = Routes(settings, local, clock)
        vault = Vault.at(data / "secret.key", settings.secret_key)
        configuration = Configuration(settings, store, vault, routes, shipped_prices(), clock)
        await configuration.load()
        ledger = Ledger(store, data / "journal", max_bytes=settings.journal_max_bytes)
        await ledger.adopt()
        loader = _FromLedger(configuration, ledger, store, clock)
        counters = COUNTERS[settings.counters](Means(settings=settings, store=store, clock=clock, load=loader))
        machine = MachinePrice(
            usd_per_hour=settings.hardware_usd_per_hour,
            watts=settings.hardware_watts,
            usd_per_kwh=settings.electricity_usd_per_kwh,
        )
        books = Books(ledger, Limits(counters, clock), machine, clock)
        pipeline = Pipeline(routes, configuration, books, Estimator(TokenCounter()), doors, settings, clock)
        tasks = TaskSupervisor()
        tasks.start("ledger", ledger.run())
        tasks.start("counters", counters.run())
        tasks.start("configuration", configuration.follow())
        return cls(
            settings=settings,
            store=store,
            routes=routes,
            configuration=configuration,
            ledger=ledger,
            counters=counters,
            pipeline=pipeline,
            tasks=tasks,
        )

    async def close(self) -> None:
        """Settle what is under way, hand everything in, close the providers."""
        await self.pipeline.close()
        await self.tasks.close()
        await self.counters.close()
        await self.ledger.close()
        await self.routes.close()


class _FromLedger:
    """What a counter of this process held before it was first asked for: the ledger knows."""

    def __init__(self, configuration: Configuration, ledger: Ledger, store: GatewayStore, clock: Clock) -> None:
        self._configuration = configuration
        self._ledger = ledger
        self._store = store
        self._clock = clock

    async def __call__(self, claim: Claim) -> dict[int, int]:
        """Amounts by slot. Raises `Unavailable`."""
        bound = self._configuration.current.rules.find(claim.counter)
        if bound is None or claim.by_process or bound.rule.limit.window == "minute":
            return {}
        await self._ledger.flush()
        since = window_start(bound.rule, self._clock.unix_seconds())
        used = await self._store.used(bound.owner, bound.model, bound.rule.limit.meter, since)
        return slots_of(bound.rule, used)
