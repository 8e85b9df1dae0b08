"""Checkpoints are read row by row and checked before anything is loaded, from safetensors and GGUF alike."""

import json
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from freehold.contracts.errors import InvalidRequest
from freehold.models import Source
from freehold.nn.blocks import BLOCK_FORMATS, KEPT, READABLE, to_float32
from freehold.nn.checkpoint import Checkpoint, open_checkpoint
from freehold.nn.tensor_place import TensorPlace
from gguf_model import SPEC, make_gguf
from plain_model import SPEC as PLAIN_SPEC
from plain_model import make_plain_model, weights


def refusal(path: Path) -> str:
    with pytest.raises(InvalidRequest) as caught:
        open_checkpoint(path)
    assert caught.value.hint
    return caught.value.message


@pytest.mark.parametrize("dtype", ["F32", "F16", "F64"])
def test_a_folders_weights_come_as_they_are_stored(tmp_path: Path, dtype: str) -> None:
    random = np.random.default_rng(0)
    kinds = {"F32": np.float32, "F16": np.float16, "F64": np.float64}
    given = {name: random.standard_normal(zeros.shape).astype(kinds[dtype]) for name, zeros in weights().items()}
    checkpoint = open_checkpoint(make_plain_model(tmp_path / "tiny", tensors=given, shards=2))
    assert (checkpoint.spec, checkpoint.label, checkpoint.is_gguf) == (PLAIN_SPEC, dtype, False)
    assert checkpoint.file_bytes == sum(array.nbytes for array in given.values())
    for name, shape in PLAIN_SPEC.shapes().items():
        weight = checkpoint.weight(name)
        assert (weight.shape, weight.format) == (shape, "f32" if dtype == "F64" else dtype.lower())
        assert np.array_equal(weight.float32(), given[checkpoint.sources[name].name].astype(np.float32))


def test_bfloat16_is_the_upper_half_of_float32() -> None:
    numbers = np.array([[1.0, -2.5, 3e38, -0.0]], np.float32)
    halves = (numbers.view(np.uint32) >> 16).astype(np.uint16).view(np.uint8)
    assert np.array_equal(to_float32("bf16", halves)[0, :2], [1.0, -2.5])


@pytest.mark.parametrize("name", sorted(READABLE))
def test_every_format_that_is_read_becomes_numbers(name: str) -> None:
    kind = BLOCK_FORMATS[name]
    rows = np.random.default_rng(0).integers(0, 256, (3, 2 * kind.block_bytes), np.uint8)
    numbers = to_float32(name, rows)
    assert (numbers.shape, numbers.dtype) == ((3, 2 * kind.elements), np.float32)


@pytest.mark.parametrize("name", ["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_K", "Q6_K", "Q5_0", "Q5_K", "Q3_K"])
def test_a_gguf_files_weights_come_in_their_format_with_their_rows_put_right(tmp_path: Path, name: str) -> None:
    wanted = make_gguf(tmp_path / "tiny.gguf", format_name=name)
    checkpoint = open_checkpoint(tmp_path / "tiny.gguf")
    assert checkpoint.is_gguf
    assert checkpoint.spec == replace(SPEC, vocab_size=checkpoint.spec.vocab_size)
    for weight, numbers in wanted.items():
        stored = checkpoint.weight(weight)
        expected = name.lower() if numbers.ndim > 1 else "f32"
        assert stored.format == (expected if expected in KEPT else "f32")
        assert np.array_equal(stored.float32(), numbers), weight
        assert stored.data.flags.c_contiguous
        assert stored.data.ndim == 1


def test_queries_and_keys_of_a_gguf_llama_turn_in_halves(tmp_path: Path) -> None:
    make_gguf(tmp_path / "tiny.gguf")
    checkpoint = open_checkpoint(tmp_path / "tiny.gguf")
    stored = to_float32("f32", checkpoint.places["blk.0.attn_q.weight"].read())
    assert np.array_equal(checkpoint.weight("blocks.0.q.weight").float32()[1], stored[2])
    assert np.array_equal(checkpoint.weight("blocks.0.q.weight").float32()[32], stored[1])


def test_a_gguf_file_without_output_matrix_is_tied(tmp_path: Path) -> None:
    make_gguf(tmp_path / "tied.gguf", spec=replace(SPEC, tied_embeddings=True))
    checkpoint = open_checkpoint(tmp_path / "tied.gguf")
    assert checkpoint.spec.tied_embeddings
    assert "output.weight" not in checkpoint.shapes


def test_a_split_model_is_found_by_any_of_its_parts_and_by_its_folder(tmp_path: Path) -> None:
    wanted = make_gguf(tmp_path / "split.gguf", parts=3)
    paths = [tmp_path, tmp_path / "split-00001-of-00003.gguf", tmp_path / "split-00003-of-00003.gguf"]
    for path in paths:
        checkpoint = open_checkpoint(path)
        assert np.array_equal(checkpoint.weight("blocks.1.down.weight").float32(), wanted["blocks.1.down.weight"])
    paths[2].unlink()
    assert "split-00003-of-00003.gguf is missing" in refusal(tmp_path)
    assert "split-00003-of-00003.gguf" in refusal(paths[1])


