"""Prices by day and exact costs: no token is billed twice, nothing is guessed, and the worst case is never exceeded."""

from dataclasses import FrozenInstanceError
from datetime import date
from fractions import Fraction
from math import ceil

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.contracts.errors import SetupError
from freehold.contracts.usage import Usage
from freehold.gateway.ledger.price import (
    MICRO,
    MachinePrice,
    Price,
    PriceEntry,
    PriceList,
    Tier,
    configured_entry,
    replay,
    shipped_prices,
    usd,
)
from freehold.gateway.settings import PriceSettings

DAY = date(2026, 11, 28)
SHIPPED = shipped_prices()
HEAD = 'vendor = "v"\nmodel = "m"\nfrom = 2026-01-01\nsource = "https://v.example/prices"\nread = 2026-01-02\n'


def listed(*tables: str) -> PriceList:
    return PriceList.load("\n".join(f"[[price]]\n{table}" for table in tables))


def price(**rates: object) -> Price:
    """A price whose rates are dollars for a million, for an hour or for an image."""
    micro = {name: rate if name == "tiers" else round(float(str(rate)) * MICRO) for name, rate in rates.items()}
    given = {"vendor": "v", "model": "m", "since": DAY, "source": "https://v.example", "read": DAY} | micro
    return Price.of(PriceEntry(**given), "shipped")  # pyright: ignore[reportArgumentType]


CHAT = price(input=3, cached_input=0.3, cache_write=3.75, output=15)


def test_a_request_costs_what_its_quantities_cost() -> None:
    assert CHAT.cost(Usage(input_tokens=1000, output_tokens=500)) == 3_000 + 7_500


def test_a_cached_token_is_not_billed_twice() -> None:
    usage = Usage(input_tokens=1000, cached_tokens=800, cache_write_tokens=100)
    assert CHAT.cost(usage) == 100 * 3 + 240 + 375


def test_reasoning_is_billed_once_as_output() -> None:
    thinking = Usage(input_tokens=10, output_tokens=500, reasoning_tokens=400)
    assert CHAT.cost(thinking) == CHAT.cost(Usage(input_tokens=10, output_tokens=500))


def test_cached_and_written_tokens_without_a_price_of_their_own_cost_what_others_cost() -> None:
    usage = Usage(input_tokens=1000, cached_tokens=800, cache_write_tokens=100)
    assert price(input=3, output=15).cost(usage) == 3_000


def test_a_sum_is_rounded_up_once() -> None:
    cheap = price(input=0.1, output=0.3)
    assert cheap.cost(Usage(input_tokens=1)) == 1
    assert cheap.cost(Usage(input_tokens=5, output_tokens=5)) == 2  # 0.5 and 1.5 micro-dollars
    assert cheap.cost(Usage()) == 0


def test_seconds_characters_and_images_have_prices() -> None:
    assert price(audio_hour=0.36).cost(Usage(audio_seconds=60.0)) == 6_000
    assert price(audio_hour=0.111).cost(Usage(audio_seconds=3600.0)) == 111_000
    assert price(audio_hour=0.36).cost(Usage(audio_seconds=0.001)) == 1
    assert price(character=15).cost(Usage(characters=1_000)) == 15_000
    assert price(image=0.04).cost(Usage(images=3)) == 120_000


def test_a_kind_that_the_vendor_does_not_bill_costs_nothing_beside_one_that_it_bills() -> None:
    assert price(character=15).cost(Usage(characters=1_000, audio_seconds=61.0, input_tokens=250)) == 15_000


def test_a_cost_that_cannot_be_known_is_none_and_not_zero() -> None:
    assert price(audio_hour=0.36).cost(Usage(input_tokens=10)) is None
    assert price(input=3).cost(Usage(input_tokens=10, output_tokens=5)) is None
    assert price().cost(Usage(input_tokens=10)) is None


LONG = price(
    input=1.25,
    cached_input=0.125,
    output=10,
    tiers=(Tier(above_input_tokens=200_000, input=2_500_000, output=15_000_000),),
)


def test_a_longer_input_is_billed_at_the_rates_of_its_tier_as_a_whole() -> None:
    assert LONG.cost(Usage(input_tokens=200_000)) == 250_000
    assert LONG.cost(Usage(input_tokens=200_001, output_tokens=100)) == ceil(200_001 * 2.5 + 1_500)


def test_cached_tokens_count_towards_the_tier_and_what_it_does_not_name_stays() -> None:
    assert LONG.cost(Usage(input_tokens=300_000, cached_tokens=300_000)) == 37_500


