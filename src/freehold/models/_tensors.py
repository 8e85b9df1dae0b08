"""Where a checkpoint keeps the weights of a spec, from tables of tensor names.

A table maps the executor's module ("q", "experts.{expert}.up") to the checkpoint's tensor, in whose name `{layer}`,
`{expert}` and `{kind}` (weight or bias) are filled in.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from freehold.models import DecoderSpec, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Stacked:
    """All experts' matrices in one tensor [E, parts·rows, columns], of which this is number `part`."""

    name: str
    parts: int = 1
    part: int = 0


Table = Mapping[str, str | Source | Stacked]

LLAMA: Table = {
    "embedding": "model.embed_tokens.weight",
    "output": "lm_head.weight",
    "norm": "model.norm.weight",
    "attention_norm": "model.layers.{layer}.input_layernorm.weight",
    "q": "model.layers.{layer}.self_attn.q_proj.{kind}",
    "k": "model.layers.{layer}.self_attn.k_proj.{kind}",
    "v": "model.layers.{layer}.self_attn.v_proj.{kind}",
    "o": "model.layers.{layer}.self_attn.o_proj.{kind}",
    "q_norm": "model.layers.{layer}.self_attn.q_norm.weight",
    "k_norm": "model.layers.{layer}.self_attn.k_norm.weight",
    "feed_forward_norm": "model.layers.{layer}.post_attention_layernorm.weight",
    "gate": "model.layers.{layer}.mlp.gate_proj.{kind}",
    "up": "model.layers.{layer}.mlp.up_proj.{kind}",
    "down": "model.layers.{layer}.mlp.down_proj.{kind}",
    "router": "model.layers.{layer}.mlp.gate.weight",
    "experts.{expert}.gate": "model.layers.{layer}.mlp.experts.{expert}.gate_proj.weight",
    "experts.{expert}.up": "model.layers.{layer}.mlp.experts.{expert}.up_proj.weight",
    "experts.{expert}.down": "model.layers.{layer}.mlp.experts.{expert}.down_proj.weight",
}

# As transformers 5 holds experts in memory, and writes them with `save_original_format=False`.
FUSED_EXPERTS: Table = {
    "experts.{expert}.gate": Stacked(name="model.layers.{layer}.mlp.experts.gate_up_proj", parts=2, part=0),
    "experts.{expert}.up": Stacked(name="model.layers.{layer}.mlp.experts.gate_up_proj", parts=2, part=1),
    "experts.{expert}.down": Stacked(name="model.layers.{layer}.mlp.experts.down_proj"),
}

_NAME = re.compile(r"(?:blocks\.(?P<layer>\d+)\.)?(?:experts\.(?P<expert>\d+)\.)?(?P<module>.+)\.(?P<kind>weight|bias)")


def sources_of(spec: DecoderSpec, *tables: Table) -> dict[str, Source]:
    """The place of every weight that the spec has; a later table says where it is when the earlier one's is missing.

    Raises `KeyError` for a weight that no table names.
    """
    return {name: _source(name, shape[0], tables) for name, shape in spec.shapes().items()}


def _source(name: str, rows: int, tables: tuple[Table, ...]) -> Source:
    match = _NAME.fullmatch(name)
    if match is None:
        raise KeyError(name)
    expert = match["expert"]
    module = match["module"] if expert is None else f"experts.{{expert}}.{match['module']}"
    source: Source | None = None
    for table in reversed(tables):
        if module in table:
            place = _place(table[module], rows, int(expert or 0))
            full_name = place.name.format(layer=match["layer"], expert=expert, kind=match["kind"])
            source = replace(place, name=full_name, otherwise=source)
    if source is None:
        raise KeyError(name)
    return source


def _place(entry: str | Source | Stacked, rows: int, expert: int) -> Source:
    if isinstance(entry, str):
        return Source(name=entry)
    if isinstance(entry, Source):
        return entry
    first = (expert * entry.parts + entry.part) * rows
    return Source(name=entry.name, rows=slice(first, first + rows))