def test_a_folder_of_several_gguf_models_is_refused(tmp_path: Path) -> None:
    make_gguf(tmp_path / "a.gguf")
    make_gguf(tmp_path / "b.gguf")
    assert "several GGUF models, among them a.gguf and b.gguf" in refusal(tmp_path)


def test_safetensors_come_before_gguf(tmp_path: Path) -> None:
    folder = make_plain_model(tmp_path / "both")
    make_gguf(folder / "other.gguf")
    assert not open_checkpoint(folder).is_gguf


def test_an_architecture_that_is_not_supported_is_named_with_those_that_are(tmp_path: Path) -> None:
    make_gguf(tmp_path / "tiny.gguf")
    raw = (tmp_path / "tiny.gguf").read_bytes()
    (tmp_path / "tiny.gguf").write_bytes(raw.replace(b"\x05\0\0\0\0\0\0\0llama", b"\x05\0\0\0\0\0\0\0mamba", 1))
    with pytest.raises(InvalidRequest, match=r"'mamba' of .*tiny\.gguf is not supported") as caught:
        open_checkpoint(tmp_path / "tiny.gguf")
    assert "llama" in caught.value.hint


def test_a_misshaped_weight_is_named_with_both_shapes_before_anything_is_read(tmp_path: Path) -> None:
    values = {"llama.attention.head_count_kv": 4}
    make_gguf(tmp_path / "tiny.gguf", values=values)
    message = refusal(tmp_path / "tiny.gguf")
    assert f"blk.0.attn_k.weight in {tmp_path}/tiny.gguf is [128, 256]" in message
    assert "[256, 256]" in message


def test_more_layers_or_heads_than_the_tensors_hold_are_refused_at_once(tmp_path: Path) -> None:
    for key, number in (("block_count", 1 << 31), ("attention.head_count", 1 << 30)):
        make_gguf(tmp_path / "tiny.gguf", values={f"llama.{key}": number, "llama.attention.key_length": 64})
        assert "tensors" in refusal(tmp_path / "tiny.gguf")


def test_memory_holds_the_chosen_rows_only(tmp_path: Path) -> None:
    experts, rows, columns = 32, 256, 256
    save_file({"experts": np.ones((experts, rows, columns), np.float32)}, tmp_path / "model.safetensors")
    size = experts * rows * columns * 4
    header = (tmp_path / "model.safetensors").stat().st_size - size
    place = TensorPlace(
        path=tmp_path / "model.safetensors",
        name="experts",
        format=BLOCK_FORMATS["f32"],
        shape=(experts, rows, columns),
        offset=header,
    )
    tracemalloc.start()
    chosen = place.read(slice(3 * rows, 4 * rows))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert chosen.shape == (rows, columns * 4)
    assert peak < 2 * size / experts


@pytest.mark.parametrize("rows", [slice(0, 5), slice(3, 2), slice(-1, 4), np.array([0, 4]), np.array([-1])])
def test_rows_that_are_not_there_are_refused(tmp_path: Path, rows: object) -> None:
    kind = BLOCK_FORMATS["f32"]
    place = TensorPlace(path=tmp_path / "x", name="x", format=kind, shape=(4, 8), offset=0)
    with pytest.raises(IndexError):
        place.chosen(rows)  # pyright: ignore[reportArgumentType]


def test_a_number_is_added_to_each_element_where_the_source_says_so(tmp_path: Path) -> None:
    checkpoint = open_checkpoint(make_plain_model(tmp_path / "tiny"))
    sources = dict(checkpoint.sources) | {"norm.weight": Source(name="model.norm.weight", plus=-1.0)}
    weight = replace(checkpoint, sources=sources).weight("norm.weight")
    assert weight.format == "f32"
    assert np.array_equal(weight.float32(), np.full(8, -1, np.float32))


def test_a_file_that_shrinks_after_it_was_checked_is_refused(tmp_path: Path) -> None:
    checkpoint: Checkpoint = open_checkpoint(make_plain_model(tmp_path / "tiny"))
    path = tmp_path / "tiny" / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    last = max(checkpoint.shapes, key=lambda name: checkpoint.places[checkpoint.sources[name].name].offset)
    with pytest.raises(InvalidRequest, match="cut off within"):
        checkpoint.weight(last)


def test_the_index_is_not_needed_to_find_shards_but_believed_if_there(tmp_path: Path) -> None:
    folder = make_plain_model(tmp_path / "sharded", shards=2)
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"x": "other.safetensors"}}))
    assert "other.safetensors is missing" in refusal(folder)
    index.unlink()
    assert open_checkpoint(folder).spec == PLAIN_SPEC
