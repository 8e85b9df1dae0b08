"""What BERT and its descendants share: the keys of `config.json` and the names of the weights."""

from collections.abc import Mapping
from typing import Any

from freehold.contracts.errors import InvalidRequest
from freehold.models import Activation
from freehold.models.encoders import EncoderSpec

ACTIVATIONS: Mapping[str, Activation] = {"gelu": "gelu", "gelu_new": "gelu_tanh", "gelu_pytorch_tanh": "gelu_tanh"}
LAYER = "encoder.layer.{layer}."
MODULES = {
    "tokens": "embeddings.word_embeddings",
    "positions": "embeddings.position_embeddings",
    "types": "embeddings.token_type_embeddings",
    "norm": "embeddings.LayerNorm",
    "blocks.{layer}.q": f"{LAYER}attention.self.query",
    "blocks.{layer}.k": f"{LAYER}attention.self.key",
    "blocks.{layer}.v": f"{LAYER}attention.self.value",
    "blocks.{layer}.o": f"{LAYER}attention.output.dense",
    "blocks.{layer}.attention_norm": f"{LAYER}attention.output.LayerNorm",
    "blocks.{layer}.up": f"{LAYER}intermediate.dense",
    "blocks.{layer}.down": f"{LAYER}output.dense",
    "blocks.{layer}.feed_forward_norm": f"{LAYER}output.LayerNorm",
}


def read_spec_after_padding(config: Mapping[str, Any]) -> EncoderSpec:
    """The same for RoBERTa's kind, whose positions start behind the padding token's."""
    return read_spec(config, first_position=int(config.get("pad_token_id") or 0) + 1)


def read_spec(config: Mapping[str, Any], *, first_position: int = 0) -> EncoderSpec:
    """Read a BERT-like `config.json`. Raises `InvalidRequest` for a variant that would be computed wrongly."""
    if config.get("hidden_act") not in ACTIVATIONS:
        raise InvalidRequest(
            f"Activation '{config.get('hidden_act')}' is not supported.", hint=f"Supported: {', '.join(ACTIVATIONS)}."
        )
    if config.get("position_embedding_type", "absolute") != "absolute":
        raise InvalidRequest("Relative positions are not supported.", hint="Expected: absolute.")
    if config.get("is_decoder"):
        raise InvalidRequest("A BERT that decodes is not supported.", hint="Use a decoder architecture.")
    classifies = any("SequenceClassification" in name for name in config.get("architectures") or ())
    labels = config.get("num_labels") or len(config.get("id2label") or {0: "", 1: ""})
    return EncoderSpec(
        vocab_size=int(config["vocab_size"]),
        hidden_size=int(config["hidden_size"]),
        layers=int(config["num_hidden_layers"]),
        heads=int(config["num_attention_heads"]),
        intermediate_size=int(config["intermediate_size"]),
        positions=int(config["max_position_embeddings"]),
        first_position=first_position,
        token_types=int(config["type_vocab_size"]),
        norm_eps=float(config["layer_norm_eps"]),
        activation=ACTIVATIONS[config["hidden_act"]],
        scores=int(labels) if classifies else 0,
    )
