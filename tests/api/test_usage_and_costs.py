"""`/v1/usage` and `/v1/costs`: who sees whose requests, added up by time and group, as JSON, as CSV, row by row."""

import csv
import io
import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asgi_client import Answer
from freehold.api.ledger_csv import FORMULA, csv_lines, decimal_usd
from freehold.contracts.identity import Scopes
from freehold.contracts.usage import Usage
from freehold.foundation.embedded_postgres import EmbeddedPostgres
from freehold.gateway.ledger.price import replay
from gateway.vendors import good, serving
from whole_app import Caller, WholeApp, whole_app

DAY = 86_400
MONDAY = 1_767_571_200  # 2026-01-05T00:00:00Z
WEEK = f"start=2026-01-05&end={MONDAY + 7 * DAY}"


@pytest.fixture
async def whole(
    postgres: EmbeddedPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[WholeApp]:
    async with whole_app(postgres, tmp_path, monkeypatch) as opened:
        yield opened


class Rows:
    """Puts rows into the ledger, as the gateway writes them."""

    def __init__(self, whole: WholeApp) -> None:
        self._store = whole.gateway.store
        self._count = 0

    async def add(self, who: Caller, at: float, **more: Any) -> str:
        """One row; its id."""
        self._count += 1
        identifier = f"{int(at * 1000):012x}{self._count:016x}"
        row = {"id": identifier, "at": at, "person_id": who.person_id, "key_id": who.key_id}
        row |= {"organisation_id": "org_default", "endpoint": "chat/completions", "model": "m", "status": 200}
        await self._store.insert_rows([json.dumps(row | more).encode()])
        return identifier


@pytest.fixture
def rows(whole: WholeApp) -> Rows:
    return Rows(whole)


@pytest.fixture
async def ada(whole: WholeApp) -> Caller:
    return await whole.client("Ada")


@pytest.fixture
async def root(whole: WholeApp) -> Caller:
    return await whole.client("Root", "admin")


def results(answer: Answer) -> list[dict[str, Any]]:
    """What all buckets of a page hold."""
    assert answer.status == 200, answer.content
    return [result for bucket in answer.json()["data"] for result in bucket["results"]]


def read_csv(answer: Answer) -> list[dict[str, str]]:
    assert answer.status == 200, answer.content
    headers = dict(answer.headers)
    assert headers["content-type"].startswith("text/csv")
    assert "attachment" in headers["content-disposition"]
    return list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))


async def test_requests_fall_into_days_of_utc_whose_ends_are_excluded(rows: Rows, ada: Caller) -> None:
    for at in (MONDAY - 0.001, MONDAY, MONDAY + DAY - 0.001, MONDAY + DAY, MONDAY + 3 * DAY):
        await rows.add(ada, at, input_tokens=7, output_tokens=2)
    page = (await ada.call("GET", f"/v1/usage?start=2026-01-05&end={MONDAY + 3 * DAY}")).json()
    assert (page["object"], page["has_more"], page["next_page"]) == ("page", False, None)
    spans = [(bucket["start_time"], bucket["end_time"]) for bucket in page["data"]]
    assert spans == [(MONDAY + n * DAY, MONDAY + (n + 1) * DAY) for n in range(3)]
    assert [[one["requests"] for one in bucket["results"]] for bucket in page["data"]] == [[2], [1], []]
    first = page["data"][0]["results"][0]
    assert (first["object"], first["input_tokens"], first["output_tokens"]) == ("usage.result", 14, 4)
    assert first["model"] is None


async def test_the_outermost_buckets_are_cut_at_the_window(rows: Rows, ada: Caller) -> None:
    for at in (MONDAY + 1799, MONDAY + 1800, MONDAY + 5000):
        await rows.add(ada, at)
    answer = await ada.call("GET", f"/v1/usage?start={MONDAY + 1800}&end={MONDAY + 5000}&bucket=1h")
    spans = [
        (one["start_time"] - MONDAY, one["end_time"] - MONDAY, len(one["results"])) for one in answer.json()["data"]
    ]
    assert spans == [(1800, 3600, 1), (3600, 5000, 0)]


async def test_pages_of_buckets_join_without_gap_or_overlap(rows: Rows, ada: Caller) -> None:
    for day in range(7):
        await rows.add(ada, MONDAY + day * DAY + 5, model=f"m{day % 2}")
    whole_week = (await ada.call("GET", f"/v1/costs?{WEEK}&group_by=model")).json()["data"]
    joined: list[Any] = []
    page = ""
    while True:
        answer = (await ada.call("GET", f"/v1/costs?{WEEK}&group_by=model&limit=3{page}")).json()
        joined += answer["data"]
        if not answer["has_more"]:
            break
        page = f"&page={answer['next_page']}"
    assert joined == whole_week
    assert len(joined) == 7


