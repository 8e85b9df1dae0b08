"""Transcription forms exactly as OpenAI's own client writes them."""

from typing import Any

from openai import AsyncOpenAI

from freehold.contracts.wire import Call
from vendor_server import vendor_server


async def transcription_call(model: str, audio: bytes, **parameters: Any) -> Call:
    """The call that the client makes for `audio.transcriptions.create(file=…, **parameters)`."""
    async with vendor_server() as vendor, AsyncOpenAI(base_url=vendor.url, api_key="k") as client:
        vendor.answers('{"text": ""}', content_type="application/json")
        await client.audio.transcriptions.create(file=("speech.wav", audio), model="public-name", **parameters)
        (sent,) = vendor.sent
    return Call(endpoint="audio/transcriptions", body=sent.body, model=model, media_type=sent.headers["content-type"])
