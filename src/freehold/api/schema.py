"""GET /openapi.json and /docs: one OpenAPI document for the OpenAI surface, the web app's API and the admin API."""

from collections.abc import Mapping
from html import escape
from typing import Annotated, Any, Literal

import msgspec
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from freehold.api.admin import ROUTERS
from freehold.api.form_schemas import FORMS
from freehold.api.ledger_query import Parameters
from freehold.api.openai.client_secrets import ClientSecretRequest
from freehold.api.openai.custom_voices import VoiceChange
from freehold.api.openai.feedback import Feedback
from freehold.api.openai.realtime import RealtimeQuery
from freehold.api.openai.sound_effects import EffectsQuery
from freehold.api.openai.usage import UsageParameters
from freehold.api.openai.voice_consents import ConsentsQuery, Label
from freehold.api.openai.voices import SampleQuery, VoicesQuery
from freehold.api.web.conversations import Create, Regenerate, Rename, Send
from freehold.api.web.session import SignIn
from freehold.contracts.audio.speaking import MEDIA_TYPES as AUDIO_TYPES
from freehold.contracts.audio.speaking import SpeechRequest
from freehold.contracts.realtime_calls import CALLS
from freehold.engine.embedding.wire import EmbeddingRequest
from freehold.engine.ranking.wire import RerankRequest
from freehold.engine.requests.wire import ChatRequest, CompletionRequest
from freehold.foundation.edge import JsonResponse
from freehold.surface.voices.records import MEDIA_TYPES as RECORDING_TYPES

Schema = dict[str, Any]


class Turn(msgspec.Struct):
    """A message of Anthropic's; its blocks are of many types."""

    role: Literal["user", "assistant", "system"]
    content: str | list[Schema]


class MessagesRequest(msgspec.Struct):
    """What every provider needs of a request for a message."""

    model: str
    max_tokens: int
    messages: list[Turn]
    system: str | list[Schema] | None = None
    stream: bool | None = None
    tools: list[Schema] | None = None
    tool_choice: Schema | None = None
    thinking: Schema | None = None


class Page(msgspec.Struct):
    """The query of a list."""

    limit: Annotated[int, msgspec.Meta(ge=0)] = 50
    before: str | None = None


