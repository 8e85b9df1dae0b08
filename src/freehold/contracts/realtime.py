"""What a server tells the worker that holds a realtime session: one header of the request for the WebSocket.

The session, and everything that it says later, comes from a client; model, token and id come from the server.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, cast

import msgspec

from freehold.contracts.errors import InvalidRequest

TRANSCRIPTION = "transcription"  # the type of a session that writes down and says nothing
# By a session's type, the endpoint that it asks the model it is opened for.
ENDPOINTS: Mapping[str, str] = {"realtime": "chat/completions", TRANSCRIPTION: "audio/transcriptions"}
SESSION_HEADER = "x-freehold-session"
MAX_SESSION_BYTES = 64 * 1024  # of a configuration, as JSON


def model_of(session: Mapping[str, Any]) -> str:
    """The model that a configuration names, which thinks or transcribes, or empty. Raises `InvalidRequest`.

    Source: openai 3.52.0, `types/realtime/realtime_session_create_request_param.py` and its transcription twin.
    """
    path = ("audio", "input", "transcription", "model") if session.get("type") == TRANSCRIPTION else ("model",)
    found: Any = session
    for name in path:
        found = cast(Mapping[str, Any], found).get(name) if isinstance(found, Mapping) else None
    if found is not None and not isinstance(found, str):
        raise InvalidRequest("A model is named by its name.", param=f"session.{'.'.join(path)}")
    return found or ""


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """How a session begins. `token` lets it ask the gateway as its caller; `session` is what a client secret fixed.

    `model` is empty for a session that only transcribes.
    """

    model: str
    token: str
    session: dict[str, Any] | None
    id: str

    def __repr__(self) -> str:
        """Without the token."""
        return f"Opening(id={self.id!r}, model={self.model!r})"

    def to_header(self) -> str:
        """For `SESSION_HEADER`: JSON in base64url, for a header takes no other text."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode()

    @classmethod
    def from_header(cls, text: str) -> "Opening":
        """What `to_header` wrote. Raises `InvalidRequest`."""
        try:
            return msgspec.json.decode(base64.urlsafe_b64decode(text), type=cls)
        except (binascii.Error, ValueError, msgspec.DecodeError) as error:
            raise InvalidRequest(f"The header {SESSION_HEADER} cannot be read: {error}.") from error
