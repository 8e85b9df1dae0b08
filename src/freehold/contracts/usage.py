"""What a request consumed, in quantities, and what those cost. Data only: prices are joined later, by date."""

import msgspec


class Usage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Quantities of one request. Parts are counted within their whole, never beside it.

    `cached_tokens` and `cache_write_tokens` are among `input_tokens`; `reasoning_tokens` among `output_tokens`.
    `machine_seconds` is the share of a local worker's compute time. `estimated` says that the provider did not
    report the numbers, so that they were counted here.
    """

    input_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    audio_seconds: float = 0.0
    characters: int = 0
    images: int = 0
    machine_seconds: float = 0.0
    estimated: bool = False
