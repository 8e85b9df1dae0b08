"""A request's way through the gateway. Short on purpose: every step is another file's noun."""

import random
from dataclasses import dataclass

import msgspec

from freehold.contracts.errors import BudgetExceeded, FreeholdError, InvalidRequest, NotFound, RateLimited
from freehold.contracts.identity import Identity, Principal, Resource, covers
from freehold.contracts.models import LocalName, ModelInfo
from freehold.contracts.rollouts import Assignment, Exchange, Steering
from freehold.contracts.usage import Usage
from freehold.contracts.wire import Call, Reply
from freehold.foundation.clock import Clock
from freehold.foundation.tasks import TaskSupervisor
from freehold.gateway.auto.decision import Decision
from freehold.gateway.calls.answer import StreamedAnswer, as_reply, whole_usage
from freehold.gateway.calls.attempts import Attempts, Begun
from freehold.gateway.calls.exchange import NOT_ANSWERED
from freehold.gateway.calls.request import CHAT, MESSAGES, GatewayRequest
from freehold.gateway.calls.settlement import Books, Settlement
from freehold.gateway.configuration import Configuration
from freehold.gateway.kinds import KINDS
from freehold.gateway.ledger.rows import Entry
from freehold.gateway.ledger.tokens import Estimator
from freehold.gateway.route import AUTO, SMART_ROUTE, Routes, order
from freehold.gateway.selection import Selection
from freehold.gateway.settings import GatewaySettings
from freehold.gateway.target import Target
from freehold.gateway.wires.anthropic.bridge import as_messages

FALLBACKS = 2  # of the smart route, behind the one it chose


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """The other parts that a request passes."""

    identity: Identity
    steering: Steering


