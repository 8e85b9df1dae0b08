"""The weights of one model on disk, by the executor's names for them: a Hugging Face folder or a GGUF file.

Reads headers when opened and one weight when asked for it. Refuses a checkpoint that lacks a weight or holds one of
another shape before any weight is read.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from gguf.constants import LlamaFileType

from freehold.contracts.errors import InvalidRequest
from freehold.models import MODELS, Architecture, DecoderSpec, Gguf, Source
from freehold.nn.blocks import KEPT, READABLE, StoredTensor, to_float32
from freehold.nn.gguf_file import GgufFile, read_gguf
from freehold.nn.model_folder import INDEX, gguf_paths, interpret, read_json, read_spec, weight_files
from freehold.nn.safetensors_file import read_safetensors
from freehold.nn.tensor_place import DAMAGED, TensorPlace

# Small tensors that belong to the configuration.
ROPE_TENSORS = ("rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight")
MAX_ROPE_NUMBERS = 1 << 14

Places = Mapping[str, TensorPlace]
Find = Callable[[DecoderSpec], Mapping[str, Source]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A network and where its weights stand. `label` names how they are stored, e.g. "BF16" or "Q4_K_M"."""

    architecture: Architecture
    spec: DecoderSpec
    label: str
    shapes: Mapping[str, tuple[int, ...]]
    sources: Mapping[str, Source]
    places: Places
    is_gguf: bool = False

    @property
    def file_bytes(self) -> int:
        """Bytes of the network's tensors as stored."""
        return sum(self.places[name].bytes for name in {source.name for source in self.sources.values()})

    def weight(self, name: str) -> StoredTensor:
        """One weight of `shapes`, in its own format if that is one of `KEPT`, else as f32.

        Raises `InvalidRequest` when the file cannot be read any more.
        """
        source, shape = self.sources[name], self.shapes[name]
        place = self.places[source.name]
        rows = place.read(source.rows)
        if place.format.name in KEPT and not source.plus and not source.transposed:
            return StoredTensor(format=place.format.name, shape=shape, data=rows.reshape(-1))
        numbers = to_float32(place.format.name, rows) + np.float32(source.plus)
        if source.transposed:
            numbers = np.ascontiguousarray(numbers.reshape(place.shape).transpose(0, 2, 1))
        return StoredTensor(format="f32", shape=shape, data=numbers.reshape(-1).view(np.uint8))


def open_checkpoint(path: Path) -> Checkpoint:
    """The checkpoint at `path`: a folder, or one GGUF file. Raises `InvalidRequest` naming file and tensor at fault.

    A folder's safetensors come first; a GGUF file counts where there are none.
    """
    parts = gguf_paths(path)
    if parts:
        return _open_gguf(parts)
    if not path.is_dir():
        raise InvalidRequest(f"{path} is not there.", hint="Name a model folder or a GGUF file.")
    return _open_folder(path)


def _open_folder(folder: Path) -> Checkpoint:
    architecture, spec = read_spec(folder)
    names = {path.name for path in folder.iterdir() if path.is_file()}
    index = read_json(folder / INDEX) if INDEX in names else None
    places: dict[str, TensorPlace] = {}
    for file in weight_files(names, index, str(folder)):
        places |= read_safetensors(folder / file)
    return _checked(folder, architecture, spec, architecture.sources, places)


def _open_gguf(parts: Sequence[Path]) -> Checkpoint:
    files = [read_gguf(part) for part in parts]
    places: dict[str, TensorPlace] = {}
    for file in files:
        twice = places.keys() & file.tensors.keys()
        if twice:
            raise InvalidRequest(f"{file.path} holds {min(twice)}, as does an earlier part.", hint=DAMAGED)
        places |= file.tensors
    gguf = gguf_kind(files[0])
    layers = files[0].values.get(f"{gguf.architecture}.block_count", 0)
    if not isinstance(layers, int) or layers > len(places):
        text = f"{parts[0]} has {len(places)} tensors for {layers} layers."
        raise InvalidRequest(text, hint=DAMAGED)
    config = interpret(gguf.config, _gguf_metadata(files[0], places), parts[0])
    architecture = MODELS[config["model_type"]]
    # Without an output matrix the embedding is it.
    spec = replace(interpret(architecture.spec, config, parts[0]), tied_embeddings="output.weight" not in places)
    checkpoint = _checked(parts[0], architecture, spec, gguf.sources, places)
    return replace(checkpoint, label=_gguf_label(files[0]) or checkpoint.label, is_gguf=True)


