"""The words of a model card and its ATTRIBUTION. Quotes measured scores only; without an evaluation it says so."""

from typing import Any

_ABILITIES = """## What it is for

The chat model that Freehold brings along, so that a first run works without internet. It holds short, friendly
conversations, introduces itself and Freehold, and knows some definitions and capitals. It has a few million
parameters: it does not reason, does not write code, is often wrong about facts, and drifts in long conversations.
Replace it with a larger model for real work.
"""

_FORMAT = """## Format

Weights: bfloat16 safetensors. Training kept float32 master weights and multiplied matrices in bfloat16. The chat
template is in `tokenizer_config.json`; a conversation reads
`<|begin|><|user|>…<|end|><|assistant|>…<|end|>`.
"""


def _scores(evaluation: dict[str, Any] | None) -> str:
    if evaluation is None:
        return "## Scores\n\nNot evaluated yet: `freehold train evaluate <folder>`.\n"
    lines = ["| Topic | Passed | Of |", "| --- | ---: | ---: |"]
    lines += [f"| {topic} | {score['passed']} | {score['total']} |" for topic, score in evaluation["topics"].items()]
    lines.append(f"| **all** | **{evaluation['passed']}** | **{evaluation['total']}** |")
    text = (
        "## Scores\n\nTwo-turn conversations written by hand before the dialogue grammar; no training text shares "
        "five words in a row with them. Greedy decoding; a conversation passes when both replies match what is "
        "expected, end by themselves and do not loop.\n\n" + "\n".join(lines)
    )
    if evaluation.get("bits_per_byte") is not None:
        text += f"\n\nValidation loss on text set aside from training: {evaluation['bits_per_byte']:.3f} bits per byte."
    return text + "\n"


def _lineage(recipe: dict[str, Any], trained: dict[str, Any]) -> list[dict[str, Any]]:
    """This run and those whose weights it went on from."""
    runs, earlier = [trained], recipe.get("began_with")
    while earlier is not None:
        runs.append(earlier)
        earlier = earlier["began_with"]
    return runs


def _training(recipe: dict[str, Any], trained: dict[str, Any], data: dict[str, Any]) -> str:
    model = recipe["model"]
    total = sum(source["tokens"] for source in data.values())
    synthetic = data.get("synthetic", {}).get("tokens", 0)
    lineage = _lineage(recipe, trained)
    tokens, seconds = (sum(run[name] for run in lineage) for name in ("tokens", "seconds"))
    runs = f", over {len(lineage)} runs that went on from each other" if len(lineage) > 1 else ""
    return (
        f"## Training\n\nLlama architecture: {model['layers']} layers, width {model['hidden_size']}, vocabulary "
        f"{model['vocab_size']:,} (byte-level BPE), context {model['context_length']:,} tokens, trained on rows of "
        f"{recipe['training']['row_tokens']}. {tokens / 1e6:.1f} million tokens read in {seconds / 60:.0f} minutes"
        f"{runs}; the last run's text has {total / 1e6:.1f} million different ones, of which "
        f"{synthetic / max(total, 1):.0%} are in dialogues that the seeded grammar in `forge/dialogues` writes "
        "(CC0-1.0), "
        "the rest is public text named in `ATTRIBUTION`. `recipe.json` holds every setting.\n"
    )


def model_card(record: dict[str, Any], evaluation: dict[str, Any] | None) -> str:
    """The README of a model folder. `record` is its recipe.json: recipe, trained, data."""
    recipe = record["recipe"]
    head = f"---\nlicense: apache-2.0\nlanguage: en\n---\n\n# {recipe['name']}\n\n{recipe['description']}\n"
    parts = (head, _ABILITIES, _scores(evaluation), _training(recipe, record["trained"], record["data"]), _FORMAT)
    return "\n".join(parts)


def attribution(lines: list[dict[str, str]]) -> str:
    """One paragraph for each source whose text shaped the weights."""
    head = "Text that this model was trained on, besides dialogues written by Freehold's own grammar (CC0-1.0).\n"
    paragraphs = [
        f"{line['source']}\n  {line['attribution']}\n  Licence: {line['license']}"
        + (f"\n  {line['repository']} at {line['commit']}" if line["repository"] else "")
        for line in lines
    ]
    return "\n\n".join([head, *paragraphs]) + "\n"
