"""What a key may be used for: models, endpoints, pages. Checks a call against it, and what somebody wants as scopes.

An origin limits which pages may use a key that everybody can read in them. It stops no program: those send the
header that they like (Fetch standard, forbidden request headers bind browsers only).
"""

import re
from collections.abc import Callable

from freehold.contracts.errors import Forbidden, InvalidRequest
from freehold.contracts.identity import Principal, Resource, Scopes, covers

MAX_ENTRIES = 100
MAX_CHARACTERS = 200
ENDPOINT = re.compile(r"[a-z][a-z0-9_-]*(/[a-z0-9_-]+)*")
ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[a-z0-9.-]+(:[0-9]{1,5})?|[a-z][a-z0-9+.-]*://\[[0-9a-f:.]+\](:[0-9]{1,5})?")


def allow_call(principal: Principal, resource: Resource) -> None:
    """Return when the key covers the endpoint, the model and the page. Raises `Forbidden` with what it lacks."""
    scopes = principal.scopes
    if scopes.endpoints is not None and resource.endpoint not in scopes.endpoints:
        raise _lacking("endpoint", resource.endpoint, scopes.endpoints)
    if scopes.models is not None and not covers(scopes.models, resource.model):
        raise _lacking("model", resource.model, scopes.models)
    if scopes.origins is not None and (resource.origin or "").lower() not in scopes.origins:
        where = f"from pages of '{resource.origin}'" if resource.origin else "outside the pages it is for"
        raise Forbidden(f"This key may not be used {where}.", hint="Make a key without origins for programs.")


def check_scopes(scopes: Scopes) -> Scopes:
    """The scopes in the form they are kept in. Raises `InvalidRequest`."""
    return Scopes(
        models=_check(
            "models", scopes.models, _is_model, "Write a public model name; only its last character may be *."
        ),
        endpoints=_check("endpoints", scopes.endpoints, _is_endpoint, "Write 'chat/completions', without /v1."),
        origins=_check("origins", scopes.origins, _is_origin, "Write 'https://example.com', without a path."),
    )


def _lacking(what: str, name: str, allowed: tuple[str, ...]) -> Forbidden:
    listed = ", ".join(allowed) or "none"
    return Forbidden(f"This key may not use the {what} '{name}'.", param=what, hint=f"It may use: {listed}.")


def _check(
    param: str, wanted: tuple[str, ...] | None, is_valid: Callable[[str], bool], hint: str
) -> tuple[str, ...] | None:
    if wanted is None:
        return None
    entries = tuple(dict.fromkeys(entry.lower() if param == "origins" else entry for entry in wanted))
    if len(entries) > MAX_ENTRIES:
        raise InvalidRequest(f"A key has at most {MAX_ENTRIES} {param}.", param=param)
    for entry in entries:
        if not 1 <= len(entry) <= MAX_CHARACTERS or not entry.isprintable() or not is_valid(entry):
            raise InvalidRequest(f"{entry[:50]!r} cannot stand among a key's {param}.", param=param, hint=hint)
    return entries


def _is_model(entry: str) -> bool:
    return "*" not in entry[:-1] and entry == entry.strip()


def _is_endpoint(entry: str) -> bool:
    return ENDPOINT.fullmatch(entry) is not None and not entry.startswith("v1/")


def _is_origin(entry: str) -> bool:
    return ORIGIN.fullmatch(entry) is not None
