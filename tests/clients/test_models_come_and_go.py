"""Model folders that appear and vanish while the server runs."""

import os
import shutil
import time

import openai
import pytest

from live_server import LiveServer
from tiny_model import make_model

pytestmark = pytest.mark.network


def ask(server: LiveServer, model: str) -> str | None:
    messages = [{"role": "user", "content": "hello"}]
    answer = server.client().chat.completions.create(model=model, messages=messages, max_tokens=8, temperature=0)  # pyright: ignore
    return answer.choices[0].message.content


def wait_gone(pid: int) -> None:
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError("the worker still runs")


def test_a_model_is_served_when_it_appears_replaced_when_it_changes_and_gone_when_it_is_removed(
    server: LiveServer,
) -> None:
    folder = server.data / "models" / "passing"
    make_model(folder, seed=1)
    time.sleep(1.1)  # the folders are looked at once a second
    first = ask(server, "passing")
    pid = server.health()["parts"]["workers"]["passing"]["pid"]

    make_model(folder, seed=2)
    os.utime(folder / "config.json", (1, 1))
    time.sleep(1.1)
    assert ask(server, "passing") != first
    wait_gone(pid)

    pid = server.health()["parts"]["workers"]["passing"]["pid"]
    shutil.rmtree(folder)
    time.sleep(1.1)
    with pytest.raises(openai.NotFoundError):
        ask(server, "passing")
    wait_gone(pid)


def test_a_damaged_folder_hides_itself_and_nothing_else(server: LiveServer) -> None:
    folder = server.data / "models" / "damaged"
    folder.mkdir()
    (folder / "config.json").write_text('{"max_position_embeddings": "many"}')
    time.sleep(1.1)
    names = [model.id for model in server.client().models.list()]
    assert "damaged" not in names
    assert "tiny" in names
    shutil.rmtree(folder)
