"""The compare command against a small server of OpenAI's API, whose models behave as the test chooses."""

import json
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from command_module import run
from freehold.cli import compare, compare_asking

pytestmark = pytest.mark.network

Answer = Callable[["Handler", dict[str, Any]], None]


class Server(ThreadingHTTPServer):
    """Answers by the model's name; `told` is what it was sent, in the order in which it came."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.told: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.models: dict[str, Answer] = {"old": saying("Four."), "new": saying("It is 4.")}
        self.lock = threading.Lock()
        self.running = 0
        self.most = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def of(self, model: str) -> list[dict[str, Any]]:
        """What one model was asked."""
        return [body for body in self.told if body["model"] == model]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def own(self) -> Server:
        assert isinstance(self.server, Server)
        return self.server

    def do_GET(self) -> None:
        kinds = {"near": {"freehold": {"kind": "embedding"}}}
        self.answer(200, {"data": [{"id": name} | kinds.get(name, {}) for name in self.own.models]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server = self.own
        with server.lock:
            server.told.append(body)
            server.headers.append({name.lower(): value for name, value in self.headers.items()})
            server.running += 1
            server.most = max(server.most, server.running)
        try:
            server.models[body["model"]](self, body)
        finally:
            with server.lock:
                server.running -= 1

    def begin(self, **headers: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def event(self, value: dict[str, Any]) -> None:
        self.wfile.write(b"data: " + json.dumps(value).encode() + b"\n\n")
        self.wfile.flush()

    def answer(self, status: int, value: dict[str, Any], **headers: str) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, text in headers.items():
            self.send_header(name.replace("_", "-"), text)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def chunk(text: str) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": text}}]}


def saying(text: str, *, tokens: int = 12) -> Answer:
    """A good stream."""

    def answer(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin(x_freehold_provider="local", x_freehold_model=body["model"])
        handler.event(chunk(text))
        handler.event({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": tokens}})
        handler.wfile.write(b"data: [DONE]\n\n")

    return answer


def failing(status: int, message: str = "broken", code: str = "", **headers: str) -> Answer:
    def answer(handler: Handler, body: dict[str, Any]) -> None:
        handler.answer(status, {"error": {"message": message, "code": code}}, **headers)

    return answer


def in_turn(*answers: Answer) -> Answer:
    """The first to the first request, and so on; the last to all that follow."""
    left = list(answers)

    def answer(handler: Handler, body: dict[str, Any]) -> None:
        with handler.own.lock:
            chosen = left.pop(0) if len(left) > 1 else left[0]
        chosen(handler, body)

    return answer


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


class Desk:
    """A folder with prompts, and the command on them."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.folder = folder
        self.prompts = folder / "prompts.jsonl"
        self.json = folder / "report.json"
        self.options = [
            "--url",
            server.url,
            "--key",
            "fh-test",
            "--data",
            str(folder / "data"),
            "--json",
            str(self.json),
        ]
        self.write({"prompt": "What is 2 + 2?"})

    def write(self, *lines: dict[str, Any] | str) -> None:
        written = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        self.prompts.write_text("\n".join(written) + "\n")

    def compare(self, *options: str, a: str = "old", b: str = "new") -> int:
        return run(compare, a, b, "--prompts", str(self.prompts), *self.options, *options)

    def report(self) -> dict[str, Any]:
        return json.loads(self.json.read_text())

    def gates(self) -> dict[str, dict[str, Any]]:
        return {gate["metric"]: gate for gate in self.report()["gates"]}


@pytest.fixture
def desk(server: Server, tmp_path: Path) -> Desk:
    return Desk(server, tmp_path)


