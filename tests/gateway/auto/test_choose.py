"""Which candidate answers: constraints bind, targets give way in order, ties go by name."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from freehold.contracts.errors import (
    ContextLengthExceeded,
    Forbidden,
    FreeholdError,
    InvalidRequest,
    ModelNotFound,
    Unavailable,
)
from freehold.gateway.auto.candidates import Candidate
from freehold.gateway.auto.choose import choose
from freehold.gateway.auto.labels import COMPLEXITIES, TASKS
from freehold.gateway.auto.needs import Needs
from freehold.gateway.auto.policy import AutoPolicy, MinimumQuality, TierPolicy

EASY = Needs(task="plain", certainty=0.9, complexity="low", input_tokens=100)
SMALL = Candidate(name="small", quality=1, cost_micro_usd=0, ttft_seconds=0.1, tokens_per_second=90, local=True)
HOUSE = Candidate(name="house", quality=3, cost_micro_usd=20, ttft_seconds=0.3, tokens_per_second=50, local=True)
BIG = Candidate(name="big", quality=5, cost_micro_usd=900, ttft_seconds=0.8, tokens_per_second=80, vision=True)
ALL = (SMALL, HOUSE, BIG)


def chosen(
    needs: Needs, candidates: Sequence[Candidate] = ALL, policy: AutoPolicy | None = None, tier: str = ""
) -> str:
    return choose(needs, candidates, tier, policy or AutoPolicy()).chosen


def why(needs: Needs, candidates: Sequence[Candidate], name: str, policy: AutoPolicy | None = None) -> str:
    steps = choose(needs, candidates, "", policy or AutoPolicy()).steps
    return next(step.why for step in steps if step.name == name)


def test_an_easy_request_goes_to_the_cheapest_and_a_hard_one_to_the_good() -> None:
    assert chosen(EASY) == "small"
    assert chosen(replace(EASY, complexity="medium")) == "house"
    assert chosen(replace(EASY, complexity="high")) == "big"


def test_the_preference_decides_among_those_that_meet_every_target() -> None:
    assert chosen(EASY, policy=AutoPolicy(preference="fastest")) == "small"
    assert chosen(EASY, policy=AutoPolicy(preference="best")) == "big"


def test_the_fastest_is_by_the_whole_answer_and_not_by_its_first_token() -> None:
    eager = Candidate(name="eager", ttft_seconds=0.1, tokens_per_second=5)
    steady = Candidate(name="steady", ttft_seconds=0.5, tokens_per_second=100)
    assert chosen(EASY, (eager, steady), AutoPolicy(preference="fastest")) == "steady"


def test_images_go_to_a_model_that_sees_whatever_it_costs() -> None:
    policy = AutoPolicy(max_cost_micro_usd=1)
    assert chosen(replace(EASY, vision=True), policy=policy) == "big"


def test_what_is_not_available_is_passed_over_and_falls_to_the_next() -> None:
    decision = choose(EASY, (replace(SMALL, available=False), HOUSE, BIG), "", AutoPolicy())
    assert (decision.chosen, decision.others) == ("house", ("big",))


def test_a_context_must_hold_prompt_and_answer() -> None:
    needs = replace(EASY, input_tokens=900, output_tokens=200)
    assert chosen(needs, (replace(SMALL, context_length=1000), replace(HOUSE, context_length=1100))) == "house"


def test_a_specialist_wins_a_tie_and_a_model_for_something_else_stands_back() -> None:
    needs = replace(EASY, task="code")
    coder, talker = (
        replace(HOUSE, name="z-coder", good_at=frozenset({"code"})),
        replace(HOUSE, name="a", good_at=frozenset()),
    )
    assert chosen(needs, (coder, talker)) == "z-coder"
    assert chosen(needs, (replace(SMALL, good_at=frozenset({"plain"})), HOUSE)) == "house"


def test_an_unsure_guess_of_the_task_keeps_no_model_back() -> None:
    speciality = replace(SMALL, good_at=frozenset({"plain"}))
    assert chosen(replace(EASY, task="code", certainty=0.4), (speciality, HOUSE)) == "small"


def test_a_language_that_is_known_is_preferred_and_an_unknown_one_binds_nobody() -> None:
    english = replace(SMALL, languages=frozenset({"en"}))
    assert chosen(replace(EASY, language="de"), (english, HOUSE)) == "house"
    assert chosen(replace(EASY, language="und"), (english, HOUSE)) == "small"


def test_latency_gives_way_before_quality_and_cost_last() -> None:
    hard = replace(EASY, complexity="high")
    slow_and_good = replace(BIG, ttft_seconds=9.0, cost_micro_usd=10)
    policy = AutoPolicy(max_ttft_seconds=1.0, max_cost_micro_usd=100)
    assert chosen(hard, (SMALL, slow_and_good), policy) == "big"
    dear_and_good = replace(BIG, cost_micro_usd=101)
    assert chosen(hard, (SMALL, dear_and_good), policy) == "small"
    assert "under 4" in why(hard, (SMALL, dear_and_good), "small", policy)


def test_when_quality_gives_way_as_little_as_possible_is_given_up() -> None:
    needs = replace(EASY, complexity="high")
    assert choose(needs, (SMALL, HOUSE), "", AutoPolicy()).chosen == "house"
    talker = replace(HOUSE, name="a-talker", good_at=frozenset({"creative"}), cost_micro_usd=0)
    assert choose(needs, (talker, HOUSE), "", AutoPolicy()).others == ("a-talker",)


def test_a_target_that_the_policy_does_not_relax_excludes() -> None:
    policy = AutoPolicy(max_cost_micro_usd=100, relax=("latency", "task", "quality", "language"))
    assert choose(EASY, ALL, "", policy).others == ("house",)
    with pytest.raises(InvalidRequest, match="costs 900 micro-USD, over 100") as refused:
        choose(EASY, (BIG,), "", policy)
    assert "'cost'" in refused.value.hint


def test_an_unknown_price_is_not_taken_for_a_low_one() -> None:
    unknown = replace(SMALL, cost_micro_usd=None)
    assert chosen(EASY, (unknown, HOUSE)) == "house"
    assert why(EASY, (unknown, HOUSE), "small", AutoPolicy(max_cost_micro_usd=100)).endswith("its price is unknown")


def test_a_model_that_was_never_measured_may_still_be_tried() -> None:
    assert chosen(EASY, (replace(SMALL, ttft_seconds=None),), AutoPolicy(max_ttft_seconds=0.01)) == "small"


def test_a_tier_has_its_own_models_and_limits_and_else_the_general_ones() -> None:
    free = TierPolicy(allow=("sm*",))
    policy = AutoPolicy(tiers={"free": free, "quick": TierPolicy(preference="best")}, max_cost_micro_usd=5)
    assert choose(EASY, ALL, "free", policy).others == ()
    assert choose(EASY, ALL, "quick", policy).chosen == "small"
    assert choose(EASY, ALL, "other", policy).others == ("house", "big")


def test_the_minimum_quality_is_the_operators() -> None:
    assert chosen(EASY, policy=AutoPolicy(minimum_quality=MinimumQuality(low=3))) == "house"


@pytest.mark.parametrize(
    ("needs", "candidates", "error", "fix"),
    [
        (EASY, (), ModelNotFound, "Add a provider"),
        (EASY, (replace(SMALL, available=False),), Unavailable, "Try again"),
        (replace(EASY, input_tokens=99), (replace(SMALL, context_length=98),), ContextLengthExceeded, "Shorten"),
        (replace(EASY, vision=True), (SMALL, HOUSE), InvalidRequest, "vision = true"),
        (replace(EASY, audio=True), (SMALL,), InvalidRequest, "audio = true"),
        (replace(EASY, tools=True), (replace(SMALL, tools=False),), InvalidRequest, "tools = true"),
        (replace(EASY, json=True), (replace(SMALL, json=False),), InvalidRequest, "json = true"),
    ],
)
def test_a_refusal_names_the_reason_and_the_fix(
    needs: Needs, candidates: Sequence[Candidate], error: type[FreeholdError], fix: str
) -> None:
    with pytest.raises(error) as refused:
        choose(needs, candidates, "", AutoPolicy())
    assert type(refused.value) is error
    assert fix in refused.value.hint


def test_models_that_a_tier_does_not_allow_are_counted_and_not_named() -> None:
    policy = AutoPolicy(tiers={"free": TierPolicy(allow=())})
    with pytest.raises(Forbidden, match="3 not allowed for tier 'free'") as refused:
        choose(EASY, ALL, "free", policy)
    assert "house" not in refused.value.public_message()
    assert "gateway.auto.tiers.free" in refused.value.hint


NAMES = st.text("abcdef-", min_size=1, max_size=4)
CANDIDATE = st.builds(
    Candidate,
    name=NAMES,
    good_at=st.frozensets(st.sampled_from(TASKS), max_size=2),
    quality=st.integers(1, 5),
    context_length=st.sampled_from([0, 100, 5000]),
    vision=st.booleans(),
    audio=st.booleans(),
    tools=st.booleans(),
    json=st.booleans(),
    languages=st.frozensets(st.sampled_from(["en", "de"])),
    cost_micro_usd=st.none() | st.integers(0, 50),
    ttft_seconds=st.none() | st.floats(0, 3),
    tokens_per_second=st.none() | st.floats(0, 100),
    available=st.booleans(),
)
CANDIDATES = st.lists(CANDIDATE, min_size=1, max_size=6, unique_by=lambda candidate: candidate.name)
NEEDS = st.builds(
    Needs,
    task=st.sampled_from(TASKS),
    certainty=st.floats(0, 1),
    complexity=st.sampled_from(COMPLEXITIES),
    language=st.sampled_from(["und", "en", "de", "fr"]),
    vision=st.booleans(),
    audio=st.booleans(),
    tools=st.booleans(),
    json=st.booleans(),
    input_tokens=st.sampled_from([0, 90, 4000]),
    output_tokens=st.sampled_from([0, 50]),
)
TARGETS = ["latency", "task", "quality", "language", "cost"]
POLICY = st.builds(
    AutoPolicy,
    allow=st.lists(st.sampled_from(["*", "a*", "b*", "ab"]), max_size=2).map(tuple),
    max_cost_micro_usd=st.none() | st.integers(0, 50),
    max_ttft_seconds=st.none() | st.floats(0.1, 3),
    preference=st.sampled_from(["cheapest", "fastest", "best"]),
    relax=st.permutations(TARGETS).flatmap(lambda order: st.integers(0, 5).map(lambda size: tuple(order[:size]))),
)


def order(needs: Needs, candidates: Sequence[Candidate], policy: AutoPolicy) -> tuple[str, ...]:
    """The ranking, or nothing where the request is refused."""
    try:
        decision = choose(needs, candidates, "", policy)
    except FreeholdError:
        return ()
    return (decision.chosen, *decision.others)


@given(needs=NEEDS, candidates=CANDIDATES, policy=POLICY)
def test_whoever_is_ranked_keeps_every_constraint(
    needs: Needs, candidates: list[Candidate], policy: AutoPolicy
) -> None:
    named = {candidate.name: candidate for candidate in candidates}
    for name in order(needs, candidates, policy):
        model = named[name]
        assert model.available
        assert any(name.startswith(p[:-1]) if p.endswith("*") else name == p for p in policy.allow)
        assert model.context_length == 0 or needs.input_tokens + needs.output_tokens <= model.context_length
        assert all(
            has or not wanted
            for wanted, has in (
                (needs.vision, model.vision),
                (needs.audio, model.audio),
                (needs.tools, model.tools),
                (needs.json, model.json),
            )
        )


@given(needs=NEEDS, candidates=CANDIDATES, policy=POLICY, further=CANDIDATE)
def test_a_further_candidate_never_moves_the_others(
    needs: Needs, candidates: list[Candidate], policy: AutoPolicy, further: Candidate
) -> None:
    assume(further.name not in {candidate.name for candidate in candidates})
    before, after = order(needs, candidates, policy), order(needs, [*candidates, further], policy)
    assert tuple(name for name in after if name != further.name) == before


@given(needs=NEEDS, policy=POLICY, data=st.data(), candidates=CANDIDATES)
def test_the_order_of_candidates_does_not_matter(
    needs: Needs, policy: AutoPolicy, data: st.DataObject, candidates: list[Candidate]
) -> None:
    shuffled = data.draw(st.permutations(candidates))
    assert order(needs, shuffled, policy) == order(needs, candidates, policy)


@given(needs=NEEDS, candidates=CANDIDATES)
def test_every_candidate_gets_one_step_with_a_reason(needs: Needs, candidates: list[Candidate]) -> None:
    able = Candidate(name="able to all", vision=True, audio=True)
    decision = choose(needs, [*candidates, able], "", AutoPolicy())
    assert sorted(step.name for step in decision.steps) == sorted([able.name, *(each.name for each in candidates)])
    assert all(step.why for step in decision.steps)
    assert [step.verdict for step in decision.steps].count("chosen") == 1
    assert {step.name for step in decision.steps if step.verdict != "excluded"} == {decision.chosen, *decision.others}
