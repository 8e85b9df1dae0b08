"""How much a Gemini model should think. Generation 3 takes levels, 2.5 takes budgets in tokens.

The levels and budgets are those that Google's own OpenAI endpoint gives each `reasoning_effort`
(https://ai.google.dev/gemini-api/docs/openai).
"""

import re
from typing import Any

from freehold.contracts.errors import UnsupportedParameter

GENERATION = re.compile(r"gemini-(\d+)(?:\.(\d+))?")

BUDGETS = {"none": 0, "minimal": 1024, "low": 1024, "medium": 8192, "high": 24576}
LEVELS = {"minimal": "MINIMAL", "low": "LOW", "medium": "MEDIUM", "high": "HIGH", "xhigh": "XHIGH"}


def generation(model: str) -> tuple[int, int]:
    """The generation in a model's name, (2, 5) for gemini-2.5-pro; names without one count as the third."""
    found = GENERATION.search(model)
    return (int(found[1]), int(found[2] or 0)) if found else (3, 0)


def thinking_config(effort: Any, model: str) -> dict[str, Any]:
    """The `thinkingConfig` for a `reasoning_effort`. Raises `UnsupportedParameter` for what the model cannot do."""
    pro = "pro" in model
    if generation(model) >= (3, 0):
        if effort == "minimal" and pro:  # Pro's lowest level is low
            return {"thinkingLevel": "LOW"}
        if effort in LEVELS:
            return {"thinkingLevel": LEVELS[effort]}
    elif generation(model) >= (2, 5) and effort in BUDGETS and not (effort == "none" and pro):
        return {"thinkingBudget": BUDGETS[effort]}
    raise UnsupportedParameter(f"'{model}' cannot think with the effort '{effort}'.", param="reasoning_effort")
