"""The gateway's configuration as it is told and changed, by the admin API and by commands: every change recorded, no
credential given out.
"""

from typing import Any

import msgspec

from freehold.contracts.audit import Audit
from freehold.contracts.errors import InvalidRequest
from freehold.contracts.identity import Principal
from freehold.foundation.settings import HIDDEN, SECRET_NAME, without_secrets
from freehold.gateway.configuration import Configuration, Item, Kind
from freehold.gateway.settings import ProviderSettings

MAX_NAME_CHARACTERS = 200
STARRED = ":***@"  # what `without_secrets` leaves of a URL's password


def shown(item: Item) -> dict[str, Any]:
    """An object for people and programs. Of a provider's credentials it says whether there is one."""
    settings: dict[str, Any] = msgspec.to_builtins(item.value)
    found: dict[str, Any] = {"name": item.name, "origin": item.origin, "settings": settings}
    if isinstance(item.value, ProviderSettings):
        del settings["api_key"]
        settings["url"] = without_secrets(item.value.url)
        for place in ("headers", "query"):
            entries: dict[str, str] = settings[place]
            settings[place] = {name: HIDDEN if is_secret(name) else text for name, text in entries.items()}
        found["has_api_key"] = bool(item.value.api_key)
    return found


def is_secret(name: str) -> bool:
    """Whether a header or a parameter of this name carries a credential."""
    return SECRET_NAME.search(name) is not None


class Changes:
    """Changes the stored configuration. `actor` is who does, for the audit log."""

    def __init__(self, configuration: Configuration, audit: Audit) -> None:
        self._configuration = configuration
        self._audit = audit

    async def put(self, kind: Kind, name: str, value: msgspec.Struct, actor: Principal | str) -> Item:
        """Add or replace an object. Raises `InvalidRequest` with the reason; nothing is kept then."""
        _check_name(name)
        _refuse_hidden(value)
        if b"\\u0000" in msgspec.json.encode(value):
            raise InvalidRequest("There is a NUL character in it.", hint="Leave it out.")
        wanted = Item(kind=kind, name=name, value=value, origin="stored")
        if not self._stands_in_file(kind, name):
            await self._audit.record(actor, f"gateway.{kind}.put", name, shown(wanted))
        plain: dict[str, Any] = msgspec.to_builtins(value)
        return await self._configuration.put(kind, name, plain, by=_name(actor))

    async def delete(self, kind: Kind, name: str, actor: Principal | str) -> None:
        """Remove a stored object. Raises `NotFound`, or `InvalidRequest` when something else needs it."""
        item = self._configuration.item(kind, name)
        if item.origin == "stored":
            await self._audit.record(actor, f"gateway.{kind}.delete", name, shown(item))
        await self._configuration.delete(kind, name)

    def _stands_in_file(self, kind: Kind, name: str) -> bool:
        """Whether the configuration will refuse any change, so that there is none to record."""
        return any(item.name == name and item.origin == "file" for item in self._configuration.items(kind))


def _name(actor: Principal | str) -> str:
    return actor.person_id if isinstance(actor, Principal) else actor


def _check_name(name: str) -> None:
    if not 1 <= len(name) <= MAX_NAME_CHARACTERS or not name.isprintable() or name != name.strip():
        text = f"A name has 1 to {MAX_NAME_CHARACTERS} printable characters, with no space around them."
        raise InvalidRequest(text, param="name")


def _refuse_hidden(value: msgspec.Struct) -> None:
    """Raise `InvalidRequest` for what was shown in the place of a secret and has come back instead of it."""
    if not isinstance(value, ProviderSettings):
        return
    hidden = [f"{place}.{name}" for place in ("headers", "query") for name in _hidden(getattr(value, place))]
    hidden += ["url"] if STARRED in value.url else []
    if hidden:
        text = f"{hidden[0]} holds what is shown in the place of a secret."
        raise InvalidRequest(text, param=hidden[0], hint="Write the secret itself, or leave it out.")


def _hidden(entries: dict[str, str]) -> list[str]:
    return [name for name, text in entries.items() if text == HIDDEN]