class Pipeline:
    """Implements `contracts.wire.ModelGateway` and `contracts.models.LocalNames`."""

    def __init__(
        self,
        routes: Routes,
        configuration: Configuration,
        books: Books,
        estimator: Estimator,
        doors: Doors,
        settings: GatewaySettings,
        clock: Clock,
    ) -> None:
        self._identity, self._steering = doors.identity, doors.steering
        self._routes = routes
        self._configuration = configuration
        self._books = books
        self._estimator = estimator
        self._settings = settings
        self._clock = clock
        self._attempts = Attempts(routes, settings, clock)
        self._selection = Selection(routes, clock)
        self._tasks = TaskSupervisor()

    async def send(self, principal: Principal, call: Call) -> Reply:
        """Decide, reserve, ask, and hand the answer on while it is metered."""
        started = self._clock.monotonic_seconds()
        request = self._read(principal, call)
        unit = request.facts.conversation or principal.key_id or principal.person_id
        if not call.stays:
            request.assignment = self._steering.assign(principal, request.call, unit)
        request.tell = self._steering.note
        return await self._answer(request, self._targets(request), started)

    async def ask(
        self, principal: Principal, call: Call, assignment: Assignment, target: tuple[str, str] | None = None
    ) -> Exchange:
        """Implements `contracts.rollouts.MeteredGateway`."""
        started = self._clock.monotonic_seconds()
        told: list[Exchange] = []
        status = NOT_ANSWERED
        try:
            request = self._read(principal, call) if target is None else self._request(principal, call)
            targets = self._targets(request) if target is None else [self._routes.single(*target)]
            request.assignment, request.tell = assignment, told.append
            reply = await self._answer(request, targets, started)
            await reply.keep(self._settings.max_answer_bytes)
        except FreeholdError as error:
            status = error.status
        if told:
            return told[0]
        return Exchange(
            assignment=assignment,
            principal=principal,
            call=call,
            at=self._clock.unix_seconds(),
            status=status,
            outcome="failed",
            answer=b"",
            is_stream=call.stream,
        )

    async def _answer(self, request: GatewayRequest, targets: list[Target], started: float) -> Reply:
        settlement, targets = await self._admit(request, request.affordable(targets), started)
        streams = False
        try:
            begun = await self._attempts.begin(targets, request.address)
            streams = begun.events is not None
            if streams:
                return self._streamed(request, settlement, begun)
            return await self._whole(request, settlement, begun)
        except FreeholdError as error:
            await settlement.finish(Usage(), "failed", status=error.status)
            raise
        finally:
            if not streams and not settlement.done:
                # The caller left, or we broke: what was reserved is settled all the same.
                self._tasks.start("settle", self._settle_unseen(request, settlement))

    def explain(self, principal: Principal, body: bytes) -> Decision:
        """What the smart route would decide for a chat request of this caller's. Raises what it would raise."""
        current = self._configuration.current
        return self._selection.decide(body, current.tier_of(principal), current)

    def models(self, principal: Principal) -> list[ModelInfo]:
        """What the caller's plan includes and its key allows."""
        current = self._configuration.current
        tier, patterns = current.tier_of(principal), principal.scopes.models
        return [
            info
            for info in self._routes.models()
            if (info == SMART_ROUTE or current.includes(tier, info.id))
            and (patterns is None or covers(patterns, info.id))
        ]

    def local_names(self, principal: Principal, endpoint: str) -> list[LocalName]:
        """Implements `contracts.models.LocalNames`."""
        found: list[LocalName] = []
        for info in self.models(principal):
            if info.kind == KINDS.get(endpoint):
                route = self._routes.find(info.id, endpoint)
                if all(target.is_local for target in route.targets) and not route.degrade_to:
                    first = route.targets[0]
                    found.append(LocalName(public=info.id, local=first.model, builtin=first.builtin))
        return sorted(found, key=lambda one: one.builtin)

    def _read(self, principal: Principal, call: Call) -> GatewayRequest:
        resource = Resource(endpoint=call.endpoint, model=call.model, origin=call.origin)
        self._identity.authorize(principal, "call", resource)
        current = self._configuration.current
        decision = None
        named = call.model
        if named == AUTO and self._routes.is_smart and call.endpoint in (CHAT, MESSAGES):
            decision = self._selection.decide(call.body, current.tier_of(principal), current)
            call = msgspec.structs.replace(call, model=decision.chosen)
        else:
            current.check_tier(principal, named)
        return self._request(principal, call, named, decision)

    def _request(
        self, principal: Principal, call: Call, named: str = "", decision: Decision | None = None
    ) -> GatewayRequest:
        current = self._configuration.current
        return GatewayRequest.read(
            call,
            principal,
            named=named or call.model,
            decision=decision,
            bounds=current.rules.bound(principal, call.model),
            prices=current.prices.turn_to(self._clock.unix_seconds()),
            default_output_tokens=self._settings.default_output_tokens,
        )

    def _targets(self, request: GatewayRequest) -> list[Target]:
        """Who is asked, in turn: the route's targets, then those it may degrade to or the smart route's next best."""
        call, who = request.call, request.principal
        route = self._routes.find(call.model, call.endpoint)
        further = [route.degrade_to] if route.degrade_to else []
        if request.decision is not None:
            further += request.decision.others[:FALLBACKS]
        routes = [route, *(self._routes.find(name, call.endpoint) for name in further)]
        conversation = request.facts.conversation
        usual = [target for one in routes for target in order(one, call, who, conversation, request.worst_cost)]
        if call.stays and not all(target.is_local for target in usual):
            hint = "Name a model that only this machine answers for."
            raise InvalidRequest("A person's voice stays on this machine.", param="model", hint=hint)
        return [*self._candidate(request.assignment), *usual]

    def _candidate(self, assignment: Assignment | None) -> list[Target]:
        """Whom a rollout puts first. One that is gone has failed, and the user is answered as before."""
        if assignment is None or assignment.arm == "control":
            return []
        try:
            return [self._routes.single(assignment.provider, assignment.model, assignment.equivalent)]
        except NotFound:
            return []

    async def _admit(
        self, request: GatewayRequest, targets: list[Target], started: float
    ) -> tuple[Settlement, list[Target]]:
        """Reserve. A budget that is spent leaves the targets that cost nothing, if there are any."""
        try:
            return await self._open(request, targets, started), targets
        except BudgetExceeded:
            free = [target for target in targets if request.worst_cost(target) == 0]
            if len(free) in (0, len(targets)):
                raise
            return await self._open(request, free, started), free

    async def _open(self, request: GatewayRequest, targets: list[Target], started: float) -> Settlement:
        """Reserve. Where the bound of the input does not fit, a tokenizer counts it before the request is refused."""
        entry = self._entry(request)
        try:
            return await self._books.open(request, targets, entry, started)
        except (RateLimited, BudgetExceeded):
            if request.sound is not None:
                raise
            counted = await self._estimator.asked(request.call)
            # The built-in tokenizer has few words: others find fewer tokens, save in scripts it reads as bytes.
            if counted + counted // 4 + 64 >= request.input_tokens:
                raise
            request.input_tokens = counted + counted // 4 + 64
            return await self._books.open(request, targets, entry, started)

    def _entry(self, request: GatewayRequest) -> Entry:
        call, who = request.call, request.principal
        now = self._clock.unix_seconds()
        return Entry(
            id=f"{int(now * 1000):012x}{random.getrandbits(64):016x}",
            at=now,
            request_id=call.request_id,
            organisation_id=who.organisation_id,
            team_id=who.team_id,
            person_id=who.person_id,
            key_id=who.key_id or "",
            tier=who.tier,
            endpoint=call.endpoint,
            model=call.model,
            stream=call.stream,
            decision=request.decision.record() if request.decision else None,
        )

    async def _whole(self, request: GatewayRequest, settlement: Settlement, begun: Begun) -> Reply:
        reply = begun.reply
        request.answer = reply.content or b""
        try:
            usage = await whole_usage(request, begun, self._estimator)
            outcome = "answered" if reply.status < 400 else "refused"
            await settlement.finish(usage, outcome, status=reply.status, begun=begun)
        finally:
            begun.target.health.end()
        reply.headers = {**reply.headers, **self._headers(request, settlement, begun)}
        if request.bridges(begun.target):
            reply = as_messages(reply, request.call)
            await reply.keep(self._settings.max_answer_bytes)
        return reply

    def _streamed(self, request: GatewayRequest, settlement: Settlement, begun: Begun) -> Reply:
        answer = StreamedAnswer(
            request,
            settlement,
            begun,
            estimator=self._estimator,
            tasks=self._tasks,
            total_timeout_seconds=self._settings.total_timeout_seconds,
        )
        reply = as_reply(answer, begun.reply, self._headers(request, settlement, begun))
        return as_messages(reply, request.call) if request.bridges(begun.target) else reply

    async def _settle_unseen(self, request: GatewayRequest, settlement: Settlement) -> None:
        """The caller left before anything came: the provider has read the request, and may have written meanwhile."""
        target = request.asked
        if target is None:
            await settlement.finish(Usage(), "cancelled", status=499)
            return
        if request.sound is not None:
            await settlement.finish(request.sound.usage(None), "cancelled", status=499)
            return
        speed = target.health.tokens_per_second
        seconds = settlement.seconds_so_far()
        written = request.output_tokens if speed is None else min(request.output_tokens, int(speed * seconds))
        tokens = min(request.input_tokens, await self._estimator.asked(request.call))
        usage = Usage(input_tokens=tokens, output_tokens=written, estimated=True)
        await settlement.finish(usage, "cancelled", status=499)

    def _headers(self, request: GatewayRequest, settlement: Settlement, begun: Begun) -> dict[str, str]:
        """What the caller may know of the way its request took."""
        headers = {"x-freehold-provider": begun.target.provider_name, "x-freehold-model": begun.target.model}
        if begun.attempts > 1:
            headers["x-freehold-attempts"] = str(begun.attempts)
        if request.decision is not None:
            headers["x-freehold-decision"] = request.decision.header()
        return headers | settlement.headers

    async def close(self) -> None:
        """Wait for settlements that are under way."""
        await self._tasks.drain()
