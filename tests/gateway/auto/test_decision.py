"""How a decision is told."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from freehold.gateway.auto.candidates import Candidate
from freehold.gateway.auto.choose import choose
from freehold.gateway.auto.decision import HEADER_CHARACTERS, Decision
from freehold.gateway.auto.needs import Needs
from freehold.gateway.auto.policy import AutoPolicy, TierPolicy

NEEDS = Needs(task="code", complexity="low", language="en", reasons=("code, 90% sure",))
POLICY = AutoPolicy(tiers={"free": TierPolicy(allow=("small", "house"))})


def decide(*names: str) -> Decision:
    return choose(NEEDS, [Candidate(name=name) for name in names], "free", POLICY)


def test_the_header_says_what_was_chosen_for_what() -> None:
    assert decide("small", "big").header() == "model=small; task=code; complexity=low; by=cheapest; of=2; excluded=1"


@given(name=st.text(min_size=1, max_size=400))
def test_no_model_name_breaks_the_header(name: str) -> None:
    header = replace(decide("small"), chosen=name).header()
    assert len(header) <= HEADER_CHARACTERS
    assert header.isascii()
    assert header.isprintable()
    assert header.count(";") == 5
    assert header.count("=") == 6


def test_the_record_is_json_and_holds_every_step() -> None:
    record = json.loads(json.dumps(decide("small", "house", "gpt-big").record()))
    assert record["chosen"] == "house"
    assert record["others"] == ["small"]
    assert record["needs"]["task"] == "code"
    assert [step["verdict"] for step in record["steps"]] == ["chosen", "kept", "excluded"]


def test_the_text_names_every_candidate_with_its_reason() -> None:
    text = decide("small", "gpt-big").text()
    assert "small answers" in text
    assert "gpt-big: excluded, tier free does not allow it" in text
    assert "code, 90% sure" in text
    assert "falls back to nothing" in text
