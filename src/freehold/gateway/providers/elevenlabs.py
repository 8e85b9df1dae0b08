"""ElevenLabs: speech through /text-to-speech, transcription by Scribe through /speech-to-text.

The endpoint's URL ends in /v1: https://api.elevenlabs.io/v1. A voice is ElevenLabs' id of it.
Source: elevenlabs 2.78.0.
"""

import uuid
from collections.abc import Awaitable, Callable, Mapping

from freehold.contracts.audio.speaking import MEDIA_TYPES
from freehold.contracts.audio.transcripts import render
from freehold.contracts.errors import InvalidRequest
from freehold.contracts.forms import write_form
from freehold.contracts.models import Endpoint
from freehold.contracts.usage import Usage
from freehold.contracts.wire import Call, Reply
from freehold.foundation.http1 import Answer
from freehold.gateway.settings import GatewaySettings
from freehold.gateway.upstream import JSON, Upstream, forwarded, kept
from freehold.gateway.wires.speech.bounds import read_vendor_speech, read_vendor_transcription
from freehold.gateway.wires.speech.elevenlabs import (
    error,
    speech_body,
    speech_path,
    transcript,
    transcription_fields,
)
from freehold.gateway.wires.speech.errors import openai_error


class ElevenLabsProvider:
    """One endpoint. Implements `contracts.wire.Provider`."""

    endpoints: frozenset[str] = frozenset({"audio/transcriptions", "audio/speech"})

    def __init__(self, endpoint: Endpoint, settings: GatewaySettings) -> None:
        self._upstream = Upstream(endpoint, settings, key_header="xi-api-key")
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
        request = read_vendor_transcription(call.body, call.media_type)
        fields = transcription_fields(request, call.model)
        media_type, body = write_form(fields, {"file": request.audio}, uuid.uuid4().hex)
        response = await self._upstream.post("speech-to-text", body, {"content-type": media_type})
        if response.status != 200:
            return await self._refuse(response)
        heard, measured = transcript(await self._upstream.whole(response))
        rendered, answer = render(heard, request)
        used = Usage(audio_seconds=heard.seconds, estimated=not measured)
        return kept(200, answer, media_type=rendered, usage=used)

    async def _speak(self, call: Call) -> Reply:
        request = read_vendor_speech(call.body)
        body = speech_body(request, call.model)
        response = await self._upstream.post(speech_path(request), body, {"content-type": JSON})
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


PROVIDER = ElevenLabsProvider
