"""/admin/v1/health/targets: how what is behind the public model names is doing, as this server sees it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from freehold.api.identify import identify_admin
from freehold.contracts.identity import Principal
from freehold.contracts.models import ModelInfo
from freehold.gateway.gateway import Gateway
from freehold.gateway.health import Health
from freehold.gateway.route import KINDS, SMART_ROUTE, Routes
from freehold.gateway.target import Target

ROUTER = APIRouter(prefix="/admin/v1/health", tags=["gateway"])
ENDPOINTS = {kind: endpoint for endpoint, kind in KINDS.items()}

Breaker = Literal["closed", "open", "trying"]


class TargetBody(BaseModel):
    """A model of a provider behind a public name.

    An open breaker keeps requests away for `open_seconds`; then one may try. Speeds are averages of the latest
    answers, null before the first one.
    """

    route: str
    provider: str
    model: str
    priority: int
    weight: float
    breaker: Breaker
    open_seconds: float
    failures: int = Field(description="In a row.")
    in_flight: int
    first_byte_seconds: float | None
    tokens_per_second: float | None


class TargetList(BaseModel):
    """Every target. `problem` says why the stored configuration is not taken, if it is not."""

    data: list[TargetBody]
    problem: str


@ROUTER.get("/targets")
async def list_targets(request: Request, principal: Annotated[Principal, Depends(identify_admin)]) -> TargetList:
    """Each target's breaker, requests in flight and measured speed."""
    gateway: Gateway = request.app.state.gateway_admin
    found = [_body(info.id, target) for info in gateway.routes.models() for target in _targets(gateway.routes, info)]
    return TargetList(data=found, problem=gateway.configuration.problem)


def _targets(routes: Routes, info: ModelInfo) -> tuple[Target, ...]:
    """The targets of a public name; the smart route has none of its own."""
    if info == SMART_ROUTE:
        return ()
    return routes.find(info.id, ENDPOINTS.get(info.kind, "chat/completions")).targets


def _body(route: str, target: Target) -> TargetBody:
    health = target.health
    left = max(0.0, health.open_until - health.clock.monotonic_seconds()) if health.open_until else 0.0
    return TargetBody(
        route=route,
        provider=target.provider_name,
        model=target.model,
        priority=target.priority,
        weight=target.weight,
        breaker=_breaker(health, left),
        open_seconds=round(left, 3),
        failures=health.failures,
        in_flight=health.in_flight,
        first_byte_seconds=health.first_byte_seconds,
        tokens_per_second=health.tokens_per_second,
    )


def _breaker(health: Health, open_seconds: float) -> Breaker:
    if health.open_until == 0.0:
        return "closed"
    return "open" if open_seconds > 0 else "trying"
