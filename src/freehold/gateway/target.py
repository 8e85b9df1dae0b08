"""What a route leads to: a model of a provider, with how it is doing. Data; decides nothing."""

from dataclasses import dataclass, field

from freehold.contracts.wire import Provider
from freehold.gateway.health import Health
from freehold.gateway.settings import LOCAL, Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A model of a provider. `provider` is None for this machine's own models, whose worker is found when asked."""

    provider_name: str
    model: str  # the provider's name for it
    provider: Provider | None = field(repr=False)
    health: Health = field(repr=False)
    vendor: str = ""
    builtin: bool = False
    weight: float = 1.0
    priority: int = 0
    when: Condition = Condition()
    overflow_per_minute: int | None = None
    equivalent: str = ""

    @property
    def name(self) -> str:
        """For people, metrics and headers."""
        return f"{self.provider_name}/{self.model}"

    @property
    def is_local(self) -> bool:
        """Whether a worker of this machine answers."""
        return self.provider_name == LOCAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A public model name and the targets behind it."""

    name: str
    targets: tuple[Target, ...]
    strategy: str = "weighted"
    sticky: bool = False
    degrade_to: str = ""
