"""What a request comes to: its quantities and money, settled once, against its limits and in the ledger."""

import logging
from functools import lru_cache

from prometheus_client import Counter, Histogram

from freehold.contracts.usage import Usage
from freehold.foundation.clock import Clock
from freehold.foundation.telemetry import METRICS
from freehold.gateway.calls.attempts import Begun
from freehold.gateway.calls.exchange import exchange_of
from freehold.gateway.calls.request import GatewayRequest
from freehold.gateway.ledger.price import MachinePrice
from freehold.gateway.ledger.rows import Entry, Ledger, OpenEntry
from freehold.gateway.limits import Hold, Limits
from freehold.gateway.target import Target

# A vendor's own instructions and tool descriptions come on top of what we sent.
SLACK_TOKENS = 2000

CALLS = Counter(
    "freehold_gateway_calls",
    "Requests settled, by endpoint, public model, provider and outcome.",
    ["endpoint", "model", "provider", "outcome"],
    registry=METRICS,
)
TOKENS = Counter("freehold_gateway_tokens", "Tokens settled.", ["model", "provider", "direction"], registry=METRICS)
COST = Counter(
    "freehold_gateway_cost_micro_usd", "Known cost of settled requests.", ["model", "provider"], registry=METRICS
)
FIRST_BYTE = Histogram(
    "freehold_gateway_first_byte_seconds",
    "Seconds until a provider's answer began.",
    ["provider"],
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
    registry=METRICS,
)
DISBELIEVED = Counter(
    "freehold_gateway_usage_disbelieved", "Answers whose reported usage cannot be.", ["provider"], registry=METRICS
)

logger = logging.getLogger(__name__)


class Settlement:
    """One admitted request. `finish` may be asked several times; the first counts."""

    __slots__ = ("_clock", "_hold", "_ledger", "_limits", "_machine", "_opened", "_request", "_started", "done")

    def __init__(
        self, request: GatewayRequest, hold: Hold, opened: OpenEntry, *, books: "Books", started: float
    ) -> None:
        self._request = request
        self._hold = hold
        self._opened = opened
        self._ledger, self._limits = books.ledger, books.limits
        self._machine, self._clock = books.machine, books.clock
        self._started = started
        self.done = False

    @property
    def headers(self) -> dict[str, str]:
        """What the caller is told of its limits."""
        return self._hold.headers

    def seconds_so_far(self) -> float:
        """Since the request came."""
        return self._clock.monotonic_seconds() - self._started

    async def finish(self, usage: Usage, outcome: str, *, status: int, begun: Begun | None = None) -> None:
        """Count and write down; returns once it is on disk. Without `begun`, who was asked last counts as asked."""
        if self.done:
            return
        self.done = True
        entry = self._opened.entry
        target = begun.target if begun else self._request.asked
        usage = self._request.billable(self._believed(usage, target), target)
        entry.status, entry.outcome = status, outcome
        entry.total_milliseconds = _milliseconds(self.seconds_so_far())
        _fill_quantities(entry, usage)
        if target is not None:
            entry.provider, entry.upstream_model, entry.vendor = target.provider_name, target.model, target.vendor
        entry.attempts = begun.attempts if begun else max(1, self._request.attempts)
        if begun is not None:
            entry.first_byte_milliseconds = _milliseconds(begun.first_byte_at - begun.sent_at)
            _first_byte(entry.provider).observe(begun.first_byte_at - begun.sent_at)
        self._fill_money(entry, usage, target)
        vendor_cost = entry.cost if target and target.vendor else 0
        self._limits.settle(self._hold, self._request.amounts(usage, vendor_cost))
        _count(entry)
        await self._ledger.settle(self._opened)
        if self._request.assignment is not None and self._request.tell is not None:
            self._request.tell(exchange_of(self._request, entry, self._request.assignment))

    def _believed(self, usage: Usage, target: Target | None) -> Usage:
        """The usage, cut to what is possible: who reports more than was sent and allowed is not believed."""
        most_input, most_output = self._request.possible_tokens
        most_input += SLACK_TOKENS
        # Without a maximum in the request, an answer may be as long as the model likes.
        capped = self._request.is_capped or self._request.facts.max_output_tokens is not None
        most_output = most_output if capped else 10**9
        if usage.input_tokens <= most_input and usage.output_tokens <= most_output:
            return usage
        name = target.name if target else ""
        DISBELIEVED.labels(name).inc()
        logger.warning("a provider reports usage that cannot be", extra={"provider": name, "usage": repr(usage)})
        given_input = min(usage.input_tokens, most_input)
        output = min(usage.output_tokens, most_output)
        return Usage(
            input_tokens=given_input,
            cached_tokens=min(usage.cached_tokens, given_input),
            output_tokens=output,
            reasoning_tokens=min(usage.reasoning_tokens, output),
            audio_seconds=usage.audio_seconds,
            characters=usage.characters,
            images=usage.images,
            machine_seconds=usage.machine_seconds,
            estimated=True,
        )

    def _fill_money(self, entry: Entry, usage: Usage, target: Target | None) -> None:
        entry.cost, entry.price = None, None
        if target is None:
            entry.cost = 0  # nobody was reached, so nobody bills
            return
        prices = self._request.prices
        if not target.vendor:
            entry.cost = self._machine.cost(usage.machine_seconds) if usage.machine_seconds else None
            entry.price = self._machine.version if entry.cost is not None else None
        elif price := prices.find(target.vendor, target.model):
            entry.cost, entry.price = price.cost(usage), price.version
        if target.equivalent:
            vendor, _, model = target.equivalent.partition("/")
            equivalent = prices.find(vendor, model)
            entry.equivalent = target.equivalent
            entry.equivalent_cost = equivalent.cost(usage) if equivalent else None
            entry.equivalent_price = equivalent.version if equivalent else None
            # What an own answer cost must be known, too: less an unknown cost, nothing is saved for certain.
            known = entry.equivalent_cost is not None and entry.cost is not None
            entry.counts_as_saving = known and not target.builtin


