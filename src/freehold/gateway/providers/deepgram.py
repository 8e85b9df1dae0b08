"""Deepgram: transcription through /listen, speech by its Aura voices through /speak.

The endpoint's URL ends in /v1: https://api.deepgram.com/v1. Source: deepgram-sdk 7.17.0.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import aclosing
from urllib.parse import urlencode

import aiohttp
import msgspec

from freehold.contracts.errors import InvalidRequest, ProviderFailed, ProviderTimeout
from freehold.contracts.models import Endpoint
from freehold.contracts.usage import Usage
from freehold.contracts.wire import Call, Reply
from freehold.foundation.egress import Egress
from freehold.gateway.settings import GatewaySettings
from freehold.gateway.wires.speech.deepgram import error, listen_query, speak_query, transcript
from freehold.gateway.wires.speech.errors import openai_error
from freehold.gateway.wires.speech.hearing import read_transcription
from freehold.gateway.wires.speech.speaking import MEDIA_TYPES, read_speech
from freehold.gateway.wires.speech.transcripts import render

MAX_ANSWER_BYTES = 64 * 2**20


class DeepgramProvider:
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
        """Answer the call. Raises what providers raise, and `InvalidRequest` for what Deepgram cannot be asked."""
        if call.endpoint not in self._answers:
            raise InvalidRequest(f"Deepgram has no /v1/{call.endpoint}.", param="model")
        return await self._answers[call.endpoint](call)

    async def _hear(self, call: Call) -> Reply:
        request = read_transcription(call.body, call.media_type)
        query = listen_query(request, call.model)
        response = await self._post("listen", query, request.audio.data, request.audio.media_type)
        if response.status != 200:
            return await self._refuse(response)
        heard = transcript(await self._whole(response), request)
        media_type, body = render(heard, request)
        return Reply(status=200, media_type=media_type, body=_once(body), usage=Usage(audio_seconds=heard.seconds))

    async def _speak(self, call: Call) -> Reply:
        request = read_speech(call.body)
        body = msgspec.json.encode({"text": request.input})
        response = await self._post("speak", speak_query(request, call.model), body, "application/json")
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

    async def _post(
        self, path: str, query: Iterable[tuple[str, str]], body: bytes, media_type: str
    ) -> aiohttp.ClientResponse:
        headers = {"content-type": media_type}
        if self._endpoint.api_key:
            headers["authorization"] = f"Token {self._endpoint.api_key}"
        return await self._egress.request(
            "POST",
            f"{self._endpoint.url.rstrip('/')}/{path}?{urlencode([*query, *self._endpoint.query])}",
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
                    raise ProviderFailed(f"Deepgram's answer is over {MAX_ANSWER_BYTES} bytes.")
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


PROVIDER = DeepgramProvider
