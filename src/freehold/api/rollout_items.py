"""Rollouts as the admin API and commands change them: checked against what the gateway knows, every change recorded."""

import difflib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import msgspec

from freehold.contracts.audit import Audit
from freehold.contracts.errors import InvalidRequest
from freehold.contracts.identity import Principal
from freehold.contracts.models import LocalModels
from freehold.gateway.configuration import Configuration
from freehold.gateway.settings import LOCAL, ProviderSettings
from freehold.rollouts.evidence.progress import ENDED
from freehold.rollouts.plan import Plan, check_name, check_plan
from freehold.rollouts.report import describe
from freehold.rollouts.rollouts import ACTS, Rollouts
from freehold.rollouts.steering import IN_FORCE
from freehold.rollouts.store import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a plan may name: public models, providers, and this machine's own models."""

    models: frozenset[str]
    providers: frozenset[str]
    local: frozenset[str]

    @classmethod
    def of(cls, configuration: Configuration, local: LocalModels) -> "Names":
        """As the gateway has them now."""
        own = frozenset(info.id for info in local.models())
        providers = {item.name: item.value for item in configuration.items("provider")}
        claimed = (one.models for one in providers.values() if isinstance(one, ProviderSettings))
        routes = {item.name for item in configuration.items("route")}
        models = own.union(routes, *claimed)
        return cls(models=models, providers=frozenset({*providers, LOCAL}), local=own)

    def check(self, plan: Plan) -> None:
        """Raise `InvalidRequest` for a name that leads nowhere, so that nothing would ever be moved or measured."""
        for param, model in (("route", plan.route), ("judge", plan.judge), ("embedder", plan.embedder)):
            if model:
                _known(model, self.models, param, "public model")
        _known(plan.provider, self.providers, "candidate", "provider")
        if plan.provider == LOCAL:
            _known(plan.model, self.local, "candidate", "local model")


def _known(name: str, known: Collection[str], param: str, what: str) -> None:
    if name in known:
        return
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(sorted(known)) or 'none'}."
    raise InvalidRequest(f"There is no {what} '{name}'.", param=param, hint=hint)


class RolloutChanges:
    """Changes rollouts. `actor` is who does, for the audit log; what would be refused is not recorded."""

    def __init__(self, rollouts: Rollouts, audit: Audit) -> None:
        self._rollouts = rollouts
        self._audit = audit

    async def put(self, name: str, plan: Plan, names: Names, actor: Principal | str) -> Record:
        """Plan a rollout, or plan it anew while it has not begun. Raises `InvalidRequest`; nothing is kept then."""
        check_name(name)
        check_plan(plan)
        if b"\\u0000" in msgspec.json.encode(plan):
            raise InvalidRequest("There is a NUL character in the plan.", hint="Leave it out.")
        names.check(plan)
        there = [one for one in await self._rollouts.store.all() if one.name == name]
        if all(one.progress.state == "planned" for one in there):
            await self._audit.record(actor, "rollout.put", name, _recorded(plan))
        return await self._rollouts.put(name, plan, _called(actor))

    async def act(self, name: str, act: str, actor: Principal | str) -> Record:
        """Start, pause, resume, abort, promote or close. Raises `NotFound`, or `InvalidRequest` with the way out."""
        record = await self._rollouts.get(name)
        if act in ACTS and record.progress.state in ACTS[act][0] and not await self._is_in_the_way(record, act):
            at = {"state": record.progress.state, "step": record.progress.step, "route": record.plan.route}
            await self._audit.record(actor, f"rollout.{act}", name, at)
        return await self._rollouts.act(name, act, _called(actor))

    async def _is_in_the_way(self, record: Record, act: str) -> bool:
        """Whether another rollout has the route that this one would start on."""
        others = [one for one in await self._rollouts.store.all() if one.name != record.name]
        return act == "start" and any(
            one.plan.route == record.plan.route and one.progress.state in IN_FORCE for one in others
        )

    async def remove(self, name: str, actor: Principal | str) -> None:
        """Forget a rollout. Raises `NotFound`, or `InvalidRequest` while it is in force."""
        record = await self._rollouts.get(name)
        if record.progress.state in ENDED | {"planned"}:
            await self._audit.record(actor, "rollout.delete", name, {"state": record.progress.state})
        await self._rollouts.remove(name)


async def shown(rollouts: Rollouts, record: Record) -> dict[str, Any]:
    """A rollout for people and programs, with what was measured until now."""
    return describe(record, await rollouts.store.sums(record.name))


def _called(actor: Principal | str) -> str:
    return actor.name if isinstance(actor, Principal) else actor


def _recorded(plan: Plan) -> dict[str, Any]:
    """A plan for the audit log. A webhook's address often is a credential; its presence is none."""
    plain: dict[str, Any] = msgspec.to_builtins(plan)
    return plain | {"webhook": bool(plain["webhook"])}
