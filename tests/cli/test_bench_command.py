import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from command_module import run, told
from flite import flite
from freehold.cli import bench
from freehold.cli.bench_listening import Heard, Utterance, find_model, find_utterances, summary
from freehold.contracts.errors import InvalidRequest, SetupError
from freehold.foundation.settings import child_environment
from freehold.models.audio import LAYOUTS

SAID = {"one": "The train is late this morning.", "two": "Please open the window in the kitchen."}
EXTRAS = ("av", "onnxruntime", "soxr", "scipy", "soundfile", "pocketsphinx", "faster_whisper", "ctranslate2")


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    """Two of flite's sentences with their texts."""
    folder = tmp_path / "recordings"
    folder.mkdir()
    for name, text in SAID.items():
        (folder / f"{name}.wav").write_bytes(flite(text))
        (folder / f"{name}.txt").write_text(text + "\n")
    return folder


def heard(said: str, text: str) -> Heard:
    utterance = Utterance(path=Path("x.wav"), text=said)
    return Heard(utterance=utterance, text=text, audio_seconds=2.0, machine_seconds=0.5)


def test_the_builtin_model_hears_flites_sentences_and_each_error_is_counted_once(
    recordings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, bench, "wer", "--model", "pocketsphinx", "--audio", str(recordings), "--language", "en")
    assert found["engine"] == "pocketsphinx"
    assert (found["recordings"], found["words"]) == (2, 13)
    assert found["word_error_rate"] <= 0.4
    errors = found["substitutions"] + found["deletions"] + found["insertions"]
    assert errors == found["word_error_rate"] * found["words"]
    assert found["word_error_rate_low"] <= found["word_error_rate"] <= found["word_error_rate_high"]
    assert [one["said"] for one in found["heard"]] == list(SAID.values())
    assert not found["interrupted"]
    assert 2 < found["audio_seconds"] < 8


def test_a_file_that_is_no_recording_is_told_and_left_out(recordings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (recordings / "two.wav").write_bytes(b"not a sound" * 50)
    assert run(bench, "wer", "--model", "pocketsphinx", "--audio", str(recordings)) == 0
    printed = capsys.readouterr()
    assert "two.wav" in printed.err
    assert "1 with 6 words" in printed.out
    assert "1 failed" in printed.out


def test_where_nothing_can_be_heard_the_command_fails(recordings: Path) -> None:
    for path in recordings.glob("*.wav"):
        path.write_bytes(b"not a sound" * 50)
    with pytest.raises(InvalidRequest, match="None of the recordings"):
        run(bench, "wer", "--model", "pocketsphinx", "--audio", str(recordings))


def test_a_limit_takes_recordings_from_all_of_the_folder(recordings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(4):
        (recordings / f"bad{number}.wav").write_bytes(b"")
        (recordings / f"bad{number}.txt").write_text("never heard")
    found = told(capsys, bench, "wer", "--model", "pocketsphinx", "--audio", str(recordings), "--limit", "3")
    assert [Path(name).name for name in found["failed"]] == ["bad0.wav", "bad2.wav"]
    assert [Path(one["file"]).name for one in found["heard"]] == ["one.wav"]


def test_librispeechs_texts_are_found(tmp_path: Path) -> None:
    chapter = tmp_path / "84" / "121123"
    chapter.mkdir(parents=True)
    (chapter / "84-121123.trans.txt").write_text("84-121123-0000 GO DO YOU HEAR\n84-121123-0001 BUT IN LESS TIME\n")
    for number in range(3):
        (chapter / f"84-121123-000{number}.flac").touch()
    found, untold = find_utterances(tmp_path)
    assert [one.text for one in found] == ["GO DO YOU HEAR", "BUT IN LESS TIME"]
    assert untold == 1


def test_a_folder_without_texts_says_where_they_belong(tmp_path: Path) -> None:
    (tmp_path / "x.wav").touch()
    with pytest.raises(InvalidRequest, match="1 recordings, and none has a text") as refused:
        find_utterances(tmp_path)
    assert "x.txt" in refused.value.hint


def test_a_folder_without_weights_says_which_files_an_engine_needs(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="no weights") as refused:
        find_model(str(tmp_path))
    assert "model.bin" in refused.value.hint
    assert "ggml-*.bin" in refused.value.hint


def test_the_hint_knows_every_engine_that_listens() -> None:
    engines = {name for name, layout in LAYOUTS.items() if layout.kind == "transcription"}
    assert engines == {"faster_whisper", "whisper_cpp", "pocketsphinx"}


def test_a_model_that_speaks_is_refused() -> None:
    with pytest.raises(SetupError, match="does not listen"):
        find_model("espeak")


def test_a_language_that_the_model_does_not_know_is_refused(recordings: Path) -> None:
    with pytest.raises(InvalidRequest, match="'de'"):
        run(bench, "wer", "--model", "pocketsphinx", "--audio", str(recordings), "--language", "de")


def test_the_interval_holds_the_rate_and_narrows_with_more_recordings() -> None:
    few = [heard("one two three four", "one two three four"), heard("one two three four", "one two three five")]
    low_few, high_few = summary(few).low, summary(few).high
    many = summary(few * 100)
    assert many.score.rate == summary(few).score.rate == 0.125
    assert low_few < many.low < 0.125 < many.high < high_few
    assert many.real_time_factor == 0.25


def test_no_error_in_few_words_is_no_proof_of_none() -> None:
    found = summary([heard("one two three four five six", "one two three four five six")])
    assert (found.score.rate, found.low, found.high) == (0.0, 0.0, 0.5)


def test_the_help_needs_no_extra() -> None:
    blocked = "; ".join(f"sys.modules[{name!r}] = None" for name in EXTRAS)
    code = f"import sys; {blocked}; from freehold.cli import main; main(['bench', 'wer', '--help'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "--audio" in done.stdout


def test_without_the_extra_the_command_says_what_to_install(recordings: Path) -> None:
    code = "import sys; sys.modules['onnxruntime'] = None; from freehold.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "bench", "wer", "--model", "pocketsphinx", "--audio", str(recordings)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "freehold[offline]" in done.stderr


def test_ctrl_c_prints_what_was_measured_until_then(tmp_path: Path) -> None:
    sound = flite(SAID["one"])
    for number in range(400):
        (tmp_path / f"{number:03d}.wav").write_bytes(sound)
        (tmp_path / f"{number:03d}.txt").write_text(SAID["one"])
    (tmp_path / "001.wav").write_bytes(b"no sound")  # told on standard error: then the first one has been heard
    command = [sys.executable, "-m", "freehold", "bench", "wer", "--model", "pocketsphinx", "--audio", str(tmp_path)]
    running = subprocess.Popen(
        [*command, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=child_environment(),
        start_new_session=True,
    )
    assert running.stderr is not None
    assert "001.wav" in running.stderr.readline()
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does, to the engines too
    out, _ = running.communicate(timeout=60)
    found = json.loads(out)
    assert running.returncode == 130
    assert found["interrupted"]
    assert 1 <= found["recordings"] < 399
