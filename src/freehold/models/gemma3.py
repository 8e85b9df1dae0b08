"""Gemma 3 with eyes (4B, 12B, 27B): the same text network; pictures are not read."""

from collections.abc import Mapping
from typing import Any

from freehold.models import Architecture, DecoderSpec
from freehold.models._gemma3 import GEMMA3_GGUF, text_spec, within_sources


def spec(config: Mapping[str, Any]) -> DecoderSpec:
    """Read a Gemma 3 `config.json`. Raises `InvalidRequest` for a variant this file does not compute."""
    return text_spec(config["text_config"])


MODEL = Architecture(model_type="gemma3", spec=spec, sources=within_sources, gguf=GEMMA3_GGUF)