RATES = st.none() | st.integers(min_value=0, max_value=10**8)
COUNTS = st.integers(min_value=0, max_value=400_000)


@st.composite
def prices(draw: st.DrawFn) -> Price:
    names = ("input", "cached_input", "cache_write", "output", "audio_hour", "character", "image")
    rates = {name: draw(RATES) for name in names}
    limits = sorted(draw(st.sets(st.integers(min_value=0, max_value=300_000), max_size=2)))
    tiers = tuple(Tier(above_input_tokens=limit, **{name: draw(RATES) for name in names}) for limit in limits)
    entry = PriceEntry(vendor="v", model="m", since=DAY, source="s", read=DAY, tiers=tiers)
    return Price.of(msgspec.structs.replace(entry, **rates), "shipped")


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    input_tokens, output_tokens = draw(COUNTS), draw(COUNTS)
    cached = draw(st.integers(0, input_tokens))
    return Usage(
        input_tokens=input_tokens,
        cached_tokens=cached,
        cache_write_tokens=draw(st.integers(0, input_tokens - cached)),
        output_tokens=output_tokens,
        reasoning_tokens=draw(st.integers(0, output_tokens)),
        audio_seconds=draw(st.floats(0, 10_000)),
        characters=draw(COUNTS),
        images=draw(st.integers(0, 20)),
        machine_seconds=draw(st.floats(0, 1000)),
    )


@settings(deadline=None)
@given(price=prices(), usage=usages(), more=st.tuples(COUNTS, COUNTS, st.floats(0, 100), COUNTS, st.integers(0, 5)))
def test_the_worst_case_is_never_below_a_cost_within_its_quantities(
    price: Price, usage: Usage, more: tuple[int, int, float, int, int]
) -> None:
    cost = price.cost(usage)
    worst = price.worst(
        usage.input_tokens + more[0],
        usage.output_tokens + more[1],
        audio_seconds=usage.audio_seconds + more[2],
        characters=usage.characters + more[3],
        images=usage.images + more[4],
    )
    assert cost is None or cost <= (worst or 0)


@settings(deadline=None)
@given(price=prices(), usage=usages())
def test_a_cost_is_the_exact_sum_rounded_up(price: Price, usage: Usage) -> None:
    tier = [tier for tier in price.entry.tiers if usage.input_tokens > tier.above_input_tokens]
    rates = {name: getattr(price.entry, name) for name in ("input", "cached_input", "cache_write", "output")}
    rates |= {name: getattr(price.entry, name) for name in ("audio_hour", "character", "image")}
    for name in rates if tier else ():
        rates[name] = rates[name] if getattr(tier[-1], name) is None else getattr(tier[-1], name)
    fresh = usage.input_tokens - usage.cached_tokens - usage.cache_write_tokens
    cached = rates["input"] if rates["cached_input"] is None else rates["cached_input"]
    written = rates["input"] if rates["cache_write"] is None else rates["cache_write"]
    exact = Fraction(fresh * (rates["input"] or 0) + usage.output_tokens * (rates["output"] or 0), MICRO)
    exact += Fraction(usage.cached_tokens * (cached or 0) + usage.cache_write_tokens * (written or 0), MICRO)
    exact += Fraction(round(usage.audio_seconds * 1000) * (rates["audio_hour"] or 0), 3_600_000)
    exact += Fraction(usage.characters * (rates["character"] or 0), MICRO) + usage.images * (rates["image"] or 0)
    assert price.cost(usage) in (None, ceil(exact))


def test_the_price_of_a_day_is_the_latest_that_had_begun() -> None:
    found = listed(HEAD + "input = 2", HEAD.replace("2026-01-01", "2026-06-01") + "input = 1")
    assert found.find("v", "m", date(2025, 12, 31)) is None
    days = [found.find("v", "m", day) for day in (date(2026, 1, 1), date(2026, 5, 31), date(2026, 6, 1))]
    assert [day and day.entry.input for day in days] == [2, 2, 1]
    assert [price.entry.input for price in found.history("v", "m")] == [2, 1]


def test_an_unknown_model_or_vendor_has_no_price() -> None:
    found = listed(HEAD + "input = 2")
    assert found.find("v", "n", DAY) is None
    assert found.find("w", "m", DAY) is None


@pytest.mark.parametrize("name", ["m-2026-01-31", "m-20260131", "m-0131", "other"])
def test_aliases_and_dated_snapshots_have_the_models_price(name: str) -> None:
    assert listed(HEAD + 'aliases = ["m-*", "other"]').find("v", name, DAY)


