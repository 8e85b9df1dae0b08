import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from freehold.contracts.errors import FreeholdError, InvalidRequest, ModelNotFound, SetupError
from freehold.nn.checkpoint import open_checkpoint
from freehold.operations.catalogue.check import check_folder
from freehold.operations.catalogue.facts import all_facts, find_facts
from freehold.operations.catalogue.folders import scan
from freehold.operations.catalogue.importing import Imported, ModelImport
from freehold.operations.catalogue.record import changed_files, read_record
from freehold.operations.catalogue.shelf import Shelf
from gguf_model import make_gguf
from held_clock import HeldClock
from plain_model import SPEC, make_plain_model, weights, write_config


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return make_plain_model(tmp_path / "source" / "tiny")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def bring_in(source: Path, data: Path, **options: Any) -> Imported:
    options = {"name": "tiny"} | options
    return ModelImport(source, data, **options).run(HeldClock())


def refusal(source: Path) -> str:
    with pytest.raises(InvalidRequest) as caught:
        check_folder(source)
    assert caught.value.hint
    return caught.value.public_message()


def test_an_imported_model_is_there_with_the_digest_of_each_file(source: Path, data: Path) -> None:
    imported = bring_in(source, data)
    assert scan(data)["tiny"].path == imported.path
    record = read_record(imported.path)
    assert record is not None
    assert set(record.files) == {"config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"}
    assert changed_files(imported.path, record.files) == []
    (imported.path / "config.json").write_text("{}")
    assert changed_files(imported.path, record.files) == ["config.json"]


def test_only_what_the_model_needs_is_copied(source: Path, data: Path) -> None:
    for name in ("pytorch_model.bin", "consolidated.safetensors", "training.log", ".hidden.json", "LICENSE.txt"):
        (source / name).write_bytes(b"x")
    (source / "original").mkdir()
    copied = {path.name for path in bring_in(source, data).path.iterdir()}
    assert "LICENSE.txt" in copied
    assert not copied & {"pytorch_model.bin", "consolidated.safetensors", "training.log", ".hidden.json", "original"}


def test_a_linked_model_takes_no_room_and_its_removal_leaves_the_files(source: Path, data: Path) -> None:
    path = bring_in(source, data, link=True).path
    assert (path / "model.safetensors").is_symlink()
    assert check_folder(path).spec == SPEC
    Shelf(data).remove("tiny")
    assert not path.exists()
    assert (source / "model.safetensors").is_file()


def test_sharded_weights_are_followed_through_their_index(tmp_path: Path, data: Path) -> None:
    sharded = make_plain_model(tmp_path / "sharded", shards=3)
    assert len(list(bring_in(sharded, data).path.glob("*.safetensors"))) == 3
    (sharded / "model-00002-of-00003.safetensors").unlink()
    assert "model-00002-of-00003.safetensors is missing" in refusal(sharded)


def test_a_file_cut_off_anywhere_is_named(source: Path) -> None:
    whole = (source / "model.safetensors").read_bytes()
    for length in (0, 7, 8, 100, len(whole) // 2, len(whole) - 1):
        (source / "model.safetensors").write_bytes(whole[:length])
        assert "model.safetensors" in refusal(source)
    (source / "model.safetensors").write_bytes(whole + b"x")
    assert "belong to no tensor" in refusal(source)


def test_a_misshaped_missing_or_quantised_weight_is_named(tmp_path: Path) -> None:
    name = "model.layers.1.self_attn.k_proj.weight"
    shaped = weights() | {name: np.zeros((8, 8), np.float32)}
    text = refusal(make_plain_model(tmp_path / "shaped", tensors=shaped))
    assert f"{name} in {tmp_path}/shaped/model.safetensors is [8, 8], the configuration says [4, 8]." in text
    lacking = {key: value for key, value in weights().items() if key != name}
    assert name in refusal(make_plain_model(tmp_path / "lacking", tensors=lacking))
    whole = weights() | {name: np.zeros((4, 8), np.int8)}
    assert "quantised" in refusal(make_plain_model(tmp_path / "whole", tensors=whole))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"model_type": "lama"}, "'lama' in {config} is not supported. Did you mean llama?"),
        ({"model_type": None}, "{config} names no model_type. Supported: "),
        ({"hidden_size": None}, "{config} lacks or misstates a value: KeyError('hidden_size')"),
        ({"num_attention_heads": 0, "head_dim": None}, "{config} lacks or misstates a value"),
        ({"hidden_act": "gelu"}, "{config}: Activation 'gelu'"),
        ({"quantization_config": {}}, "{config} is of a quantised checkpoint"),
    ],
)
def test_a_configuration_that_cannot_run_is_refused(source: Path, changes: dict[str, Any], told: str) -> None:
    write_config(source, changes)
    assert told.format(config=source / "config.json") in refusal(source)


