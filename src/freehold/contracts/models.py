"""What models there are and where they answer. Data and the Protocol that `operations` answers for local ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from freehold.contracts.identity import Principal

ModelKind = Literal["chat", "embedding", "rerank", "speech", "transcription", "sound", "conversation", "speaker"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """A public model name and what is known of it; `context_length` counts tokens, 0 when unknown."""

    id: str
    kind: ModelKind
    owned_by: str
    created: int = 0
    label: str = ""
    builtin: bool = False
    context_length: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a provider is reached: a base URL ending in /v1, over a Unix socket if one is named."""

    url: str
    api_key: str = field(default="", repr=False)
    socket_path: Path | None = None
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # sent with every request, besides the key
    query: tuple[tuple[str, str], ...] = ()  # put behind every path, as Azure's api-version


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalName:
    """A public model name that nobody but this machine answers to, and the first model behind it."""

    public: str
    local: str
    builtin: bool = False


class LocalNames(Protocol):
    """Which public names lead nowhere but to this machine."""

    def local_names(self, principal: Principal, endpoint: str) -> Sequence[LocalName]:
        """Those that the caller may use at an endpoint, own models before built-in starters."""
        ...


class LocalModels(Protocol):
    """The models on this machine."""

    def models(self) -> Sequence[ModelInfo]:
        """All of them, whether running or not."""
        ...

    async def endpoint(self, name: str) -> Endpoint:
        """Where `name` answers, started if need be. Raises `ModelNotFound` or `Unavailable`."""
        ...


class LocalSessions(Protocol):
    """Where realtime sessions are held on this machine."""

    async def conversations(self) -> Endpoint:
        """The worker that holds them, started if need be. Raises `Unavailable`."""
        ...

    def begin(self, name: str) -> None:
        """Start a model's worker, if there is such a model, and wait for nothing."""
        ...


class LocalPages(LocalModels, Protocol):
    """What the models on this machine tell of themselves: their voices, their effects."""

    async def fetch(self, name: str, path_and_query: str) -> tuple[int, str, bytes]:
        """Status, media type and body of a GET to the model's worker, started if need be.

        `path_and_query` begins with a slash. Raises `ModelNotFound`, `Unavailable`, `ProviderTimeout`, or
        `ProviderFailed` for a body over 4 MiB.
        """
        ...
