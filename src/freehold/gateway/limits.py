"""Limits and budgets: the worst case is reserved before the call and settled after it. Knows no provider.

A rule says how much of one meter each subject may use within a window. All rules that hold for a request are checked
and counted as one act, so a refused request counts nowhere. Windows of minutes, hours and days slide in slots of a
sixtieth, rounded so that never more than the limit falls into any window; months, and days of money, are those of
the calendar in UTC.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

import msgspec
from prometheus_client import Counter

from freehold.contracts.errors import BudgetExceeded, FreeholdError, RateLimited
from freehold.contracts.identity import Principal
from freehold.foundation.clock import Clock
from freehold.foundation.telemetry import METRICS
from freehold.gateway.counters import NO_CEILING, Claim, Counters
from freehold.gateway.settings import LimitSettings, TierSettings

SLOTS = 60
WINDOW_SECONDS: Mapping[str, int] = {"minute": 60, "hour": 3600, "day": 86_400}
SCALES: Mapping[str, int] = {"usd": 1_000_000, "audio_seconds": 1000}  # what is counted per unit of a rule's amount
UNITS: Mapping[str, str] = {"usd": "US dollars", "parallel": "requests at once", "audio_seconds": "seconds of audio"}
MAX_COMPILED = 50_000
LEASE_SECONDS = 86_400  # how long a count of running requests is kept at all

REFUSALS = Counter(
    "freehold_limit_refusals",
    "Requests that a limit refused, or would have refused if it were no shadow.",
    ["meter", "window", "shadow"],
    registry=METRICS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A limit with its name. `ceiling` is in what the meter counts: micro-USD, milliseconds, else whole units."""

    id: str
    limit: LimitSettings
    ceiling: int

    @classmethod
    def of(cls, identifier: str, limit: LimitSettings) -> "Rule":
        """The rule of a setting."""
        return cls(id=identifier, limit=limit, ceiling=math.floor(limit.amount * SCALES.get(limit.meter, 1)))

    @property
    def in_calendar(self) -> bool:
        """Whether the window is a month or day of the calendar."""
        return self.limit.window == "month" or (self.limit.meter == "usd" and self.limit.window == "day")


@dataclass(frozen=True, slots=True)
class Bound:
    """A rule as it holds for one caller and model: the counter it is counted in."""

    rule: Rule
    counter: str
    owner: tuple[str, str] | None  # the ledger's column and value that the counter stands for
    model: str | None


@dataclass(slots=True)
class Hold:
    """What one request has reserved. `headers` tell the caller what is left."""

    claims: list[tuple[Bound, Claim]]
    headers: dict[str, str]


class Rules:
    """All rules of one configuration, found by caller and model. Immutable but for a memory of what was found."""

    def __init__(self, rules: Sequence[Rule], tiers: Mapping[str, TierSettings], default_tier: str) -> None:
        self._rules = list(rules)
        self._default_tier = default_tier
        for tier, settings in tiers.items():
            for index, limit in enumerate(settings.limits):
                named = _renamed(limit, tier)
                self._rules.append(Rule.of(f"tier {tier} {index}", named))
        self._found: dict[tuple[str, ...], tuple[Bound, ...]] = {}
        self._counters: dict[str, Bound] = {}

    def bound(self, principal: Principal, model: str) -> tuple[Bound, ...]:
        """The rules that hold for a caller's request to a model."""
        tier = principal.tier or self._default_tier
        key_id = principal.key_id or ""
        who = (principal.organisation_id, principal.team_id, principal.person_id, key_id, tier, model)
        found = self._found.get(who)
        if found is None:
            if len(self._found) >= MAX_COMPILED:
                self._found.clear()
                self._counters.clear()
            subjects = _subjects(principal, tier)
            found = tuple(bound for rule in self._rules if (bound := _bind(rule, subjects, model)) is not None)
            self._found[who] = found
            self._counters |= {bound.counter: bound for bound in found}
        return found

    def find(self, counter: str) -> Bound | None:
        """The rule that counts in a counter, as it was bound for a caller."""
        return self._counters.get(counter)


