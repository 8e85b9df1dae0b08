"""The server's API as `freehold speak` and `freehold transcribe` use it. Prints nothing."""

import uuid
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any
from urllib.parse import urlencode

import msgspec

from freehold.cli.server_client import (
    ANSWER_TIMEOUT_SECONDS,
    MAX_LIST_BYTES,
    SHORT_TIMEOUT_SECONDS,
    SILENCE_TIMEOUT_SECONDS,
    ServerClient,
    ServerError,
)
from freehold.contracts.errors import ProviderFailed
from freehold.contracts.forms import Upload, write_form
from freehold.contracts.wire import parse_sse
from freehold.foundation.http1 import Answer

PAGE = 1000


class Voice(msgspec.Struct):
    """A voice as the server lists it."""

    id: str
    name: str = ""
    language: str = ""
    gender: str = ""
    kind: str = ""
    model: str = ""


class _Voices(msgspec.Struct):
    data: list[Voice]
    has_more: bool = False
    last_id: str | None = None


class _Event(msgspec.Struct):
    type: str = ""
    delta: str = ""
    error: ServerError | None = None


class SoundClient(ServerClient):
    """One server, to speak and to listen."""

    async def voices(self, model: str, language: str = "") -> AsyncGenerator[Voice]:
        """The model's voices, page by page."""
        wanted = {"model": model, "language": language, "limit": str(PAGE)}
        while True:
            query = urlencode({name: value for name, value in wanted.items() if value})
            page = msgspec.json.decode(await self._whole("GET", f"/v1/audio/voices?{query}"), type=_Voices)
            for voice in page.data:
                yield voice
            if not page.has_more or not page.last_id:
                return
            wanted["after"] = page.last_id

    async def speech(self, request: Mapping[str, Any]) -> AsyncGenerator[bytes]:
        """The sound as it comes; closing it early stops the voice. Raises `FreeholdError`."""
        body = msgspec.json.encode(request)
        response = await self.send("POST", "/v1/audio/speech", ANSWER_TIMEOUT_SECONDS, body)
        try:
            await self.refuse_error(response)
            async with aclosing(response.chunks(SILENCE_TIMEOUT_SECONDS)) as chunks:
                async for chunk in chunks:
                    yield chunk
        finally:
            response.close()

    async def transcript(self, upload: Upload, fields: Mapping[str, str], *, translate: bool) -> bytes:
        """What is said, in the response format that `fields` ask for."""
        response = await self._hear(upload, fields, translate=translate)
        try:
            await self.refuse_error(response)
            return await response.whole(MAX_LIST_BYTES * 16, ANSWER_TIMEOUT_SECONDS)
        finally:
            response.close()

    async def transcript_pieces(self, upload: Upload, fields: Mapping[str, str]) -> AsyncGenerator[str]:
        """What is said, piece by piece as it is found."""
        response = await self._hear(upload, {**fields, "stream": "true"}, translate=False)
        try:
            await self.refuse_error(response)
            async with aclosing(response.chunks(ANSWER_TIMEOUT_SECONDS)) as chunks:
                async for data in parse_sse(chunks):
                    event = _event(data)
                    if event.type == "transcript.text.done":
                        return
                    if event.delta:
                        yield event.delta
        finally:
            response.close()
        raise ProviderFailed("The transcript broke off.", hint="Try again.")

    async def _hear(self, upload: Upload, fields: Mapping[str, str], *, translate: bool) -> Answer:
        media_type, body = write_form(fields.items(), {"file": upload}, uuid.uuid4().hex)
        path = "/v1/audio/translations" if translate else "/v1/audio/transcriptions"
        return await self.send("POST", path, ANSWER_TIMEOUT_SECONDS, body, media_type)

    async def _whole(self, method: str, path: str) -> bytes:
        response = await self.send(method, path, SHORT_TIMEOUT_SECONDS)
        try:
            await self.refuse_error(response)
            return await response.whole(MAX_LIST_BYTES, SILENCE_TIMEOUT_SECONDS)
        finally:
            response.close()


def _event(data: bytes) -> _Event:
    """One event. Raises `ProviderFailed` for one that tells of an error."""
    try:
        event = msgspec.json.decode(data, type=_Event)
    except msgspec.DecodeError as error:
        raise ProviderFailed(f"The server sent what is no transcript: {error}.") from error
    if event.error is not None:
        raise ProviderFailed(event.error.message or "The transcriber failed.")
    return event
