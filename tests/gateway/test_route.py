"""Which targets a public name leads to, and in which order."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.contracts.errors import InvalidRequest, ModelNotFound, SetupError
from freehold.contracts.identity import Principal
from freehold.contracts.models import Endpoint, ModelInfo
from freehold.gateway.health import Health
from freehold.gateway.route import Routes, available, order
from freehold.gateway.settings import GatewaySettings, ProviderSettings
from freehold.gateway.target import Route, Target
from gateway.rig import ADA, call
from held_clock import HeldClock


class TwoModels:
    """A chat model and an embedder. Implements `contracts.models.LocalModels`."""

    def models(self) -> Sequence[ModelInfo]:
        return [
            ModelInfo(id="starter", kind="chat", owned_by="local", builtin=True),
            ModelInfo(id="minilm", kind="embedding", owned_by="local"),
        ]

    async def endpoint(self, name: str) -> Endpoint:
        raise AssertionError("nobody is asked here")


def routes(**providers: ProviderSettings) -> Routes:
    return Routes(GatewaySettings(providers=providers), TwoModels(), HeldClock())


def target(name: str, **facts: object) -> Target:
    clock = HeldClock()
    health = Health(clock, 3, 15.0)
    return Target(provider_name=name, model="m", provider=None, health=health, **facts)  # pyright: ignore[reportArgumentType]


def somebody(number: int) -> Principal:
    return Principal(person_id=f"person-{number}", name="", role="member")


def firsts(route: Route, people: int = 2000) -> Counter[str]:
    chosen = (order(route, call(), somebody(number), "", lambda one: None)[0] for number in range(people))
    return Counter(one.provider_name for one in chosen)


def test_a_provider_hides_a_local_model_of_its_name_and_all_names_are_listed() -> None:
    found = routes(vendor=ProviderSettings(url="http://v/v1", models={"starter": "big", "other": "x"}))
    assert found.find("starter", "chat/completions").targets[0].provider_name == "vendor"
    assert [info.id for info in found.models()] == ["starter", "other", "minilm", "auto"]


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(ModelNotFound) as refused:
        routes().find("startr", "chat/completions")
    assert "Did you mean starter" in refused.value.hint


MISMATCHES = [("minilm", "chat/completions"), ("starter", "embeddings"), ("auto", "embeddings")]


@pytest.mark.parametrize(("model", "endpoint"), MISMATCHES)
def test_a_model_of_another_kind_says_so(model: str, endpoint: str) -> None:
    with pytest.raises(InvalidRequest):
        routes().find(model, endpoint)


def test_two_providers_of_one_name_are_refused() -> None:
    one, two = (ProviderSettings(url=f"http://{name}/v1", models={"m": "a"}) for name in "ab")
    with pytest.raises(SetupError, match="both claim"):
        routes(one=one, two=two)


def test_an_operators_own_route_named_auto_goes_before_the_smart_one() -> None:
    found = routes(vendor=ProviderSettings(url="http://v/v1", models={"auto": "x"}))
    assert not found.is_smart
    assert found.find("auto", "chat/completions").targets[0].model == "x"


def test_weights_are_shares() -> None:
    route = Route(name="m", targets=(target("a", weight=3), target("b", weight=1), target("off", weight=0)))
    share = firsts(route)
    assert 0.70 < share["a"] / share.total() < 0.80
    assert share["off"] == 0


def test_a_lower_priority_is_only_a_fallback() -> None:
    route = Route(name="m", targets=(target("later", priority=1, weight=100), target("first")))
    names = [one.provider_name for one in order(route, call(), ADA, "", lambda one: None)]
    assert names == ["first", "later"]


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 99), st.integers(1, 99))
def test_raising_a_sticky_weight_only_brings_callers_and_moves_none_away(before: int, after: int) -> None:
    low, high = sorted((before, after))

    def first(weight: int, conversation: str) -> str:
        route = Route(name="m", targets=(target("old", weight=100 - weight), target("new", weight=weight)), sticky=True)
        return order(route, call(), ADA, conversation, lambda one: None)[0].provider_name

    for number in range(40):
        if first(low, f"talk {number}") == "new":
            assert first(high, f"talk {number}") == "new"


def test_a_conversation_stays_with_its_target_whoever_asks() -> None:
    route = Route(name="m", targets=(target("a"), target("b"), target("c")), sticky=True)
    found = {order(route, call(), somebody(number), "one talk", lambda one: None)[0].name for number in range(50)}
    assert len(found) == 1
    assert len(firsts(route)) == 3


def test_the_cheapest_goes_first_and_what_no_vendor_bills_before_it() -> None:
    prices = {"dear": 900, "cheap": 100, "unknown": None}
    targets = [target(name, vendor="v") for name in prices]
    route = Route(name="m", targets=(*targets, target("own")), strategy="cheapest")
    names = [one.provider_name for one in order(route, call(), ADA, "", lambda one: prices.get(one.provider_name))]
    assert names == ["own", "cheap", "dear", "unknown"]


def test_the_fastest_goes_first_nearly_always_and_the_unmeasured_is_tried() -> None:
    slow, fast = target("slow"), target("fast")
    slow.health.measured(1.0, 100, 2.0)
    fast.health.measured(0.2, 100, 0.5)
    share = firsts(Route(name="m", targets=(slow, fast), strategy="fastest"))
    assert share["fast"] / share.total() > 0.9
    assert share["slow"] > 0  # now and then, so that a change is noticed
    share = firsts(Route(name="m", targets=(fast, target("fresh")), strategy="fastest"))
    assert share["fresh"] / share.total() > 0.9


def test_the_least_busy_for_its_weight_goes_first() -> None:
    small, large = target("small", weight=1), target("large", weight=4)
    for _ in range(2):
        small.health.begin()
    for _ in range(4):
        large.health.begin()
    share = firsts(Route(name="m", targets=(small, large), strategy="least_busy"), people=50)
    assert share == {"large": 50}


def test_a_target_whose_breaker_is_open_is_passed_over_unless_all_are() -> None:
    good, bad = target("good"), target("bad")
    for _ in range(3):
        bad.health.failed()
    assert available([bad, good]) == [good]
    assert available([bad]) == [bad]


def test_after_the_pause_one_request_may_try_and_success_closes_the_breaker() -> None:
    clock = HeldClock()
    health = Health(clock, 2, 10.0)
    health.failed()
    assert health.admits()
    health.failed()
    assert not health.admits()
    clock.advance(12.1)
    assert health.admits()
    health.begin()
    assert not health.admits()  # one is trying
    health.end()
    health.failed()
    assert not health.admits()
    clock.advance(12.1)
    health.begin()
    health.succeeded()
    health.end()
    assert health.admits()


def test_a_provider_that_says_when_is_left_alone_until_then() -> None:
    clock = HeldClock()
    health = Health(clock, 99, 10.0)
    health.failed(retry_after_seconds=60)
    clock.advance(59)
    assert not health.admits()
    clock.advance(2)
    assert health.admits()
