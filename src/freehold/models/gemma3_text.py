"""Gemma 3 without eyes (270M, 1B): Gemma 2 with norms on queries and keys, two kinds of rotary positions, no caps."""

from freehold.models import Architecture
from freehold.models._gemma3 import GEMMA3_GGUF, text_sources, text_spec

MODEL = Architecture(model_type="gemma3_text", spec=text_spec, sources=text_sources, gguf=GEMMA3_GGUF)
