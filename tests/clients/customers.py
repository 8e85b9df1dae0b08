"""People who use the live server through the vendors' official clients, and what the administrator knows of them."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2 as httpx
from anthropic import Anthropic
from openai import OpenAI

from live_server import LiveServer

PATIENCE_SECONDS = 10


@dataclass
class Customer:
    """Somebody with a key. `topic` is what they talk about, nobody else does; `statuses` are the answers' so far."""

    server: LiveServer
    person_id: str
    key: str
    statuses: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, server: LiveServer, tier: str = "") -> "Customer":
        """Somebody new, in a tier."""
        admin = server.http()
        person = admin.post("/admin/v1/people", json={"name": "customer", "tier": tier}).json()
        key = admin.post("/admin/v1/keys", json={"name": "laptop", "person_id": person["id"]}).json()
        return cls(server, person["id"], key["key"])

    @property
    def topic(self) -> str:
        return f"topic-{self.person_id}"

    def openai(self, **options: Any) -> OpenAI:
        """OpenAI's client, which retries unless told otherwise."""
        options = {"api_key": self.key, "timeout": 60, **options}
        return OpenAI(base_url=f"{self.server.address}/v1", http_client=self._watched(), **options)

    def anthropic(self, **options: Any) -> Anthropic:
        """Anthropic's client, which retries likewise."""
        options = {"api_key": self.key, "timeout": 60, **options}
        return Anthropic(base_url=self.server.address, http_client=self._watched(), **options)

    def _watched(self) -> httpx.Client:
        def note(response: httpx.Response) -> None:
            self.statuses.append(response.status_code)

        return httpx.Client(event_hooks={"response": [note]}, timeout=60)

    def seen(self) -> list[dict[str, Any]]:
        """The ledger's rows of this person by now."""
        query = {"rows": "true", "person_id": self.person_id}
        return self.server.http().get("/v1/usage", params=query).json()["data"]

    def rows(self, count: int) -> list[dict[str, Any]]:
        """The ledger's rows of this person, once there are as many, oldest first."""
        query = {"rows": "true", "person_id": self.person_id}
        found: list[dict[str, Any]] = []

        def enough() -> bool:
            found[:] = self.server.http().get("/v1/usage", params=query).json()["data"]
            return len(found) >= count

        until(enough)
        assert len(found) == count
        return found


def until(condition: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it does not come to hold"
        time.sleep(0.02)
