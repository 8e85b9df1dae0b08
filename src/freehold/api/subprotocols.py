"""A key in the subprotocols of a WebSocket: browsers can send no header with one, so OpenAI reads it there, too."""

from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket

KEY_PROTOCOL = "openai-insecure-api-key."


def offered_key(connection: HTTPConnection) -> str | None:
    """The key that a client offers as a subprotocol."""
    keys = [one.removeprefix(KEY_PROTOCOL) for one in _offered(connection) if one.startswith(KEY_PROTOCOL)]
    return keys[0] if keys else None


def answer_to(websocket: WebSocket) -> str | None:
    """The subprotocol to accept with. A browser that offered some needs one back; the key's only where it is alone."""
    offered = _offered(websocket)
    others = [one for one in offered if not one.startswith(KEY_PROTOCOL)]
    return next(iter(others or offered), None)


def _offered(connection: HTTPConnection) -> list[str]:
    return connection.scope.get("subprotocols", [])
