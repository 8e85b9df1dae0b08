"""The chat command against a small server of OpenAI's API, whose answers the test chooses."""

import io
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from freehold.cli import main

pytestmark = pytest.mark.network


class Server(ThreadingHTTPServer):
    """Answers with `pieces`; `INTERRUPT` among them is Ctrl-C, `BREAK` ends the stream too early."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pieces = ["Hel", "lo!"]
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.accepts = True
        self.hung_up = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        models = [{"id": "starter"}, {"id": "llama"}, {"id": "minilm", "freehold": {"kind": "embedding"}}]
        bodies = {"/health/live": {"status": "live"}, "/v1/models": {"object": "list", "data": models}}
        if self.path == "/v1/models" and not self.known():
            self.answer(401, {"error": {"message": "Incorrect API key."}})
        else:
            self.answer(200, bodies[self.path])

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.requests.append(json.loads(self.rfile.read(length)))
        if self.server.pieces == ["503"]:
            self.answer(503, {"error": {"message": "The worker is not ready."}})
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for piece in self.server.pieces:
            if piece == "BREAK":
                return
            if piece == "INTERRUPT":
                self.interrupt(self.server.pieces[0])
                return
            if piece == "ERROR":
                self.event({"error": {"message": "The worker died."}})
            else:
                self.event({"choices": [{"index": 0, "delta": {"content": piece}}]})
        self.wfile.write(b"data: [DONE]\n\n")

    def interrupt(self, shown: str) -> None:
        """Press Ctrl-C once `shown` is on the screen, and wait for the client to hang up."""
        for _ in range(1000):
            if shown in getattr(sys.stdout, "getvalue", str)():
                break
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)
        self.connection.settimeout(10)
        with suppress(ConnectionResetError):
            assert self.rfile.read(1) == b""
        self.server.hung_up.set()

    def event(self, value: dict[str, Any]) -> None:
        self.wfile.write(b"data: " + json.dumps(value).encode() + b"\n\n")
        self.wfile.flush()

    def answer(self, status: int, value: dict[str, Any]) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def known(self) -> bool:
        self.server.keys.append(self.headers.get("Authorization", "").removeprefix("Bearer "))
        return self.server.accepts

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Generator[Server]:
    opened = Server()
    thread = threading.Thread(target=opened.serve_forever, args=(0.02,))
    thread.start()
    yield opened
    opened.shutdown()
    opened.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def ctrl_c_interrupts() -> Generator[None]:
    """A shell may have started the tests with SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def options(server: Server, tmp_path: Path) -> list[str]:
    key = tmp_path / "key"
    key.write_text("fh-test\n")
    return ["--url", server.url, "--key-file", str(key), "--data", str(tmp_path / "data")]


def type_lines(monkeypatch: pytest.MonkeyPatch, *lines: str | type[BaseException]) -> None:
    """What a person types; an exception class is what input() raises instead of a line."""
    typed: Iterator[str | type[BaseException]] = iter([*lines, EOFError])

    def read(prompt: str = "") -> str:
        line = next(typed)
        if isinstance(line, str):
            return line
        raise line

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("builtins.input", read)


def test_one_question_prints_the_answer_alone(
    server: Server, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["chat", "Hi there", *options]) == 0
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("Hello!\n", "")
    assert server.requests == [
        {"model": "starter", "messages": [{"role": "user", "content": "Hi there"}], "stream": True}
    ]
    assert server.keys == ["fh-test"]


def test_piped_text_is_the_question(
    server: Server, options: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("from a pipe\n"))
    assert main(["chat", *options]) == 0
    assert server.requests[0]["messages"][0]["content"] == "from a pipe\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(["chat", *options]) == 1
    assert "empty" in capsys.readouterr().err


