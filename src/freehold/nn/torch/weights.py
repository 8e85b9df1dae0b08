"""Weights between Hugging Face folders and the decoder. Reads and writes safetensors only, never pickle."""

import json
from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from freehold.contracts.errors import InvalidRequest
from freehold.models import MODELS, Architecture, DecoderSpec
from freehold.nn.torch.decoder import Decoder


def read_config(folder: Path) -> tuple[Architecture, DecoderSpec]:
    """The architecture and spec of a model folder. Raises `InvalidRequest` naming the file at fault."""
    path = folder / "config.json"
    try:
        config = json.loads(path.read_text())
        architecture = MODELS[config["model_type"]]
        return architecture, architecture.spec(config)
    except FileNotFoundError:
        raise InvalidRequest(f"{path} is missing.", hint="A model folder holds config.json.") from None
    except (json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, InvalidRequest):
            raise
        raise InvalidRequest(f"{path} cannot be used: {error}", hint="Download it again.") from error


def _tensors(folder: Path) -> Iterator[tuple[str, Tensor]]:
    """Every tensor of every safetensors file of the folder, one at a time."""
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise InvalidRequest(f"{folder} holds no *.safetensors file.", hint="Other weight formats are not read.")
    for path in files:
        try:
            with safe_open(path, framework="pt") as archive:
                for name in archive.keys():  # noqa: SIM118 - safe_open is not a mapping
                    yield name, archive.get_tensor(name)
        except SafetensorError as error:
            raise InvalidRequest(f"{path} is damaged: {error}", hint="Download it again.") from error


def load(folder: Path, dtype: torch.dtype = torch.float32) -> Decoder:
    """A decoder with the folder's weights in `dtype`, ready to run.

    Raises `InvalidRequest` for a missing or misshapen weight, naming it.
    """
    architecture, spec = read_config(folder)
    with torch.device("meta"):
        decoder = Decoder(spec)
    wanted = {theirs: ours for ours, theirs in architecture.weight_names(spec).items()}
    state: dict[str, Tensor] = {}
    for name, tensor in _tensors(folder):
        if name not in wanted:
            continue
        ours = wanted.pop(name)
        shape = decoder.get_parameter(ours).shape
        if tensor.shape != shape:
            raise InvalidRequest(f"{name} in {folder} is {list(tensor.shape)}, config.json says {list(shape)}.")
        state[ours] = tensor.to(dtype)
    if wanted:
        raise InvalidRequest(f"{folder} lacks {len(wanted)} weights, among them {min(wanted)}.")
    decoder = Decoder(spec)
    decoder.load_state_dict(state, assign=True)
    return decoder.eval().requires_grad_(False)


def save(decoder: Decoder, folder: Path, dtype: torch.dtype = torch.bfloat16) -> None:
    """Write config.json and model.safetensors, in the layout any Hugging Face reader understands."""
    architecture = MODELS["llama"]
    folder.mkdir(parents=True, exist_ok=True)
    config = architecture.config(decoder.spec) | {"dtype": str(dtype).removeprefix("torch.")}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    state = decoder.state_dict()
    names = architecture.weight_names(decoder.spec)
    tensors = {theirs: state[ours].detach().to("cpu", dtype).contiguous() for ours, theirs in names.items()}
    path = folder / "model.safetensors"
    save_file(tensors, path, metadata={"format": "pt"})
    path.chmod(0o644)  # weights are no secret; the library writes them for the owner alone
