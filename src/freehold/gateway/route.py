"""Public model names and the targets behind them: one table, replaced whole when the configuration changes.

Running requests keep the targets they have; providers that no table names any more are closed once those have ended.
"""

import asyncio
import difflib
import hashlib
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from freehold.contracts.errors import InvalidRequest, ModelNotFound, NotFound, SetupError
from freehold.contracts.identity import Principal
from freehold.contracts.models import Endpoint, LocalModels, ModelInfo
from freehold.contracts.wire import Call, Provider
from freehold.foundation.clock import Clock
from freehold.foundation.registry import Registry
from freehold.gateway.health import Health
from freehold.gateway.kinds import KINDS, kind_by_name
from freehold.gateway.settings import LOCAL, GatewaySettings, ProviderSettings, RouteSettings, TargetSettings
from freehold.gateway.strategies import STRATEGIES, Question
from freehold.gateway.target import Route, Target

AUTO = "auto"
SMART_ROUTE = ModelInfo(id=AUTO, kind="chat", owned_by="freehold", label="smart route")

OpenProvider = Callable[[Endpoint, GatewaySettings], Provider]
PROVIDERS: Registry[OpenProvider] = Registry("freehold.gateway.providers", "PROVIDER")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One state of the configuration."""

    providers: Mapping[str, ProviderSettings]
    routes: Mapping[str, RouteSettings]


def open_provider(provider: ProviderSettings, settings: GatewaySettings) -> Provider:
    """The provider of a settings table."""
    endpoint = Endpoint(
        url=provider.url,
        api_key=provider.api_key,
        headers=tuple(provider.headers.items()),
        query=tuple(provider.query.items()),
    )
    return PROVIDERS[provider.kind](endpoint, settings)


def check_table(table: Table) -> None:
    """Refuse what would not be enforced. Raises `SetupError` that names the entry."""
    for name, provider in table.providers.items():
        if name == LOCAL:
            raise SetupError(f"'{LOCAL}' stands for this machine's own models.", hint="Give the provider another name.")
        _known(PROVIDERS, provider.kind, f"provider '{name}'")
    claimed: dict[str, str] = {}
    for name, provider in table.providers.items():
        for public in provider.models:
            if public in claimed:
                text = f"The providers '{claimed[public]}' and '{name}' both claim the model '{public}'."
                raise SetupError(text, hint=f"Rename one, or make a route '{public}' with both as targets.")
            claimed[public] = name
    for name, route in table.routes.items():
        _check_route(name, route, table)
        if name in claimed:
            text = f"'{name}' is a route and a model of the provider '{claimed[name]}'."
            raise SetupError(text, hint="Rename one of them.")


def _known(registry: Registry[OpenProvider], kind: str, where: str) -> None:
    try:
        registry[kind]
    except NotFound as error:
        raise SetupError(f"In {where}: {error.message}", hint=error.hint) from error


def _check_route(name: str, route: RouteSettings, table: Table) -> None:
    where = f"route '{name}'"
    if not route.targets:
        raise SetupError(f"The {where} has no targets.", hint="Name at least one.")
    if route.strategy not in STRATEGIES:
        raise SetupError(f"The {where} has no strategy '{route.strategy}'.", hint=f"Known: {', '.join(STRATEGIES)}.")
    if route.sticky and route.strategy != "weighted":
        text = f"The {where} is sticky, which only the strategy 'weighted' can be."
        raise SetupError(text, hint="Choose weighted, or leave sticky out.")
    if route.degrade_to == name:
        raise SetupError(f"The {where} degrades to itself.", hint="Name a smaller model.")
    for target in route.targets:
        if target.provider != LOCAL and target.provider not in table.providers:
            near = difflib.get_close_matches(target.provider, [*table.providers, LOCAL], n=1)
            hint = f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join([*table.providers, LOCAL])}."
            raise SetupError(f"The {where} names the provider '{target.provider}', which does not exist.", hint=hint)
        if target.weight < 0:
            raise SetupError(f"The {where} has a negative weight.", hint="Weights are 0 or more.")
        if target.equivalent.count("/") < 1 and target.equivalent:
            text = f"The {where} names the equivalent '{target.equivalent}'."
            raise SetupError(text, hint="Write it as vendor/model, for instance openai/gpt-4o-mini.")


class Routes:
    """Finds what answers a public model name: routes, then providers' models, then this machine's own."""

    def __init__(self, settings: GatewaySettings, local: LocalModels, clock: Clock) -> None:
        self._settings = settings
        self._local = local
        self._clock = clock
        self._opened: dict[str, tuple[ProviderSettings, Provider]] = {}
        self._retired: list[tuple[float, Provider]] = []
        self._health: dict[str, Health] = {}
        self._workers: dict[Endpoint, Provider] = {}
        self._routes: dict[str, Route] = {}
        self._local_routes: dict[str, Route] = {}
        self.load(Table(providers=settings.providers, routes=settings.routes))

    def check(self, table: Table) -> None:
        """Refuse what would not be enforced. Raises `SetupError` that names the entry."""
        check_table(table)
        known = {*table.routes, *(name for one in table.providers.values() for name in one.models)}
        known |= {info.id for info in self._local.models()}
        for name, route in table.routes.items():
            if route.degrade_to and route.degrade_to not in known:
                text = f"The route '{name}' degrades to '{route.degrade_to}', which does not exist."
                raise SetupError(text, hint=f"Known: {', '.join(sorted(known))}.")

    def load(self, table: Table) -> None:
        """Take a new configuration as a whole, or refuse it as a whole. Raises `SetupError`."""
        self.check(table)
        opened: dict[str, tuple[ProviderSettings, Provider]] = {}
        for name, provider in table.providers.items():
            kept = self._opened.get(name)
            opened[name] = kept if kept and kept[0] == provider else (provider, open_provider(provider, self._settings))
        kept_providers = {id(provider) for _, provider in opened.values()}
        now = self._clock.monotonic_seconds()
        self._retired += [(now, one) for _, one in self._opened.values() if id(one) not in kept_providers]
        self._opened = opened
        routes: dict[str, Route] = {}
        for name, (provider, _) in opened.items():
            for public, upstream in provider.models.items():
                target = self._target(TargetSettings(provider=name, model=upstream))
                routes[public] = Route(name=public, targets=(target,))
        for name, route in table.routes.items():
            targets = tuple(self._target(target) for target in route.targets)
            routes[name] = Route(
                name=name,
                targets=targets,
                strategy=route.strategy,
                sticky=route.sticky,
                degrade_to=route.degrade_to,
            )
        self._routes, self._local_routes = routes, {}

    def _target(self, wanted: TargetSettings) -> Target:
        settings, provider = self._opened.get(wanted.provider, (None, None))
        health = self.health(wanted.provider, wanted.model)
        builtin = any(info.id == wanted.model and info.builtin for info in self._local.models())
        return Target(
            provider_name=wanted.provider,
            model=wanted.model,
            provider=provider,
            health=health,
            vendor=settings.vendor if settings else "",
            builtin=builtin and provider is None,
            weight=wanted.weight,
            priority=wanted.priority,
            when=wanted.when,
            overflow_per_minute=wanted.overflow_per_minute,
            equivalent=wanted.equivalent,
        )

    def single(self, provider: str, model: str, equivalent: str = "") -> Target:
        """A provider's model, whether a route names it or not. Raises `NotFound`."""
        if provider != LOCAL and provider not in self._opened:
            raise NotFound(f"There is no provider '{provider}'.", hint="`freehold provider list` shows them.")
        return self._target(TargetSettings(provider=provider, model=model, equivalent=equivalent))

    def health(self, provider: str, model: str) -> Health:
        """How a provider's model is doing; kept while the configuration changes."""
        name = f"{provider}/{model}"
        if name not in self._health:
            settings = self._settings
            self._health[name] = Health(self._clock, settings.breaker_failures, settings.breaker_seconds)
        return self._health[name]

    def models(self) -> list[ModelInfo]:
        """Every public model name; a route hides a local model of the same name."""
        local = {info.id: info for info in self._local.models()}
        remote = [_described(route, local) for route in self._routes.values()]
        named = remote + [info for info in local.values() if info.id not in self._routes]
        return [*named, *([SMART_ROUTE] if self.is_smart else [])]

    @property
    def is_smart(self) -> bool:
        """Whether `auto` is the smart route, and no route that the operator has given that name."""
        return AUTO not in self._routes and all(info.id != AUTO for info in self._local.models())

    def find(self, model: str, endpoint: str) -> Route:
        """The route of a public name.

        Raises `ModelNotFound` with the nearest names, `InvalidRequest` for a model of another kind.
        """
        route = self._routes.get(model)
        if route is not None:
            return route
        known = {info.id: info for info in self.models()}
        if model not in known:
            near = difflib.get_close_matches(model, known, n=3, cutoff=0.4)
            hint = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(known)}."
            raise ModelNotFound(f"The model '{model}' does not exist.", param="model", hint=hint)
        if known[model] == SMART_ROUTE:
            raise InvalidRequest(f"The smart route has no /v1/{endpoint}.", param="model", hint="Name a model.")
        kind = known[model].kind
        if kind != KINDS.get(endpoint, "chat"):
            raise InvalidRequest(f"'{model}' is a model for {kind}; it has no /v1/{endpoint}.", param="model")
        if model not in self._local_routes:
            target = self._target(TargetSettings(provider=LOCAL, model=model))
            self._local_routes[model] = Route(name=model, targets=(target,))
        return self._local_routes[model]

    async def provider(self, target: Target) -> Provider:
        """Who answers for a target; a local worker is started if need be. Raises `ModelNotFound` or `Unavailable`."""
        if target.provider is not None:
            return target.provider
        place = await self._local.endpoint(target.model)
        if place not in self._workers:
            self._workers[place] = PROVIDERS["openai"](place, self._settings)
        return self._workers[place]

    async def close_retired(self) -> None:
        """Close providers that a change took out so long ago that no answer of theirs can still be on its way."""
        latest = self._clock.monotonic_seconds() - self._settings.total_timeout_seconds
        outdated = [provider for since, provider in self._retired if since < latest]
        self._retired = [entry for entry in self._retired if entry[0] >= latest]
        await asyncio.gather(*(provider.close() for provider in outdated))

    async def close(self) -> None:
        """Close all providers."""
        opened = [provider for _, provider in self._opened.values()]
        retired = [provider for _, provider in self._retired]
        await asyncio.gather(*(one.close() for one in [*opened, *retired, *self._workers.values()]))


