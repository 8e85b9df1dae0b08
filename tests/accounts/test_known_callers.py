import asyncio

import pytest

from freehold.accounts import known_callers
from freehold.accounts.known_callers import KnownCallers
from freehold.accounts.records import Found
from freehold.contracts.errors import Unavailable
from freehold.contracts.identity import Principal
from freehold.foundation.tasks import TaskSupervisor
from held_clock import HeldClock

ADA = b"hash of ada's key"


class Directory:
    """What stands for the database: counts who asks, and answers, fails, or keeps silent until told."""

    def __init__(self) -> None:
        self.people: dict[bytes, Found] = {}
        self.asked: list[bytes] = []
        self.is_down = False
        self.open = asyncio.Event()
        self.open.set()

    def add(self, secret_hash: bytes, name: str, ends_at: float | None = None) -> None:
        self.people[secret_hash] = Found(principal=Principal(person_id=name, name=name, role="member"), ends_at=ends_at)

    async def ask(self, secret_hash: bytes) -> Found | None:
        self.asked.append(secret_hash)
        await self.open.wait()
        if self.is_down:
            raise Unavailable("The database does not answer.")
        return self.people.get(secret_hash)


@pytest.fixture
def directory() -> Directory:
    directory = Directory()
    directory.add(ADA, "ada")
    return directory


@pytest.fixture
def callers(directory: Directory, clock: HeldClock) -> KnownCallers:
    return KnownCallers(directory.ask, clock, TaskSupervisor())


async def name_of(callers: KnownCallers, secret_hash: bytes = ADA) -> str | None:
    found = await callers.find(secret_hash)
    return found.name if found else None


async def test_many_requests_of_an_unseen_key_ask_once(callers: KnownCallers, directory: Directory) -> None:
    names = await asyncio.gather(*(name_of(callers) for _ in range(100)))
    assert set(names) == {"ada"}
    assert directory.asked == [ADA]


async def test_a_busy_key_asks_once_a_second_and_the_others_do_not_wait(
    callers: KnownCallers, directory: Directory, clock: HeldClock
) -> None:
    first = await callers.find(ADA)
    clock.advance(1.0)
    directory.open.clear()
    asking = asyncio.ensure_future(callers.find(ADA))
    await asyncio.sleep(0)
    for _ in range(100):
        assert await callers.find(ADA) is first
    directory.open.set()
    assert await asking is first
    assert len(directory.asked) == 2


async def test_a_busy_key_is_asked_about_ahead_so_that_nobody_waits(
    callers: KnownCallers, directory: Directory, clock: HeldClock
) -> None:
    first = await callers.find(ADA)
    clock.advance(0.5)
    assert await callers.find(ADA) is first
    assert len(directory.asked) == 1
    clock.advance(0.3)
    directory.open.clear()
    assert await callers.find(ADA) is first  # without an answer from the database
    await asyncio.sleep(0)
    assert len(directory.asked) == 2
    del directory.people[ADA]
    directory.open.set()
    await asyncio.sleep(0)
    assert await callers.find(ADA) is None


async def test_nobody_is_known_for_more_than_two_seconds_without_the_databases_word(
    callers: KnownCallers, directory: Directory, clock: HeldClock
) -> None:
    await callers.find(ADA)
    clock.advance(1.0)
    directory.open.clear()
    del directory.people[ADA]
    asking = asyncio.ensure_future(callers.find(ADA))
    await asyncio.sleep(0)
    clock.advance(1.0)
    late = asyncio.ensure_future(callers.find(ADA))
    await asyncio.sleep(0)
    directory.open.set()
    assert await asyncio.gather(asking, late) == [None, None]
    assert len(directory.asked) == 2


