"""The same weights under other names: checkpoints of other years, with other stacking, hold the same network."""

from collections.abc import Callable
from pathlib import Path

import gguf
import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from safetensors.numpy import save_file as save_arrays
from safetensors.torch import save_file

from freehold.nn.checkpoint import open_checkpoint
from golden.conftest import FamilyModel
from golden.make_gguf import FIXTURES

Arrays = dict[str, np.ndarray]


def assert_same(one: Path, other: Path) -> None:
    """Both hold the same network."""
    first, second = open_checkpoint(one), open_checkpoint(other)
    assert first.spec == second.spec
    for name in first.spec.shapes():
        np.testing.assert_array_equal(first.weight(name).float32(), second.weight(name).float32(), err_msg=name)


@pytest.mark.parametrize("family", ["mixtral", "qwen3_moe-dense-first", "deepseek_v2"])
def test_experts_may_be_fused_as_transformers_holds_them(
    family: str, family_model: Callable[[str], FamilyModel], tmp_path: Path
) -> None:
    model, folder = family_model(family)
    save_file(model.state_dict(), tmp_path / "model.safetensors")
    assert any(name.endswith("experts.gate_up_proj") for name in load_file(tmp_path / "model.safetensors"))
    (tmp_path / "config.json").write_text((folder / "config.json").read_text())
    assert_same(tmp_path, folder)


def test_the_text_network_within_gemma_3_is_found_under_both_names(
    family_model: Callable[[str], FamilyModel], tmp_path: Path
) -> None:
    _, folder = family_model("gemma3")
    names = load_file(folder / "model.safetensors")
    today, before = "model.language_model.", "language_model.model."
    for old, new in ((before, today), (today, before)):
        other = {name.replace(old, new): array for name, array in names.items()}
        save_arrays(other, tmp_path / "model.safetensors")
        (tmp_path / "config.json").write_text((folder / "config.json").read_text())
        assert_same(tmp_path, folder)


def _rewrite(source: Path, target: Path, change: Callable[[Arrays], Arrays]) -> None:
    """A GGUF file with the same metadata and changed tensors."""
    reader = gguf.GGUFReader(source)
    architecture = reader.fields["general.architecture"].contents()
    writer = gguf.GGUFWriter(target, architecture)
    for name, field in reader.fields.items():
        if not name.startswith("GGUF.") and name != "general.architecture":
            kind = field.types[-1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
            writer.add_key_value(name, field.contents(), field.types[0], kind)
    for name, array in change({tensor.name: np.array(tensor.data) for tensor in reader.tensors}).items():
        writer.add_tensor(name, array)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _joined_up(arrays: Arrays) -> Arrays:
    """DeepSeek's files before May 2025 keep what widens keys and values in one matrix."""
    joined = dict(arrays)
    for name, k_up in arrays.items():
        if name.endswith("attn_k_b.weight"):
            v_up = joined.pop(name.replace("attn_k_b", "attn_v_b"))
            both = np.concatenate([joined.pop(name).transpose(0, 2, 1), v_up], axis=1)
            joined[name.replace("attn_k_b", "attn_kv_b")] = both.reshape(-1, k_up.shape[1])
    return joined


def _separate_experts(arrays: Arrays) -> Arrays:
    """Mixtral's files before April 2024 keep each expert's matrices apart."""
    separate: Arrays = {}
    for name, array in arrays.items():
        if "_exps" in name:
            separate |= {name.replace("_exps", f".{expert}"): matrix for expert, matrix in enumerate(array)}
        else:
            separate[name] = array
    return separate


@pytest.mark.parametrize(("family", "change"), [("deepseek_v2", _joined_up), ("mixtral", _separate_experts)])
def test_older_gguf_files_hold_the_same_network(
    family: str, change: Callable[[Arrays], Arrays], tmp_path: Path
) -> None:
    fixture = FIXTURES / f"{family}.gguf"
    _rewrite(fixture, tmp_path / "old.gguf", change)
    assert {tensor.name for tensor in gguf.GGUFReader(tmp_path / "old.gguf").tensors} != {
        tensor.name for tensor in gguf.GGUFReader(fixture).tensors
    }
    assert_same(tmp_path / "old.gguf", fixture)


def test_a_missing_weight_is_named_by_its_usual_place(
    family_model: Callable[[str], FamilyModel], tmp_path: Path
) -> None:
    model, folder = family_model("mixtral")
    state = {name: tensor for name, tensor in model.state_dict().items() if "experts.down_proj" not in name}
    save_file({name: tensor.to(torch.float16) for name, tensor in state.items()}, tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_text((folder / "config.json").read_text())
    with pytest.raises(Exception, match=r"block_sparse_moe\.experts\.0\.w2"):
        open_checkpoint(tmp_path)
