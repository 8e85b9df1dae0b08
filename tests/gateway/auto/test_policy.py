"""The settings, as they stand in freehold.toml."""

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from freehold.gateway.auto.candidates import Candidate
from freehold.gateway.auto.policy import AutoPolicy

GUIDE = Path(__file__).resolve().parents[3] / "docs/guides/smart-routing.md"
FILE = """
preference = "best"
max_cost_micro_usd = 20000
max_ttft_seconds = 3
relax = ["latency", "quality"]

[minimum_quality]
high = 5

[tiers.free]
allow = ["starter", "house-*"]
max_cost_micro_usd = 0

[models.starter]
good_at = ["plain"]
quality = 1
languages = ["en"]
"""


def policy(text: str) -> AutoPolicy:
    return msgspec.convert(tomllib.loads(text), AutoPolicy)


def test_a_tier_overrides_what_it_names_and_a_zero_is_a_limit() -> None:
    free, other = policy(FILE).terms("free", "high"), policy(FILE).terms("gold", "low")
    assert (free.max_cost_micro_usd, free.max_ttft_seconds, free.preference) == (0, 3.0, "best")
    assert (free.minimum_quality, other.minimum_quality) == (5, 1)
    assert (other.max_cost_micro_usd, other.allow) == (20000, ("*",))


@pytest.mark.parametrize(
    ("name", "allowed"), [("starter", True), ("house-8b", True), ("starter2", False), ("big", False)]
)
def test_a_trailing_star_matches_any_ending_and_nothing_else_does(name: str, allowed: bool) -> None:
    assert policy(FILE).terms("free", "low").allows(name) is allowed


def test_a_models_table_becomes_a_candidate() -> None:
    candidate = policy(FILE).models["starter"].candidate("starter")
    assert candidate == Candidate(
        name="starter", good_at=frozenset({"plain"}), quality=1, languages=frozenset({"en"}), tools=True, json=True
    )


def test_the_guides_example_is_a_policy_and_its_defaults_are_the_defaults() -> None:
    block = re.search("^```toml\n(.*?)^```$", GUIDE.read_text(), re.DOTALL | re.MULTILINE)
    assert block
    shown = msgspec.convert(tomllib.loads(block.group(1))["gateway"]["auto"], AutoPolicy)
    default = AutoPolicy()
    assert (shown.relax, shown.allow, shown.minimum_quality) == (default.relax, default.allow, default.minimum_quality)
    assert shown.preference == default.preference


@pytest.mark.parametrize(
    "table",
    [
        {"preference": "dearest"},
        {"max_cost_micro_usd": -1},
        {"max_ttft_seconds": 0},
        {"relax": ["price"]},
        {"minimum_quality": {"low": 6}},
        {"tiers": {"free": {"model": "x"}}},
        {"models": {"starter": {"good_at": ["poetry"]}}},
        {"prefer": "best"},
    ],
)
def test_what_is_misspelt_or_out_of_range_is_refused(table: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(table, AutoPolicy)