async def test_money_is_exact_and_what_is_no_saving_stands_apart(rows: Rows, ada: Caller) -> None:
    await rows.add(ada, MONDAY, vendor="openai", cost=1_234_567, price="v")
    await rows.add(ada, MONDAY, cost=100, price="machine", equivalent_cost=900, counts_as_saving=True)
    await rows.add(ada, MONDAY, cost=50, price="machine", equivalent_cost=70)
    await rows.add(ada, MONDAY, vendor="openai", cost=None, estimated=True)
    (found,) = results(await ada.call("GET", f"/v1/costs?{WEEK}"))
    assert found["vendor_cost"] == {"micro_usd": 1_234_567, "usd": "1.234567"}
    assert found["local_cost"] == {"micro_usd": 150, "usd": "0.00015"}
    assert found["saving"] == {"micro_usd": 800, "usd": "0.0008"}
    assert found["vendor_list_price"] == {"micro_usd": 70, "usd": "0.00007"}
    assert (found["requests"], found["requests_without_price"], found["requests_estimated"]) == (4, 1, 1)


async def test_a_loss_is_a_negative_saving(rows: Rows, ada: Caller) -> None:
    await rows.add(ada, MONDAY, cost=2_500_000, price="machine", equivalent_cost=1, counts_as_saving=True)
    (found,) = results(await ada.call("GET", f"/v1/costs?{WEEK}"))
    assert found["saving"] == {"micro_usd": -2_499_999, "usd": "-2.499999"}
    (line,) = read_csv(await ada.call("GET", f"/v1/costs?{WEEK}&format=csv"))
    assert (line["saving_micro_usd"], line["saving_usd"]) == ("-2499999", "-2.499999")


async def test_groups_are_those_asked_for(rows: Rows, ada: Caller) -> None:
    for model, endpoint in (("a", "embeddings"), ("a", "completions"), ("b", "completions")):
        await rows.add(ada, MONDAY, model=model, endpoint=endpoint, tier="gold")
    asked = [
        results(await ada.call("GET", f"/v1/usage?{WEEK}&{query}"))
        for query in ("group_by=model,endpoint", "group_by=model&group_by=endpoint")
    ]
    assert asked[0] == asked[1]
    assert [(one["model"], one["endpoint"], one["requests"]) for one in asked[0]] == [
        ("a", "completions", 1),
        ("a", "embeddings", 1),
        ("b", "completions", 1),
    ]
    assert all(one["tier"] is None for one in asked[0])
    (only,) = results(await ada.call("GET", f"/v1/usage?{WEEK}&model=b"))
    assert only["requests"] == 1


@pytest.mark.parametrize("place", ["/v1/usage", "/v1/costs", "/v1/usage?rows=true"])
async def test_callers_see_their_own_requests_and_nobody_elses(
    whole: WholeApp, rows: Rows, ada: Caller, place: str
) -> None:
    bob = await whole.client("Bob")
    for who in (ada, ada, bob):
        await rows.add(who, MONDAY)
    place += f"{'&' if '?' in place else '?'}{WEEK}"

    async def count(who: Caller, query: str) -> int:
        data = (await who.call("GET", f"{place}{query}")).json()["data"]
        return (
            sum(one["requests"] for bucket in data for one in bucket["results"]) if "rows" not in place else len(data)
        )

    assert await count(ada, "") == 2
    assert await count(bob, f"&key_id={bob.key_id}") == 1
    for query in (f"person_id={ada.person_id}", f"key_id={ada.key_id}", "person_id=nobody", "team_id=none"):
        assert (await bob.call("GET", f"{place}&{query}")).status == 404
    for query in ("organisation_id=org_default", "organisation_id=*"):
        assert (await bob.call("GET", f"{place}&{query}")).status == 403
    scoped = await whole.client("Eve", "admin", scopes=Scopes(models=("m",)))
    assert (await scoped.call("GET", place)).status == 403


