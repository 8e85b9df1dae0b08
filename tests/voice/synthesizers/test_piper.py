import contextlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from freehold.contracts.errors import SetupError
from freehold.voice.synthesizer import Clause, Prosody, Synthesizer
from freehold.voice.synthesizers.piper import open_piper
from tiny_voices import PIPER_SAMPLES, write_piper

from .conftest import Opened


async def _sentences(piper: Synthesizer, text: str, voice: str, speed: float = 1.0) -> list[Any]:
    clause = Clause(text=text, voice=voice, prosody=Prosody(speed=speed))
    return [piece.samples async for piece in piper.speak(clause)]


async def test_speakers_are_voices_and_sound_different(opened: Opened) -> None:
    piper = await opened("piper")
    assert [(voice.id, voice.language, voice.kind) for voice in piper.voices()] == [
        ("anna", "en-US", "speaker"),
        ("bob", "en-US", "speaker"),
    ]
    assert set(piper.presets.values()) == {"anna", "bob"}
    anna, bob = await _sentences(piper, "Hello.", "anna"), await _sentences(piper, "Hello.", "bob")
    assert len(anna[0]) == len(bob[0])
    assert not np.allclose(anna[0], bob[0], atol=0.01)


async def test_a_voice_of_one_speaker_is_called_as_its_file(opened: Opened, tmp_path: Path) -> None:
    piper = await opened("piper", write_piper(tmp_path, name="de_DE-thorsten-low"))
    assert [voice.id for voice in piper.voices()] == ["de_DE-thorsten-low"] == [piper.default_voice]
    assert len(await _sentences(piper, "Eins. Zwei.", piper.default_voice)) == 2


async def test_each_sentence_is_a_piece_and_speed_shortens_each_phoneme(opened: Opened) -> None:
    piper = await opened("piper")
    usual = await _sentences(piper, "One. Two two. Three three three!", "anna")
    assert [len(piece) % PIPER_SAMPLES for piece in usual] == [0, 0, 0]
    fast = await _sentences(piper, "One. Two two. Three three three!", "anna", speed=4.0)
    assert [len(piece) * 4 for piece in fast] == [len(piece) for piece in usual]


async def test_a_clause_that_is_closed_in_mid_sentence_leaves_the_process_at_work(opened: Opened) -> None:
    piper = await opened("piper")
    pids = piper.pids  # type: ignore[attr-defined]
    long = "One. " + "two and " * 3000
    for _ in range(3):
        async with contextlib.aclosing(piper.speak(Clause(text=long, voice="bob"))) as pieces:
            await anext(pieces)
    assert len(await _sentences(piper, "One. Two.", "bob")) == 2
    assert piper.pids == pids  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "has 0 Piper voices"),
        ({"x.onnx": "x"}, "has 0 Piper voices"),
        ({"x.onnx": "x", "x.onnx.json": "{}", "y.onnx": "y", "y.onnx.json": "{}"}, "has 2 Piper voices"),
        ({"x.onnx": "x", "x.onnx.json": "{"}, "does not describe a Piper voice"),
        ({"x.onnx": "x", "x.onnx.json": '{"audio": {"sample_rate": "high"}}'}, "does not describe a Piper voice"),
    ],
)
def test_a_folder_that_is_no_piper_voice_is_refused(tmp_path: Path, files: dict[str, str], message: str) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    with pytest.raises(SetupError, match=message):
        open_piper(tmp_path, workers=1)


async def test_a_graph_that_cannot_be_loaded_is_refused_in_words(opened: Opened, tmp_path: Path) -> None:
    folder = write_piper(tmp_path)
    (folder / "en_US-tiny-low.onnx").write_bytes(b"nonsense")
    with pytest.raises(SetupError, match="is no Piper voice"):
        await opened("piper", folder)


async def test_speakers_without_names_have_numbers(opened: Opened, tmp_path: Path) -> None:
    folder = write_piper(tmp_path, speakers=["a", "b", "c"])
    path = folder / "en_US-tiny-low.onnx.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "speaker_id_map": {}}))
    piper = await opened("piper", folder)
    assert [voice.id for voice in piper.voices()] == [f"en_US-tiny-low-{number}" for number in range(3)]
    assert len(await _sentences(piper, "Hello.", "en_US-tiny-low-2")) == 1