def _renamed(limit: LimitSettings, tier: str) -> LimitSettings:
    """A tier's own limit, which holds for each person of the tier."""
    return msgspec.structs.replace(limit, subject="tier", which=tier)


def _subjects(principal: Principal, tier: str) -> Mapping[str, tuple[str, tuple[str, str] | None]]:
    """For each kind of subject: which one it is to the rule, and what the ledger knows it by."""
    person = ("person_id", principal.person_id)
    return {
        "all": ("*", None),
        "organisation": (principal.organisation_id, ("organisation_id", principal.organisation_id)),
        "team": (principal.team_id, ("team_id", principal.team_id)),
        "person": (principal.person_id, person),
        "key": (principal.key_id or "", ("key_id", principal.key_id or "")),
        "tier": (tier, person),
    }


def _bind(rule: Rule, subjects: Mapping[str, tuple[str, tuple[str, str] | None]], model: str) -> Bound | None:
    limit = rule.limit
    which, owner = subjects[limit.subject]
    if not which or limit.which not in ("*", which) or limit.model not in ("*", "each", model):
        return None
    counted_model = None if limit.model == "*" else model
    counter = f"{rule.id}|{owner[1] if owner else '*'}|{counted_model or '*'}"
    return Bound(rule, counter, owner, counted_model)


class Limits:
    """Admits requests under rules, and settles them."""

    def __init__(self, counters: Counters, clock: Clock) -> None:
        self._counters = counters
        self._clock = clock

    async def admit(self, bounds: Iterable[Bound], amounts: Mapping[str, int]) -> Hold:
        """Reserve `amounts` (by meter, in what it counts) under all rules, or raise for the first that is full.

        A meter that the request does not use is passed over: a budget that is spent stops no call that costs nothing.
        Raises `RateLimited`, `BudgetExceeded`, or `Unavailable` when it cannot be counted.
        """
        now = self._clock.unix_seconds()
        claims = [
            (bound, _claim(bound, amount, now))
            for bound in bounds
            if (amount := amounts.get(bound.rule.limit.meter, 0))
        ]
        if not claims:
            return Hold([], {})
        verdict = await self._counters.reserve([claim for _, claim in claims])
        if verdict.refused is not None:
            bound, claim = claims[verdict.refused]
            REFUSALS.labels(bound.rule.limit.meter, bound.rule.limit.window, "false").inc()
            wait = _wait_seconds(bound.rule, claim, verdict.first_slots[verdict.refused], now)
            raise _refusal(bound.rule, claim.amount, verdict.used[verdict.refused], wait)
        for (bound, claim), used in zip(claims, verdict.used, strict=True):
            if bound.rule.limit.shadow and used + claim.amount > bound.rule.ceiling:
                REFUSALS.labels(bound.rule.limit.meter, bound.rule.limit.window, "true").inc()
        return Hold(claims, _headers(claims, verdict.used, verdict.first_slots, now))

    def settle(self, hold: Hold, amounts: Mapping[str, int]) -> None:
        """Count what was used instead of what was reserved; what ran runs no more."""
        for bound, claim in hold.claims:
            meter = bound.rule.limit.meter
            actual = 0 if meter == "parallel" else amounts.get(meter, 0)
            self._counters.adjust(claim, actual - claim.amount)
            self._counters.end(claim)
        hold.claims = []


