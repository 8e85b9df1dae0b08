"""The gateway's settings, and the shape of what the admin API stores of the same kinds."""

from dataclasses import dataclass
from typing import Literal

import msgspec

from freehold.foundation.settings import setting
from freehold.gateway.auto.policy import AutoPolicy

LOCAL = "local"  # the provider name of this machine's own models

Meter = Literal[
    "requests", "parallel", "tokens", "input_tokens", "output_tokens", "audio_seconds", "characters", "images", "usd"
]
Window = Literal["minute", "hour", "day", "month"]
Subject = Literal["all", "organisation", "team", "person", "key", "tier"]


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of `freehold.toml`, or an object of the admin API: unknown keys are refused."""


class ProviderSettings(_Table, frozen=True, kw_only=True):
    """One `[gateway.providers.<name>]` table: a server that answers requests.

    `models` maps public model names to the names that the server knows: a route each, with this provider alone.
    """

    url: str
    models: dict[str, str] = {}
    kind: str = "openai"
    api_key: str = ""
    vendor: str = ""  # whose price list counts; empty: none, the operator pays no one per token
    headers: dict[str, str] = {}
    query: dict[str, str] = {}


class Condition(_Table, frozen=True, kw_only=True):
    """Which requests a target answers; what is not named does not matter."""

    tiers: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
    max_body_bytes: int | None = None
    stream: bool | None = None


class TargetSettings(_Table, frozen=True, kw_only=True):
    """One entry of a route's `targets`: a model of a provider, or of this machine (`provider = "local"`).

    `priority` 0 is asked first; higher ones are its fallbacks. `overflow_per_minute` caps how many requests may come
    here because an earlier target was saturated. `equivalent` is the vendor's model, "vendor/model", that the
    operator says this one replaces: only then does a local answer count as a saving.
    """

    provider: str
    model: str
    weight: float = 1.0
    priority: int = 0
    when: Condition = Condition()
    overflow_per_minute: int | None = None
    equivalent: str = ""


class RouteSettings(_Table, frozen=True, kw_only=True):
    """One `[gateway.routes.<public name>]` table."""

    targets: tuple[TargetSettings, ...]
    strategy: str = "weighted"
    sticky: bool = False
    degrade_to: str = ""  # the public name that answers when no target can


class LimitSettings(_Table, frozen=True, kw_only=True):
    """One limit: how much of a meter each subject may use within a window.

    `which` names one subject or a tier, "*" is each; `model` is a public name, "*" all together, "each" every one
    by itself. `shadow` only counts what it would have refused.
    """

    meter: Meter
    amount: float
    subject: Subject = "key"
    which: str = "*"
    model: str = "*"
    window: Window = "minute"
    shadow: bool = False


class TierSettings(_Table, frozen=True, kw_only=True):
    """One `[gateway.tiers.<name>]` table: what a person's plan allows. Its limits hold for each person."""

    models: tuple[str, ...] = ("*",)
    limits: tuple[LimitSettings, ...] = ()


class PriceSettings(_Table, frozen=True, kw_only=True):
    """An operator's own price, in US dollars, from a day on; it goes before the shipped list's."""

    vendor: str
    model: str
    since: str  # YYYY-MM-DD
    input_per_million: float | None = None
    cached_input_per_million: float | None = None
    cache_write_per_million: float | None = None
    output_per_million: float | None = None
    per_audio_minute: float | None = None
    per_million_characters: float | None = None
    per_image: float | None = None
    source: str = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """How requests reach providers, what they cost and who may send how many."""

    providers: dict[str, ProviderSettings] = setting({}, "Servers beside the local workers, a table each.")
    routes: dict[str, RouteSettings] = setting({}, "Public model names with several targets, a table each.")
    auto: AutoPolicy = setting(AutoPolicy(), "What the smart route `auto` may choose, prefers and knows of models.")
    tiers: dict[str, TierSettings] = setting({}, "What people's plans allow, a table each.")
    default_tier: str = setting("", "The tier of people who have none.")
    limits: tuple[LimitSettings, ...] = setting((), "Limits and budgets, `[[gateway.limits]]`.")
    prices: tuple[PriceSettings, ...] = setting((), "Own prices besides the shipped list, `[[gateway.prices]]`.")
    counters: str = setting("process", "Where limits are counted: process (one server), postgresql or redis.")
    redis_url: str = setting("", 'The Redis of counters = "redis": redis://host:6379/0')
    connect_timeout_seconds: float = setting(5.0, "How long a connection to a provider may take.")
    answer_timeout_seconds: float = setting(600.0, "How long a provider may take to begin its answer.")
    silence_timeout_seconds: float = setting(120.0, "How long a provider may pause within an answer.")
    total_timeout_seconds: float = setting(3600.0, "How long one answer may take in all.")
    max_answer_bytes: int = setting(
        64 * 1024 * 1024, "The largest answer, or event of a stream, taken from a provider."
    )
    attempts: int = setting(3, "Most providers, or tries, that one request may take before its first byte.")
    retry_share: float = setting(
        0.2, "Most retries, as a share of requests: a failing vendor is not asked twice as much."
    )
    breaker_failures: int = setting(5, "Failures in a row after which a target is left alone for a while.")
    breaker_seconds: float = setting(15.0, "How long it is left alone; Retry-After of the provider goes before.")
    default_output_tokens: int = setting(4096, "Output tokens reserved for a request that sets no maximum.")
    hardware_usd_per_hour: float = setting(0.0, "What this machine costs an hour, to price local answers; 0: unknown.")
    hardware_watts: float = setting(0.0, "What this machine draws under load, in watts.")
    electricity_usd_per_kwh: float = setting(0.0, "What electricity costs.")
    journal_max_bytes: int = setting(1024 * 1024 * 1024, "Most usage kept on disk while the database is away.")
    secret_key: str = setting("", "Encrypts stored credentials; empty means a key file in the data folder.")
