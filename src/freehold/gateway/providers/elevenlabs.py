"""ElevenLabs: speech through /text-to-speech, transcription by Scribe through /speech-to-text.

The endpoint's URL ends in /v1: https://api.elevenlabs.io/v1. A voice is ElevenLabs' id of it.
Source: elevenlabs 2.78.0.
"""

import asyncio
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing

import aiohttp
from yarl import URL

from freehold.contracts.errors import InvalidRequest, ProviderFailed, ProviderTimeout
from freehold.contracts.models import Endpoint
from freehold.contracts.usage import Usage
from freehold.contracts.wire import Call, Reply
from freehold.foundation.egress import Egress
from freehold.gateway.settings import GatewaySettings
from freehold.gateway.wires.speech.elevenlabs import (
    error,
    speech_body,
    speech_path,
    transcript,
    transcription_fields,
)
from freehold.gateway.wires.speech.errors import openai_error
from freehold.gateway.wires.speech.forms import write_form
from freehold.gateway.wires.speech.hearing import read_transcription
from freehold.gateway.wires.speech.speaking import MEDIA_TYPES, read_speech
from freehold.gateway.wires.speech.transcripts import render

MAX_ANSWER_BYTES = 64 * 2**20


class ElevenLabsProvider:
    """One endpoint. Implements `contracts.wire.Provider`."""

    endpoints: frozenset[str] = frozenset({"audio/transcriptions", "audio/speech"})

    def __init__(self, endpoint: Endpoint, settings: GatewaySettings) -> None:
        self._endpoint = endpoint
        self._settings = settings
        # Endpoints come from the administrator's settings, never from a request.
        self._egress = Egress(
            trusted=True,
            socket_path=endpoint.socket_path,
            connect_timeout_seconds=settings.connect_timeout_seconds,
        )
        self._answers: Mapping[str, Callable[[Call], Awaitable[Reply]]] = {
            "audio/transcriptions": self._hear,
            "audio/speech": self._speak,
        }

    async def send(self, call: Call) -> Reply:
        """Answer the call. Raises what providers raise, and `InvalidRequest` for what ElevenLabs cannot be asked."""
        if call.endpoint not in self._answers:
            raise InvalidRequest(f"ElevenLabs has no /v1/{call.endpoint}.", param="model")
        return await self._answers[call.endpoint](call)

    async def _hear(self, call: Call) -> Reply:
        request = read_transcription(call.body, call.media_type)
        fields = transcription_fields(request, call.model)
        media_type, body = write_form(fields, {"file": request.audio}, uuid.uuid4().hex)
        response = await self._post("speech-to-text", body, media_type)
        if response.status != 200:
            return await self._refuse(response)
        heard, measured = transcript(await self._whole(response))
        rendered, answer = render(heard, request)
        used = Usage(audio_seconds=heard.seconds, estimated=not measured)
        return Reply(status=200, media_type=rendered, body=_once(answer), usage=used)

    async def _speak(self, call: Call) -> Reply:
        request = read_speech(call.body)
        response = await self._post(speech_path(request), speech_body(request, call.model), "application/json")
        if response.status != 200:
            return await self._refuse(response)

        async def close() -> None:
            response.close()

        return Reply(
            status=200,
            media_type=response.headers.get("content-type") or MEDIA_TYPES[request.audio_format],
            body=self._read(response),
            close=close,
            usage=Usage(characters=len(request.input)),
        )

    async def _post(self, path: str, body: bytes, media_type: str) -> aiohttp.ClientResponse:
        headers = {"content-type": media_type}
        if self._endpoint.api_key:
            headers["xi-api-key"] = self._endpoint.api_key
        url = URL(f"{self._endpoint.url.rstrip('/')}/{path}", encoded=True).extend_query(self._endpoint.query)
        return await self._egress.request(
            "POST",
            str(url),
            body=body,
            headers=headers | dict(self._endpoint.headers),
            timeout_seconds=self._settings.answer_timeout_seconds,
        )

    async def _refuse(self, response: aiohttp.ClientResponse) -> Reply:
        body = openai_error(response.status, error(await self._whole(response)))
        after = response.headers.get("retry-after")
        headers = {"retry-after": after} if after else {}
        return Reply(status=response.status, media_type="application/json", body=_once(body), headers=headers)

    async def _whole(self, response: aiohttp.ClientResponse) -> bytes:
        """The whole body; closes the response. Raises `ProviderFailed` for one over `MAX_ANSWER_BYTES`."""
        found = bytearray()
        async with aclosing(self._read(response)) as chunks:
            async for chunk in chunks:
                found += chunk
                if len(found) > MAX_ANSWER_BYTES:
                    raise ProviderFailed(f"ElevenLabs' answer is over {MAX_ANSWER_BYTES} bytes.")
        return bytes(found)

    async def _read(self, response: aiohttp.ClientResponse) -> AsyncGenerator[bytes]:
        """The body as it comes. Raises `ProviderFailed` or `ProviderTimeout` where it breaks off."""
        chunks = response.content.iter_any()
        try:
            while True:
                async with asyncio.timeout(self._settings.silence_timeout_seconds):
                    chunk = await anext(chunks, b"")
                if not chunk:
                    return
                yield chunk
        except TimeoutError:
            raise ProviderTimeout("The provider fell silent in the middle of its answer.") from None
        except (aiohttp.ClientError, ConnectionError) as broken:
            raise ProviderFailed("The provider broke off in the middle of its answer.") from broken
        finally:
            response.close()

    async def close(self) -> None:
        """Close all connections to the endpoint."""
        await self._egress.close()


async def _once(body: bytes) -> AsyncIterator[bytes]:
    yield body


PROVIDER = ElevenLabsProvider
