"""/admin/v1/providers, routes, limits, tiers, prices and models: the gateway's configuration, one object by its name.

All six are served alike. Their schemas in the OpenAPI document are those of the settings themselves. What stands in
freehold.toml is listed with the origin "file", and changed there.
"""

import uuid
from collections.abc import Callable
from typing import Annotated, Any, cast

import msgspec
from fastapi import APIRouter, Depends, Request, Response

from freehold.api.gateway_items import Changes, shown
from freehold.api.identify import identify_admin
from freehold.api.struct_schema import Schema, answers, inlined, listed, takes
from freehold.contracts.identity import Principal
from freehold.foundation.edge import JsonResponse, decode, read_body
from freehold.gateway.configuration import SHAPES, Configuration, Kind
from freehold.gateway.settings import LimitSettings, PriceSettings

ROUTER = APIRouter(prefix="/admin/v1", tags=["gateway"])
MAX_BODY_BYTES = 1024 * 1024
NAME = "/{name:path}"  # public model names have slashes in them

Admin = Annotated[Principal, Depends(identify_admin)]


def _item_schema(kind: Kind) -> Schema:
    """What is told of an object: of a provider's key, whether there is one."""
    settings = inlined(SHAPES[kind])
    known: Schema = {
        "name": {"type": "string"},
        "origin": {"enum": ["file", "stored"]},
        "settings": settings,
    }
    if settings["properties"].pop("api_key", None):
        known["has_api_key"] = {"type": "boolean"}
    return {"title": kind.capitalize(), "type": "object", "required": list(known), "properties": known}


def _configuration(request: Request) -> Configuration:
    return request.app.state.gateway_admin.configuration


def _changes(request: Request) -> Changes:
    return Changes(_configuration(request), request.app.state.audit)


async def _read(request: Request, kind: Kind) -> msgspec.Struct:
    return decode(await read_body(request, MAX_BODY_BYTES), SHAPES[kind])


def _serve(plural: str, kind: Kind) -> None:
    """Add the routes of one kind."""
    item = _item_schema(kind)

    async def list_items(request: Request, principal: Admin) -> Response:
        found = [shown(one) for one in _configuration(request).items(kind)]
        return JsonResponse({"object": "list", "data": found})

    async def retrieve(request: Request, principal: Admin, name: str) -> Response:
        return JsonResponse(shown(_configuration(request).item(kind, name)))

    async def put(request: Request, principal: Admin, name: str) -> Response:
        value = await _read(request, kind)
        return JsonResponse(shown(await _changes(request).put(kind, name, value, principal)))

    async def delete(request: Request, principal: Admin, name: str) -> Response:
        await _changes(request).delete(kind, name, principal)
        return Response(status_code=204)

    found = answers(200, "The object.", item)
    ROUTER.get(f"/{plural}", summary=f"All {plural}.", responses=answers(200, "All of them.", listed(item)))(list_items)
    ROUTER.get(f"/{plural}{NAME}", summary=f"One {kind}.", responses=found)(retrieve)
    put_summary = f"Add or replace a {kind}; every server follows within two seconds."
    body = takes(inlined(SHAPES[kind]))
    ROUTER.put(f"/{plural}{NAME}", summary=put_summary, responses=found, openapi_extra=body)(put)
    ROUTER.delete(f"/{plural}{NAME}", summary=f"Remove a stored {kind}.", status_code=204)(delete)


for _plural, _kind in {
    "providers": "provider",
    "routes": "route",
    "limits": "limit",
    "tiers": "tier",
    "prices": "price",
    "models": "model",
}.items():
    _serve(_plural, cast(Kind, _kind))


def _create(plural: str, kind: Kind, name: Callable[[Any], str]) -> None:
    """Add the route that names an object of a kind by itself."""

    async def create(request: Request, principal: Admin) -> Response:
        value = await _read(request, kind)
        item = await _changes(request).put(kind, name(value), value, principal)
        return JsonResponse(shown(item), status_code=201)

    ROUTER.post(
        f"/{plural}",
        summary=f"Add a {kind} under a name that is made for it.",
        status_code=201,
        responses=answers(201, "The object with its name.", _item_schema(kind)),
        openapi_extra=takes(inlined(SHAPES[kind])),
    )(create)


def _limit_name(limit: LimitSettings) -> str:
    return f"limit-{uuid.uuid4().hex[:8]}"


def _price_name(price: PriceSettings) -> str:
    return f"{price.vendor}/{price.model}@{price.since}"


_create("limits", "limit", _limit_name)
_create("prices", "price", _price_name)
