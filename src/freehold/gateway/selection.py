"""The smart route: which public model answers a request for `auto`. Asks `auto/`, and knows what was measured."""

from dataclasses import replace

from freehold.contracts.models import ModelInfo
from freehold.contracts.usage import Usage
from freehold.foundation.clock import Clock
from freehold.gateway.auto.candidates import Candidate, ModelFacts
from freehold.gateway.auto.choose import ANSWER_TOKENS, choose
from freehold.gateway.auto.decision import Decision
from freehold.gateway.auto.needs import Needs, read_needs
from freehold.gateway.configuration import Current
from freehold.gateway.route import SMART_ROUTE, Routes
from freehold.gateway.target import Target

# A built-in starter is small talk; its operator can say otherwise.
STARTER = ModelFacts(quality=1, tools=False, languages=("en",))


class Selection:
    """Decides for one server: what it has measured of its targets counts."""

    def __init__(self, routes: Routes, clock: Clock) -> None:
        self._routes = routes
        self._clock = clock

    def decide(self, body: bytes, tier: str, current: Current) -> Decision:
        """The model for a chat request, and why. Raises what `choose` raises when nothing fits."""
        needs = read_needs(body)
        infos = [info for info in self._routes.models() if info.kind == "chat" and info != SMART_ROUTE]
        candidates = [self._candidate(info, needs, current) for info in infos if current.includes(tier, info.id)]
        return choose(needs, candidates, tier, current.auto)

    def _candidate(self, info: ModelInfo, needs: Needs, current: Current) -> Candidate:
        facts = current.auto.models.get(info.id, STARTER if info.builtin else ModelFacts())
        targets = self._routes.find(info.id, "chat/completions").targets
        first = min(targets, key=lambda target: target.priority)
        return replace(
            facts.candidate(info.id),
            context_length=facts.context_length or info.context_length,
            cost_micro_usd=self._cost(first, needs, current),
            ttft_seconds=first.health.first_byte_seconds,
            tokens_per_second=first.health.tokens_per_second,
            available=any(target.health.admits() for target in targets),
            local=first.is_local,
        )

    def _cost(self, target: Target, needs: Needs, current: Current) -> int | None:
        """What an answer of usual length costs there; what no vendor bills costs nothing."""
        if not target.vendor:
            return 0
        price = current.prices.turn_to(self._clock.unix_seconds()).find(target.vendor, target.model)
        output = needs.output_tokens or ANSWER_TOKENS
        return price.cost(Usage(input_tokens=needs.input_tokens, output_tokens=output)) if price else None
