"""/admin/v1/rollouts: plan a route's move to another provider, start, watch and stop it; for administrators.

The schemas of the OpenAPI document are those of the plan and of the report themselves.
"""

import difflib
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Path, Query, Request, Response

from freehold.api.identify import identify_admin
from freehold.api.paging import Limit
from freehold.api.rollout_items import Names, RolloutChanges, shown
from freehold.api.struct_schema import answers, inlined, listed, takes
from freehold.contracts.errors import InvalidRequest
from freehold.contracts.identity import Principal
from freehold.contracts.wire import Call
from freehold.foundation.edge import JsonResponse, decode, read_body
from freehold.rollouts.captured.training_set import Example
from freehold.rollouts.comparators import comparator_for
from freehold.rollouts.metrics import METRICS
from freehold.rollouts.plan import Plan
from freehold.rollouts.report import Distribution, Report, distribution
from freehold.rollouts.rollouts import ACTS, MAX_ANSWERS, MAX_HISTORY, Rollouts
from freehold.rollouts.store import Event, Record

ROUTER = APIRouter(prefix="/admin/v1/rollouts", tags=["rollouts"])
MAX_BODY_BYTES = 1024 * 1024

Admin = Annotated[Principal, Depends(identify_admin)]
Act = Annotated[str, Path(json_schema_extra={"enum": list(ACTS)})]
Metric = Annotated[str, Query(max_length=100, json_schema_extra={"enum": list(METRICS)})]
Step = Annotated[int | None, Query(ge=0, description="Its index in the plan; by default the running one.")]
Lines = Annotated[int, Query(ge=1, le=MAX_HISTORY, description="How many to answer with at most.")]


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """A mirrored request with both answers, as text."""

    request_id: str
    at: float
    step: int
    prompt: str
    control: str
    candidate: str
    control_model: str
    candidate_model: str
    scores: dict[str, float]


ONE = answers(200, "The rollout.", inlined(Report))
ALL = answers(200, "All of them.", listed(inlined(Report)))
EVENTS = answers(200, "What happened, newest first.", listed(inlined(Event)))
SHAPE = answers(200, "Counts between edges.", inlined(Distribution))
PAIRS = answers(200, "The newest ones.", listed(inlined(Pair)))


def _rollouts(request: Request) -> Rollouts:
    return request.app.state.rollouts


def _changes(request: Request) -> RolloutChanges:
    return RolloutChanges(_rollouts(request), request.app.state.audit)


async def _told(request: Request, record: Record) -> Response:
    return JsonResponse(await shown(_rollouts(request), record))


@ROUTER.get("", responses=ALL)
async def list_rollouts(request: Request, principal: Admin) -> Response:
    """All rollouts, the one changed last first."""
    rollouts = _rollouts(request)
    found = [await shown(rollouts, record) for record in await rollouts.store.all()]
    return JsonResponse({"object": "list", "data": found})


@ROUTER.get("/{name}", responses=ONE)
async def retrieve_rollout(request: Request, principal: Admin, name: str) -> Response:
    """One rollout with its plan, its steps and the latest decision."""
    return await _told(request, await _rollouts(request).get(name))


@ROUTER.put("/{name}", responses=ONE, openapi_extra=takes(inlined(Plan)))
async def put_rollout(request: Request, principal: Admin, name: str) -> Response:
    """Plan a rollout, or plan it anew while it has not begun. Moves nothing yet."""
    plan = decode(await read_body(request, MAX_BODY_BYTES), Plan)
    names = Names.of(request.app.state.gateway_admin.configuration, request.app.state.workers)
    return await _told(request, await _changes(request).put(name, plan, names, principal))


@ROUTER.delete("/{name}", status_code=204)
async def delete_rollout(request: Request, principal: Admin, name: str) -> Response:
    """Forget a rollout that has ended or not begun, with all that it measured."""
    await _changes(request).remove(name, principal)
    return Response(status_code=204)


@ROUTER.post("/{name}/{act}", responses=ONE)
async def act_on_rollout(request: Request, principal: Admin, name: str, act: Act) -> Response:
    """Start, pause, resume, abort, promote or close a rollout; every server follows within two seconds."""
    return await _told(request, await _changes(request).act(name, act, principal))


@ROUTER.get("/{name}/history", responses=EVENTS)
async def list_history(request: Request, principal: Admin, name: str, limit: Lines = 100) -> Response:
    """Every move of a rollout with who made it, why, and the evidence."""
    record = await _rollouts(request).get(name)
    return JsonResponse({"object": "list", "data": await _rollouts(request).store.history(record.name, limit)})


@ROUTER.get("/{name}/distribution", responses=SHAPE)
async def retrieve_distribution(
    request: Request, principal: Admin, name: str, metric: Metric, step: Step = None
) -> Response:
    """How often a metric had which values in each arm of a step."""
    record = await _rollouts(request).get(name)
    if metric not in METRICS:
        near = difflib.get_close_matches(metric, METRICS, n=1)
        hint = f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(METRICS)}."
        raise InvalidRequest(f"There is no metric '{metric}'.", param="metric", hint=hint)
    wanted = record.progress.step if step is None else step
    if wanted >= len(record.plan.steps):
        hint = f"It has the steps 0 to {len(record.plan.steps) - 1}."
        raise InvalidRequest(f"The plan has no step {wanted}.", param="step", hint=hint)
    values = await _rollouts(request).store.values(name, wanted, metric, 2 * MAX_ANSWERS)
    return JsonResponse(distribution(values, metric))


@ROUTER.get("/{name}/examples", responses=PAIRS)
async def list_examples(request: Request, principal: Admin, name: str, limit: Limit = 20) -> Response:
    """Mirrored requests that were kept, with both answers; newest first."""
    record = await _rollouts(request).get(name)
    found = await _rollouts(request).examples.newest(record.name, limit)
    return JsonResponse({"object": "list", "data": [_pair(example) for _, example in found]})


def _pair(example: Example) -> Pair:
    comparator = comparator_for(example.endpoint)
    call = Call(endpoint=example.endpoint, body=example.request, model=example.route)
    prompt = comparator.prompt(call) if comparator else example.request.decode(errors="replace")
    return Pair(
        request_id=example.request_id,
        at=example.at,
        step=example.step,
        prompt=prompt,
        control=example.control,
        candidate=example.candidate,
        control_model=example.control_model,
        candidate_model=example.candidate_model,
        scores=dict(example.scores),
    )
