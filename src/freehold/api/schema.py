"""GET /openapi.json and /docs: one OpenAPI document for the OpenAI surface, the web app's API and the admin API."""

from html import escape
from typing import Any

import msgspec
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from freehold.api.admin import ROUTERS
from freehold.engine.embedding.wire import EmbeddingRequest
from freehold.engine.requests.wire import ChatRequest, CompletionRequest
from freehold.foundation.edge import JsonResponse

# What our own engines read; a provider may read more, and every field reaches it.
REQUESTS: dict[str, type] = {
    "/v1/chat/completions": ChatRequest,
    "/v1/completions": CompletionRequest,
    "/v1/embeddings": EmbeddingRequest,
}
ERROR = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "type", "param", "code"],
            "properties": {
                "message": {"type": "string"},
                "type": {"type": "string"},
                "param": {"type": ["string", "null"]},
                "code": {"type": ["string", "null"]},
            },
        }
    },
}


def document(app: Any) -> dict[str, Any]:
    """The OpenAPI document of the running app."""
    admin = [route for name in ROUTERS for route in ROUTERS[name].routes]
    found = get_openapi(title=app.title, version=app.version, routes=admin)
    components = found.setdefault("components", {})
    components.setdefault("schemas", {})["Error"] = ERROR
    bodies, structs = msgspec.json.schema_components(REQUESTS.values(), ref_template="#/components/schemas/{name}")
    components["schemas"] |= structs
    requests = dict(zip(REQUESTS, bodies, strict=True))
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "freehold_session"},
    }
    found["security"] = [{"key": []}, {"session": []}]
    for route in app.router.routes:
        if isinstance(route, Route) and route.path != "/{path:path}":
            _add(found["paths"], route, requests.get(route.path, {"type": "object"}))
    return found


def _add(paths: dict[str, Any], route: Route, body: dict[str, Any]) -> None:
    path = route.path.replace(":path}", "}")
    for method in sorted((route.methods or set()) - {"HEAD"}):
        summary = (route.endpoint.__doc__ or "").strip().partition("\n")[0]
        failure = {"description": "An error", "content": _json({"$ref": "#/components/schemas/Error"})}
        operation: dict[str, Any] = {
            "summary": summary,
            "responses": {"200": {"description": "OK"}, "default": failure},
        }
        names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        operation["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
        ]
        if method in ("POST", "PATCH", "PUT"):
            operation["requestBody"] = {"content": _json(body)}
        paths.setdefault(path, {})[method.lower()] = operation


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


async def openapi(request: Request) -> Response:
    """The OpenAPI document."""
    return JsonResponse(document(request.app))


async def docs(request: Request) -> Response:
    """The OpenAPI document as a page."""
    return HTMLResponse(_page(document(request.app)))


ROUTES = [Route("/openapi.json", openapi), Route("/docs", docs)]


def _page(found: dict[str, Any]) -> str:
    """A plain list of operations: self-contained, for the server must work without the internet."""
    rows = [
        f"<tr><td><code>{method.upper()}</code></td><td><code>{escape(path)}</code></td>"
        f"<td>{escape(operation.get('summary', ''))}</td></tr>"
        for path, methods in sorted(found["paths"].items())
        for method, operation in methods.items()
    ]
    style = (
        "body{font:16px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem}td{padding:.2rem 1rem .2rem 0}"
    )
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Freehold API</title><style>{style}</style>"
        f"<h1>Freehold API</h1><p>The whole document: <a href=/openapi.json>openapi.json</a>. Send "
        f"<code>Authorization: Bearer &lt;key&gt;</code>.</p><table>{''.join(rows)}</table></html>"
    )