async def test_readers_see_their_organisation_and_admins_everything(whole: WholeApp, rows: Rows, ada: Caller) -> None:
    other = (await whole.accounts.organisations.create("Other")).id
    team = (await whole.accounts.teams.create("org_default", "research")).id
    root, auditor = await whole.client("Root", "admin"), await whole.client("Otto", "auditor")
    foreign = await whole.client("Eve", "manager", other)
    await rows.add(ada, MONDAY, team_id=team)
    await rows.add(ada, MONDAY)
    await rows.add(ada, MONDAY, organisation_id=other)  # from when she was there
    await rows.add(foreign, MONDAY, organisation_id=other)

    async def seen(who: Caller, query: str) -> Any:
        answer = await who.call("GET", f"/v1/costs?{WEEK}&{query}")
        return sum(one["requests"] for one in results(answer)) if answer.status == 200 else answer.status

    assert [await seen(root, "organisation_id=*"), await seen(root, f"organisation_id={other}")] == [4, 2]
    assert await seen(root, f"person_id={ada.person_id}") == 3
    assert await seen(auditor, "organisation_id=org_default") == 2
    assert await seen(auditor, f"person_id={ada.person_id}") == 2
    assert await seen(auditor, f"team_id={team}") == 1
    assert await seen(auditor, f"person_id={root.person_id}") == 0
    assert await seen(auditor, f"organisation_id={other}") == 404
    assert await seen(foreign, "organisation_id=org_default") == 404
    assert await seen(foreign, f"person_id={ada.person_id}") == 404
    assert await seen(foreign, f"team_id={team}") == 404
    assert await seen(foreign, f"organisation_id={other}") == 2


async def test_what_the_departed_used_is_still_told_to_admins(whole: WholeApp, rows: Rows, root: Caller) -> None:
    gone = await whole.client("Gone")
    await rows.add(gone, MONDAY)
    await rows.add(gone, MONDAY, person_id="left-long-ago", key_id="")
    manager = await whole.client("Mia", "manager")
    place = f"/v1/usage?{WEEK}&person_id=left-long-ago"
    assert [one["requests"] for one in results(await root.call("GET", place))] == [1]
    assert (await manager.call("GET", place)).status == 404


UNANSWERABLE = [
    ("start=soon", "start"),
    ("start=nan", "start"),
    ("start=-1", "start"),
    ("end=1e300", "end"),
    ("start=2026-01-05&end=2026-01-05", "start"),
    ("start=0&bucket=1h", "start"),
    ("bucket=1m", "bucket"),
    ("group_by=model,password", "group_by"),
    ("limit=0", "limit"),
    ("limit=1001", "limit"),
    ("limit=x", "limit"),
    ("page=-1", "page"),
    ("format=xml", "format"),
    ("person_id=%00", "person_id"),
    ("person=ada", None),
    ("rows=perhaps", "rows"),
]


async def test_a_query_that_cannot_be_answered_is_refused_by_its_parameter(ada: Caller) -> None:
    for query, param in UNANSWERABLE:
        answer = await ada.call("GET", f"/v1/usage?{query.replace('%00', chr(0))}")
        assert (answer.status, answer.json()["error"]["param"]) == (400, param), (query, answer.content)


async def test_the_csv_has_one_header_whatever_is_grouped_and_skips_empty_buckets(rows: Rows, ada: Caller) -> None:
    for day in (0, 40, 41):
        await rows.add(ada, MONDAY + day * DAY, model="a", vendor="v", cost=day)
    window = f"start={MONDAY}&end={MONDAY + 60 * DAY}"
    plain = await ada.call("GET", f"/v1/costs?{window}", accept="text/csv")
    grouped = await ada.call("GET", f"/v1/costs?{window}&group_by=model&format=csv")
    assert plain.content.splitlines()[0] == grouped.content.splitlines()[0]
    lines = read_csv(grouped)
    assert [(line["start_time"], line["model"], line["vendor_cost_micro_usd"]) for line in lines] == [
        ("2026-01-05T00:00:00Z", "a", "0"),
        ("2026-02-14T00:00:00Z", "a", "40"),
        ("2026-02-15T00:00:00Z", "a", "41"),
    ]
    assert read_csv(plain)[0]["model"] == ""
    few = await ada.call("GET", f"/v1/costs?{window}&format=csv&limit=41")
    assert len(read_csv(few)) == 2
    assert (await ada.call("GET", f"/v1/costs?{window}&format=json", accept="text/csv")).json()["object"] == "page"


async def test_no_text_of_a_caller_becomes_a_formula(rows: Rows, ada: Caller) -> None:
    await rows.add(ada, MONDAY, model='=HYPERLINK("http://x","y")', tier="-1+1", request_id="@SUM(A1)")
    (line,) = read_csv(await ada.call("GET", f"/v1/usage?{WEEK}&rows=true&format=csv"))
    assert line["model"] == '\'=HYPERLINK("http://x","y")'
    assert (line["tier"], line["request_id"]) == ("'-1+1", "'@SUM(A1)")
    (line,) = read_csv(await ada.call("GET", f"/v1/usage?{WEEK}&format=csv&group_by=model,tier"))
    assert (line["model"][0], line["tier"]) == ("'", "'-1+1")