def gguf_kind(file: GgufFile) -> Gguf:
    """How the file names its architecture. Raises `InvalidRequest` for one that is not supported."""
    kind, known = file.values.get("general.architecture"), _gguf_kinds()
    if not isinstance(kind, str) or kind not in known:
        text = f"The architecture {kind!r} of {file.path} is not supported."
        raise InvalidRequest(text, hint=f"Supported: {', '.join(sorted(known))}.")
    return known[kind]


@cache
def _gguf_kinds() -> dict[str, Gguf]:
    """All that there are, by llama.cpp's names for them."""
    return {architecture.gguf.architecture: architecture.gguf for architecture in MODELS.values() if architecture.gguf}


def _gguf_metadata(file: GgufFile, places: Places) -> dict[str, Any]:
    """What `Gguf.config` is given."""
    metadata = {key: value.tolist() if isinstance(value, np.ndarray) else value for key, value in file.values.items()}
    rope = {name: places[name] for name in ROPE_TENSORS if name in places}
    return metadata | {name: _numbers(place) for name, place in rope.items()} | {"tensor_names": frozenset(places)}


def _numbers(place: TensorPlace) -> list[float]:
    """All numbers of a small tensor."""
    _check_format(place)
    if place.rows * place.columns > MAX_ROPE_NUMBERS:
        raise InvalidRequest(f"{place.name} in {place.path} is {list(place.shape)}: too large.", hint=DAMAGED)
    return to_float32(place.format.name, place.read()).ravel().tolist()


def _gguf_label(file: GgufFile) -> str:
    """The recipe that the file was quantised by, as llama.cpp calls it; empty if it does not say."""
    try:
        return LlamaFileType(file.values.get("general.file_type")).name.removeprefix("MOSTLY_").removeprefix("ALL_")
    except ValueError:
        return ""


def _checked(path: Path, architecture: Architecture, spec: DecoderSpec, find: Find, places: Places) -> Checkpoint:
    """All of it together. Raises `InvalidRequest` unless every weight is there, in its shape and readable."""
    _refuse_oversized(spec, places, path)
    shapes = spec.shapes()
    sources = {name: _present(source, places) for name, source in interpret(find, spec, path).items()}
    missing = sorted(sources[name].name for name in shapes if sources[name].name not in places)
    if missing:
        text = f"{path} lacks {len(missing)} of {len(shapes)} weights, among them {missing[0]}."
        raise InvalidRequest(text, hint="Download all of its files; the configuration may be of another model.")
    for name, shape in shapes.items():
        _check_shape(places[sources[name].name], sources[name], shape)
    label = _usual_format(places.values())
    return Checkpoint(architecture=architecture, spec=spec, label=label, shapes=shapes, sources=sources, places=places)


def _refuse_oversized(spec: DecoderSpec, places: Places, path: Path) -> None:
    """Raise `InvalidRequest` for counts that the tensors cannot meet, before anything is listed by them."""
    rows = [place.rows for place in places.values()]
    experts, heads = spec.experts.count if spec.experts else 0, max(spec.heads, spec.kv_heads)
    if not 0 < spec.layers <= len(rows) or max(spec.layers * experts, heads * spec.head_dim) > sum(rows):
        text = f"{path} has {len(rows)} tensors: not {spec.layers} layers of {experts} experts and {heads} heads."
        raise InvalidRequest(text, hint=DAMAGED)


def _present(source: Source, places: Places) -> Source:
    """The first place that this checkpoint has; where it has none, the first."""
    found: Source | None = source
    while found and found.name not in places:
        found = found.otherwise
    return found or source


def _check_shape(place: TensorPlace, source: Source, shape: tuple[int, ...]) -> None:
    _check_format(place)
    if source.transposed and len(place.shape) == 3 and (place.shape[0] * place.shape[2], place.shape[1]) == shape:
        return
    try:
        rows, problem = place.chosen(source.rows), ""
    except IndexError as error:
        rows, problem = -1, f" ({error})"
    if not source.transposed and (rows, place.columns) == (shape[0], shape[1] if len(shape) > 1 else 1):
        return
    part = f"{rows} of its rows, " if source.rows is not None and not problem else ""
    text = f"{place.name} in {place.path} is {list(place.shape)}, {part}the configuration says {list(shape)}{problem}."
    raise InvalidRequest(text, hint="The two are not of one model: download both again.")


def _check_format(place: TensorPlace) -> None:
    if place.format.name not in READABLE:
        text = f"{place.name} in {place.path} is {place.format.name.upper()}: weights quantised that way are not read."
        raise InvalidRequest(text, hint="Use the original checkpoint, in float32, float16 or bfloat16, or a GGUF file.")


def _usual_format(places: Iterable[TensorPlace]) -> str:
    """The format that most bytes are in."""
    counts: Counter[str] = Counter()
    for place in places:
        counts[place.format.name] += place.bytes
    return counts.most_common(1)[0][0].upper() if counts else ""
