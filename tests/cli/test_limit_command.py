"""`freehold limit`: limits and budgets in the data folder."""

import pytest

from command_module import run, told
from freehold.cli import limit
from freehold.contracts.errors import InvalidRequest, NotFound

pytestmark = pytest.mark.network


def test_a_limit_is_set_changed_in_part_told_in_words_and_removed(
    database_options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--meter", "usd", "--amount", "2.5", "--window", "month", "--subject", "person")
    made = told(capsys, limit, "set", *words, *database_options)
    assert made["name"].startswith("limit-")
    assert (made["settings"]["amount"], made["settings"]["shadow"]) == (2.5, False)
    changed = told(capsys, limit, "set", made["name"], "--amount", "5", "--shadow", *database_options)
    assert changed["settings"] == made["settings"] | {"amount": 5.0, "shadow": True}
    assert run(limit, "set", "gpu", "--meter", "parallel", "--amount", "4", "--subject", "all", *database_options) == 0
    capsys.readouterr()
    assert run(limit, "list", *database_options) == 0
    printed = capsys.readouterr().out
    assert "5 US dollars per month for each person (shadow)" in printed
    assert "4 requests at once in all" in printed
    for name in ("gpu", made["name"]):
        assert run(limit, "delete", name, *database_options) == 0
    assert told(capsys, limit, "list", *database_options) == []


def test_a_limit_that_would_not_hold_is_refused(database_options: list[str]) -> None:
    cases: list[tuple[list[str], type[Exception], str]] = [
        (["set"], InvalidRequest, "Nothing is set"),
        (["set", "--meter", "requests"], InvalidRequest, "amount"),
        (["set", "--meter", "requests", "--amount", "many"], InvalidRequest, "amount"),
        (["set", "--meter", "requests", "--amount", "-1"], InvalidRequest, "less than nothing"),
        (["set", "--meter", "usd", "--amount", "1"], InvalidRequest, "budget per minute"),
        (["set", "--meter", "requests", "--amount", "1", "--subject", "tier"], InvalidRequest, "names no tier"),
        (["delete", "nothing"], NotFound, "no limit"),
    ]
    for words, error, text in cases:
        with pytest.raises(error, match=text):
            run(limit, *words, *database_options)
    with pytest.raises(SystemExit):
        run(limit, "set", "--meter", "tokns", "--amount", "1", *database_options)
