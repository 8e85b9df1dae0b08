import asyncio
import contextlib
from collections.abc import Callable

import pytest
import uvloop

from freehold.contracts.errors import InvalidRequest, SetupError, Unavailable
from freehold.voice.children.child import Child

Command = Callable[[str], list[str]]

# Counts up in payloads until cancelled; tells how many requests it has had.
COUNTING = """
import threading, queue
cancelled, waiting = set(), queue.SimpleQueue()
def listen():
    for line in read:
        message = json.loads(line)
        (cancelled.add(message["id"]) if message["type"] == "cancel" else waiting.put(message))
    waiting.put(None)
threading.Thread(target=listen, daemon=True).start()
say({"type": "ready", "colour": "red"})
had = 0
while (message := waiting.get()) is not None:
    had += 1
    for number in range(message.get("count", 1_000_000)):
        if message["id"] in cancelled:
            break
        say({"type": "number", "id": message["id"], "had": had, "number": number}, bytes(message.get("size", 9)))
    say({"type": "done", "id": message["id"]})
"""


async def _all(child: Child, **wish: object) -> list[tuple[int, int, int]]:
    return [(a["had"], a["number"], len(data)) async for a, data in child.ask({"type": "count", **wish})]


async def test_a_child_says_what_it_is_and_answers_in_order(written: Command) -> None:
    child = await Child.start(written(COUNTING), ready_seconds=20)
    assert child.facts["colour"] == "red"
    assert await _all(child, count=3, size=100_000) == [(1, 0, 100_000), (1, 1, 100_000), (1, 2, 100_000)]
    assert await _all(child, count=1) == [(2, 0, 9)]
    await child.close()
    assert not child.alive


async def test_a_request_closed_early_leaves_the_child_at_work(written: Command) -> None:
    child = await Child.start(written(COUNTING), ready_seconds=20)
    pid = child.pid
    for had in range(1, 6):
        async with contextlib.aclosing(child.ask({"type": "count", "size": 50_000})) as answers:
            async for answer, _ in answers:
                assert (answer["had"], answer["number"]) == (had, 0)
                break
    assert await _all(child, count=2) == [(6, 0, 9), (6, 1, 9)]
    assert child.pid == pid
    await child.close()


async def test_a_request_that_is_dropped_and_not_closed_does_not_mix_with_the_next(written: Command) -> None:
    child = await Child.start(written(COUNTING), ready_seconds=20)
    answers = child.ask({"type": "count"})
    assert (await anext(answers))[0]["had"] == 1
    following = asyncio.ensure_future(_all(child, count=2))
    await asyncio.sleep(0)
    del answers
    assert await following == [(2, 0, 9), (2, 1, 9)]
    await child.close()


async def test_a_task_cancelled_within_a_message_leaves_the_child_at_work(written: Command) -> None:
    # The line comes first and its bytes only after the cancellation.
    body = """
    say({"type": "ready"})
    message = json.loads(read.readline())
    write.write(json.dumps({"type": "sound", "id": message["id"], "bytes": 6}).encode() + b"\\nabc")
    write.flush()
    assert json.loads(read.readline())["type"] == "cancel"
    write.write(b"def")
    say({"type": "done", "id": message["id"]})
    message = json.loads(read.readline())
    say({"type": "sound", "id": message["id"]}, b"next")
    say({"type": "done", "id": message["id"]})
    """
    child = await Child.start(written(body), ready_seconds=20)

    async def hear() -> None:
        async for _ in child.ask({"type": "speak"}):
            raise AssertionError("the message is not whole")

    task = asyncio.ensure_future(hear())
    while child._begun is None:
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [data async for _, data in child.ask({"type": "speak"})] == [b"next"]
    await child.close()


