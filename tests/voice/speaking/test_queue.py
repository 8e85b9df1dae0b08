import asyncio

import pytest

from freehold.contracts.errors import ProviderTimeout, RateLimited
from freehold.voice.speaking.queue import Ask, TurnQueue
from held_clock import HeldClock


class Order:
    """Clauses that wait while the only slot is held, and the order in which they get it."""

    def __init__(self) -> None:
        self.clock = HeldClock()
        self.queue = TurnQueue(1, self.clock, waiting_seconds=30.0)
        self.served: list[str] = []
        self.tasks: list[asyncio.Task[None]] = []

    def ask(self, name: str, characters: int = 50, due: float = 0.0, **more) -> None:
        ask = Ask(characters=characters, due_seconds=self.clock.now + due, **more)
        self.tasks.append(asyncio.ensure_future(self._serve(name, ask)))

    async def _serve(self, name: str, ask: Ask) -> None:
        async with self.queue.turn(ask):
            self.served.append(name)

    async def run(self) -> list[str]:
        async with self.queue.turn(Ask(characters=1, due_seconds=0.0)):
            await asyncio.sleep(0)
        await asyncio.gather(*self.tasks)
        return self.served


async def test_first_clauses_go_before_tails_and_short_ones_before_long_ones() -> None:
    order = Order()
    order.ask("tail", due=3.0)
    order.ask("long", characters=200)
    order.ask("short", characters=20)
    assert await order.run() == ["short", "long", "tail"]


async def test_a_tail_whose_listener_would_fall_silent_goes_before_a_later_request() -> None:
    order = Order()
    order.ask("tail", due=1.0)
    order.clock.advance(2.0)
    order.ask("new")
    assert await order.run() == ["tail", "new"]


async def test_deadlines_and_priorities_are_heeded() -> None:
    order = Order()
    order.ask("plain")
    order.ask("unhurried", priority=100)
    order.ask("hurried", priority=-100)
    order.ask("due", due=50.0, deadline_seconds=order.clock.now + 0.1)
    assert await order.run() == ["hurried", "due", "plain", "unhurried"]


async def test_a_tenant_that_floods_does_not_make_others_wait_for_all_it_asked() -> None:
    order = Order()
    order.queue.seconds_per_character = 0.1
    for number in range(20):
        order.ask(f"a{number}", tenant="a")
    order.ask("b0", tenant="b")
    order.ask("b1", tenant="b")
    served = await order.run()
    assert served.index("b0") <= 2
    assert served.index("b1") <= 4
    assert len(served) == 22


async def test_what_waits_past_its_deadline_is_given_up_and_leaves_no_trace() -> None:
    order = Order()
    ask = Ask(characters=5, due_seconds=0.0, deadline_seconds=order.clock.now - 1)
    async with order.queue.turn(Ask(characters=1, due_seconds=0.0)):
        with pytest.raises(ProviderTimeout):
            await order._serve("late", ask)
        assert order.queue.waiting == 0
    assert order.queue.running == 0


async def test_a_waiter_that_is_cancelled_frees_its_place_even_in_the_moment_of_its_turn() -> None:
    order = Order()
    for moment in ("before", "during"):
        async with order.queue.turn(Ask(characters=1, due_seconds=0.0)):
            order.ask("gone")
            await asyncio.sleep(0)
            if moment == "before":
                order.tasks[-1].cancel()
                await asyncio.sleep(0)
        order.tasks[-1].cancel()
        await asyncio.gather(*order.tasks, return_exceptions=True)
        assert (order.queue.waiting, order.queue.running, order.served) == (0, 0, [])


async def test_too_much_waiting_work_is_refused_with_an_honest_time_for_one_tenant_alone() -> None:
    order = Order()
    order.queue.seconds_per_character = 1.0
    async with order.queue.turn(Ask(characters=1, due_seconds=0.0)):
        order.ask("waiting", characters=45, tenant="a")
        await asyncio.sleep(0)
        with pytest.raises(RateLimited) as caught:
            order.queue.admit("a", 10)
        assert caught.value.retry_after_seconds == 15
        order.queue.admit("b", 10)
    await asyncio.gather(*order.tasks)
    order.queue.admit("a", 10)


async def test_the_pace_is_learnt() -> None:
    queue = Order().queue
    for _ in range(1000):
        queue.learn(100, 2.0)
    assert queue.seconds_per_character == pytest.approx(0.02, rel=0.02)


async def test_a_turn_that_comes_as_its_waiter_is_cancelled_goes_to_the_next() -> None:
    order = Order()
    async with order.queue.turn(Ask(characters=1, due_seconds=0.0)):
        order.ask("gone")
        order.ask("next")
        await asyncio.sleep(0)
        order.tasks[0].cancel()  # the task itself learns of it later
    await asyncio.gather(*order.tasks, return_exceptions=True)
    assert order.served == ["next"]
    assert (order.queue.waiting, order.queue.running) == (0, 0)
