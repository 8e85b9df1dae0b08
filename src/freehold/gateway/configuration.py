"""The gateway's configuration while it runs: `freehold.toml` and what the admin API stored, as one, replaced whole.

What stands in the file is changed in the file, and what the API stored by the API. A change is checked before it is
kept: one that would not be enforced is refused. Other servers on the same database follow within a second or two.
"""

import asyncio
import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from freehold.contracts.errors import Forbidden, FreeholdError, InvalidRequest, NotFound, SetupError, Unavailable
from freehold.contracts.identity import Principal, covers
from freehold.foundation.clock import Clock
from freehold.foundation.vault import Vault
from freehold.gateway.auto.candidates import ModelFacts
from freehold.gateway.auto.policy import AutoPolicy
from freehold.gateway.ledger.price import PriceList, configured_entry
from freehold.gateway.ledger.today import DayPrices
from freehold.gateway.limits import Rule, Rules
from freehold.gateway.route import Routes, Table
from freehold.gateway.settings import (
    GatewaySettings,
    LimitSettings,
    PriceSettings,
    ProviderSettings,
    RouteSettings,
    TierSettings,
)
from freehold.gateway.store import GatewayStore, Stored

FOLLOW_SECONDS = 1.0
MAX_AMOUNT = 10**12  # of a limit, so that even micro-dollars fit into the counters
Kind = Literal["provider", "route", "limit", "tier", "price", "model"]
SHAPES: Mapping[str, type[msgspec.Struct]] = {
    "provider": ProviderSettings,
    "route": RouteSettings,
    "limit": LimitSettings,
    "tier": TierSettings,
    "price": PriceSettings,
    "model": ModelFacts,
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One object of the configuration, and whether the file or the API says it."""

    kind: str
    name: str
    value: msgspec.Struct
    origin: Literal["file", "stored"]


@dataclass(frozen=True, slots=True)
class Current:
    """One state of everything that is decided on."""

    items: tuple[Item, ...]
    rules: Rules
    prices: DayPrices
    tiers: Mapping[str, TierSettings]
    auto: AutoPolicy
    default_tier: str

    def tier_of(self, principal: Principal) -> str:
        """The caller's plan; empty where there are no plans."""
        return principal.tier or self.default_tier

    def includes(self, tier: str, model: str) -> bool:
        """Whether a plan includes a model; without a plan, all."""
        return not tier or (tier in self.tiers and covers(self.tiers[tier].models, model))

    def check_tier(self, principal: Principal, model: str) -> None:
        """Raise `Forbidden` for a model that the caller's plan does not include."""
        tier = self.tier_of(principal)
        if tier and tier not in self.tiers:
            hint = f"An administrator can add [gateway.tiers.{tier}], or give this person another tier."
            raise Forbidden(f"The tier '{tier}' is not configured.", hint=hint)
        if not self.includes(tier, model):
            raise Forbidden(f"The tier '{tier}' does not include the model '{model}'.", param="model")


class Configuration:
    """Reads, checks, keeps and follows."""

    def __init__(
        self,
        settings: GatewaySettings,
        store: GatewayStore,
        vault: Vault,
        routes: Routes,
        shipped: PriceList,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._store = store
        self._vault = vault
        self._routes = routes
        self._shipped = shipped
        self._clock = clock
        self._version = -1
        self._stored: list[Item] = []
        self._changing = asyncio.Lock()
        self.problem = ""
        self.current = self._combined(settings, [])

    async def load(self) -> None:
        """Take what is stored. Raises `SetupError` where it does not fit the file, `Unavailable`."""
        version, stored = await self._store.config()
        items = [self._read(one) for one in stored]
        self._take(self._settings, items)
        self._version = version

    def reload_file(self, settings: GatewaySettings) -> None:
        """Take another state of the file. Raises `SetupError`, and then nothing has changed."""
        self._take(settings, self._stored)

    def items(self, kind: Kind) -> list[Item]:
        """All objects of a kind."""
        return [item for item in self.current.items if item.kind == kind]

    def item(self, kind: Kind, name: str) -> Item:
        """One object. Raises `NotFound`."""
        for item in self.items(kind):
            if item.name == name:
                return item
        raise NotFound(f"There is no {kind} '{name}'.")

    async def put(self, kind: Kind, name: str, value: Mapping[str, Any], by: str) -> Item:
        """Add or replace an object. Raises `InvalidRequest` with the reason; nothing is kept then."""
        name = name or f"{kind}-{uuid.uuid4().hex[:8]}"
        async with self._changing:
            await self.load()
            self._refuse_files(kind, name)
            shape = _converted(kind, value)
            secret = None
            if isinstance(shape, ProviderSettings):
                shape, secret = self._with_secret(name, shape)
            item = Item(kind=kind, name=name, value=shape, origin="stored")
            rest = [one for one in self._stored if (one.kind, one.name) != (kind, name)]
            self._check([*rest, item])
            stored = Stored(kind=kind, name=name, value=_plain(shape), secret=secret)
            await self._store.put_config(stored, by=by, now=self._clock.unix_seconds())
            await self.load()
        return item

    async def delete(self, kind: Kind, name: str) -> None:
        """Remove a stored object. Raises `NotFound`, or `InvalidRequest` when something else needs it."""
        async with self._changing:
            await self.load()
            self.item(kind, name)
            self._refuse_files(kind, name)
            self._check([one for one in self._stored if (one.kind, one.name) != (kind, name)])
            await self._store.delete_config(kind, name)
            await self.load()

    async def follow(self) -> None:
        """Take what other servers have changed; never returns."""
        while True:
            await asyncio.sleep(FOLLOW_SECONDS)
            try:
                if await self._store.config_version() != self._version:
                    await self.load()
                    self.problem = ""
                await self._routes.close_retired()
            except Unavailable:
                continue
            except SetupError as error:
                if error.message != self.problem:
                    logger.error("the stored configuration is not taken: %s", error.public_message())
                self.problem = error.message

    def _refuse_files(self, kind: str, name: str) -> None:
        if any(item.origin == "file" and (item.kind, item.name) == (kind, name) for item in self.current.items):
            raise InvalidRequest(f"The {kind} '{name}' stands in freehold.toml.", hint="Change it there.")

    def _check(self, items: list[Item]) -> None:
        try:
            self._combined(self._settings, items)
        except SetupError as error:
            raise InvalidRequest(error.message, hint=error.hint) from error

    def _take(self, settings: GatewaySettings, stored: list[Item]) -> None:
        combined = self._combined(settings, stored)
        self._routes.load(_table(combined.items))
        self._settings, self._stored, self.current = settings, stored, combined

    def _combined(self, settings: GatewaySettings, stored: list[Item]) -> Current:
        items = (*_from_file(settings), *stored)
        _refuse_doubles(items)
        for item in items:
            _check_limits(item)
        tiers = {item.name: item.value for item in items if isinstance(item.value, TierSettings)}
        rules = [Rule.of(item.name, item.value) for item in items if isinstance(item.value, LimitSettings)]
        own_prices = [configured_entry(item.value) for item in items if isinstance(item.value, PriceSettings)]
        if settings.default_tier and settings.default_tier not in tiers:
            text = f"gateway.default_tier names '{settings.default_tier}', which does not exist."
            raise SetupError(text, hint=f"Add [gateway.tiers.{settings.default_tier}].")
        self._routes.check(_table(items))
        models = {item.name: item.value for item in items if isinstance(item.value, ModelFacts)}
        return Current(
            items=items,
            rules=Rules(rules, tiers, settings.default_tier),
            prices=DayPrices(self._shipped.with_entries(own_prices)),
            tiers=tiers,
            auto=msgspec.structs.replace(settings.auto, models=models),
            default_tier=settings.default_tier,
        )

    def _read(self, stored: Stored) -> Item:
        value = dict(stored.value)
        if stored.secret is not None:
            value["api_key"] = self._vault.open(stored.secret, stored.name)
        try:
            shape = _converted(stored.kind, value)
        except FreeholdError as error:
            raise SetupError(f"The stored {stored.kind} '{stored.name}': {error.message}", hint=error.hint) from error
        return Item(kind=stored.kind, name=stored.name, value=shape, origin="stored")

    def _with_secret(self, name: str, given: ProviderSettings) -> tuple[ProviderSettings, bytes | None]:
        """The provider with its credential, which is kept when none is given, and the credential sealed."""
        if given.api_key:
            return given, self._vault.seal(given.api_key, name)
        for item in self._stored:
            if item.name == name and isinstance(item.value, ProviderSettings):
                # To another address a kept credential does not go: whoever can change the address would learn it.
                if item.value.url == given.url:
                    return msgspec.structs.replace(given, api_key=item.value.api_key), None
                return given, self._vault.seal("", name)
        return given, None


def _refuse_doubles(items: tuple[Item, ...]) -> None:
    """Raise `SetupError` for an object that the file and the database both have."""
    seen: set[tuple[str, str]] = set()
    for item in items:
        if (item.kind, item.name) in seen:
            text = f"The {item.kind} '{item.name}' stands in freehold.toml and is stored, too."
            raise SetupError(text, hint="Take it out of the file, or delete the stored one before.")
        seen.add((item.kind, item.name))


def _converted(kind: str, value: Mapping[str, Any]) -> msgspec.Struct:
    shape = SHAPES.get(kind)
    if shape is None:
        raise InvalidRequest(f"There is no kind '{kind}'.", hint=f"Known: {', '.join(SHAPES)}.")
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        _, _, path = str(error).partition(" - at `$")
        raise InvalidRequest(f"This is no {kind}: {error}.", param=path.strip(".`") or None) from error


def _plain(shape: msgspec.Struct) -> dict[str, Any]:
    """As it is stored: without the credential."""
    plain: dict[str, Any] = msgspec.to_builtins(shape)
    plain.pop("api_key", None)
    return plain


def _table(items: tuple[Item, ...]) -> Table:
    providers = {item.name: item.value for item in items if isinstance(item.value, ProviderSettings)}
    routes = {item.name: item.value for item in items if isinstance(item.value, RouteSettings)}
    return Table(providers=providers, routes=routes)


def _from_file(settings: GatewaySettings) -> list[Item]:
    named: list[tuple[str, Mapping[str, msgspec.Struct]]] = [
        ("provider", settings.providers),
        ("route", settings.routes),
        ("tier", settings.tiers),
        ("model", settings.auto.models),
        ("limit", {f"file-{index}": limit for index, limit in enumerate(settings.limits)}),
        ("price", {f"{price.vendor}/{price.model}@{price.since}": price for price in settings.prices}),
    ]
    return [
        Item(kind=kind, name=name, value=value, origin="file") for kind, group in named for name, value in group.items()
    ]


def _check_limits(item: Item) -> None:
    """Refuse limits that cannot be enforced."""
    limits = item.value.limits if isinstance(item.value, TierSettings) else ()
    for limit in (item.value, *limits) if isinstance(item.value, LimitSettings) else limits:
        if limit.amount < 0:
            raise SetupError(f"The {item.kind} '{item.name}' allows less than nothing.", hint="Amounts are 0 or more.")
        if not limit.amount <= MAX_AMOUNT:
            text = f"The {item.kind} '{item.name}' allows more than can be counted."
            raise SetupError(text, hint=f"Amounts are 0 to {MAX_AMOUNT:,}.")
        if limit.subject == "tier" and limit.which == "*" and isinstance(item.value, LimitSettings):
            text = f"The {item.kind} '{item.name}' names no tier."
            raise SetupError(text, hint="Set which, or put the limit into the tier's own table.")
        if limit.meter == "usd" and limit.window in ("minute", "hour"):
            text = f"The {item.kind} '{item.name}' is a budget per {limit.window}."
            raise SetupError(text, hint="Budgets are per day or month.")
