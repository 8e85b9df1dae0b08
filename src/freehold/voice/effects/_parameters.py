"""What all effects' parameters have in common: bounds that are held and shown in their JSON schema."""

from functools import lru_cache
from typing import Any

import msgspec


class Parameters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Numbers with the bounds of their annotations, `Annotated[float, msgspec.Meta(ge=…, le=…)]`."""

    def __post_init__(self) -> None:
        """Raise `ValueError` for what is out of bounds: decoding would, making one in Python would not."""
        for name, least, most in _bounds(type(self)):
            value = getattr(self, name)
            if not least <= value <= most:
                raise ValueError(f"{name} must lie between {least:g} and {most:g}, not {value:g}")


@lru_cache
def _bounds(parameters: type[Parameters]) -> list[tuple[str, float, float]]:
    info: Any = msgspec.inspect.type_info(parameters)
    bounded = [field for field in info.fields if getattr(field.type, "ge", None) is not None]
    return [(field.encode_name, field.type.ge, field.type.le) for field in bounded]