def _described(route: Route, local: Mapping[str, ModelInfo]) -> ModelInfo:
    first = route.targets[0]
    behind = local.get(first.model) if first.is_local else None
    kind = behind.kind if behind else kind_by_name(first.model)
    context = behind.context_length if behind else 0
    return ModelInfo(id=route.name, kind=kind, owned_by=first.provider_name, context_length=context)


def order(
    route: Route, call: Call, principal: Principal, conversation: str, cost: Callable[[Target], int | None]
) -> list[Target]:
    """The route's targets that may answer this call, in the order in which they are asked.

    Raises `InvalidRequest` when no target's conditions hold.
    """
    fitting = [target for target in route.targets if _fits(target, call, principal)]
    if not fitting:
        text = f"No target of '{route.name}' takes such a request."
        raise InvalidRequest(text, param="model", hint="See the conditions of its targets.")
    if len(fitting) == 1:
        return fitting
    who = conversation or principal.key_id or principal.person_id
    draw = partial(_fixed_draw, who) if route.sticky else _free_draw
    question = Question(draw=draw, cost=cost)
    sort = STRATEGIES[route.strategy]
    levels = sorted({target.priority for target in fitting})
    return [one for level in levels for one in sort([t for t in fitting if t.priority == level], question)]


def _fits(target: Target, call: Call, principal: Principal) -> bool:
    when = target.when
    return (
        (not when.tiers or principal.tier in when.tiers)
        and (not when.endpoints or call.endpoint in when.endpoints)
        and (when.max_body_bytes is None or len(call.body) <= when.max_body_bytes)
        and (when.stream is None or when.stream == call.stream)
    )


def _fixed_draw(who: str, name: str) -> float:
    """A number in (0, 1) that is always the same for a caller and a target."""
    digest = hashlib.blake2b(f"{who}\0{name}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") + 0.5) / 2**64


def _free_draw(name: str) -> float:
    """A number in (0, 1) by chance."""
    return random.uniform(1e-12, 1 - 1e-12)


def available(targets: Sequence[Target]) -> list[Target]:
    """Targets whose breaker lets a request through; all of them when none does, for one must be asked."""
    found = [target for target in targets if target.health.admits()]
    return found or list(targets)
