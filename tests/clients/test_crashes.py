"""Crashes made on purpose: what was stored stays, what was running ends with an error, what died comes back."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam

from live_server import LiveServer
from tiny_model import make_model

pytestmark = pytest.mark.network

HELLO: list[ChatCompletionMessageParam] = [{"role": "user", "content": "hello there"}]


def test_a_killed_worker_ends_streams_with_an_error_and_is_restarted(server: LiveServer) -> None:
    server.client().chat.completions.create(model="tiny", messages=HELLO, max_tokens=1)
    before = server.health()["parts"]["workers"]["tiny"]
    stream = iter(
        server.client().chat.completions.create(
            model="tiny", messages=HELLO, max_tokens=240, stream=True, extra_body={"ignore_eos": True}
        )
    )
    next(stream)
    os.kill(before["pid"], signal.SIGSTOP)  # so that it cannot finish first
    os.kill(before["pid"], signal.SIGKILL)
    with pytest.raises(openai.APIError, match="broke off"):
        for _ in stream:
            pass
    answer = (
        server.client().with_options(max_retries=3).chat.completions.create(model="tiny", messages=HELLO, max_tokens=1)
    )
    assert answer.choices
    after = server.health()["parts"]["workers"]["tiny"]
    assert after["pid"] != before["pid"]
    assert after["restarts"] == before["restarts"] + 1


def test_a_killed_server_loses_no_stored_message_and_no_worker_survives_it(open_folder: Path) -> None:
    data = open_folder / "killed"
    make_model(data / "models" / "tiny")
    server = LiveServer.start(data)
    http = server.http()
    conversation = http.post("/api/conversations", json={"model": "tiny"}).json()["id"]
    said = {"content": "remember this", "model": "tiny"}
    with http.stream("POST", f"/api/conversations/{conversation}/messages", json=said) as answer:
        next(answer.iter_lines())
        workers = [worker["pid"] for worker in server.health()["parts"]["workers"].values()]
        server.process.kill()
        server.process.wait(10)
    again = LiveServer.start(data)
    try:
        messages = again.http().get(f"/api/conversations/{conversation}").json()["messages"]
        assert messages[0]["content"] == "remember this"
        assert messages[1]["status"] in ("stopped", "complete")
        _wait_until(lambda: not any(_runs(pid) for pid in workers))
    finally:
        assert again.stop() == 0


def test_a_killed_database_comes_back_by_itself(server: LiveServer) -> None:
    http = server.http()
    conversation = http.post("/api/conversations", json={"title": "kept"}).json()["id"]
    pid = int((server.data / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    for _ in range(200):
        answer = http.get(f"/api/conversations/{conversation}")
        if answer.status_code == 200:
            break
        assert answer.json()["error"]["code"] == "unavailable"
        time.sleep(0.1)
    assert answer.json()["title"] == "kept"


def test_a_taken_port_is_one_clear_line(server: LiveServer, open_folder: Path) -> None:
    port = server.address.rpartition(":")[2]
    with pytest.raises(AssertionError, match=rf"Port {port} is taken.*freehold serve --port"):
        LiveServer.start(open_folder / "other", "--port", port)


def _wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it never came true")


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]
