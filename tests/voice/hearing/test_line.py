import asyncio
import gc
from contextlib import ExitStack

import pytest

from freehold.contracts.errors import ProviderTimeout, RateLimited
from freehold.voice.hearing.line import Job, Line
from held_clock import HeldClock

CHUNK_SECONDS = 30.0


class Hall:
    """A line with one slot, and the order in which its jobs got it."""

    def __init__(self, clock: HeldClock) -> None:
        self.line, self.order, self.clock = Line(1, clock), list[str](), clock
        self._stack = ExitStack()

    def job(self, tenant: str, seconds: float, priority: int = 0) -> Job:
        job = Job(tenant=tenant, seconds=seconds, priority=priority)
        self._stack.enter_context(self.line.admitted(job))
        return job

    async def hear(self, name: str, job: Job) -> None:
        """All of the job's chunks. Each takes a second on the clock."""
        while job.left_seconds > 0:
            async with self.line.turn(job, min(CHUNK_SECONDS, job.left_seconds)):
                self.order.append(name)
                await asyncio.sleep(0)
                self.clock.advance(1)

    async def all(self, **jobs: Job) -> list[str]:
        """Hear them all at once, in this order of coming."""
        async with asyncio.TaskGroup() as group:
            for name, job in jobs.items():
                group.create_task(self.hear(name, job))
        return self.order


@pytest.fixture
def hall(clock: HeldClock) -> Hall:
    return Hall(clock)


async def test_a_long_recording_gives_way_to_short_ones_between_its_chunks(hall: Hall) -> None:
    jobs = {"long": hall.job("a", 120), "middle": hall.job("a", 60), "short": hall.job("a", 5)}
    order = await hall.all(**jobs)
    assert order[:2] == ["long", "short"]
    assert order.count("long") == 4
    assert order.index("middle") < len(order) - order[::-1].index("long") - 1


async def test_a_tenant_with_many_recordings_takes_no_more_turns_than_one_with_few(hall: Hall) -> None:
    many = {f"a{at}": hall.job("a", 30) for at in range(6)}
    order = await hall.all(**many, b0=hall.job("b", 30), b1=hall.job("b", 30))
    assert [name[0] for name in order[:4]].count("b") == 2
    assert sorted(order) == sorted([*many, "b0", "b1"])


async def test_a_tenant_that_comes_later_has_saved_up_nothing(hall: Hall) -> None:
    await hall.all(a0=hall.job("a", 90))
    again = {"a1": hall.job("a", 60), "b0": hall.job("b", 120)}
    order = (await hall.all(**again))[3:]
    assert sorted(order[:2]) == ["a1", "b0"]
    assert sorted(order[2:4]) == ["a1", "b0"]


async def test_the_urgent_go_before_all_others(hall: Hall) -> None:
    order = await hall.all(first=hall.job("a", 30), usual=hall.job("b", 5), urgent=hall.job("a", 30, priority=-1))
    assert order == ["first", "urgent", "usual"]


async def test_nobody_waits_for_ever_while_short_ones_keep_coming(hall: Hall) -> None:
    async def keep_coming() -> None:
        for _ in range(60):
            await hall.hear("short", hall.job("a", 3))

    async with asyncio.TaskGroup() as group:
        group.create_task(keep_coming())
        group.create_task(keep_coming())
        group.create_task(hall.hear("patient", hall.job("a", 60)))
    assert 3 < hall.order.index("patient") < 80


async def test_as_many_are_heard_at_once_as_there_are_slots(clock: HeldClock) -> None:
    line, running, most = Line(3, clock), 0, 0

    async def hear() -> None:
        nonlocal running, most
        job = Job(tenant="", seconds=1)
        with line.admitted(job):
            async with line.turn(job, 1):
                running += 1
                most = max(most, running)
                await asyncio.sleep(0)
                running -= 1

    async with asyncio.TaskGroup() as group:
        for _ in range(10):
            group.create_task(hear())
    assert (most, line.jobs, line.waiting) == (3, [], 0)


@pytest.mark.parametrize("steps", range(6))
async def test_a_turn_that_is_given_up_at_any_moment_is_the_next_one_s(clock: HeldClock, steps: int) -> None:
    line, got = Line(1, clock), list[str]()
    one, two = Job(tenant="a", seconds=1), Job(tenant="b", seconds=1)
    release = asyncio.Event()

    async def hear(name: str, job: Job) -> None:
        async with line.turn(job, 1):
            got.append(name)
            await release.wait()

    with line.admitted(one), line.admitted(two):
        first = asyncio.ensure_future(hear("one", one))
        await asyncio.sleep(0)
        left = asyncio.ensure_future(hear("two", two))
        await asyncio.sleep(0)
        release.set()
        for _ in range(steps):
            await asyncio.sleep(0)
        left.cancel()
        await asyncio.gather(first, left, return_exceptions=True)
        async with asyncio.timeout(5), line.turn(one, 1):
            assert line.waiting == 0
    assert got[0] == "one"
    gc.collect()


async def test_a_turn_that_does_not_come_before_the_deadline_is_a_timeout(clock: HeldClock) -> None:
    line = Line(1, clock)
    busy, late = Job(tenant="a", seconds=1), Job(tenant="b", seconds=1, deadline_seconds=clock.now + 0.01)
    with line.admitted(busy), line.admitted(late):
        async with line.turn(busy, 1):
            with pytest.raises(ProviderTimeout):
                async with line.turn(late, 1):
                    pytest.fail("It had its turn.")
            assert line.waiting == 0
        clock.advance(1)
        with pytest.raises(ProviderTimeout):  # even though the engine is free
            async with line.turn(late, 1):
                pytest.fail("It had its turn.")
        async with asyncio.timeout(5), line.turn(busy, 1):
            pass


async def test_what_would_wait_too_long_is_told_when_to_come_again(clock: HeldClock) -> None:
    line = Line(1, clock, max_wait_seconds=20)
    line.factor = 0.5
    with line.admitted(Job(tenant="a", seconds=100)):
        with pytest.raises(RateLimited) as refused, line.admitted(Job(tenant="b", seconds=100)):
            pytest.fail("It was admitted.")
        assert refused.value.retry_after_seconds == 30  # of the 50 that it would wait
        with line.admitted(Job(tenant="b", seconds=10)):  # a short one does not wait for the long one's end
            assert len(line.jobs) == 2
    assert (line.jobs, line.wait_seconds(100)) == ([], 0)


async def test_the_machine_is_measured_and_the_time_of_a_job_added_up(clock: HeldClock) -> None:
    line, job = Line(1, clock), Job(tenant="a", seconds=90)
    with line.admitted(job):
        for _ in range(30):
            async with line.turn(job, 3):
                clock.advance(6)
    assert line.factor == pytest.approx(2, abs=0.01)
    assert (job.machine_seconds, job.done_seconds, job.left_seconds) == (180, 90, 0)
