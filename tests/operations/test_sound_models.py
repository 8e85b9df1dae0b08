"""Models that speak or listen are recognised by their files, imported, pulled and served like any other."""

import json
import struct
from pathlib import Path
from typing import Any

import pytest

from freehold.contracts.errors import InvalidRequest, ModelNotFound
from freehold.models.audio import LAYOUTS, names_below, recognise
from freehold.operations.catalogue.check import check_folder
from freehold.operations.catalogue.facts import find_facts
from freehold.operations.catalogue.folders import BUILTIN, scan
from freehold.operations.catalogue.importing import Imported, ModelImport
from freehold.operations.catalogue.pull import is_asked
from freehold.operations.settings import OperationsSettings
from freehold.operations.workers import LocalWorkers
from held_clock import HeldClock

PIPER = {"audio": {"sample_rate": 22050}, "espeak": {"voice": "en-us"}, "phoneme_id_map": {"_": [0]}}


CHATTERBOX = {f"onnx/{name}.onnx": b"onnx" for name in ("speech_encoder", "embed_tokens", "conditional_decoder")}
CHATTERBOX |= {"onnx/language_model_q4.onnx": b"onnx", "onnx/language_model_q4.onnx_data": b"weights"}
CHATTERBOX |= {"tokenizer.json": b"{}", "default_voice.wav": b"RIFF"}


def write(folder: Path, files: dict[str, Any]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return folder


FOLDERS: dict[str, tuple[str, dict[str, Any]]] = {
    "piper": ("speech", {"amy.onnx": b"onnx", "amy.onnx.json": PIPER, "MODEL_CARD": b"card"}),
    "kokoro": ("speech", {"kokoro-v1.0.onnx": b"onnx", "voices-v1.0.bin": b"voices"}),
    "faster_whisper": (
        "transcription",
        {"model.bin": b"weights", "config.json": {"lang_ids": [1]}, "vocabulary.json": [], "tokenizer.json": {}},
    ),
    "chatterbox": ("speech", CHATTERBOX),
    "wespeaker": ("speaker", {"voxceleb_resnet34_LM.onnx": b"onnx", "speaker.json": {"threshold": 0.4}}),
    "whisper_cpp": ("transcription", {"ggml-tiny.bin": struct.pack("<I", 0x67676D6C) + b"weights"}),
}  # fmt: skip


def bring_in(source: Path, data: Path, name: str = "voice") -> Imported:
    return ModelImport(source, data, name=name).run(HeldClock())


@pytest.mark.parametrize("engine", FOLDERS)
def test_a_folder_is_recognised_imported_and_listed_with_its_kind(engine: str, tmp_path: Path) -> None:
    kind, files = FOLDERS[engine]
    imported = bring_in(write(tmp_path / "source", files), tmp_path / "data")
    assert (imported.check.kind, imported.check.architecture) == (kind, engine)
    folder = scan(tmp_path / "data")["voice"]
    assert (folder.kind, folder.engine, folder.builtin) == (kind, engine, False)
    assert find_facts(tmp_path / "data", "voice").problem == ""
    assert set(imported.check.files) <= names_below(imported.path)


def test_onnx_communitys_kokoro_keeps_its_folders(tmp_path: Path) -> None:
    files = {"onnx/model.onnx": b"onnx", "voices/af_heart.bin": b"v", "voices/bf_emma.bin": b"v", "config.json": {}}
    imported = bring_in(write(tmp_path / "source", files), tmp_path / "data")
    assert imported.check.architecture == "kokoro"
    assert {"onnx/model.onnx", "voices/af_heart.bin", "voices/bf_emma.bin"} <= names_below(imported.path)


def test_every_engine_has_a_folder_that_no_other_takes_for_its_own(tmp_path: Path) -> None:
    named = {engine: set(files) for engine, (_, files) in FOLDERS.items()}
    named |= {engine: {f"{engine}.json"} for engine in ("espeak", "pocketsphinx", "sound", "conversation")}
    assert set(named) == set(LAYOUTS)
    for engine, names in named.items():
        assert [other for other in LAYOUTS if LAYOUTS[other].files(names)] == [engine]


@pytest.mark.parametrize("names", [{"model.safetensors", "config.json"}, {"model.onnx", "config.json"}, {"x.gguf"}])
def test_models_for_text_are_not_taken_for_sound(names: set[str]) -> None:
    assert recognise(names) is None


@pytest.mark.parametrize(
    ("engine", "damage"),
    [
        ("piper", {"amy.onnx.json": b"{}"}),
        ("piper", {"amy.onnx": b""}),
        ("faster_whisper", {"config.json": {"model_type": "t5"}}),
        ("faster_whisper", {"config.json": b"{"}),
        ("whisper_cpp", {"ggml-tiny.bin": b"GGUF...."}),
        ("wespeaker", {"speaker.json": {"threshold": 3}}),
    ],
)
def test_a_damaged_folder_is_refused_by_the_file_at_fault(engine: str, damage: dict[str, Any], tmp_path: Path) -> None:
    write(tmp_path, FOLDERS[engine][1] | damage)
    with pytest.raises(InvalidRequest, match=next(iter(damage)).replace(".", r"\.")):
        check_folder(tmp_path)


def test_the_built_ins_speak_listen_and_work_on_sound() -> None:
    built_in = {name: folder.kind for name, folder in scan(Path("/nowhere")).items() if folder.builtin}
    assert {"espeak": "speech", "pocketsphinx": "transcription", "sound": "sound"}.items() <= built_in.items()
    for name in ("espeak", "pocketsphinx", "sound"):
        assert (BUILTIN / name / "README.md").is_file()


def test_of_several_whispers_in_one_repository_the_named_one_is_pulled() -> None:
    names = ["ggml-base.bin", "ggml-tiny.bin", "README.md"]
    found = recognise([name for name in names if is_asked(name, "tiny")])
    assert found is not None
    assert found.files == ("ggml-tiny.bin",)


async def test_the_sound_worker_is_told_of_a_network_for_speakers_which_is_no_model_to_ask(tmp_path: Path) -> None:
    folder = write(tmp_path / "data" / "models" / "resnet", FOLDERS["wespeaker"][1])
    workers = LocalWorkers(tmp_path / "data", OperationsSettings(), HeldClock(), watermark_key=b"k" * 32)
    try:
        assert "resnet" not in {model.id for model in workers.models()}
        with pytest.raises(ModelNotFound):
            await workers.endpoint("resnet")
        assert f"--speaker-model {folder}" in " ".join(workers._arguments(workers._folders()["sound"]))
        assert "--speaker-model" not in workers._arguments(workers._folders()["espeak"])
    finally:
        await workers.close()