@pytest.mark.parametrize("broken", ["config.json", "tokenizer.json"])
def test_a_broken_or_missing_file_is_named(source: Path, broken: str) -> None:
    (source / broken).write_text("{")
    assert str(source / broken) in refusal(source)
    (source / broken).unlink()
    assert f"{source / broken} is missing" in refusal(source)


@pytest.mark.parametrize(
    ("file", "told"),
    [("pytorch_model.bin", "can run any program"), ("model.gguf", "no GGUF"), ("notes.txt", "holds no *.safetensors")],
)
def test_weights_in_other_formats_are_refused_with_the_reason(source: Path, file: str, told: str) -> None:
    (source / "model.safetensors").rename(source / file)
    assert told in refusal(source)


def test_a_gguf_file_is_imported_under_its_own_name(tmp_path: Path, data: Path) -> None:
    make_gguf(tmp_path / "source" / "Tiny-Q8_0.gguf", format_name="Q8_0")
    (tmp_path / "source" / "config.json").write_text("{}")
    imported = bring_in(tmp_path / "source" / "Tiny-Q8_0.gguf", data, name="")
    assert {path.name for path in imported.path.iterdir()} == {"Tiny-Q8_0.gguf", "freehold.json"}
    assert scan(data)["Tiny-Q8_0"].context_length == 128
    facts = find_facts(data, "Tiny-Q8_0")
    assert (facts.architecture, facts.format, facts.chat_template, facts.problem) == ("llama", "Q8_0", True, "")
    assert facts.parameters == open_checkpoint(imported.path).spec.parameters


def test_a_folder_with_one_gguf_file_is_a_model_and_a_split_one_too(tmp_path: Path, data: Path) -> None:
    make_gguf(tmp_path / "source" / "big.gguf", parts=2)
    (tmp_path / "source" / "README.md").write_text("# Big")
    path = bring_in(tmp_path / "source", data).path
    assert {each.name for each in path.iterdir()} == {
        "big-00001-of-00002.gguf",
        "big-00002-of-00002.gguf",
        "README.md",
        "freehold.json",
    }
    assert find_facts(data, "tiny").problem == ""
    single = tmp_path / "source" / "big-00002-of-00002.gguf"
    assert ModelImport(single, data, name="").run(HeldClock()).name == "big"


def test_a_linked_gguf_file_takes_no_room(tmp_path: Path, data: Path) -> None:
    make_gguf(tmp_path / "tiny.gguf")
    path = bring_in(tmp_path / "tiny.gguf", data, link=True).path
    assert (path / "tiny.gguf").is_symlink()
    assert check_folder(path).kind == "chat"


