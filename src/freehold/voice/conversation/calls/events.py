"""The events of a call as far as they differ from a WebSocket's: sound never goes by the data channel.

Formats of sound are the tracks' to agree, so a client's wishes for them are passed over, as OpenAI does.
"""

import base64
from collections.abc import Mapping
from typing import Any, cast

import msgspec

SOUND = "response.output_audio.delta"
DONE = "response.done"
CLEARED = "output_audio_buffer.cleared"


class _Response(msgspec.Struct):
    id: str = ""


class Told(msgspec.Struct):
    """What matters here of an event of the server's."""

    type: str
    response_id: str = ""
    delta: msgspec.Raw = msgspec.Raw(b"")
    response: _Response | None = None

    def sound(self) -> bytes:
        """The sound of a `SOUND`."""
        return base64.b64decode(msgspec.json.decode(self.delta, type=str))


TOLD = msgspec.json.Decoder(Told)


def sound_event(pcm_24khz: bytes) -> str:
    """A client's sound as the event that a WebSocket would bring."""
    return f'{{"type":"input_audio_buffer.append","audio":"{base64.b64encode(pcm_24khz).decode()}"}}'


def as_asked(message: str | bytes) -> str | bytes:
    """A client's event, without wishes for formats. What cannot be read stays, for the session to refuse."""
    if (b"session.update" if isinstance(message, bytes) else "session.update") not in message:  # pyright: ignore
        return message
    try:
        event = msgspec.json.decode(message, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return message
    session = event.get("session")
    if event.get("type") != "session.update" or not isinstance(session, Mapping):
        return message
    return msgspec.json.encode(event | {"session": without_formats(cast(Mapping[str, Any], session))})


def without_formats(session: Mapping[str, Any]) -> dict[str, Any]:
    """The settings without formats of sound."""
    found = dict(session)
    audio = found.get("audio")
    if isinstance(audio, Mapping):
        found["audio"] = {side: _without_format(given) for side, given in cast(Mapping[str, Any], audio).items()}
    return found


def _without_format(given: Any) -> Any:
    if not isinstance(given, Mapping):
        return given
    return {name: value for name, value in cast(Mapping[str, Any], given).items() if name != "format"}
