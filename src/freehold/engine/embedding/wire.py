"""OpenAI's embedding request as this engine reads it. Source: the types of the `openai` Python package."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from freehold.contracts.errors import InvalidRequest

MAX_INPUTS = 2048


class EmbeddingRequest(msgspec.Struct, kw_only=True):
    """POST /v1/embeddings. Token ids are taken as they are, begin and end tokens included."""

    model: str
    input: str | list[str | int | list[int]]
    dimensions: Annotated[int, Meta(ge=1)] | None = None
    encoding_format: Literal["float", "base64"] = "float"

    @property
    def inputs(self) -> list[str | list[int]]:
        """One entry per vector. Raises `InvalidRequest` for none, too many, or an empty one."""
        given = [self.input] if isinstance(self.input, str) else self.input
        numbers = [number for number in given if isinstance(number, int)]
        if numbers and len(numbers) < len(given):
            raise InvalidRequest("'input' mixes token ids with other things.", param="input")
        texts = [text for text in given if not isinstance(text, int)]
        inputs: list[str | list[int]] = [numbers] if numbers else [*texts]
        if not inputs or len(inputs) > MAX_INPUTS:
            raise InvalidRequest(f"'input' holds {len(inputs)} texts; send 1 to {MAX_INPUTS}.", param="input")
        for index, text in enumerate(inputs):
            if not text:
                raise InvalidRequest(f"'input[{index}]' is empty.", param="input")
        return inputs
