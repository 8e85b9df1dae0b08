import asyncio
import contextlib
import os
import signal
from collections.abc import Callable

import pytest

from freehold.contracts.errors import SetupError, Unavailable
from freehold.voice.children.pool import ChildPool

Command = Callable[[str], list[str]]

ECHO = 'yield {"type": "pid", "pid": os.getpid()}, payload\nif message.get("die"):\n    os._exit(9)'


async def _pid(pool: ChildPool, **wish: object) -> int:
    async with pool.lease() as child:
        pids = [answer["pid"] async for answer, _ in child.ask({"type": "who", **wish})]
        return pids[0]


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.005)


async def test_as_many_work_at_once_as_there_are_children_and_the_rest_wait(served: Command) -> None:
    pool = ChildPool(served(ECHO), 2)
    await pool.start()
    async with contextlib.AsyncExitStack() as stack:
        first = await stack.enter_async_context(pool.lease())
        second = await stack.enter_async_context(pool.lease())
        assert {first.pid, second.pid} == set(pool.pids)
        third = asyncio.ensure_future(_pid(pool))
        await asyncio.sleep(0.02)
        assert not third.done()
    assert await third in pool.pids
    assert pool.started == 2
    await pool.close()
    assert pool.pids == []


async def test_who_waits_is_served_in_the_order_of_asking(served: Command) -> None:
    pool = ChildPool(served(ECHO), 1)
    await pool.start()
    order: list[int] = []

    async def ask(number: int) -> None:
        await _pid(pool)
        order.append(number)

    async with asyncio.TaskGroup() as group, pool.lease():
        for number in range(6):
            group.create_task(ask(number))
            await asyncio.sleep(0)
        await asyncio.sleep(0.02)
        assert order == []
    assert order == list(range(6))
    await pool.close()


async def test_children_are_started_when_first_needed(served: Command) -> None:
    pool = ChildPool(served(ECHO), 3)
    seen: list[int] = []
    pool.on_start = lambda child: seen.append(child.pid)
    await pool.start(at_once=1)
    assert pool.started == 1
    assert [await _pid(pool) for _ in range(3)] == [pool.pids[0]] * 3
    assert pool.started == 1
    async with pool.lease(), pool.lease():
        assert pool.started == 2
    assert sorted(seen) == sorted(pool.pids)
    await pool.close()


async def test_a_dead_child_is_replaced_when_next_needed(served: Command) -> None:
    pool = ChildPool(served(ECHO), 1)
    await pool.start()
    old = pool.pids[0]
    with pytest.raises(Unavailable):
        await _pid(pool, die=True)
    new = await _pid(pool)
    assert new != old
    assert pool.pids == [new]
    os.kill(new, signal.SIGKILL)
    await _until(lambda: pool.pids == [])
    assert await _pid(pool) not in (old, new)
    assert pool.started == 3
    await pool.close()


async def test_children_that_cannot_start_are_a_setup_error_and_leave_nothing_behind(
    written: Command, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # The second to start cannot work.
    mark = tmp_path_factory.mktemp("mark") / "taken"
    body = f"""
    import os
    try:
        os.close(os.open({str(mark)!r}, os.O_CREAT | os.O_EXCL))
        say({{"type": "ready"}})
        read.read()
    except FileExistsError:
        say({{"type": "error", "message": "No model."}})
    """
    pool = ChildPool(written(body), 2)
    with pytest.raises(SetupError, match="No model"):
        await pool.start()
    assert pool.pids == []


async def test_a_place_is_not_lost_where_a_child_cannot_be_replaced(
    written: Command, tmp_path_factory: pytest.TempPathFactory
) -> None:
    switch = tmp_path_factory.mktemp("switch") / "off"
    body = f"""
    import os
    say({{"type": "error", "message": "Gone."}} if os.path.exists({str(switch)!r}) else {{"type": "ready"}})
    for line in read:
        say({{"type": "done", "id": json.loads(line)["id"]}})
    """
    pool = ChildPool(written(body), 1)
    await pool.start()
    os.kill(pool.pids[0], signal.SIGKILL)
    await _until(lambda: pool.pids == [])
    switch.touch()
    for _ in range(2):
        with pytest.raises(SetupError, match="Gone"):
            async with pool.lease():
                pass
    switch.unlink()
    async with pool.lease() as child:
        assert [answer async for answer in child.ask({"type": "x"})] == []
    await pool.close()


async def test_a_closed_pool_ends_what_runs_and_starts_nothing(served: Command) -> None:
    pool = ChildPool(served("while True:\n    yield {'type': 'tick'}, b''\n    time.sleep(0.001)"), 1)
    await pool.start()

    async def endless() -> None:
        async with pool.lease() as child:
            async for _ in child.ask({"type": "go"}):
                pass

    running, waiting = asyncio.ensure_future(endless()), asyncio.ensure_future(endless())
    await asyncio.sleep(0.02)
    await pool.close()
    results = await asyncio.gather(running, waiting, return_exceptions=True)
    assert [type(result) for result in results] == [Unavailable, Unavailable]
    assert (pool.started, pool.pids) == (1, [])


async def test_a_cancelled_lease_gives_its_place_back(served: Command) -> None:
    pool = ChildPool(served(ECHO), 1)
    await pool.start()
    async with pool.lease():
        waiting = asyncio.ensure_future(_pid(pool))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    assert await _pid(pool) in pool.pids
    await pool.close()
