import contextlib
import signal
import subprocess
from collections.abc import Callable

import pytest

from freehold.contracts.errors import InvalidRequest, Unavailable
from freehold.voice.children.child import Child
from freehold.voice.children.messages import encode

Command = Callable[[str], list[str]]

ENDLESS = """
closed = False
try:
    while True:
        yield {"type": "tick"}, bytes(100)
finally:
    sys.stderr.write("closed\\n")
"""


async def test_a_cancelled_request_closes_its_generator_and_the_next_is_served(served: Command) -> None:
    body = """
    if message["type"] == "count":
        yield {"type": "closed", "times": getattr(serve, "closed", 0)}, b""
        return
    try:
        while True:
            yield {"type": "tick"}, bytes(100)
    finally:
        serve.closed = getattr(serve, "closed", 0) + 1
    """
    child = await Child.start(served(body), ready_seconds=20)
    for _ in range(3):
        async with contextlib.aclosing(child.ask({"type": "tick"})) as answers:
            await anext(answers)
    assert [answer["times"] async for answer, _ in child.ask({"type": "count"})] == [3]
    await child.close()


async def test_a_late_cancellation_touches_nothing(served: Command) -> None:
    child = await Child.start(served('yield {"type": "x"}, b""'), ready_seconds=20)
    for _ in range(3):
        assert len([answer async for answer in child.ask({"type": "go"})]) == 1
        await child._send({"type": "cancel", "id": child._next_id})
    assert child.alive
    await child.close()


async def test_a_refused_request_is_told_and_the_next_is_served(served: Command) -> None:
    body = """
    if message["kind"] == "bad":
        raise InvalidRequest("No such thing.")
    if message["kind"] == "busy":
        raise Unavailable("Not now.")
    yield {"type": "payload"}, payload
    """
    child = await Child.start(served(body), ready_seconds=20)
    with pytest.raises(InvalidRequest, match="No such thing"):
        await anext(child.ask({"type": "go", "kind": "bad"}))
    with pytest.raises(Unavailable, match="Not now"):
        await anext(child.ask({"type": "go", "kind": "busy"}))
    sent = bytes(range(256)) * 4000
    assert [data async for _, data in child.ask({"type": "go", "kind": "good"}, sent)] == [sent]
    await child.close()


async def test_an_unexpected_error_ends_the_child(served: Command) -> None:
    child = await Child.start(served("yield {}, b''\nraise RuntimeError('oops')"), ready_seconds=20)
    with pytest.raises(Unavailable):
        async for _ in child.ask({"type": "go"}):
            pass
    assert not child.alive


def test_a_child_ends_with_its_parent_in_the_middle_of_its_work(served: Command) -> None:
    process = subprocess.Popen(served(ENDLESS), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    assert b"ready" in process.stdout.readline()
    process.stdin.write(encode({"type": "go", "id": 1}))
    process.stdin.flush()
    process.stdout.readline()
    process.stdin.close()  # its output is not read: it waits to write
    assert process.wait(20) == 0
    process.stdout.close()


@pytest.mark.parametrize("garbage", [b"no json\n", b'{"type":"go"}\n', b'{"type":"go","id":"a"}\n', b"x" * 2_000_000])
def test_a_parent_that_talks_nonsense_is_left(served: Command, garbage: bytes) -> None:
    done = subprocess.run(served(ENDLESS), input=garbage, capture_output=True, timeout=20, check=False)
    assert done.returncode == 1
    assert b"The parent sent no message" in done.stderr


def test_a_child_whose_reader_is_gone_ends_without_a_word(served: Command) -> None:
    process = subprocess.Popen(served(ENDLESS), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdout.readline()
    process.stdin.write(encode({"type": "go", "id": 1}))
    process.stdin.flush()
    process.stdout.close()
    assert process.wait(20) == 0
    assert process.returncode != -signal.SIGPIPE
    _, errors = process.communicate()
    assert errors == b""
