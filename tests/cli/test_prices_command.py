"""`freehold prices`: the shipped list and the operator's own, by day."""

import argparse
import json
from pathlib import Path

import pytest

from freehold.cli import prices
from freehold.contracts.errors import InvalidRequest, NotFound

OWN = """
[[gateway.prices]]
vendor = "openai"
model = "gpt-4o"
since = "2026-01-01"
input_per_million = 1.25
output_per_million = 5.0
source = "our contract"
"""


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    prices.add_arguments(parser)
    arguments = parser.parse_args(words)
    return prices.run(arguments)


@pytest.fixture
def own(tmp_path: Path) -> list[str]:
    """Options for a settings file with a price of the operator's own."""
    config = tmp_path / "freehold.toml"
    config.write_text(OWN)
    return ["--config", str(config), "--data", str(tmp_path)]


@pytest.fixture
def plain(tmp_path: Path) -> list[str]:
    config = tmp_path / "freehold.toml"
    config.write_text("")
    return ["--config", str(config), "--data", str(tmp_path)]


def test_the_list_has_one_line_for_each_model_of_a_vendor(plain: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list", "--vendor", "elevenlabs", *plain) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:-1]] == [
        "elevenlabs/eleven_flash_v2_5",
        "elevenlabs/eleven_multilingual_v2",
        "elevenlabs/eleven_v3",
    ]
    assert "$100.00 for 1M characters" in lines[-2]


def test_the_list_of_a_day_has_the_prices_of_that_day(plain: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    found = {}
    for day in ("2026-12-31", "2027-01-01"):
        assert run("list", "--vendor", "google", "--on", day, "--json", *plain) == 0
        listed = json.loads(capsys.readouterr().out)
        found[day] = next(price["input"] for price in listed if price["model"] == "gemini-3.8-flash")
    assert found == {"2026-12-31": 750_000, "2027-01-01": 1_500_000}


def test_a_models_history_names_sources_and_days(own: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("show", "openai/gpt-4o-2024-08-06", *own) == 0
    shown = capsys.readouterr().out
    assert "openai/gpt-4o from 2024-10-02 (shipped, version fc5117d4341beec8)" in shown
    assert "https://developers.openai.com/api/docs/pricing, read 2026-10-14" in shown
    assert run("show", "openai/gpt-4o", *own) == 0
    assert "our contract, read 2026-01-01" in capsys.readouterr().out


def test_a_cost_is_exact_and_says_by_which_price(plain: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--input-tokens", "12000", "--output-tokens", "800", "--cached", "9000", *plain]
    assert run("cost", "openai/gpt-4o", *words) == 0
    assert capsys.readouterr().out.startswith("$0.02675  (openai/gpt-4o from 2024-10-02: input $2.50, cached $1.25")


def test_a_cost_names_the_rates_of_its_tier(plain: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    run("cost", "openai/gpt-6-sol", "--input-tokens", "300000", "--output-tokens", "0", *plain)
    assert "input $4.00" in capsys.readouterr().out


def test_the_operators_own_price_goes_first(own: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    run("cost", "openai/gpt-4o", "--input-tokens", "1000", "--output-tokens", "0", "--json", *own)
    answer = json.loads(capsys.readouterr().out)
    assert (answer["micro_usd"], answer["price"]["origin"]) == (1_250, "configured")


def test_a_cost_that_tokens_do_not_decide_is_unknown(plain: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    run("cost", "openai/whisper-1", "--input-tokens", "10", "--output-tokens", "5", *plain)
    assert capsys.readouterr().out.startswith("unknown")


@pytest.mark.parametrize(
    ("words", "error", "hint"),
    [
        (["show", "openai/gpt-5x"], NotFound, "openai/gpt-5"),
        (["show", "nobody"], NotFound, "prices list"),
        (["list", "--vendor", "nobody"], NotFound, "openai"),
        (["cost", "openai/gpt-4o", "--input-tokens=1", "--output-tokens=1", "--cached=2"], InvalidRequest, "cached"),
        (["cost", "openai/gpt-4o", "--input-tokens=1", "--output-tokens=1", "--on=2020-01-01"], NotFound, "days"),
    ],
)
def test_what_has_no_answer_says_what_to_do(
    plain: list[str], words: list[str], error: type[NotFound | InvalidRequest], hint: str
) -> None:
    with pytest.raises(error) as caught:
        run(*words, *plain)
    assert hint in caught.value.hint