@pytest.mark.parametrize("name", ["tiny.gguf", "tiny.bin"])
def test_a_file_that_is_no_gguf_is_refused(tmp_path: Path, data: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x" * 100)
    with pytest.raises(InvalidRequest, match=rf"{name} is"):
        bring_in(tmp_path / name, data)


def test_a_gguf_model_that_is_replaced_is_read_again(tmp_path: Path, data: Path) -> None:
    for context in (128, 64):
        make_gguf(tmp_path / "tiny.gguf", values={"llama.context_length": context})
        bring_in(tmp_path / "tiny.gguf", data, replace=True)
        assert scan(data)["tiny"].context_length == context


def test_an_encoder_is_a_model_for_embeddings_or_ranking_with_its_pooling(tmp_path: Path, data: Path) -> None:
    torch = pytest.importorskip("torch")
    from tiny_encoder import make_encoder

    torch.set_num_threads(1)
    for name, kind in (("embedder", "embedding"), ("ranker", "rerank")):
        source = tmp_path / name
        make_encoder(source, "bert", classifies=kind == "rerank")
        (source / "1_Pooling").mkdir()
        (source / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}')
        path = bring_in(source, data, name=name).path
        assert (path / "1_Pooling" / "config.json").is_file()
        assert scan(data)[name].kind == kind
        assert find_facts(data, name).problem == ""


def test_a_model_without_a_chat_template_comes_with_a_warning(source: Path, data: Path) -> None:
    assert check_folder(source).warnings == ()
    (source / "tokenizer_config.json").unlink()
    (warning,) = bring_in(source, data).check.warnings
    assert "chat_template.jinja" in warning


def test_a_taken_name_is_refused_unless_it_shall_be_replaced(source: Path, data: Path) -> None:
    bring_in(source, data)
    write_config(source, {"max_position_embeddings": 32})
    with pytest.raises(InvalidRequest, match="already"):
        bring_in(source, data)
    bring_in(source, data, replace=True)
    assert scan(data)["tiny"].context_length == 32
    assert [path.name for path in (data / "models").iterdir()] == ["tiny"]


@pytest.mark.parametrize("name", ["../up", ".hidden", "a/b", "two words", "x" * 65])
def test_a_name_that_is_no_folder_is_refused(source: Path, data: Path, name: str) -> None:
    with pytest.raises(InvalidRequest, match="cannot be a model's name"):
        bring_in(source, data, name=name)


def test_an_interrupted_import_leaves_nothing(source: Path, data: Path) -> None:
    def interrupt(count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ModelImport(source, data, name="tiny").run(HeldClock(), interrupt)
    assert list((data / "models").iterdir()) == []


def test_an_interrupted_replacement_leaves_the_earlier_model(
    source: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_in(source, data)
    rename = Path.rename

    def interrupted(self: Path, target: Path) -> Path:
        if self.name.startswith(".partial-"):
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        bring_in(source, data, replace=True)
    assert [path.name for path in (data / "models").iterdir()] == ["tiny"]


def test_what_a_killed_import_left_is_not_mixed_in(source: Path, data: Path) -> None:
    partial = data / "models" / ".partial-tiny"
    partial.mkdir(parents=True)
    (partial / "old.safetensors").write_bytes(b"x")
    assert not (bring_in(source, data).path / "old.safetensors").exists()


def test_two_imports_of_one_name_do_not_mix(source: Path, data: Path) -> None:
    with Shelf(data).stage("tiny"), pytest.raises(SetupError, match="just now"):
        bring_in(source, data)


def test_a_full_disk_is_told_before_anything_is_copied(
    source: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(source)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(SetupError, match="GB free"):
        bring_in(source, data)


def test_a_folder_is_not_imported_onto_itself(source: Path, data: Path) -> None:
    path = bring_in(source, data).path
    with pytest.raises(InvalidRequest, match="is where the model would be put"):
        bring_in(path, data, replace=True)


def test_removal_refuses_what_is_not_there_or_built_in(data: Path) -> None:
    with pytest.raises(ModelNotFound):
        Shelf(data).remove("tiny")
    with pytest.raises(FreeholdError, match=r"built in|no model"):
        Shelf(data).remove("../tiny")


def test_facts_name_what_is_wrong_with_a_model(source: Path, data: Path) -> None:
    bring_in(source, data)
    assert find_facts(data, "tiny").parameters == SPEC.parameters
    (data / "models" / "tiny" / "model.safetensors").write_bytes(b"")
    assert "model.safetensors" in find_facts(data, "tiny").problem
    (data / "models" / "tiny" / "config.json").write_text("{")
    assert "config.json" in find_facts(data, "tiny").problem
    (data / "models" / "empty").mkdir()
    assert "empty" in {facts.name for facts in all_facts(data)}


def test_the_executors_own_folder_passes(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from tiny_model import make_model

    torch.set_num_threads(1)
    assert check_folder(make_model(tmp_path / "tiny")).warnings == ()