MESSAGES = "/v1/messages"
# What our own engines and wires read; a provider may read more, and every field reaches it.
REQUESTS: Mapping[str, type] = {
    "/v1/chat/completions": ChatRequest,
    "/v1/completions": CompletionRequest,
    "/v1/embeddings": EmbeddingRequest,
    "/v1/rerank": RerankRequest,
    "/v1/audio/speech": SpeechRequest,
    MESSAGES: MessagesRequest,
    "/v1/realtime/client_secrets": ClientSecretRequest,
    "/v1/feedback": Feedback,
    "/v1/audio/voice_consents/{consent_id}": Label,
    "/v1/audio/voices/{voice_id}": VoiceChange,
    "/api/session": SignIn,
    "/api/conversations": Create,
    "/api/conversations/{id}": Rename,
    "/api/conversations/{id}/messages": Send,
    "/api/conversations/{id}/messages/{message_id}/regenerate": Regenerate,
}
QUERIES: Mapping[str, type] = {
    "/v1/usage": UsageParameters,
    "/v1/costs": Parameters,
    "/v1/realtime": RealtimeQuery,
    "/v1/audio/voices": VoicesQuery,
    "/v1/audio/voices/{voice}/sample": SampleQuery,
    "/v1/audio/voice_consents": ConsentsQuery,
    "/v1/audio/effects": EffectsQuery,
    "/api/conversations": Page,
}
JSON, SSE, CSV, HTML = "application/json", "text/event-stream", "text/csv", "text/html"
SDP = "application/sdp"
PLAIN, FORM = "text/plain", "multipart/form-data"
AUDIO = tuple(AUDIO_TYPES.values())
RECORDINGS = (*sorted(RECORDING_TYPES), "application/octet-stream")
# Where what is deleted is told, as OpenAI does.
TOLD = frozenset({"/v1/audio/voice_consents/{consent_id}", "/v1/audio/voices/{voice_id}"})
# Where an answer may be anything but JSON.
MEDIA_TYPES: Mapping[str, tuple[str, ...]] = {
    "/v1/chat/completions": (JSON, SSE),
    "/v1/completions": (JSON, SSE),
    MESSAGES: (JSON, SSE),
    "/v1/audio/speech": (*AUDIO, SSE),
    "/v1/audio/transcriptions": (JSON, PLAIN, SSE),
    "/v1/audio/translations": (JSON, PLAIN),
    "/v1/audio/effects": (*AUDIO, JSON),
    "/v1/audio/voices/{voice}/sample": AUDIO,
    "/v1/audio/voice_consents/{consent_id}/recording": RECORDINGS,
    CALLS: (SDP,),
    "/v1/usage": (JSON, CSV),
    "/v1/costs": (JSON, CSV),
    "/api/conversations/{id}/messages": (SSE,),
    "/api/conversations/{id}/messages/{message_id}/regenerate": (SSE,),
    "/metrics": (PLAIN,),
    "/docs": (HTML,),
}
ERROR: Schema = {
    "type": "object",
    "required": ["error"],
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
MESSAGES_ERROR: Schema = {
    "type": "object",
    "required": ["type", "error", "request_id"],
    "properties": {
        "type": {"const": "error"},
        "error": {
            "type": "object",
            "required": ["type", "message"],
            "properties": {"type": {"type": "string"}, "message": {"type": "string"}},
        },
        "request_id": {"type": ["string", "null"]},
    },
}


def document(app: Any) -> Schema:
    """The OpenAPI document of the running app."""
    admin = [route for name in ROUTERS for route in ROUTERS[name].routes]
    found = get_openapi(title=app.title, version=app.version, routes=admin)
    _replace_validation_errors(found)
    schemas = found["components"]["schemas"]
    schemas |= {"Error": ERROR, "MessagesError": MESSAGES_ERROR}
    types = {**REQUESTS, **FORMS}
    bodies, structs = msgspec.json.schema_components(types.values(), ref_template="#/components/schemas/{name}")
    schemas |= structs
    requests = dict(zip(types, bodies, strict=True))
    found["components"]["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "freehold_session"},
    }
    found["security"] = [{"key": []}, {"session": []}]
    for route in app.router.routes:
        if isinstance(route, Route) and route.path != "/{path:path}":
            _add(found["paths"], route, requests.get(route.path, {"type": "object"}))
    return found


def _replace_validation_errors(found: Schema) -> None:
    """Every refusal has the one shape and its own status; FastAPI's 422 is never sent."""
    for methods in found["paths"].values():
        for operation in methods.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = _failure("Error")
    for name in ("HTTPValidationError", "ValidationError"):
        found["components"]["schemas"].pop(name, None)


def _failure(schema: str) -> Schema:
    return {"description": "An error", "content": _content({"$ref": f"#/components/schemas/{schema}"})}


def _add(paths: Schema, route: Route, body: Schema) -> None:
    path = route.path.replace(":path}", "}")
    for method in sorted((route.methods or set()) - {"HEAD"}):
        operation: Schema = {
            "summary": (route.endpoint.__doc__ or "").strip().partition("\n")[0],
            "responses": _success(path, method),
            "parameters": _parameters(path, method),
        }
        operation["responses"]["default"] = _failure("MessagesError" if path == MESSAGES else "Error")
        if method in ("POST", "PATCH", "PUT"):
            operation["requestBody"] = {"required": True, "content": _content(body, FORM if path in FORMS else JSON)}
        paths.setdefault(path, {})[method.lower()] = operation


def _success(path: str, method: str) -> Schema:
    if method == "DELETE" and path not in TOLD:
        return {"204": {"description": "It is gone."}}
    status = "201" if path == CALLS else "200"
    return {status: {"description": "OK", "content": _content({}, *MEDIA_TYPES.get(path, (JSON,)))}}


def _parameters(path: str, method: str) -> list[Schema]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    found: list[Schema] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
    ]
    if method == "GET" and path in QUERIES:
        schema = msgspec.json.schema(QUERIES[path])
        properties: Schema = schema["$defs"][schema["$ref"].rpartition("/")[2]]["properties"]
        found += [{"name": name, "in": "query", "schema": _given(known)} for name, known in properties.items()]
    return found


def _given(known: Schema) -> Schema:
    """The schema of a parameter that is there: one that may be null may be left out."""
    kinds = [kind for kind in known.get("anyOf", []) if kind != {"type": "null"}]
    return kinds[0] if len(kinds) == 1 else {key: value for key, value in known.items() if value is not None}


def _content(schema: Schema, *media_types: str) -> Schema:
    return {media_type: {"schema": schema} for media_type in media_types or (JSON,)}


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
