"""The package freehold-espeak as any program would use it: a process, and lines of JSON."""

import json
import re
import subprocess
import sys
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tiny_voices import write_piper

PACKAGE = Path(__file__).parents[3] / "packages" / "freehold-espeak"


class Process:
    """A process of the package."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", *arguments]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=-1
        )

    def send(self, message: Mapping[str, Any] | bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(message if isinstance(message, bytes) else json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def receive(self) -> tuple[dict[str, Any], bytes]:
        assert self.process.stdout is not None
        message = json.loads(self.process.stdout.readline())
        return message, self.process.stdout.read(message.get("bytes", 0))

    def answers(self, message: Mapping[str, Any]) -> list[dict[str, Any]]:
        """All answers to a request; the last one is done or an error."""
        self.send(message)
        found: list[dict[str, Any]] = []
        while not found or found[-1]["type"] not in ("done", "error"):
            answer, payload = self.receive()
            found.append({**answer, "payload": payload})
        assert {answer["id"] for answer in found} == {message["id"]}
        return found

    def end(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.stdin = None
        return self.process.wait(20)


@pytest.fixture(scope="module")
def espeak() -> Generator[Process]:
    """One process for all tests that leave it at work."""
    yield from _started()


@pytest.fixture
def mortal() -> Generator[Process]:
    """A process that the test may end."""
    yield from _started()


def _started() -> Generator[Process]:
    started = Process("freehold_espeak")
    assert started.receive()[0]["type"] == "ready"
    yield started
    started.process.kill()
    started.process.communicate()


HELLO = {"type": "speak", "id": 1, "text": "Hello.", "voice": "gmw/en-US+f3"}


def test_neither_package_imports_the_other() -> None:
    theirs = [path.read_text() for path in PACKAGE.rglob("*.py")]
    assert len(theirs) >= 6
    assert not [text for text in theirs if re.search(r"^\s*(import|from) freehold\b", text, re.MULTILINE)]
    ours = [path.read_text() for path in (PACKAGE.parents[1] / "src" / "freehold").rglob("*.py")]
    assert not [t for t in ours if re.search(r"^\s*(import|from) (freehold_espeak|espeakng_loader|piper)\b", t, re.M)]


def test_the_package_runs_without_freehold() -> None:
    program = "import sys; sys.modules['freehold'] = None; import freehold_espeak.__main__, freehold_espeak.piper"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_what_is_ready_says_what_there_is() -> None:
    process = Process("freehold_espeak")
    ready, _ = process.receive()
    assert (ready["rate"], ready["version"][:4]) == (22050, "1.52")
    assert (len(ready["voices"]), len(ready["variants"])) == (135, 104)
    english = next(voice for voice in ready["voices"] if voice["identifier"] == "gmw/en-US")
    assert english["languages"] == ["en-us", "en"]
    assert {"chr", "cv", "fo", "kaa", "sjn", "xex"}.isdisjoint(v["identifier"][4:] for v in ready["voices"])
    assert process.end() == 0
    assert process.process.communicate()[1] == b""


def test_sound_comes_in_growing_chunks_with_the_words_in_them(espeak: Process) -> None:
    *sound, last = espeak.answers({**HELLO, "text": "Hello there."})
    assert last["type"] == "done"
    assert 0 < len(sound[0]["payload"]) <= 2 * 22050 * 0.061
    assert len(sound[0]["payload"]) < len(sound[1]["payload"])
    assert [word[:2] for each in sound for word in each["words"]] == [[0, 5], [6, 5]]


def test_a_text_that_ends_in_a_mark_ends_in_a_pause(espeak: Process) -> None:
    def seconds(text: str) -> float:
        return sum(len(each["payload"]) for each in espeak.answers({**HELLO, "text": text})) / 2 / 22050

    assert seconds("Hello there.") > seconds("Hello there,") + 0.1 > seconds("Hello there") + 0.2


def test_phonemes_come_by_clause_with_the_mark_that_ends_it(espeak: Process) -> None:
    def clauses(text: str, voice: str = "gmw/en-US") -> list[list[str]]:
        return espeak.answers({"type": "phonemes", "id": 7, "text": text, "voice": voice})[0]["clauses"]

    assert clauses("Hello, world! Fine") == [["həlˈo͡ʊ", ","], ["wˈɜːld", "!"], ["fˈa͡ɪn", ""]]
    assert [mark for _, mark in clauses("Mr. Smith paid 3.14 dollars; ok...")] == [".", ";", "..."]
    assert [mark for _, mark in clauses("你好，世界。再见", "sit/cmn")] == ["，", "。", ""]
    assert all("(" not in ipa for ipa, _ in clauses("Bonjour, hello computer", "roa/fr"))
    assert clauses("") == clauses("  \n ") == clauses("...") == []


def test_absurd_values_are_moved_into_bounds(espeak: Process) -> None:
    for values in (
        {"rate": 10**30, "pitch": -5, "range": 1e308, "volume": 99999},
        {"rate": -1, "pitch": 10**9, "range": -(10**9), "volume": -3},
        {"rate": 0.0, "pitch": 0.5, "unknown": [1]},
    ):
        answers = espeak.answers({**HELLO, **values})
        assert answers[-1]["type"] == "done"
        assert len(answers) > 1


@pytest.mark.parametrize(
    "change",
    [
        {"text": None},
        {"text": ["x"]},
        {"voice": 5},
        {"voice": "gmw/en-US+nobody"},
        {"voice": "../../etc/passwd"},
        {"voice": "gmw/en-US+../../../x"},
        {"voice": ""},
        {"voice": "gmw/fo"},
        {"rate": "fast"},
        {"pitch": True},
        {"range": None},
        {"type": "sing"},
        {"type": None},
        {"type": []},
    ],
)
def test_a_request_at_fault_is_told_so_and_the_next_is_served(espeak: Process, change: dict[str, Any]) -> None:
    answers = espeak.answers({**HELLO, **change})
    assert [(each["type"], each.get("invalid")) for each in answers] == [("error", True)]
    assert espeak.answers(HELLO)[-1]["type"] == "done"


@pytest.mark.parametrize(
    "garbage",
    [
        b"\n",
        b"hello\n",
        b"\xff\xfe\x00\n",
        b"[1,2]\n",
        b"{}\n",
        b'{"type":"speak","id":null}\n',
        b'{"type":"speak","id":[1]}\n',
        b'{"type":"speak","id":1,"bytes":-1}\n',
        b'{"type":"speak","id":1,"bytes":"x"}\n',
        b"[" * 100_000 + b"\n",
        b"x" * (1 << 20) + b"\n",
        b'{"type":"speak","id":1,"rate":NaN,"text":"x","voice":"gmw/de"}\n',
    ],
)
def test_garbage_is_an_error_and_no_end(espeak: Process, garbage: bytes) -> None:
    espeak.send(garbage)
    answer, _ = espeak.receive()
    assert (answer["type"], answer["invalid"]) == ("error", True)
    espeak.send({**HELLO, "id": 2})
    while answer.get("id") != 2:  # an endless line is several errors
        answer, _ = espeak.receive()
    while answer["type"] != "done":
        answer, _ = espeak.receive()


def test_lone_surrogates_and_payloads_do_no_harm(espeak: Process) -> None:
    espeak.send(b'{"type":"speak","id":1,"text":"a \\ud800 b","voice":"gmw/de","bytes":5}\n12345')
    answer, _ = espeak.receive()
    while answer["type"] != "done":
        assert answer["type"] == "audio"
        answer, _ = espeak.receive()
    assert espeak.answers(HELLO)[-1]["type"] == "done"


def test_a_cancelled_request_ends_within_a_chunk(espeak: Process) -> None:
    espeak.send({**HELLO, "id": 1, "text": "on and on " * 20_000})
    assert espeak.receive()[0]["type"] == "audio"
    espeak.send({"type": "cancel", "id": 99})
    espeak.send({"type": "cancel", "id": 1})
    sent = 0
    while (answer := espeak.receive())[0]["type"] == "audio":
        sent += len(answer[1])
    assert answer[0] == {"type": "done", "id": 1}
    # No more than was on its way: what the pipe holds, of more than an hour of speech.
    assert sent < 2_000_000
    assert espeak.answers({**HELLO, "id": 2})[-1]["type"] == "done"


def test_a_request_cancelled_before_its_turn_is_not_spoken(espeak: Process) -> None:
    espeak.send({**HELLO, "text": "on and on " * 20_000})  # it runs until the last cancellation
    espeak.receive()
    for message in ({**HELLO, "id": 2}, {"type": "cancel", "id": 2}, {"type": "cancel", "id": 1}):
        espeak.send(message)
    found = [espeak.receive()[0]]
    while found[-1].get("id") != 2:
        found.append(espeak.receive()[0])
    assert found[-2:] == [{"type": "done", "id": 1}, {"type": "done", "id": 2}]


def test_the_process_ends_with_its_input_in_the_middle_of_a_word(mortal: Process) -> None:
    mortal.send({**HELLO, "text": "on and on " * 20_000})
    assert mortal.receive()[0]["type"] == "audio"
    assert mortal.end() == 0


def test_the_process_ends_where_nobody_reads(mortal: Process) -> None:
    assert mortal.process.stdout is not None
    mortal.send({**HELLO, "text": "on and on " * 20_000})
    mortal.receive()
    mortal.process.stdout.close()
    assert mortal.process.wait(20) == 0
    mortal.process.stdout = None


def test_a_piper_voice_speaks_the_same_protocol(tmp_path: Path) -> None:
    folder = write_piper(tmp_path, speakers=["anna", "bob"])
    process = Process("freehold_espeak.piper", "--model", str(folder / "en_US-tiny-low.onnx"))
    ready, _ = process.receive()
    assert (ready["type"], ready["rate"], ready["speakers"]) == ("ready", 16000, 2)
    speak = {"type": "speak", "id": 1, "text": "One. Two. Three.", "speaker": 1}
    assert [each["type"] for each in process.answers(speak)] == ["audio", "audio", "audio", "done"]
    for change in (
        {"speaker": 2},
        {"speaker": -1},
        {"speaker": "bob"},
        {"text": 1},
        {"type": "phonemes"},
        {"speed": "x"},
    ):
        assert process.answers({**speak, **change})[-1]["invalid"] is True
    for speed in (0, -3, 10**9):
        assert process.answers({**speak, "speed": speed})[-1]["type"] == "done"
    assert process.end() == 0
    process.process.communicate()


def test_a_piper_voice_that_is_none_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "x.onnx").write_bytes(b"nonsense")
    process = Process("freehold_espeak.piper", "--model", str(tmp_path / "x.onnx"))
    refused, _ = process.receive()
    assert refused["type"] == "error"
    assert "is no Piper voice" in refused["message"]
    assert process.process.wait(20) == 1
    process.process.communicate()


def test_without_piper_the_fix_is_named(tmp_path: Path) -> None:
    program = "import sys; sys.modules['piper'] = None; sys.argv = ['x', '--model', 'y']\n"
    program += "from freehold_espeak.piper import main; sys.exit(main())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, input=b"")
    assert done.returncode == 1
    assert "pip install 'freehold-espeak[piper]'" in json.loads(done.stdout)["message"]
