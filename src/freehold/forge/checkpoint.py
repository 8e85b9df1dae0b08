"""Checkpoints of a run: weights, optimiser, random state and place in the data. Safetensors and JSON, never pickle."""

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from freehold.contracts.errors import SetupError

LATEST = "latest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a run stands: steps done, rows read, tokens read, seconds spent, and which data it reads."""

    step: int
    cursor: int
    tokens: int
    seconds: float
    content_hash: str


def _optimiser_tensors(optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    state = optimiser.state_dict()["state"]
    return {f"{index}.{name}": tensor.contiguous() for index, held in state.items() for name, tensor in held.items()}


def save_checkpoint(run: Path, place: Place, model: nn.Module, optimiser: torch.optim.Optimizer) -> Path:
    """Write a checkpoint whole or not at all, point `latest` at it, and remove the older ones."""
    checkpoints = run / "checkpoints"
    folder = checkpoints / f"step-{place.step:07d}"
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    save_file({name: tensor.contiguous() for name, tensor in model.state_dict().items()}, partial / "model.safetensors")
    save_file(_optimiser_tensors(optimiser), partial / "optimiser.safetensors")
    save_file({"torch": torch.get_rng_state()}, partial / "random.safetensors")
    (partial / "place.json").write_text(json.dumps(asdict(place), indent=2) + "\n")
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    pointer = checkpoints / f"{LATEST}.partial"
    pointer.write_text(folder.name)
    os.replace(pointer, checkpoints / LATEST)
    for older in checkpoints.glob("step-*"):
        if older != folder:
            shutil.rmtree(older)
    return folder


def latest_checkpoint(run: Path) -> Path:
    """The newest whole checkpoint of a run. Raises `SetupError` when there is none."""
    try:
        return run / "checkpoints" / (run / "checkpoints" / LATEST).read_text()
    except OSError as error:
        raise SetupError(f"{run} holds no checkpoint.", hint="Start it without --resume.") from error


def load_weights(folder: Path, model: nn.Module) -> None:
    """Only the weights, into a model of the same shape."""
    model.load_state_dict(load_file(folder / "model.safetensors"))


def load_checkpoint(folder: Path, model: nn.Module, optimiser: torch.optim.Optimizer) -> Place:
    """Restore everything `save_checkpoint` wrote; training goes on as if it had never stopped."""
    load_weights(folder, model)
    held: dict[int, dict[str, Tensor]] = {}
    for name, tensor in load_file(folder / "optimiser.safetensors").items():
        index, _, key = name.partition(".")
        held.setdefault(int(index), {})[key] = tensor
    optimiser.load_state_dict({"state": held, "param_groups": optimiser.state_dict()["param_groups"]})
    torch.set_rng_state(load_file(folder / "random.safetensors")["torch"])
    return Place(**json.loads((folder / "place.json").read_text()))
