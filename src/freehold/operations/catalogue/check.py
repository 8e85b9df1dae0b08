"""Whether a model folder would load and answer, found out without loading it: reads headers, never weights.

Refuses, naming the file at fault, what a worker would refuse later.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from freehold.contracts.errors import InvalidRequest
from freehold.contracts.models import ModelKind
from freehold.foundation.registry import UnknownEntry
from freehold.models import MODELS, Architecture, DecoderSpec
from freehold.operations.catalogue.files import INDEX, ONNX, small_files, weight_files
from freehold.operations.catalogue.folders import read_json
from freehold.operations.catalogue.safetensors_header import FLOATS, TensorHead, read_header


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCheck:
    """A folder that passed. `files` is what a copy needs; `spec` is None for an embedding model."""

    kind: ModelKind
    files: tuple[str, ...]
    spec: DecoderSpec | None
    warnings: tuple[str, ...]


def check_folder(folder: Path) -> ModelCheck:
    """Everything at once. Raises `InvalidRequest` naming the file at fault."""
    if not folder.is_dir():
        raise InvalidRequest(f"{folder} is not a folder.", hint="Name a model folder in Hugging Face layout.")
    names = {path.name for path in folder.iterdir() if path.is_file()}
    besides = small_files(names)
    if ONNX in names:
        read_json(folder / "config.json")
        check_tokenizer(folder)
        return ModelCheck(kind="embedding", files=(*besides, ONNX), spec=None, warnings=())
    architecture, spec = read_spec(folder)
    tokens = check_tokenizer(folder)
    weights = weight_files(names, read_json(folder / INDEX) if INDEX in names else None, str(folder))
    _check_weights(folder, weights, architecture, spec)
    warnings = _warnings(folder, tokens, spec)
    return ModelCheck(kind="chat", files=(*besides, *weights), spec=spec, warnings=warnings)


def read_spec(folder: Path) -> tuple[Architecture, DecoderSpec]:
    """What config.json says the network is. Raises `InvalidRequest` for an architecture that is not supported."""
    path = folder / "config.json"
    config = read_json(path)
    if "quantization_config" in config:
        text = f"{path} is of a quantised checkpoint, which is not read."
        raise InvalidRequest(text, hint="Use the original one, in float32, float16 or bfloat16.")
    kind = config.get("model_type")
    if not isinstance(kind, str):
        raise InvalidRequest(f"{path} names no model_type.", hint=f"Supported: {', '.join(MODELS)}.")
    try:
        architecture = MODELS[kind]
        return architecture, architecture.spec(config)
    except UnknownEntry as error:
        raise InvalidRequest(f"The model_type '{kind}' in {path} is not supported.", hint=error.hint) from error
    except InvalidRequest as error:
        raise InvalidRequest(f"{path}: {error.message}", hint=error.hint) from error
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        text = f"{path} lacks or misstates a value: {error!r}."
        raise InvalidRequest(text, hint="Download it again.") from error


def check_tokenizer(folder: Path) -> int:
    """How many token ids tokenizer.json uses. Raises `InvalidRequest` when it does not load."""
    path = folder / "tokenizer.json"
    if not path.is_file():
        hint = "A model folder needs it; `save_pretrained` of the transformers package writes it from other forms."
        raise InvalidRequest(f"{path} is missing.", hint=hint)
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises bare Exception
        raise InvalidRequest(f"{path} does not load: {error}.", hint="Download it again.") from error
    return max(tokenizer.get_vocab(with_added_tokens=True).values(), default=-1) + 1


def has_chat_template(folder: Path) -> bool:
    """Whether the folder says how a conversation becomes a prompt."""
    path = folder / "tokenizer_config.json"
    if (folder / "chat_template.jinja").is_file():
        return True
    return path.is_file() and bool(read_json(path).get("chat_template"))


def expected_shapes(spec: DecoderSpec) -> Mapping[str, tuple[int, ...]]:
    """The shape of each kind of matrix by the executor's name for it, rows by columns: [out, in]."""
    hidden, inner, vocabulary = spec.hidden_size, spec.intermediate_size, spec.vocab_size
    queries, keys = spec.heads * spec.head_dim, spec.kv_heads * spec.head_dim
    return {
        "embedding": (vocabulary, hidden),
        "output": (vocabulary, hidden),
        "norm": (hidden,),
        "attention_norm": (hidden,),
        "feed_forward_norm": (hidden,),
        "q": (queries, hidden),
        "k": (keys, hidden),
        "v": (keys, hidden),
        "o": (hidden, queries),
        "gate": (inner, hidden),
        "up": (inner, hidden),
        "down": (hidden, inner),
    }


def _check_weights(folder: Path, files: list[str], architecture: Architecture, spec: DecoderSpec) -> None:
    found: dict[str, tuple[str, TensorHead]] = {}
    for file in files:
        found |= {name: (file, head) for name, head in read_header(folder / file).items()}
    wanted = architecture.weight_names(spec)
    missing = sorted(theirs for theirs in wanted.values() if theirs not in found)
    if missing:
        text = f"{folder} lacks {len(missing)} of {len(wanted)} weights, among them {missing[0]}."
        raise InvalidRequest(text, hint="Download all *.safetensors files, or check config.json.")
    shapes = expected_shapes(spec)
    for ours, theirs in wanted.items():
        file, head = found[theirs]
        _check_tensor(f"{theirs} in {folder / file}", head, _shape_of(ours, shapes))


def _shape_of(ours: str, shapes: Mapping[str, tuple[int, ...]]) -> tuple[int, ...] | None:
    """The shape of one parameter, e.g. "blocks.0.q.weight"; a bias has the rows only; None where unknown."""
    matrix, _, kind = ours.rpartition(".")
    shape = shapes.get(matrix.rpartition(".")[2])
    return shape[:1] if shape and kind == "bias" else shape


def _check_tensor(what: str, head: TensorHead, shape: tuple[int, ...] | None) -> None:
    if head.dtype not in FLOATS:
        text = f"{what} is {head.dtype}: quantised weights are not read."
        raise InvalidRequest(text, hint="Use the original checkpoint, in float32, float16 or bfloat16.")
    if shape is not None and head.shape != shape:
        text = f"{what} is {list(head.shape)}, config.json says {list(shape)}."
        raise InvalidRequest(text, hint="The two files are not of one model: download both again.")


def _warnings(folder: Path, tokens: int, spec: DecoderSpec) -> tuple[str, ...]:
    found: list[str] = []
    if not has_chat_template(folder):
        found.append(
            "There is no chat template, so the model answers /v1/completions only. "
            "Put a chat_template.jinja into the folder to chat with it."
        )
    if tokens > spec.vocab_size:
        found.append(f"tokenizer.json has {tokens} token ids, but config.json's vocab_size is {spec.vocab_size}.")
    return tuple(found)