def test_both_models_get_the_same_request_and_the_report_holds_both_answers(
    server: Server, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.write(
        {"id": "sum", "prompt": "What is 2 + 2?", "temperature": 0, "seed": 7, "label": "arithmetic"},
        {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}], "model": "x"},
    )
    assert desk.compare() == 0
    assert Counter(body["model"] for body in server.told) == {"old": 2, "new": 2}
    first = next(body for body in server.of("new") if body.get("seed"))
    assert first == {
        "messages": [{"role": "user", "content": "What is 2 + 2?"}],
        "temperature": 0,
        "seed": 7,
        "model": "new",
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert {sent["authorization"] for sent in server.headers} == {"Bearer fh-test"}
    assert {sent["x-freehold-capture"] for sent in server.headers} == {"off"}
    pair, second = desk.report()["pairs"]
    assert (pair["id"], pair["kept"], second["id"]) == ("sum", {"label": "arithmetic"}, "2")
    assert (pair["control"]["text"], pair["candidate"]["text"]) == ("Four.", "It is 4.")
    assert pair["candidate"]["answered_by"] == "local/new"
    assert (pair["candidate"]["input_tokens"], pair["candidate"]["output_tokens"]) == (7, 12)
    assert pair["candidate"]["metrics"]["ttft_seconds"] > 0
    shown = capsys.readouterr()
    assert "error_rate" in shown.out
    assert "not proven" in shown.out
    assert "not sent: label" in shown.err


def test_a_candidate_that_fails_ends_the_command_with_1(server: Server, desk: Desk) -> None:
    desk.write(*({"prompt": f"What is {n} + 2?"} for n in range(20)))
    server.models["new"] = failing(500)
    assert desk.compare() == 1
    gate = desk.gates()["error_rate"]
    assert (gate["result"], gate["control"], gate["candidate"]) == ("fail", 0.0, 1.0)
    assert desk.report()["holds"] is False
    assert desk.report()["pairs"][0]["candidate"]["problem"] == "500: broken"


def test_strict_ends_with_1_where_nothing_is_proven(server: Server, desk: Desk) -> None:
    assert desk.compare("--gate", "error_rate") == 0
    assert desk.compare("--gate", "error_rate", "--strict") == 1
    assert desk.compare("--gate", "error_rate=1", "--strict") == 0


def test_a_stream_that_breaks_off_or_tells_of_an_error_has_failed(server: Server, desk: Desk) -> None:
    def breaks_off(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin()
        handler.event(chunk("It is"))

    def tells(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin()
        handler.event({"error": {"message": "The worker died."}})

    server.models |= {"old": breaks_off, "new": tells}
    desk.compare()
    (pair,) = desk.report()["pairs"]
    assert (pair["control"]["outcome"], pair["control"]["problem"]) == ("failed", "The answer broke off.")
    assert (pair["candidate"]["outcome"], pair["candidate"]["problem"]) == ("failed", "The worker died.")
    assert pair["control"]["metrics"] == {"error_rate": 1.0}


def test_a_server_without_streams_is_read_too(server: Server, desk: Desk) -> None:
    def whole(handler: Handler, body: dict[str, Any]) -> None:
        message = {"role": "assistant", "content": "4"}
        usage = {"prompt_tokens": 7, "completion_tokens": 1}
        handler.answer(200, {"choices": [{"index": 0, "message": message}], "usage": usage})

    server.models["new"] = whole
    desk.compare()
    side = desk.report()["pairs"][0]["candidate"]
    assert (side["text"], side["output_tokens"], side["outcome"]) == ("4", 1, "answered")
    assert "ttft_seconds" not in side["metrics"]


def test_a_busy_server_is_asked_again_as_it_says(server: Server, desk: Desk) -> None:
    busy, starting = failing(429, retry_after="0"), failing(503, retry_after="0")
    server.models["new"] = in_turn(busy, starting, saying("4"))
    assert desk.compare() == 0
    assert len(server.of("new")) == 3
    report = desk.report()
    assert report["pairs"][0]["candidate"]["text"] == "4"
    assert any("asked to wait 2 times" in note for note in report["notes"])


def test_a_spent_quota_is_not_asked_again_and_counts_as_failed(server: Server, desk: Desk) -> None:
    server.models["new"] = failing(429, code="insufficient_quota", retry_after="0")
    desk.compare()
    assert len(server.of("new")) == 1
    assert desk.gates()["error_rate"]["candidate"] == 1.0


def test_judge_and_embedder_score_the_pairs(server: Server, desk: Desk) -> None:
    def judges(handler: Handler, body: dict[str, Any]) -> None:
        said = body["messages"][-1]["content"]
        verdict = "A" if said.index("It is 4.") < said.index("Four.") else "B"
        handler.answer(200, {"choices": [{"index": 0, "message": {"content": verdict}}]})

    def embeds(handler: Handler, body: dict[str, Any]) -> None:
        vectors = [{"index": index, "embedding": [1.0, float(index)]} for index in range(len(body["input"]))]
        handler.answer(200, {"data": vectors})

    server.models |= {"wise": judges, "near": embeds}
    assert desk.compare("--judge", "wise", "--embedder", "near") == 0
    (pair,) = desk.report()["pairs"]
    assert pair["scores"] == {"quality": 1.0, "similarity": pytest.approx(0.5**0.5)}
    assert {"quality", "similarity"} <= set(desk.gates())


def test_checks_of_a_line_are_a_gate(server: Server, desk: Desk) -> None:
    schema = {"type": "object", "required": ["sum"]}
    desk.write(
        {"prompt": "What is 2 + 2?", "checks": [{"kind": "regex", "value": "(?i)four"}]},
        {"prompt": "As JSON", "checks": [{"kind": "json_schema", "value": schema}]},
    )
    desk.compare()
    gate = desk.gates()["check_failure_rate"]
    assert (gate["control"], gate["candidate"]) == (0.5, 1.0)


def test_repeats_ask_again_and_no_more_run_at_once_than_was_said(server: Server, desk: Desk) -> None:
    desk.write(*({"prompt": str(n)} for n in range(4)))
    desk.compare("--repeat", "3", "--at-once", "2")
    assert Counter(body["model"] for body in server.told) == {"old": 12, "new": 12}
    assert server.most <= 4
    assert sorted({pair["repeat"] for pair in desk.report()["pairs"]}) == [1, 2, 3]
    assert desk.gates()["error_rate"]["control_n"] == 4


def test_the_page_is_written_and_shows_a_hostile_answer_as_text(server: Server, desk: Desk) -> None:
    server.models["new"] = saying("<script>alert(1)</script>")
    file = desk.folder / "report.html"
    assert desk.compare("--html", str(file)) == 0
    page = file.read_text()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert {found.name for found in desk.folder.iterdir()} == {"prompts.jsonl", "report.json", "report.html"}


def test_a_report_that_cannot_be_written_ends_with_2_and_the_old_one_stays(
    server: Server, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.json.write_text("old")
    taken = desk.folder / "taken"
    taken.mkdir()
    assert desk.compare("--json", str(taken)) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert desk.json.read_text() == "old"
    assert list(taken.iterdir()) == []
    link = desk.folder / "link.json"
    link.symlink_to(desk.json)
    assert desk.compare("--json", str(link)) == 0
    assert link.is_symlink()
    assert desk.report()["is_complete"] is True


def test_an_answer_cannot_steer_the_terminal(server: Server, desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = {"x-freehold-provider": "a\x9b31m", "x-freehold-model": "m"}

    def answer(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin(**hostile)
        handler.event(chunk("4"))
        handler.wfile.write(b"data: [DONE]\n\n")

    server.models["new"] = in_turn(answer, saying("4"))
    desk.write({"prompt": "one"}, {"prompt": "two"})
    desk.compare()
    shown = capsys.readouterr().out
    assert "B was answered by several" in shown
    assert "\x9b" not in shown


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (['{"prompt": "a"}', "{"], "line 2: This is no JSON object"),
        (["[1]"], "line 1: This is no JSON object"),
        (["", '{"prompt": ""}'], "line 2: 'prompt' is no text"),
        (['{"messages": []}'], "line 1: 'messages' is no list, or an empty one"),
        (['{"messages": [{"content": "a"}]}'], "line 1: 'messages[0]' has no role"),
        (['{"prompt": "a", "messages": []}'], "line 1: A line has either"),
        (['{"label": "a"}'], "line 1: A line has either"),
        (['{"prompt": "a", "id": "x"}', '{"prompt": "b", "id": "x"}'], "line 2: The id 'x' is that of line 1"),
        (['{"prompt": "a", "checks": [{"kind": "regex", "value": "("}]}'], "line 1: 'checks[0]' is no regular"),
        (['{"prompt": "a", "checks": [{"kind": "json_schema", "value": "1"}]}'], "line 1: 'checks[0]' is no JSON"),
        (['{"prompt": "a", "checks": [{"kind": "length", "value": "1"}]}'], "line 1: 'checks[0]' is no check"),
        (['{"prompt": "a", "extra_body": 1}'], "line 1: 'extra_body' is no object"),
        (["{", '{"prompt": "a"}', "{", "{"], "Wrong, too: line 3, 4."),
        ([""], "holds no prompts"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_sent(
    server: Server, desk: Desk, capsys: pytest.CaptureFixture[str], lines: list[str], told: str
) -> None:
    desk.write(*lines)
    assert desk.compare() == 2
    assert told in capsys.readouterr().err
    assert server.told == []


def test_what_is_not_text_in_utf_8_is_named_too(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.prompts.write_bytes(b'\xef\xbb\xbf{"prompt": "a"}\n{"prompt": "\xff"}\n')
    assert desk.compare() == 2
    assert "line 2: This is no JSON object" in capsys.readouterr().err


def test_fields_of_extra_body_are_sent(server: Server, desk: Desk) -> None:
    desk.write({"prompt": "a", "extra_body": {"of_tomorrow": 1}, "top_p": 0.5, "of_today": 2})
    assert desk.compare() == 0
    assert server.told[0]["of_tomorrow"] == 1
    assert server.told[0]["top_p"] == 0.5
    assert "of_today" not in server.told[0]
    assert "extra_body" not in server.told[0]


@pytest.mark.parametrize("options", [["--gate", "speed"], ["--gate", "error_rate=-1"], ["--repeat", "0"]])
def test_wrong_options_end_with_2(server: Server, desk: Desk, options: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        desk.compare(*options)
    assert ended.value.code == 2
    assert server.told == []


def test_what_cannot_be_compared_ends_with_2(server: Server, desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.compare(b="nobody") == 2
    assert "no chat model 'nobody'" in capsys.readouterr().err
    assert desk.compare("--gate", "quality") == 2
    assert "never see a value" in capsys.readouterr().err
    assert desk.compare("--html", str(desk.folder / "missing" / "report.html")) == 2
    assert "no folder" in capsys.readouterr().err
    assert desk.compare("--url", "http://127.0.0.1:9") == 2
    assert "No server answers" in capsys.readouterr().err
    assert server.told == []
    server.models["near"] = failing(404, "no such model")
    assert desk.compare("--embedder", "near") == 2
    assert "The model 'near' did not answer: 404: no such model" in capsys.readouterr().err
    assert [body["model"] for body in server.told] == ["near"]


def test_ctrl_c_writes_the_report_of_what_is_done(
    server: Server, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    hung_up = threading.Event()

    def interrupts(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin()
        handler.event(chunk("It"))
        os.kill(os.getpid(), signal.SIGINT)
        handler.connection.settimeout(10)
        with suppress(ConnectionResetError):
            assert handler.rfile.read(1) == b""
        hung_up.set()

    server.models["new"] = in_turn(saying("4"), interrupts)
    desk.write({"prompt": "one"}, {"prompt": "two"}, {"prompt": "three"})
    assert desk.compare("--at-once", "1") == 130
    assert hung_up.wait(10)
    report = desk.report()
    assert [pair["id"] for pair in report["pairs"]] == ["1"]
    assert report["is_complete"] is False
    assert "Not complete: 1 of 3 pairs" in capsys.readouterr().out


def test_a_server_that_goes_away_ends_with_2_and_the_report_of_what_is_done(
    server: Server, desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(compare_asking, "BACKOFF_SECONDS", 0.0)

    def leaves(handler: Handler, body: dict[str, Any]) -> None:
        saying("4")(handler, body)
        handler.own.socket.close()

    server.models["new"] = in_turn(saying("4"), leaves)
    desk.write(*({"prompt": str(n)} for n in range(6)))
    assert desk.compare("--at-once", "1") == 2
    assert "any more" in capsys.readouterr().err
    report = desk.report()
    assert report["is_complete"] is False
    assert 1 <= len(report["pairs"]) < 6