@given(st.text(min_size=1).filter(lambda text: "\x00" not in text))
def test_no_cell_begins_as_a_formula_and_every_other_is_kept(text: str) -> None:
    try:
        line = csv_lines([[text, 1]])
    except UnicodeEncodeError:
        return  # a lone surrogate, which no database holds
    ((cell, number),) = csv.reader(io.StringIO(line.decode(), newline=""))
    assert (number, cell) == ("1", f"'{text}" if text.startswith(FORMULA) else text)
    assert not cell.startswith(FORMULA)


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_dollars_are_exact(micro: int) -> None:
    text = decimal_usd(micro)
    whole_dollars, _, fraction = text.removeprefix("-").partition(".")
    assert int(whole_dollars) * 10**6 + int(fraction.ljust(6, "0")) == abs(micro)
    assert text.startswith("-") == (micro < 0)


async def test_rows_come_in_pages_oldest_first(rows: Rows, ada: Caller) -> None:
    ids = [await rows.add(ada, MONDAY + number) for number in range(5)]
    await rows.add(ada, MONDAY - 10)
    await rows.add(ada, MONDAY + 8 * DAY)
    seen: list[str] = []
    after = ""
    for _ in range(3):
        page = (await ada.call("GET", f"/v1/usage?{WEEK}&rows=true&limit=2{after}")).json()
        seen += [row["id"] for row in page["data"]]
        after = f"&after={page['last_id']}"
    assert seen == ids
    assert (page["object"], page["has_more"], page["data"][0]["object"]) == ("page", False, "usage.row")
    assert len(read_csv(await ada.call("GET", f"/v1/usage?{WEEK}&rows=1&format=csv&limit=3"))) == 3
    assert len(read_csv(await ada.call("GET", f"/v1/usage?{WEEK}&rows=1&format=csv&after={ids[1]}"))) == 3


async def test_an_export_of_many_rows_never_holds_more_than_a_page(
    whole: WholeApp, rows: Rows, ada: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [await rows.add(ada, MONDAY + number) for number in range(7)]
    monkeypatch.setattr("freehold.api.openai.usage.CSV_ROWS", 3)
    fetched: list[int] = []
    read = whole.gateway.store.rows

    async def counted(*given: Any, **named: Any) -> Any:
        found = await read(*given, **named)
        fetched.append(len(found))
        return found

    monkeypatch.setattr(whole.gateway.store, "rows", counted)
    exported = read_csv(await ada.call("GET", f"/v1/usage?{WEEK}&rows=true&format=csv"))
    assert [line["id"] for line in exported] == ids
    assert fetched == [3, 3, 1]


@pytest.mark.network
async def test_callers_see_their_last_request_at_once_and_its_export_replays(
    whole: WholeApp, root: Caller, ada: Caller
) -> None:
    price = {"vendor": "acme", "model": "up", "since": "2026-01-01", "input_per_million": 3.0, "output_per_million": 9}
    await root.call("POST", "/admin/v1/prices", price)
    async with serving(good) as vendor:
        provider = {"url": vendor.url, "vendor": "acme", "models": {"m": "up"}}
        assert (await root.call("PUT", "/admin/v1/providers/acme", provider)).status == 200
        body = {"model": "m", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 20}
        for count in (1, 2):
            assert (await ada.call("POST", "/v1/chat/completions", body)).status == 200
            (found,) = results(await ada.call("GET", "/v1/costs?group_by=model,provider"))
            assert (found["requests"], found["model"], found["provider"]) == (count, "m", "acme")
            assert found["vendor_cost"]["micro_usd"] == count * (10 * 3 + 5 * 9)
    exported = read_csv(await ada.call("GET", "/v1/usage?rows=true&format=csv"))
    usages = [
        (Usage(input_tokens=int(row["input_tokens"]), output_tokens=int(row["output_tokens"])), row["price"])
        for row in exported
    ]
    totals = replay(usages, whole.gateway.configuration.current.prices.list)
    assert (totals.rows, totals.cost) == (2, sum(int(row["cost_micro_usd"]) for row in exported))


async def test_an_unknown_cost_is_empty_and_not_zero(rows: Rows, ada: Caller) -> None:
    await rows.add(ada, MONDAY, vendor="acme")
    (line,) = read_csv(await ada.call("GET", f"/v1/usage?{WEEK}&rows=true&format=csv"))
    assert (line["cost_micro_usd"], line["cost_usd"], line["price"]) == ("", "", "")
    page = (await ada.call("GET", f"/v1/usage?{WEEK}&rows=true")).json()
    assert page["data"][0]["cost"] is None
