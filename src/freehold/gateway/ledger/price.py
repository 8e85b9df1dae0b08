"""Dated prices, and costs as exact integers of micro-USD. Refuses to guess: where no price is known it says None,
never zero.

An entry says what a vendor bills for a model from a day on. Entries are added, not edited: a ledger row names its
price by `Price.version`, and its cost can be computed again from its quantities.
"""

import hashlib
import math
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from importlib.resources import files
from typing import Annotated, Literal

import msgspec

from freehold.contracts.errors import SetupError
from freehold.contracts.usage import Usage
from freehold.gateway.settings import PriceSettings

MAX_DOLLARS = 1_000_000
MICRO = 1_000_000
MACHINE = "machine "  # begins, in a ledger row, what a local answer names in place of a vendor's price
SECONDS_PER_HOUR = 3600
SNAPSHOT = re.compile(r"(?:\d{8}|\d{4}-\d{2}-\d{2}|\d{4})$")  # 20251001, 2024-08-06, 0613

Amount = Annotated[int, msgspec.Meta(ge=0)]
Alias = Annotated[str, msgspec.Meta(pattern=r"^[^*]+\*?$")]
Origin = Literal["shipped", "configured"]
# What is counted, and its rate; counted in such parts that a token of a million and a millisecond of an hour are whole.
Charge = tuple[int, int | None]
PARTS = 36_000


