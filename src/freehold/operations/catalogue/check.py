"""Whether a model would load and answer, found out without loading it: reads headers, never weights.

Refuses, naming the file at fault, what a worker would refuse later.
"""

from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from freehold.contracts.errors import InvalidRequest
from freehold.contracts.models import ModelKind
from freehold.models import DecoderSpec
from freehold.models.audio import AudioModel, recognise_folder
from freehold.nn.checkpoint import open_checkpoint
from freehold.nn.encoder import read_encoder
from freehold.nn.gguf_text import read_gguf_text
from freehold.nn.model_folder import INDEX, gguf_paths, read_json, weight_files
from freehold.nn.safetensors_file import read_safetensors
from freehold.operations.catalogue.files import ONNX, names_in, small_files
from freehold.operations.catalogue.folders import ModelFolder, read_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCheck:
    """A model that passed. `files` is what a copy needs; `spec` is None for a model that is no decoder.

    `format` says how the weights are stored, e.g. "BF16" or "Q4_K_M".
    """

    kind: ModelKind
    architecture: str
    format: str
    files: tuple[str, ...]
    spec: DecoderSpec | None
    chat_template: bool
    warnings: tuple[str, ...]


def check_folder(folder: Path) -> ModelCheck:
    """Everything at once. Raises `InvalidRequest` naming the file at fault."""
    if not folder.is_dir():
        raise InvalidRequest(f"{folder} is not a folder.", hint="Name a model folder, or a GGUF file.")
    names = names_in(folder)
    besides = small_files(names)
    sounding = recognise_folder(folder)
    if sounding is not None:
        return _check_sounding(folder, sounding, besides)
    parts = gguf_paths(folder)
    if parts:
        return _check_decoder(folder, (*besides, *(part.name for part in parts)))
    known = read_folder(folder)
    if known.kind != "chat":
        return _check_encoder(known, besides, names)
    weights = weight_files(names, read_json(folder / INDEX) if INDEX in names else None, str(folder))
    return _check_decoder(folder, (*besides, *weights))


def check_gguf(path: Path) -> ModelCheck:
    """One GGUF file, with its other parts if it is split; nothing else of its folder counts."""
    if path.suffix != ".gguf":
        raise InvalidRequest(f"{path} is no *.gguf file.", hint="Name a model folder, or a GGUF file.")
    return _check_decoder(path, tuple(part.name for part in gguf_paths(path)))


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
    return _count(tokenizer)


def _count(tokenizer: Tokenizer) -> int:
    return max(tokenizer.get_vocab(with_added_tokens=True).values(), default=-1) + 1


def _check_decoder(path: Path, files: tuple[str, ...]) -> ModelCheck:
    tokens, template = _check_text(path)
    checkpoint = open_checkpoint(path)
    return ModelCheck(
        kind="chat",
        architecture=checkpoint.architecture.model_type,
        format=checkpoint.label,
        files=files,
        spec=checkpoint.spec,
        chat_template=template,
        warnings=_warnings(tokens, checkpoint.spec, template=template),
    )


def _check_text(path: Path) -> tuple[int, bool]:
    """How many token ids there are, and whether the model says how a conversation becomes a prompt."""
    parts = gguf_paths(path)
    if parts and not (path / "tokenizer.json").is_file():
        text = read_gguf_text(parts[0])
        return _count(text.tokenizer), text.template is not None
    template = (path / "chat_template.jinja").is_file()
    config = path / "tokenizer_config.json"
    return check_tokenizer(path), template or (config.is_file() and bool(read_json(config).get("chat_template")))


def _check_encoder(folder: ModelFolder, besides: list[str], names: set[str]) -> ModelCheck:
    check_tokenizer(folder.path)
    architecture, weights = str(read_json(folder.path / "config.json").get("model_type", "")), [ONNX]
    if ONNX not in names:
        architecture = read_encoder(folder.path)[0].model_type
        index = read_json(folder.path / INDEX) if INDEX in names else None
        weights = weight_files(names, index, str(folder.path))
        for file in weights:
            read_safetensors(folder.path / file)
    return ModelCheck(
        kind=folder.kind,
        architecture=architecture,
        format="ONNX" if ONNX in names else "",
        files=(*besides, *weights),
        spec=None,
        chat_template=False,
        warnings=(),
    )


def _check_sounding(folder: Path, model: AudioModel, besides: list[str]) -> ModelCheck:
    for name in model.files:
        if not (folder / name).stat().st_size:
            raise InvalidRequest(f"{folder / name} is empty.", hint="Download it again.")
    model.layout.check(folder)
    return ModelCheck(
        kind=model.layout.kind,
        architecture=model.engine,
        format="",
        files=tuple(dict.fromkeys((*model.files, *besides))),
        spec=None,
        chat_template=False,
        warnings=(),
    )


def _warnings(tokens: int, spec: DecoderSpec, *, template: bool) -> tuple[str, ...]:
    found: list[str] = []
    if not template:
        found.append(
            "There is no chat template, so the model answers /v1/completions only. "
            "Put a chat_template.jinja into the folder to chat with it."
        )
    if tokens > spec.vocab_size:
        found.append(f"The tokenizer has {tokens} token ids, but the model's vocab_size is {spec.vocab_size}.")
    return tuple(found)