class Books:
    """What settlements need: where to count and where to write."""

    def __init__(self, ledger: Ledger, limits: Limits, machine: MachinePrice, clock: Clock) -> None:
        self.ledger = ledger
        self.limits = limits
        self.machine = machine
        self.clock = clock

    async def open(self, request: GatewayRequest, targets: list[Target], entry: Entry, started: float) -> Settlement:
        """Reserve the worst case and write it down. Raises what `Limits.admit` and `Ledger.begin` raise."""
        hold = await self.limits.admit(request.bounds, request.worst_amounts(targets))
        first = targets[0]
        entry.provider, entry.upstream_model, entry.vendor = first.provider_name, first.model, first.vendor
        entry.input_tokens, entry.output_tokens = request.input_tokens, request.output_tokens
        entry.cost = request.worst_cost(first)
        price = request.prices.find(first.vendor, first.model) if first.vendor else None
        entry.price = price.version if price else None
        try:
            opened = self.ledger.begin(entry)
        except BaseException:
            self.limits.settle(hold, {})
            raise
        return Settlement(request, hold, opened, books=self, started=started)


def _fill_quantities(entry: Entry, usage: Usage) -> None:
    entry.input_tokens, entry.output_tokens = usage.input_tokens, usage.output_tokens
    entry.cached_tokens, entry.cache_write_tokens = usage.cached_tokens, usage.cache_write_tokens
    entry.reasoning_tokens = usage.reasoning_tokens
    entry.audio_milliseconds = round(usage.audio_seconds * 1000)
    entry.characters, entry.images = usage.characters, usage.images
    entry.machine_microseconds = round(usage.machine_seconds * 1_000_000)
    entry.estimated = usage.estimated


@lru_cache(maxsize=4096)
def _metrics(endpoint: str, model: str, provider: str, outcome: str) -> tuple[Counter, Counter, Counter, Counter]:
    """Calls, input tokens, output tokens and cost of one combination, found once."""
    return (
        CALLS.labels(endpoint, model, provider, outcome),
        TOKENS.labels(model, provider, "input"),
        TOKENS.labels(model, provider, "output"),
        COST.labels(model, provider),
    )


def _count(entry: Entry) -> None:
    calls, inputs, outputs, cost = _metrics(entry.endpoint, entry.model, entry.provider, entry.outcome)
    calls.inc()
    inputs.inc(entry.input_tokens)
    outputs.inc(entry.output_tokens)
    if entry.cost:
        cost.inc(entry.cost)


@lru_cache(maxsize=1024)
def _first_byte(provider: str) -> Histogram:
    return FIRST_BYTE.labels(provider)


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)