async def test_a_client_that_hangs_up_takes_nobodys_answer_with_it(callers: KnownCallers, directory: Directory) -> None:
    directory.open.clear()
    first, second = (asyncio.ensure_future(callers.find(ADA)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    directory.open.set()
    assert (found := await second) is not None
    assert found.name == "ada"
    assert first.cancelled()
    assert directory.asked == [ADA]


async def test_while_the_database_is_down_known_callers_stay_known_for_a_minute(
    callers: KnownCallers, directory: Directory, clock: HeldClock
) -> None:
    first = await callers.find(ADA)
    directory.is_down = True
    for _ in range(59):
        clock.advance(1.0)
        assert await callers.find(ADA) is first
        await asyncio.sleep(0)
    clock.advance(1.0)
    await asyncio.sleep(0)
    clock.advance(2.0)
    with pytest.raises(Unavailable):
        await callers.find(ADA)
    directory.is_down = False
    assert await callers.find(ADA) is first


async def test_in_grace_nobody_waits_for_a_database_that_keeps_silent(
    callers: KnownCallers, directory: Directory, clock: HeldClock
) -> None:
    first = await callers.find(ADA)
    directory.is_down = True
    clock.advance(1.0)
    await callers.find(ADA)
    directory.open.clear()
    clock.advance(1.0)
    for _ in range(10):
        assert await callers.find(ADA) is first
    await asyncio.sleep(0)
    assert len(directory.asked) == 3


async def test_a_look_up_that_takes_too_long_counts_as_a_database_that_is_down(
    callers: KnownCallers, directory: Directory, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await callers.find(ADA)
    clock.advance(1.0)
    directory.open.clear()
    monkeypatch.setattr(known_callers, "STALE_SECONDS", 0.0)
    assert await callers.find(ADA) is first


async def test_nobody_outlives_their_end_in_grace(
    callers: KnownCallers, directory: Directory, clock: HeldClock
) -> None:
    directory.add(ADA, "ada", ends_at=clock.now + 10)
    await callers.find(ADA)
    directory.is_down = True
    clock.advance(9.0)
    assert await name_of(callers) == "ada"
    clock.advance(1.0)
    with pytest.raises(Unavailable):
        await callers.find(ADA)


async def test_an_unseen_caller_is_told_that_the_database_is_down(callers: KnownCallers, directory: Directory) -> None:
    directory.is_down = True
    answers = await asyncio.gather(*(callers.find(ADA) for _ in range(5)), return_exceptions=True)
    assert {type(answer) for answer in answers} == {Unavailable}
    assert len({id(answer) for answer in answers}) == 5
    assert directory.asked == [ADA]


async def test_a_refused_key_is_not_asked_about_again_for_a_moment(
    callers: KnownCallers, directory: Directory, clock: HeldClock
) -> None:
    for _ in range(100):
        assert await callers.find(b"unknown") is None
    assert directory.asked == [b"unknown"]
    clock.advance(known_callers.REFUSED_SECONDS)
    await callers.find(b"unknown")
    assert len(directory.asked) == 2


async def test_guesses_ask_few_at_a_time_and_hold_up_no_known_caller(
    callers: KnownCallers, directory: Directory, clock: HeldClock
) -> None:
    await callers.find(ADA)
    clock.advance(1.0)
    directory.open.clear()
    guesses = [asyncio.ensure_future(callers.find(f"guess {number}".encode())) for number in range(50)]
    await asyncio.sleep(0.01)
    assert len(directory.asked) == 1 + known_callers.MAX_STRANGERS_ASKED
    known = asyncio.ensure_future(callers.find(ADA))
    await asyncio.sleep(0.01)
    assert directory.asked[-1] == ADA
    directory.open.set()
    assert await asyncio.gather(*guesses) == [None] * 50
    assert (found := await known) is not None
    assert found.name == "ada"


async def test_what_is_kept_is_bounded(
    callers: KnownCallers, directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("MAX_KNOWN", "MAX_REFUSED"):
        monkeypatch.setattr(known_callers, limit, 3)
    for number in range(20):
        directory.add(str(number).encode(), str(number))
        await callers.find(str(number).encode())
        await callers.find(f"guess {number}".encode())
    assert (len(callers._known), len(callers._refused)) == (3, 3)
    monkeypatch.setattr(known_callers, "MAX_STRANGERS_WAITING", 2)
    directory.open.clear()
    waiting = [asyncio.ensure_future(callers.find(f"late {number}".encode())) for number in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable, match="unknown keys"):
        await callers.find(b"one too many")
    directory.open.set()
    await asyncio.gather(*waiting)


async def test_a_change_is_seen_and_what_does_not_change_stays_the_same_object(
    callers: KnownCallers, directory: Directory, clock: HeldClock
) -> None:
    first = await callers.find(ADA)
    directory.add(ADA, "ada")
    clock.advance(5.0)
    assert await callers.find(ADA) is first
    directory.add(ADA, "countess")
    clock.advance(1.0)
    assert await name_of(callers) == "countess"


async def test_whom_a_change_concerns_is_asked_about_at_once(callers: KnownCallers, directory: Directory) -> None:
    directory.add(b"bob", "bob")
    await callers.find(ADA)
    await callers.find(b"bob")
    callers.forget_where(lambda principal: principal.person_id == "ada")
    directory.people.clear()
    assert await name_of(callers) is None
    assert await name_of(callers, b"bob") == "bob"