def test_a_conversation_remembers_and_forgets(
    server: Server, options: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_lines(
        monkeypatch, "one", "two", "/new", "three", "", "/model", "/model llama", "/model nobody", "/help", "four"
    )
    assert main(["chat", *options]) == 0
    said = [[message["content"] for message in request["messages"]] for request in server.requests]
    assert said == [["one"], ["one", "Hello!", "two"], ["three"], ["three", "Hello!", "four"]]
    assert [request["model"] for request in server.requests] == ["starter"] * 3 + ["llama"]
    shown = capsys.readouterr()
    assert "* starter\n  llama\n" in shown.out
    assert "Ctrl-D leaves" in shown.out
    assert "no chat model 'nobody'" in shown.err


def test_ctrl_c_stops_the_answer_and_keeps_what_was_said(
    server: Server, options: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server.pieces = ["Once upon", "INTERRUPT"]
    type_lines(monkeypatch, "a story", KeyboardInterrupt, "go on")
    assert main(["chat", *options]) == 0
    assert server.hung_up.wait(10)
    assert [message["content"] for message in server.requests[1]["messages"]] == ["a story", "Once upon", "go on"]
    assert "Once upon\n(stopped)" in capsys.readouterr().out


def test_ctrl_c_ends_a_single_question_with_130(
    server: Server, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    server.pieces = ["Once upon", "INTERRUPT"]
    assert main(["chat", "a story", *options]) == 130
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("Once upon\n", "")


@pytest.mark.parametrize(
    ("pieces", "told"),
    [(["a", "BREAK"], "broke off"), (["a", "ERROR"], "The worker died."), (["503"], "The worker is not ready.")],
)
def test_a_failed_answer_is_told_and_the_conversation_goes_on(
    server: Server,
    options: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    pieces: list[str],
    told: str,
) -> None:
    server.pieces = pieces
    assert main(["chat", "hi", *options]) == 1
    assert told in capsys.readouterr().err
    type_lines(monkeypatch, "hi", "again")
    assert main(["chat", *options]) == 0
    assert capsys.readouterr().err.count(told) == 2


def test_the_answer_cannot_steer_the_terminal(
    server: Server, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    server.pieces = ["a\x1b]0;title\x07b\x9bc\n\t", "ü"]
    assert main(["chat", "hi", *options]) == 0
    assert capsys.readouterr().out == "a]0;titlebc\n\tü\n"


def test_an_unknown_model_names_those_that_chat(
    server: Server, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["chat", "hi", "--model", "minilm", *options]) == 1
    assert "It has: starter, llama." in capsys.readouterr().err
    assert server.requests == []


def test_no_server_names_the_command_that_starts_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chat", "hi", "--url", "http://127.0.0.1:9", "--data", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert "`make serve`" in told
    assert told.count("\n") == 1


def test_without_a_key_one_is_made_and_revoked_afterwards(
    server: Server, database_options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["keys", "create", "--name", "own", *database_options]) == 0
    capsys.readouterr()
    assert main(["chat", "hi", "--url", server.url, *database_options]) == 0
    assert capsys.readouterr().out == "Hello!\n"
    (used,) = server.keys
    assert used.startswith("fh-")
    assert main(["keys", "list", "--all", "--json", *database_options]) == 0
    keys = {key["name"]: key for key in json.loads(capsys.readouterr().out)}
    assert keys["own"]["revoked_at"] is None
    assert keys["freehold, temporary"]["revoked_at"] is not None


def test_the_temporary_key_is_revoked_also_when_the_chat_is_interrupted(
    server: Server, database_options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["keys", "create", *database_options]) == 0
    server.pieces = ["Once", "INTERRUPT"]
    assert main(["chat", "hi", "--url", server.url, *database_options]) == 130
    capsys.readouterr()
    assert main(["keys", "list", "--json", *database_options]) == 0
    assert [key["name"] for key in json.loads(capsys.readouterr().out)] == ["command line"]


def test_a_key_of_another_server_is_told(
    server: Server, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    server.accepts = False
    assert main(["chat", "hi", *options]) == 1
    assert "does not accept the key" in capsys.readouterr().err


def test_a_key_is_never_made_for_a_server_elsewhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chat", "hi", "--url", "https://ai.example.org", "--data", str(tmp_path)]) == 1
    assert "needs an API key" in capsys.readouterr().err


def test_the_environment_and_the_settings_can_hold_the_key(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = ["--url", server.url, "--data", str(tmp_path)]
    monkeypatch.setenv("FREEHOLD_ADMIN_KEY", "from-the-settings")
    assert main(["chat", "hi", *where]) == 0
    monkeypatch.setenv("FREEHOLD_KEY", "from-the-environment")
    assert main(["chat", "hi", *where]) == 0
    assert main(["chat", "hi", "--key", "given", *where]) == 0
    assert server.keys == ["from-the-settings", "from-the-environment", "given"]
