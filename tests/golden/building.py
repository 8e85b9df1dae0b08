"""Builds the tiny models in the family's own transformers class, with weights that no version changes."""

import copy
import zlib
from pathlib import Path

import numpy as np
import torch
import transformers
from torch import nn
from transformers import PreTrainedModel

from golden.families import BASE, FALCON, FAMILIES


def build(family: str) -> PreTrainedModel:
    """The family's model with random weights, norms and biases, in float32."""
    name, settings = FAMILIES[family]
    base = {"Falcon": FALCON, "Gemma3": {}}.get(name, BASE)
    # transformers writes into the dictionaries.
    config = getattr(transformers, f"{name}Config")(**copy.deepcopy(base | settings))
    config._attn_implementation = "eager"
    purpose = "ForConditionalGeneration" if name == "Gemma3" else "ForCausalLM"
    model: PreTrainedModel = getattr(transformers, name.removesuffix("Text") + purpose)(config).eval()
    with torch.no_grad():
        for parameter_name, parameter in model.named_parameters():
            seed = zlib.crc32(f"{family} {parameter_name}".encode())
            noise = np.random.RandomState(seed).standard_normal(tuple(parameter.shape))  # the same in every version
            parameter.copy_(torch.from_numpy(noise * _spread(parameter_name, parameter)))
            if "norm" in parameter_name or "ln_" in parameter_name:
                parameter.add_(_centre(name, parameter_name))
    return model


def _spread(name: str, parameter: nn.Parameter) -> float:
    if parameter.ndim == 1:
        return 0.3
    return 0.5 if name.endswith("mlp.gate.weight") else 0.2


def _centre(family: str, name: str) -> float:
    """What a norm's weights lie around: Gemma adds the 1 itself."""
    return 0.0 if family.startswith("Gemma") or name.endswith("bias") else 1.0


def write(family: str, folder: Path) -> PreTrainedModel:
    """Save the family's model as transformers does, and return it."""
    model = build(family)
    model.save_pretrained(folder)
    return model