@pytest.mark.parametrize("name", ["m-mini", "m-5", "m-mini-2026-01-31", "m-", "m-2026-01", "m-5-20260131", "m20260131"])
def test_no_other_name_has_a_models_price(name: str) -> None:
    assert listed(HEAD + 'aliases = ["m-*"]').find("v", name, DAY) is None


def test_a_snapshot_is_not_guessed_unless_it_is_listed() -> None:
    assert listed(HEAD + "input = 1").find("v", "m-2026-01-31", DAY) is None


def test_a_snapshot_with_a_price_of_its_own_keeps_it() -> None:
    own = HEAD.replace('"m"', '"m-2026-01-31"') + "input = 5"
    found = listed(HEAD + 'aliases = ["m-*"]\ninput = 1', own).find("v", "m-2026-01-31", DAY)
    assert found is not None
    assert found.entry.input == 5


def configured(**more: object) -> PriceSettings:
    given: dict[str, object] = {"vendor": "v", "model": "m", "since": "2026-02-01", "input_per_million": 0.55}
    return PriceSettings(**given | more)  # pyright: ignore[reportArgumentType]


def test_an_operators_price_goes_before_a_later_shipped_one_from_its_own_day_on() -> None:
    shipped = listed(HEAD + "input = 2", HEAD.replace("2026-01-01", "2026-06-01") + "input = 1")
    both = shipped.with_entries([configured_entry(configured())])
    found = [both.find("v", "m", day) for day in (date(2026, 1, 31), date(2026, 2, 1), DAY)]
    assert [(price.origin, price.entry.input) for price in found if price] == [
        ("shipped", 2),
        ("configured", 550_000),
        ("configured", 550_000),
    ]
    assert shipped.find("v", "m", DAY) != both.find("v", "m", DAY)


def test_a_configured_price_is_the_decimal_that_was_written() -> None:
    entry = configured_entry(configured(cached_input_per_million=0.1, per_audio_minute=0.006, per_image=0.04))
    assert (entry.cached_input, entry.audio_hour, entry.image) == (100_000, 360_000, 40_000)
    assert configured_entry(configured(per_audio_minute=0.0043)).audio_hour == 258_000
    assert configured_entry(configured()).output is None


@pytest.mark.parametrize("wrong", [{"since": "soon"}, {"input_per_million": -1.0}, {"per_image": float("nan")}])
def test_a_configured_price_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(SetupError, match="v/m") as caught:
        configured_entry(configured(**wrong))
    assert caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        f"[[price]]\n{HEAD}input = -1",
        f"[[price]]\n{HEAD}input = 1.5",
        f"[[price]]\n{HEAD}inptu = 1",
        f"[[price]]\n{HEAD}aliases = ['m*n']",
        f"[[price]]\n{HEAD}tiers = [{{ above_input_tokens = 1, outptu = 1 }}]",
        f"[[price]]\n{HEAD.replace('2026-01-01', '1')}",
        f"[[price]]\n{HEAD.replace('source', '# source')}",
        f"[[prices]]\n{HEAD}",
        "[[price",
    ],
)
def test_a_list_that_cannot_be_read_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(SetupError, match="price list cannot be read") as caught:
        PriceList.load(text)
    assert caught.value.hint


def test_two_prices_from_the_same_day_are_refused_also_by_alias() -> None:
    for second in (HEAD, HEAD.replace('"m"', '"n"') + 'aliases = ["m"]'):
        with pytest.raises(SetupError, match="two prices for v/m from 2026-01-01"):
            listed(HEAD, second)


def test_tiers_out_of_order_are_refused() -> None:
    with pytest.raises(SetupError, match="ascending"):
        listed(HEAD + "tiers = [{ above_input_tokens = 9 }, { above_input_tokens = 9 }]")


def test_a_version_names_what_is_billed_and_not_where_that_was_read() -> None:
    first, again = listed(HEAD + "input = 1"), listed(HEAD.replace("01-02", "11-02") + 'input = 1\naliases = ["n"]')
    other = listed(HEAD + "input = 2")
    versions = [next(iter(found)).version for found in (first, again, other)]
    assert versions[0] == versions[1] != versions[2]
    assert first.price_by_version(versions[0]) == next(iter(first))
    assert first.price_by_version(versions[2]) is None


def test_versions_stay_what_ledgers_hold() -> None:
    """A hash that changed with a release would leave every earlier row without its price."""
    found = SHIPPED.find("openai", "gpt-4o", date(2026, 11, 28))
    assert found is not None
    assert found.version == "fc5117d4341beec8"


ROWS = st.lists(st.tuples(usages(), st.sampled_from(["gpt-4o", "whisper-1", "tts-1", "claude-haiku-5-5", "no such"])))