class Rates(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Micro-USD for a million tokens, an hour of audio, a million characters, and for one image.

    What is None is not billed; but cached and written input without a rate of their own cost what other input costs.
    """

    input: Amount | None = None
    cached_input: Amount | None = None
    cache_write: Amount | None = None
    output: Amount | None = None
    audio_hour: Amount | None = None
    character: Amount | None = None
    image: Amount | None = None


class Tier(Rates, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The rates of a whole request whose input is longer; what it does not name stays as it is below."""

    above_input_tokens: Amount


class PriceEntry(
    Rates, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, rename={"since": "from"}
):
    """What a vendor bills for a model from a day on (`from` in a file), where that was read, and when.

    `aliases` are further names. One that ends in "*" stands for dated snapshots, as "gpt-4o-*" for gpt-4o-2024-08-06;
    it does not stand for gpt-4o-mini.
    """

    vendor: str
    model: str
    since: date
    source: str
    read: date
    aliases: tuple[Alias, ...] = ()
    note: str = ""
    tiers: tuple[Tier, ...] = ()


class _PriceFile(msgspec.Struct, forbid_unknown_fields=True):
    price: list[PriceEntry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """One entry, ready to compute with. `version` is a hash of what it says, not of where that was read."""

    entry: PriceEntry
    origin: Origin
    version: str
    bands: tuple[tuple[int, Rates], ...]  # input tokens above which each set of rates holds, ascending from -1

    @classmethod
    def of(cls, entry: PriceEntry, origin: Origin) -> "Price":
        """Raises `SetupError` for tiers that are not in ascending order."""
        limits = [tier.above_input_tokens for tier in entry.tiers]
        if limits != sorted(set(limits)):
            text = f"The tiers of {entry.vendor}/{entry.model} are not in ascending order."
            raise SetupError(text, hint="Order them by above_input_tokens, each once.")
        steps = zip([-1, *limits], [entry, *entry.tiers], strict=True)
        bands = tuple((above, _complete(entry, rates)) for above, rates in steps)
        return cls(entry=entry, origin=origin, version=_version(entry), bands=bands)

    def rates(self, input_tokens: int) -> Rates:
        """What holds for a request with this much input, cached and written tokens included."""
        return next((rates for above, rates in reversed(self.bands) if input_tokens > above), self.bands[0][1])

    def cost(self, usage: Usage) -> int | None:
        """Micro-USD of a request, rounded up once, over its whole sum.

        Cached and written tokens are among the input, reasoning among the output, and none is billed twice. None
        where the entry bills tokens but has no rate for some of these, or bills nothing of what was used.
        """
        rates = self.rates(usage.input_tokens)
        cached = min(usage.cached_tokens, usage.input_tokens)
        written = min(usage.cache_write_tokens, usage.input_tokens - cached)
        tokens: list[Charge] = [
            ((usage.input_tokens - cached - written) * PARTS, rates.input),
            (cached * PARTS, rates.cached_input),
            (written * PARTS, rates.cache_write),
            (usage.output_tokens * PARTS, rates.output),
        ]
        bills_tokens = rates.input is not None or rates.output is not None
        if bills_tokens and any(count and rate is None for count, rate in tokens):
            return None
        return _sum(tokens + _other(rates, usage.audio_seconds, usage.characters, usage.images))

    def worst(
        self,
        input_tokens: int,
        output_tokens: int,
        *,
        audio_seconds: float = 0.0,
        characters: int = 0,
        images: int = 0,
    ) -> int | None:
        """Micro-USD that no usage within these quantities can exceed, whatever of it is cached or written."""
        sums: list[int | None] = []
        for above, rates in self.bands:
            if input_tokens > above:
                dearest = _most([rates.input, rates.cached_input, rates.cache_write])
                tokens: list[Charge] = [(input_tokens * PARTS, dearest), (output_tokens * PARTS, rates.output)]
                sums.append(_sum(tokens + _other(rates, audio_seconds, characters, images)))
        return _most(sums)


class PriceList:
    """Prices by vendor, model and day. An operator's own go before the shipped ones."""

    def __init__(self, prices: Iterable[Price]) -> None:
        """Raises `SetupError` where two entries of one origin claim a name from the same day."""
        self._prices = tuple(prices)
        self._by_version = {price.version: price for price in self._prices}
        self._by_name: dict[tuple[str, str], list[Price]] = {}
        claimed: set[tuple[str, str, date, Origin]] = set()
        for price in self._prices:
            for name in (price.entry.model, *price.entry.aliases):
                claim = (price.entry.vendor, name, price.entry.since, price.origin)
                if claim in claimed:
                    raise SetupError(
                        f"The price list has two prices for {claim[0]}/{name} from {claim[2]}.",
                        hint="Remove one, or give it a later `from`.",
                    )
                claimed.add(claim)
                self._by_name.setdefault((price.entry.vendor, name), []).append(price)

    def __iter__(self) -> Iterator[Price]:
        return iter(sorted(self._prices, key=lambda price: (price.entry.vendor, price.entry.model, price.entry.since)))

    @classmethod
    def load(cls, text: str) -> "PriceList":
        """Read a list in the format of `prices.toml`. Raises `SetupError` that names the entry at fault."""
        try:
            entries = msgspec.convert(tomllib.loads(text), _PriceFile).price
        except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
            hint = "Its header says which keys an entry has."
            raise SetupError(f"The price list cannot be read: {error}.", hint=hint) from error
        return cls([Price.of(entry, "shipped") for entry in entries])

    def with_entries(self, extra: Iterable[PriceEntry]) -> "PriceList":
        """This list and an operator's own entries."""
        return PriceList([*self._prices, *(Price.of(entry, "configured") for entry in extra)])

    def find(self, vendor: str, model: str, on: date) -> Price | None:
        """The price of a day: configured before shipped, the exact name before a snapshot's, the latest."""
        found = [match for match in self._matches(vendor, model) if match[1].entry.since <= on]
        if not found:
            return None
        return max(found, key=lambda match: (match[1].origin == "configured", match[0], match[1].entry.since))[1]

    def history(self, vendor: str, model: str) -> list[Price]:
        """Every price that a name ever had here, oldest first."""
        return sorted((price for _, price in self._matches(vendor, model)), key=lambda price: price.entry.since)

    def price_by_version(self, version: str) -> Price | None:
        """The price that a ledger row names."""
        return self._by_version.get(version)

    def _matches(self, vendor: str, model: str) -> list[tuple[bool, Price]]:
        """Each price that the name fits, and whether it is listed by that very name."""
        matches = [(True, price) for price in self._by_name.get((vendor, model), ())]
        if snapshot := SNAPSHOT.search(model):
            family = f"{model[: snapshot.start()]}*"
            matches += [(False, price) for price in self._by_name.get((vendor, family), ())]
        return matches


@dataclass(frozen=True, slots=True, kw_only=True)
class MachinePrice:
    """What a second of this machine costs: its hardware and its electricity. Refuses negative figures."""

    usd_per_hour: float = 0.0
    watts: float = 0.0
    usd_per_kwh: float = 0.0
    _usd_per_hour: Fraction = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if min(self.usd_per_hour, self.watts, self.usd_per_kwh) < 0:
            hint = "Set gateway.hardware_usd_per_hour, hardware_watts and electricity_usd_per_kwh to 0 or more."
            raise SetupError("A machine cannot cost less than nothing.", hint=hint)
        power = _exact(self.watts) / 1000 * _exact(self.usd_per_kwh)
        object.__setattr__(self, "_usd_per_hour", _exact(self.usd_per_hour) + power)

    @property
    def version(self) -> str:
        """What a ledger row names: US dollars an hour, exactly."""
        return f"{MACHINE}{self._usd_per_hour}"

    @classmethod
    def of_version(cls, version: str) -> "MachinePrice":
        """The machine's price that a row names. Raises `ValueError` for what is no such name."""
        found = cls()
        object.__setattr__(found, "_usd_per_hour", Fraction(version.removeprefix(MACHINE)))
        return found

    def cost(self, machine_seconds: float) -> int | None:
        """Micro-USD, rounded up; None when nothing is configured."""
        rate = self._usd_per_hour
        if not rate:
            return None
        return -(-round(machine_seconds * MICRO) * rate.numerator // (rate.denominator * SECONDS_PER_HOUR))


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What a run over ledger rows came to. Rows without a price are counted, and are in no sum."""

    cost: int = 0
    rows: int = 0
    rows_without_price: int = 0


def replay(rows: Iterable[tuple[Usage, str | None]], prices: PriceList) -> Totals:
    """Compute the costs of rows again, from their quantities and the version of the price that each names."""
    cost = count = unknown = 0
    for usage, version in rows:
        if version is not None and version.startswith(MACHINE):
            one = MachinePrice.of_version(version).cost(usage.machine_seconds)
        else:
            price = prices.price_by_version(version or "")
            one = price.cost(usage) if price else None
        count += 1
        unknown += one is None
        cost += one or 0
    return Totals(cost=cost, rows=count, rows_without_price=unknown)


def shipped_prices() -> PriceList:
    """The list that comes with Freehold."""
    return PriceList.load(files("freehold.gateway.ledger").joinpath("prices.toml").read_text(encoding="utf-8"))


def configured_entry(settings: PriceSettings) -> PriceEntry:
    """An operator's price as an entry; a fraction of a micro-dollar is rounded up. Raises `SetupError`."""
    name = f"{settings.vendor}/{settings.model}"
    try:
        since = date.fromisoformat(settings.since)
    except ValueError as error:
        raise SetupError(f"The price of {name} begins on no day.", hint='Write since = "2026-01-31".') from error
    return PriceEntry(
        vendor=settings.vendor,
        model=settings.model,
        since=since,
        source=settings.source,
        read=since,
        input=_micro(name, settings.input_per_million),
        cached_input=_micro(name, settings.cached_input_per_million),
        cache_write=_micro(name, settings.cache_write_per_million),
        output=_micro(name, settings.output_per_million),
        audio_hour=_micro(name, settings.per_audio_minute, 60),
        character=_micro(name, settings.per_million_characters),
        image=_micro(name, settings.per_image),
    )


def usd(micro: int) -> str:
    """Micro-USD for people: two to six decimals, never rounded."""
    dollars, rest = divmod(abs(micro), MICRO)
    return f"{'-' if micro < 0 else ''}${dollars}.{f'{rest:06d}'.rstrip('0').ljust(2, '0')}"


def _micro(name: str, dollars: float | None, units: int = 1) -> int | None:
    if dollars is None:
        return None
    if not 0 <= dollars <= MAX_DOLLARS:
        raise SetupError(f"A price of {name} is {dollars}.", hint=f"Prices are 0 to {MAX_DOLLARS:,} US dollars.")
    return math.ceil(_exact(dollars) * MICRO * units)


def _exact(number: float) -> Fraction:
    """The decimal that somebody wrote, not the binary number nearest to it."""
    return Fraction(str(number))


def _complete(base: Rates, rates: Rates) -> Rates:
    """`rates` where they are given, else `base`; and cached and written input at the price of other input."""
    given = {name: getattr(rates, name) for name in Rates.__struct_fields__}
    merged = {name: getattr(base, name) if rate is None else rate for name, rate in given.items()}
    for name in ("cached_input", "cache_write"):
        merged[name] = merged["input"] if merged[name] is None else merged[name]
    return Rates(**merged)


def _version(entry: PriceEntry) -> str:
    said = msgspec.to_builtins(entry)
    told = {key: value for key, value in said.items() if key not in ("source", "read", "note", "aliases")}
    return hashlib.sha256(msgspec.json.encode(told, order="deterministic")).hexdigest()[:16]


def _other(rates: Rates, audio_seconds: float, characters: int, images: int) -> list[Charge]:
    return [
        (round(audio_seconds * 1000) * 10_000, rates.audio_hour),
        (characters * PARTS, rates.character),
        (images * PARTS * MICRO, rates.image),
    ]


def _sum(charges: list[Charge]) -> int | None:
    """Rounded up to a whole micro-dollar; None where there is something to bill, but no rate for any of it."""
    used = [(count, rate) for count, rate in charges if count]
    billed = [count * rate for count, rate in used if rate is not None]
    if used and not billed:
        return None
    return -(-sum(billed) // (PARTS * MICRO))


def _most(amounts: list[int | None]) -> int | None:
    return max((amount for amount in amounts if amount is not None), default=None)
