"""The gateway's settings."""

from dataclasses import dataclass

import msgspec

from freehold.foundation.settings import setting


class ProviderSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[gateway.providers.<name>]` table: a server that answers for some public model names.

    `models` maps a public model name to the name the server knows it by.
    """

    url: str
    models: dict[str, str] = {}
    kind: str = "openai"
    api_key: str = ""
    vendor: str = ""  # whose price list counts; empty: none, the operator pays no one per token
    headers: dict[str, str] = {}
    query: dict[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """How requests reach providers."""

    providers: dict[str, ProviderSettings] = setting({}, "Servers beside the local workers, a table each.")
    connect_timeout_seconds: float = setting(5.0, "How long a connection to a provider may take.")
    answer_timeout_seconds: float = setting(600.0, "How long a provider may take to begin its answer.")
    silence_timeout_seconds: float = setting(120.0, "How long a provider may pause within an answer.")