@settings(deadline=None)
@given(rows=ROWS)
def test_replayed_rows_come_to_the_sum_of_their_costs(rows: list[tuple[Usage, str]]) -> None:
    found = [SHIPPED.find("openai", model, DAY) or SHIPPED.find("anthropic", model, DAY) for _, model in rows]
    costs = [price.cost(usage) if price else None for price, (usage, _) in zip(found, rows, strict=True)]
    stored = [(usage, price.version if price else None) for price, (usage, _) in zip(found, rows, strict=True)]
    totals = replay(stored, SHIPPED)
    assert totals.cost == sum(cost for cost in costs if cost is not None)
    assert (totals.rows, totals.rows_without_price) == (len(rows), costs.count(None))


def test_replayed_rows_of_this_machine_cost_what_the_machine_costs() -> None:
    machine = MachinePrice(usd_per_hour=3.6)
    totals = replay([(Usage(machine_seconds=2.0), machine.version), (Usage(), "gone")], PriceList([]))
    assert (totals.cost, totals.rows, totals.rows_without_price) == (2_000, 2, 1)
    assert machine.version == "machine 18/5"
    assert MachinePrice.of_version(machine.version).cost(2.0) == machine.cost(2.0)


def test_a_machine_costs_its_hardware_and_its_power() -> None:
    assert MachinePrice(usd_per_hour=3.6).cost(1.5) == 1_500
    assert MachinePrice(watts=400, usd_per_kwh=0.3).cost(3600) == 120_000
    assert MachinePrice(usd_per_hour=0.36, watts=400, usd_per_kwh=0.3).cost(3600) == 480_000
    assert MachinePrice(usd_per_hour=3.6).cost(0.0001) == 1
    assert MachinePrice(usd_per_hour=3.6).cost(0.0) == 0


def test_a_machine_without_figures_has_no_price() -> None:
    assert MachinePrice().cost(10.0) is None
    assert MachinePrice(watts=400).cost(10.0) is None


def test_a_machine_price_is_fixed_and_not_negative() -> None:
    with pytest.raises(SetupError, match="less than nothing"):
        MachinePrice(usd_per_hour=-1)
    with pytest.raises(FrozenInstanceError):
        MachinePrice().watts = 1.0  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize(
    ("micro", "text"),
    [(0, "$0.00"), (1, "$0.000001"), (2_500_000, "$2.50"), (1_234_560_000, "$1234.56"), (-120, "-$0.00012")],
)
def test_money_is_written_exactly(micro: int, text: str) -> None:
    assert usd(micro) == text


@settings(deadline=None)
@given(micro=st.integers())
def test_written_money_reads_back(micro: int) -> None:
    text = usd(micro)
    assert Fraction(text.replace("$", "")) * MICRO == micro


def test_every_shipped_price_names_its_source_and_the_day_it_was_read() -> None:
    for price in SHIPPED:
        assert price.entry.source.startswith("https://")
        assert price.entry.read <= DAY
        assert any(
            rate is not None for rate in (price.bands[0][1].input, price.entry.audio_hour, price.entry.character)
        )


def test_cached_input_of_a_shipped_price_is_never_dearer_than_other_input() -> None:
    for price in SHIPPED:
        for _, rates in price.bands:
            assert rates.input is None or (rates.cached_input or 0) <= rates.input <= (rates.cache_write or 0)


@pytest.mark.parametrize(
    ("vendor", "model", "usage", "cost"),
    [
        (
            "openai",
            "gpt-4o-mini-2024-07-18",
            Usage(input_tokens=10_000, cached_tokens=4_000, output_tokens=1_000),
            1_800,
        ),
        ("openai", "gpt-6-sol", Usage(input_tokens=300_000, output_tokens=1_000), 1_215_000),
        ("openai", "whisper-1", Usage(audio_seconds=90.0), 9_000),
        ("anthropic", "claude-haiku-5-5", Usage(input_tokens=100_001, output_tokens=10), 50_026),
        ("google", "gemini-2.5-pro", Usage(input_tokens=1_000, output_tokens=100), 2_250),
        ("groq", "whisper-large-v3-turbo", Usage(audio_seconds=3600.0), 40_000),
        ("elevenlabs", "eleven_v3", Usage(characters=1_000), 100_000),
    ],
)
def test_shipped_prices_come_to_the_vendors_own_figures(vendor: str, model: str, usage: Usage, cost: int) -> None:
    found = SHIPPED.find(vendor, model, DAY)
    assert found is not None
    assert found.cost(usage) == cost
