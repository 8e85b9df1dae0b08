"""A model folder from a run: weights and tokenizer in Hugging Face's layout, model card, ATTRIBUTION and recipe.

Weights are bfloat16. The trainer keeps float32 masters and multiplies in bfloat16, so rounding the matrices loses
nothing that training saw.
"""

import json
from pathlib import Path
from typing import Any

import torch

from freehold.contracts.errors import SetupError
from freehold.forge.card import attribution, model_card
from freehold.forge.checkpoint import latest_checkpoint, load_weights
from freehold.forge.corpus.chat import BEGIN, END, PAD, special_id
from freehold.forge.corpus.tokenizer import load_tokenizer, save_tokenizer
from freehold.forge.recipe import RECIPES
from freehold.nn.torch.decoder import Decoder
from freehold.nn.torch.weights import save

EVALUATION_FILE = "evaluation.json"


# Near-greedy: as good as greedy for so small a model, yet "regenerate" gives another answer.
SERVED_WITH = {"do_sample": True, "temperature": 0.3, "top_p": 0.9}


def _read(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text())
    except OSError as error:
        raise SetupError(f"Cannot read {path}: {error.strerror}.", hint="Name a run folder.") from error


def export_model(run: Path, folder: Path) -> None:
    """Write the newest checkpoint of `run` as a model folder that any server can load.

    The card quotes `<folder>/evaluation.json` where it exists; `freehold train evaluate` writes it.
    """
    config, prepared = _read(run / "config.json"), _read(run / "data" / "prepared.json")
    checkpoint = latest_checkpoint(run)
    decoder = Decoder(RECIPES[config["name"]]().model)
    load_weights(checkpoint, decoder)
    save(decoder, folder, torch.bfloat16)
    tokenizer = load_tokenizer(run / "data")
    save_tokenizer(tokenizer, folder, decoder.spec.context_length)
    ids = {"bos_token_id": BEGIN, "eos_token_id": END, "pad_token_id": PAD}
    tokens = {name: special_id(tokenizer, token) for name, token in ids.items()}
    _write(folder / "config.json", _read(folder / "config.json") | tokens)
    _write(folder / "generation_config.json", tokens | SERVED_WITH)
    place = _read(checkpoint / "place.json")
    _write(folder / "recipe.json", {"recipe": config, "trained": place, "data": prepared["sources"]})
    (folder / "ATTRIBUTION").write_text(attribution(prepared["attributions"]))
    write_card(folder)


def write_card(folder: Path) -> None:
    """The model card, from `recipe.json` and, once it is there, `evaluation.json`."""
    evaluation = folder / EVALUATION_FILE
    card = model_card(_read(folder / "recipe.json"), _read(evaluation) if evaluation.exists() else None)
    (folder / "README.md").write_text(card)


def _write(path: Path, values: dict[str, Any]) -> None:
    path.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n")
