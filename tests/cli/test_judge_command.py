"""The judge command against a small server whose judge follows a rule, with labels that agree or do not."""

import json
import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from command_module import run, told
from freehold.cli import judge
from freehold.contracts.errors import InvalidRequest, ModelNotFound

pytestmark = pytest.mark.network


class LongerIsBetter(BaseHTTPRequestHandler):
    """A judge that prefers the longer answer; `first` prefers the place instead."""

    def do_GET(self) -> None:
        self.answer({"data": [{"id": "longer"}, {"id": "first"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text = body["messages"][-1]["content"]
        a, b = (len(text.split(f"ANSWER {name} BEGINS")[1].split(f"ANSWER {name} ENDS")[0]) for name in ("A", "B"))
        word = "A" if body["model"] == "first" or a > b else "B"
        self.answer({"choices": [{"index": 0, "message": {"role": "assistant", "content": word}}]})

    def answer(self, value: object) -> None:
        content = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def options(tmp_path: Path) -> Generator[list[str]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), LongerIsBetter)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    pairs = [("long answer", "short", "a"), ("short", "long answer", "b"), ("long answer", "short", "b")]
    file = tmp_path / "pairs.jsonl"
    file.write_text("".join(json.dumps({"prompt": "?", "a": a, "b": b, "label": c}) + "\n" for a, b, c in pairs))
    address = f"http://127.0.0.1:{server.server_port}"
    yield ["--labelled", str(file), "--url", address, "--key", "k", "--data", str(tmp_path)]
    server.shutdown()
    server.server_close()
    thread.join()


def test_it_says_how_far_a_judge_agrees_with_people(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, judge, "longer", *options)
    assert (found["judged"], found["unreadable"], found["swapped"]) == (3, 0, 0.0)
    assert found["agreed"] == pytest.approx(2 / 3)
    assert found["counts"]["b"] == {"a": 1, "b": 1, "tie": 0}
    assert run(judge, "longer", *options) == 0
    assert "67%" in capsys.readouterr().out


def test_a_judge_that_prefers_a_place_says_tie(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, judge, "first", *options)
    assert (found["agreed"], found["swapped"]) == (0.0, 1.0)


@pytest.mark.parametrize("line", ["", "{}", '{"prompt": "?", "a": "x", "b": "y", "label": "c"}', "no JSON"])
def test_a_line_that_is_no_labelled_pair_is_named(options: list[str], line: str) -> None:
    Path(options[1]).write_text(f"\n{line}\n")
    with pytest.raises(InvalidRequest, match="line 2" if line else "no pair"):
        run(judge, "longer", *options)


def test_a_judge_that_is_not_there_is_said_to_be_missing(options: list[str]) -> None:
    with pytest.raises(ModelNotFound):
        run(judge, "nobody", *options)
