"""`freehold speak` and `freehold transcribe` against a small server of OpenAI's API that keeps what it was sent."""

import json
import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from command_module import run
from freehold.cli import speak, transcribe
from freehold.contracts.audio.hearing import read_transcription
from freehold.contracts.errors import InvalidRequest, ModelNotFound, SetupError

pytestmark = pytest.mark.network

SOUND = b"sound" * 1000
KINDS = {"espeak": "speech", "pocketsphinx": "transcription", "starter": "chat"}


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.told: list[Any] = []
        self.breaks_off = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        if self.path.startswith("/v1/models"):
            self.answer({"data": [{"id": name, "freehold": {"kind": kind}} for name, kind in KINDS.items()]})
            return
        first = "after=" not in self.path
        voice = {"id": "fr+one" if first else "fr+two", "language": "fr", "kind": "preset", "name": "One"}
        self.answer({"data": [voice], "has_more": first, "last_id": "espeak/fr+one"})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/v1/audio/speech":
            self.server.told.append(json.loads(body))
            self.send_response(200)
            self.send_header("Content-Type", "audio/mpeg")
            self.send_header("Content-Length", str(len(SOUND)))
            self.end_headers()
            self.wfile.write(SOUND[:100] if self.server.breaks_off else SOUND)
            self.close_connection = True
            return
        wanted = read_transcription(body, self.headers["Content-Type"])
        self.server.told.append((self.path, wanted))
        if wanted.stream:
            events = [{"type": "transcript.text.delta", "delta": text} for text in ("Good", " day\x1b[2J")]
            events.append({"type": "transcript.text.done", "text": "Good day"})
            text = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
            self.answer(text, "text/event-stream")
        else:
            self.answer("1\n00:00:00,000 --> 00:00:01,000\nGood day\n", "text/plain")

    def answer(self, body: Any, media_type: str = "application/json") -> None:
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Generator[Server]:
    running = Server()
    thread = threading.Thread(target=running.serve_forever, args=(0.02,))
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


def say(server: Server, *words: str) -> int:
    return run(speak, *words, "--url", server.url, "--key", "k")


def test_the_files_name_says_the_format_and_the_manner_is_passed_on(server: Server, tmp_path: Path) -> None:
    options = ("--voice", "nova", "--speed", "1.5", "--emotion", "happy", "--language", "de")
    assert say(server, "Guten Tag", "-o", str(tmp_path / "a.ogg"), *options) == 0
    assert (tmp_path / "a.ogg").read_bytes() == SOUND
    expected = {"model": "espeak", "input": "Guten Tag", "voice": "nova", "response_format": "opus"}
    assert server.told == [expected | {"speed": 1.5, "emotion": "happy", "language": "de"}]


def test_what_breaks_off_leaves_no_file_and_keeps_the_old_one(server: Server, tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"old")
    server.breaks_off = True
    with pytest.raises(Exception, match="broke"):
        say(server, "Hello", "-o", str(tmp_path / "a.mp3"))
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp3"]
    assert (tmp_path / "a.mp3").read_bytes() == b"old"


def test_voices_are_listed_over_all_pages(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    assert say(server, "--voices", "--language", "fr") == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["fr+one", "fr+two"]


def test_an_empty_text_a_chat_model_and_a_closed_folder_are_refused(server: Server, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="empty"):
        say(server, "  ", "-o", str(tmp_path / "a.mp3"))
    with pytest.raises(ModelNotFound, match="no speech model 'starter'"):
        say(server, "Hi", "--model", "starter", "-o", str(tmp_path / "a.mp3"))
    with pytest.raises(SetupError, match="cannot be written"):
        say(server, "Hi", "-o", str(tmp_path / "missing" / "a.mp3"))


def test_text_is_printed_as_it_is_found_and_cannot_steer_the_terminal(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    assert run(transcribe, str(tmp_path / "a.wav"), "--language", "en", "--url", server.url, "--key", "k") == 0
    assert capsys.readouterr().out == "Good day[2J\n"
    (path, wanted), *_ = server.told
    assert (path, wanted.language, wanted.stream, wanted.audio.data) == (
        "/v1/audio/transcriptions", "en", True, b"RIFF",
    )  # fmt: skip


def test_captions_go_into_a_file_and_a_translation_to_its_own_endpoint(server: Server, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    out = tmp_path / "a.srt"
    options = ("--format", "srt", "--translate", "-o", str(out), "--url", server.url, "--key", "k")
    assert run(transcribe, str(tmp_path / "a.wav"), *options) == 0
    assert out.read_text().endswith("Good day\n")
    assert [(path, wanted.response_format) for path, wanted in server.told] == [("/v1/audio/translations", "srt")]


def test_a_recording_that_is_not_there_is_named(server: Server) -> None:
    with pytest.raises(SetupError, match=r"nowhere\.wav cannot be read"):
        run(transcribe, "nowhere.wav", "--url", server.url, "--key", "k")
