"""Mirrored requests: once the user has the control's answer, the candidate is asked the same, and the two are compared.

Never in a user's way: it begins after the answer's last byte, few run at once, and what comes meanwhile is dropped.
Doubles no effect in the world: tools that the provider itself would run are left out of the copy, and nothing is
stored there. A function call is only written down, since it is the caller who would run it.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, Protocol, cast

import msgspec
from prometheus_client import Counter

from freehold.contracts.errors import FreeholdError, ProviderFailed
from freehold.contracts.identity import Principal
from freehold.contracts.rollouts import Exchange, MeteredGateway
from freehold.contracts.wire import Call
from freehold.foundation.tasks import TaskSupervisor
from freehold.foundation.telemetry import METRICS
from freehold.rollouts.comparators import Comparator, comparator_for
from freehold.rollouts.judges import all_judges
from freehold.rollouts.plan import Plan
from freehold.rollouts.recorder import DROPPED, Recorder
from freehold.rollouts.store import Record
from freehold.rollouts.tallies import MIRROR_COST

JUDGE_FAILURES = Counter(
    "freehold_rollout_judge_failures", "Pairs that a judge did not score.", ["metric"], registry=METRICS
)

AFTER_SECONDS = 0.1  # by then the user has the last byte

logger = logging.getLogger(__name__)


class Keep(Protocol):
    """Keeps a pair of answers where the plan allows it."""

    async def __call__(
        self, record: Record, control: Exchange, candidate: Exchange, scores: Mapping[str, float]
    ) -> None:
        """Raises `Unavailable`."""
        ...


class Mirrors:
    """Runs the copies of this server."""

    def __init__(self, gateway: MeteredGateway, recorder: Recorder, tasks: TaskSupervisor, keep: Keep) -> None:
        self._gateway = gateway
        self._recorder = recorder
        self._tasks = tasks
        self._keep = keep
        self._running: dict[str, int] = {}

    def offer(self, exchange: Exchange, record: Record) -> None:
        """Mirror a request whose user has been answered, if there is room. Never waits."""
        running = self._running.get(record.name, 0)
        if running >= record.plan.mirror.at_once:
            DROPPED.labels("mirrored requests").inc()
            return
        self._running[record.name] = running + 1
        self._tasks.start("mirror a request", self._mirror(exchange, record))

    async def _mirror(self, control: Exchange, record: Record) -> None:
        try:
            await asyncio.sleep(AFTER_SECONDS)
            await self._compare(control, record)
        except FreeholdError as error:
            logger.warning("a mirrored request was not compared: %s", error.message)
        finally:
            self._running[record.name] -= 1

    async def _compare(self, control: Exchange, record: Record) -> None:
        plan, step = record.plan, control.assignment.step
        insider = _insider(control.principal)
        assignment = msgspec.structs.replace(control.assignment, arm="candidate", is_mirrored=False)
        copy = harmless(control.call)
        candidate = await self._gateway.ask(insider, copy, assignment, (plan.provider, plan.model))
        if plan.steps[step].share == 0:
            self._recorder.record(candidate, plan)
        spent = candidate.cost or 0
        scores: dict[str, float] = {}
        comparator = comparator_for(control.call.endpoint)
        if comparator is not None and candidate.outcome == "answered":
            asking = _Asking(self._gateway, insider, candidate)
            scores = dict(comparator.measure_pair(control, candidate))
            scores |= await _judged(control, candidate, comparator, plan, asking)
            spent += asking.spent
        self._recorder.record_pair(record.name, step, scores)
        self._recorder.count(record.name, step, MIRROR_COST, float(spent))
        if candidate.outcome == "answered":
            await self._keep(record, control, candidate, scores)


class _Asking:
    """A judge's way to its model, and what that has cost."""

    def __init__(self, gateway: MeteredGateway, principal: Principal, candidate: Exchange) -> None:
        self._gateway, self._principal, self._request_id = gateway, principal, candidate.request_id
        self._assignment = msgspec.structs.replace(candidate.assignment, arm="control")  # nobody's arm
        self.spent = 0

    async def __call__(self, endpoint: str, model: str, body: bytes) -> bytes:
        call = Call(endpoint=endpoint, body=body, model=model, request_id=self._request_id)
        found = await self._gateway.ask(self._principal, call, self._assignment)
        self.spent += found.cost or 0
        if found.outcome != "answered":
            raise ProviderFailed(f"The model '{model}' did not answer ({found.status}).")
        return found.answer


async def _judged(
    control: Exchange, candidate: Exchange, comparator: Comparator, plan: Plan, asking: _Asking
) -> dict[str, float]:
    scores: dict[str, float] = {}
    for judge in all_judges():
        if not judge.is_wanted(plan):
            continue
        try:
            score = await judge.score(control, candidate, comparator, plan, asking)
        except FreeholdError as error:
            logger.warning("a judge failed: %s", error.message, extra={"metric": judge.metric})
            score = None
        if score is None:
            JUDGE_FAILURES.labels(judge.metric).inc()
        else:
            scores[judge.metric] = score
    return scores


def _insider(principal: Principal) -> Principal:
    """Who pays for copies and judges: the organisation, and none of its people."""
    return Principal(person_id="rollouts", name="rollouts", role="member", organisation_id=principal.organisation_id)


def harmless(call: Call) -> Call:
    """The call without what would have an effect at a provider."""
    if call.media_type != "application/json":
        return call
    try:
        body = msgspec.json.decode(call.body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return call
    changes: dict[str, Any] = {}
    if body.get("store"):
        changes["store"] = False
    tools = body.get("tools")
    if isinstance(tools, list):
        kept = [tool for tool in cast("list[Any]", tools) if _is_function(tool)]
        if len(kept) < len(cast("list[Any]", tools)):
            changes["tools"] = kept
    for name in ("background", "web_search_options", "mcp_servers", "container"):
        if name in body:
            changes[name] = None
    if not changes:
        return call
    changed = {name: value for name, value in (body | changes).items() if value is not None}
    if changed.get("tools") == []:
        del changed["tools"]
        changed.pop("tool_choice", None)
    return msgspec.structs.replace(call, body=msgspec.json.encode(changed))


def _is_function(tool: Any) -> bool:
    """Whether the caller would run it: a function of OpenAI's, or a tool of Anthropic's that has a schema."""
    if not isinstance(tool, dict):
        return False
    known = cast("dict[str, Any]", tool)
    return known.get("type") in ("function", "custom") or "input_schema" in known
