"""Valid calls of OpenAI's endpoints. Each carries what no vendor may see: who asks, and the caller's credentials."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from freehold.contracts.wire import Call

SECRET = "not-for-vendors"
HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "x-freehold-deadline": SECRET,
        "x-freehold-trace": SECRET,
        "x-freehold-anything": SECRET,
        "authorization": f"Bearer {SECRET}",
        "cookie": f"session={SECRET}",
    }
)
AUDIO = b"RIFF\r\n--\x00\xff not a boundary"
WEATHER = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOLS = [{"type": "function", "function": {"name": "weather", "parameters": WEATHER}}]


def call(endpoint: str, body: bytes, model: str, *, stream: bool = False, media_type: str = "application/json") -> Call:
    """A call as the gateway hands it to a provider."""
    return Call(
        endpoint=endpoint,
        body=body,
        model=model,
        stream=stream,
        media_type=media_type,
        request_id="req_7",
        tenant=SECRET,
        headers=HEADERS,
    )


def json_call(endpoint: str, model: str, fields: Mapping[str, Any]) -> Call:
    """A call with a JSON body, whose `model` is the vendor's name as the gateway writes it."""
    body = json.dumps({"model": model, **fields}).encode()
    return call(endpoint, body, model, stream=bool(fields.get("stream")))


def form_call(endpoint: str, model: str, fields: Mapping[str, str | list[str]]) -> Call:
    """A call with a form and a file in it (RFC 7578); the names of lists end in `[]`, as OpenAI's package has them."""
    pairs = [("model", model)]
    for name, value in fields.items():
        pairs += [(name, value)] if isinstance(value, str) else [(f"{name}[]", item) for item in value]
    parts = [f'form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in pairs]
    parts.append(b'form-data; name="file"; filename="a.wav"\r\ncontent-type: audio/wav\r\n\r\n' + AUDIO)
    body = b"".join(b"--edge\r\ncontent-disposition: " + part + b"\r\n" for part in parts) + b"--edge--\r\n"
    return call(endpoint, body, model, media_type="multipart/form-data; boundary=edge")


def chat(model: str, **fields: Any) -> Call:
    """A chat completion."""
    return json_call("chat/completions", model, {"messages": [{"role": "user", "content": "Hi"}]} | fields)


def embedding(model: str, **fields: Any) -> Call:
    """Two embeddings."""
    return json_call("embeddings", model, {"input": ["one", "two"]} | fields)


def speech(model: str, **fields: Any) -> Call:
    """Six characters to be spoken."""
    return json_call("audio/speech", model, {"input": "Grüße!", "voice": "thalia"} | fields)


def transcription(model: str, **fields: Any) -> Call:
    """A recording to be written down."""
    return form_call("audio/transcriptions", model, fields)
