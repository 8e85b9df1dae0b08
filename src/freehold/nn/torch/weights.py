"""Weights between model folders and the trainable decoder. Writes safetensors only, never pickle."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from freehold.contracts.errors import InvalidRequest
from freehold.models import MODELS
from freehold.nn.checkpoint import open_checkpoint
from freehold.nn.torch.decoder import Decoder


def load(folder: Path, dtype: torch.dtype = torch.float32) -> Decoder:
    """A decoder with the folder's weights in `dtype`, ready to run.

    Raises `InvalidRequest` for a missing or misshapen weight, naming it, and for a network that the forge cannot train.
    """
    checkpoint = open_checkpoint(folder)
    decoder = Decoder(checkpoint.spec)
    names = checkpoint.spec.shapes()
    state = {name: torch.from_numpy(checkpoint.weight(name).float32()).to(dtype) for name in names}
    decoder.load_state_dict(state, assign=True)
    return decoder.eval().requires_grad_(False)


def save(decoder: Decoder, folder: Path, dtype: torch.dtype = torch.bfloat16) -> None:
    """Write config.json and model.safetensors, in the layout any Hugging Face reader understands."""
    llama = MODELS["llama"]
    if llama.config is None or decoder.spec.qkv_bias:
        raise InvalidRequest("Only a decoder of the Llama kind can be saved.", hint="Train one without biases.")
    folder.mkdir(parents=True, exist_ok=True)
    config = llama.config(decoder.spec) | {"dtype": str(dtype).removeprefix("torch.")}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    state, sources = decoder.state_dict(), llama.sources(decoder.spec)
    tensors = {source.name: state[ours].detach().to("cpu", dtype).contiguous() for ours, source in sources.items()}
    path = folder / "model.safetensors"
    save_file(tensors, path, metadata={"format": "pt"})
    path.chmod(0o644)  # weights are no secret; the library writes them for the owner alone
