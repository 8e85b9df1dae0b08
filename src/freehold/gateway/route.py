"""Public model names and the providers behind them. Of a body it reads the model's name only."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import msgspec

from freehold.contracts.errors import InvalidRequest, ModelNotFound, SetupError
from freehold.contracts.models import Endpoint, LocalModels, ModelInfo, ModelKind
from freehold.contracts.wire import Call, Provider
from freehold.foundation.registry import Registry
from freehold.gateway.settings import GatewaySettings

# Endpoints that only models of one kind answer; every other one is for chat models.
KINDS: Mapping[str, ModelKind] = {"embeddings": "embedding", "rerank": "rerank"}

OpenProvider = Callable[[Endpoint, GatewaySettings], Provider]
PROVIDERS: Registry[OpenProvider] = Registry("freehold.gateway.providers", "PROVIDER")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A provider, and the name it knows the model by."""

    provider: Provider
    model: str

    def address(self, call: Call) -> Call:
        """The call under the provider's name for the model; every other byte of the body's values is kept."""
        if call.model == self.model:
            return call
        body = msgspec.json.decode(call.body, type=dict[str, msgspec.Raw])
        body["model"] = msgspec.Raw(msgspec.json.encode(self.model))
        return replace(call, body=msgspec.json.encode(body), model=self.model)


class Routes:
    """Finds the provider of a public model name: configured providers first, then local models."""

    def __init__(self, settings: GatewaySettings, local: LocalModels) -> None:
        self._settings = settings
        self._local = local
        self._remote: dict[str, Target] = {}
        self._owners: dict[str, str] = {}
        self._workers: dict[Endpoint, Provider] = {}
        for name, provider in settings.providers.items():
            opened = PROVIDERS[provider.kind](Endpoint(url=provider.url, api_key=provider.api_key), settings)
            for public, upstream in provider.models.items():
                if public in self._remote:
                    raise SetupError(f"Two providers claim the model '{public}'.", hint="Rename one in freehold.toml.")
                self._remote[public] = Target(provider=opened, model=upstream)
                self._owners[public] = name

    def models(self) -> list[ModelInfo]:
        """Every public model name; a configured provider hides a local model of the same name."""
        remote = [ModelInfo(id=name, kind="chat", owned_by=owner) for name, owner in self._owners.items()]
        return remote + [info for info in self._local.models() if info.id not in self._remote]

    async def find(self, model: str, endpoint: str) -> Target:
        """The provider that answers `endpoint` for a model.

        Raises `ModelNotFound` with the nearest names, `InvalidRequest` for a model of another kind, `Unavailable`.
        """
        if model in self._remote:
            return self._remote[model]
        known = {info.id: info for info in self.models()}
        if model not in known:
            near = difflib.get_close_matches(model, known, n=3, cutoff=0.4)
            hint = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(known)}."
            raise ModelNotFound(f"The model '{model}' does not exist.", param="model", hint=hint)
        kind = known[model].kind
        if kind != KINDS.get(endpoint, "chat"):
            raise InvalidRequest(f"'{model}' is a model for {kind}; it has no /v1/{endpoint}.", param="model")
        place = await self._local.endpoint(model)
        if place not in self._workers:
            self._workers[place] = PROVIDERS["openai"](place, self._settings)
        return Target(provider=self._workers[place], model=model)

    async def close(self) -> None:
        """Close all providers."""
        for provider in {*(target.provider for target in self._remote.values()), *self._workers.values()}:
            await provider.close()