async def test_a_child_that_does_not_heed_a_cancellation_is_killed(
    written: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("freehold.voice.children.child.CANCEL_SECONDS", 0.05)
    body = """
    say({"type": "ready"})
    message = json.loads(read.readline())
    say({"type": "sound", "id": message["id"]})
    time.sleep(600)
    """
    child = await Child.start(written(body), ready_seconds=20)
    async with contextlib.aclosing(child.ask({"type": "speak"})) as answers:
        await anext(answers)
    assert not child.alive


async def test_a_child_with_much_unread_output_can_be_killed_and_closed(written: Command) -> None:
    # More than asyncio buffers: it has stopped to read from the pipe.
    for ending in ("kill", "close"):
        child = await Child.start(written(COUNTING), ready_seconds=20)
        answers = child.ask({"type": "count", "size": 1_000_000})
        await anext(answers)
        await asyncio.sleep(0.2)
        async with asyncio.timeout(20):
            await getattr(child, ending)()
        assert not child.alive
        await answers.aclose()


async def test_a_child_that_ends_in_mid_answer_is_unavailable(written: Command) -> None:
    body = """
    say({"type": "ready"})
    message = json.loads(read.readline())
    say({"type": "sound", "id": message["id"]}, b"12345")
    write.write(b'{"type":"sound","id":1,"bytes":100}\\n123'); write.flush()
    """
    child = await Child.start(written(body), ready_seconds=20)
    answers = child.ask({"type": "speak"})
    assert (await anext(answers))[1] == b"12345"
    with pytest.raises(Unavailable):
        await anext(answers)
    assert not child.alive
    with pytest.raises(Unavailable):
        await _all(child)


@pytest.mark.parametrize(
    "nonsense",
    [
        'b"no json\\n"',
        'b"[1]\\n"',
        'b\'{"type":"sound","id":99}\\n\'',
        'b"x" * 3_000_000',
        'b\'{"id":1,"bytes":-4}\\n\'',
    ],
)
async def test_a_child_that_talks_nonsense_is_killed(written: Command, nonsense: bytes) -> None:
    body = f"""
    say({{"type": "ready"}})
    read.readline()
    write.write({nonsense!r}); write.flush()
    time.sleep(600)
    """
    child = await Child.start(written(body), ready_seconds=20)
    with pytest.raises(Unavailable):
        await _all(child)
    assert not child.alive


async def test_a_child_that_is_silent_for_too_long_is_killed(written: Command) -> None:
    child = await Child.start(written('say({"type": "ready"})\ntime.sleep(600)'), ready_seconds=20)
    with pytest.raises(Unavailable) as caught:
        async for _ in child.ask({"type": "speak"}, silence_seconds=0.05):
            pass
    assert isinstance(caught.value.__cause__, TimeoutError)
    assert not child.alive


async def test_a_child_that_does_not_read_what_it_is_sent_is_killed(written: Command) -> None:
    child = await Child.start(written('say({"type": "ready"})\nimport time\ntime.sleep(60)'), ready_seconds=20)
    with pytest.raises(Unavailable, match="stopped listening"):
        async for _ in child.ask({"type": "hear"}, bytes(1 << 24), silence_seconds=0.3):
            pass
    assert not child.alive


async def test_errors_tell_whose_fault_it_was(written: Command) -> None:
    body = """
    say({"type": "ready"})
    for line in read:
        message = json.loads(line)
        say({"type": "error", "id": message["id"], "message": "Bad.", "invalid": message["invalid"]})
    """
    child = await Child.start(written(body), ready_seconds=20)
    with pytest.raises(InvalidRequest, match="Bad"):
        await anext(child.ask({"type": "x", "invalid": True}))
    with pytest.raises(Unavailable, match="Bad"):
        await anext(child.ask({"type": "x", "invalid": False}))
    assert child.alive
    await child.close()


@pytest.mark.parametrize(
    "body",
    ["sys.exit(3)", 'write.write(b"hello\\n"); write.flush(); time.sleep(600)', "time.sleep(600)", "raise SystemExit"],
)
async def test_a_child_that_is_never_ready_is_a_setup_error(written: Command, body: str) -> None:
    with pytest.raises(SetupError, match="did not start"):
        await Child.start(written(body), ready_seconds=1.0)


async def test_a_child_tells_why_it_cannot_work(written: Command) -> None:
    with pytest.raises(SetupError, match=r"^No model\.$"):
        await Child.start(written('say({"type": "error", "message": "No model."})'), ready_seconds=20)


async def test_a_command_that_does_not_exist_is_a_setup_error() -> None:
    with pytest.raises(SetupError, match="did not start"):
        await Child.start(["/nowhere/at-all"], ready_seconds=20)


async def test_a_child_has_no_secrets_in_its_environment(written: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FREEHOLD_KEY", "fh-secret")
    body = (
        'import os\nsay({"type": "ready", "names": [name for name in os.environ if "FREEHOLD" in name]})\nread.read()'
    )
    child = await Child.start(written(body), ready_seconds=20)
    assert child.facts["names"] == []
    await child.close()


async def test_a_child_that_does_not_end_by_itself_is_ended(written: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("freehold.voice.children.child.EXIT_SECONDS", 0.05)
    child = await Child.start(written('say({"type": "ready"})\ntime.sleep(600)'), ready_seconds=20)
    await child.close()
    assert not child.alive


async def test_prints_of_a_served_child_do_not_disturb_the_pipe(served: Command) -> None:
    child = await Child.start(
        served('print("hello"); os.system("echo there")\nyield {"type": "x"}, b"1"'), ready_seconds=20
    )
    assert [data async for _, data in child.ask({"type": "go"})] == [b"1"]
    await child.close()


def test_asking_a_dead_child_is_unavailable_on_uvloop_as_well(written: Command) -> None:
    async def scenario() -> None:
        child = await Child.start(written(COUNTING), ready_seconds=20)
        await child.kill()
        with pytest.raises(Unavailable):
            await _all(child, count=1)

    uvloop.run(scenario())