def _claim(bound: Bound, amount: int, now: float) -> Claim:
    rule = bound.rule
    ceiling = NO_CEILING if rule.limit.shadow else rule.ceiling
    if rule.limit.meter == "parallel":
        return Claim(bound.counter, amount, ceiling, expires_at=now + LEASE_SECONDS, by_process=True)
    if rule.in_calendar:
        slot, end = _calendar(rule, now)
        return Claim(bound.counter, amount, ceiling, slot, slot, end)
    width = WINDOW_SECONDS[rule.limit.window] / SLOTS
    slot = int(now // width)
    return Claim(bound.counter, amount, ceiling, slot, slot - SLOTS, (slot + SLOTS + 1) * width)


def _calendar(rule: Rule, now: float) -> tuple[int, float]:
    """The number of the period that `now` lies in, and its end."""
    if rule.limit.window == "day":
        day = int(now // 86_400)
        return day, (day + 1) * 86_400.0
    return _month(int(now // 86_400))


@lru_cache(maxsize=64)
def _month(day: int) -> tuple[int, float]:
    """The number of the month that a day lies in, and its end."""
    moment = datetime.fromtimestamp(day * 86_400, UTC)
    number = moment.year * 12 + moment.month - 1
    year, month = divmod(number + 1, 12)
    return number, datetime(year, month + 1, 1, tzinfo=UTC).timestamp()


def slots_of(rule: Rule, seconds: Mapping[int, int]) -> dict[int, int]:
    """Amounts by unix second as amounts by the rule's slots."""
    found: dict[int, int] = {}
    for second, amount in seconds.items():
        if rule.in_calendar:
            slot, _ = _calendar(rule, second)
        else:
            slot = int(second // (WINDOW_SECONDS[rule.limit.window] / SLOTS))
        found[slot] = found.get(slot, 0) + amount
    return found


def window_start(rule: Rule, now: float) -> float:
    """The earliest moment that counts for the rule now."""
    if not rule.in_calendar:
        return now - WINDOW_SECONDS[rule.limit.window] * (1 + 1 / SLOTS)
    if rule.limit.window == "day":
        return now // 86_400 * 86_400.0
    moment = datetime.fromtimestamp(now, UTC)
    return datetime(moment.year, moment.month, 1, tzinfo=UTC).timestamp()


def _wait_seconds(rule: Rule, claim: Claim, first_slot: int | None, now: float) -> float:
    """When the next part of the window becomes free."""
    if rule.limit.meter == "parallel":
        return 1.0
    if rule.in_calendar:
        return claim.expires_at - now
    width = WINDOW_SECONDS[rule.limit.window] / SLOTS
    return ((first_slot if first_slot is not None else claim.slot) + SLOTS + 1) * width - now


def _refusal(rule: Rule, amount: int, used: int, wait_seconds: float) -> FreeholdError:
    limit, scale = rule.limit, SCALES.get(rule.limit.meter, 1)
    unit = UNITS.get(limit.meter, limit.meter.replace("_", " "))
    per = "" if limit.meter == "parallel" else f" per {limit.window}"
    whose = "in all" if limit.subject == "all" else f"per {limit.subject}"
    numbers = f"limit {limit.amount:g}, used or reserved {used / scale:g}, asked for {amount / scale:g}"
    if limit.meter == "usd":
        text = f"The budget of {unit}{per} {whose} is used up: {numbers}."
        return BudgetExceeded(text, hint="Ask an administrator, or send a smaller request or max_tokens.")
    text = f"Too many {unit}{per} {whose}: {numbers}."
    if amount > rule.ceiling:
        error = RateLimited(text, hint="This request alone is over the limit: make it, or max_tokens, smaller.")
        error.retryable = False
        return error
    return RateLimited(text, hint="Try again later.", retry_after_seconds=max(1, math.ceil(wait_seconds)))


def _headers(
    claims: Sequence[tuple[Bound, Claim]], used: Sequence[int], first_slots: Sequence[int | None], now: float
) -> dict[str, str]:
    """OpenAI's x-ratelimit headers, for the tightest rule on requests and on tokens."""
    tightest: dict[str, tuple[int, int, float]] = {}
    for (bound, claim), before, first in zip(claims, used, first_slots, strict=True):
        meter = bound.rule.limit.meter
        if meter in ("requests", "tokens") and not bound.rule.limit.shadow:
            left = max(0, bound.rule.ceiling - before - claim.amount)
            if meter not in tightest or left < tightest[meter][1]:
                tightest[meter] = (bound.rule.ceiling, left, _wait_seconds(bound.rule, claim, first, now))
    headers: dict[str, str] = {}
    for meter, (limit, left, reset) in tightest.items():
        headers[f"x-ratelimit-limit-{meter}"] = str(limit)
        headers[f"x-ratelimit-remaining-{meter}"] = str(left)
        headers[f"x-ratelimit-reset-{meter}"] = f"{reset:.0f}s" if reset >= 1 else f"{reset * 1000:.0f}ms"
    return headers
