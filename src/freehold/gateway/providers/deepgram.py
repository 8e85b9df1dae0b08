"""Deepgram: transcription through /listen, speech by its Aura voices through /speak.

The endpoint's URL ends in /v1: https://api.deepgram.com/v1. Source: deepgram-sdk 7.17.0.
"""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlencode

import msgspec

from freehold.contracts.audio.speaking import MEDIA_TYPES
from freehold.contracts.audio.transcripts import render
from freehold.contracts.errors import InvalidRequest
from freehold.contracts.models import Endpoint
from freehold.contracts.usage import Usage
from freehold.contracts.wire import Call, Reply
from freehold.foundation.http1 import Answer
from freehold.gateway.settings import GatewaySettings
from freehold.gateway.upstream import JSON, Upstream, forwarded, kept
from freehold.gateway.wires.speech.bounds import read_vendor_speech, read_vendor_transcription
from freehold.gateway.wires.speech.deepgram import error, listen_query, speak_query, transcript
from freehold.gateway.wires.speech.errors import openai_error


class DeepgramProvider:
    """One endpoint. Implements `contracts.wire.Provider`."""

    endpoints: frozenset[str] = frozenset({"audio/transcriptions", "audio/speech"})

    def __init__(self, endpoint: Endpoint, settings: GatewaySettings) -> None:
        self._upstream = Upstream(endpoint, settings, key_scheme="Token ")
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
        request = read_vendor_transcription(call.body, call.media_type)
        path = f"listen?{urlencode(listen_query(request, call.model))}"
        response = await self._upstream.post(path, request.audio.data, {"content-type": request.audio.media_type})
        if response.status != 200:
            return await self._refuse(response)
        heard = transcript(await self._upstream.whole(response), request)
        media_type, body = render(heard, request)
        return kept(200, body, media_type=media_type, usage=Usage(audio_seconds=heard.seconds))

    async def _speak(self, call: Call) -> Reply:
        request = read_vendor_speech(call.body)
        path = f"speak?{urlencode(speak_query(request, call.model))}"
        response = await self._upstream.post(path, msgspec.json.encode({"text": request.input}), {"content-type": JSON})
        if response.status != 200:
            return await self._refuse(response)
        usage = Usage(characters=len(request.input))
        return await self._upstream.sound(response, media_type=MEDIA_TYPES[request.audio_format], usage=usage)

    async def _refuse(self, response: Answer) -> Reply:
        body = openai_error(response.status, error(await self._upstream.whole(response)))
        return kept(response.status, body, headers=forwarded(response))

    async def close(self) -> None:
        """Close all connections to the endpoint."""
        await self._upstream.close()


PROVIDER = DeepgramProvider
