"""ElevenLabs' wire, as its package reads it. Source: elevenlabs 2.78.0; answers in `tests/fixtures/elevenlabs`."""

import json
from typing import Any

from openai.types.audio import Transcription

from conformance.calls import speech, transcription
from conformance.wire import FIXTURES, KEY, Exchange, Stream, Wire, against_sdk, says
from freehold.contracts.usage import Usage
from vendor_server import Planned

HEARD = (FIXTURES / "elevenlabs" / "speech_to_text.json").read_bytes()
SOUND = Planned(pieces=(b"ID3", b"\xff\xfb\x90"), headers={"content-type": "audio/mpeg"})


def error(status: str, message: str) -> dict[str, Any]:
    return {"detail": {"status": status, "message": message}}


def lasting(seconds: Any) -> Planned:
    return says(json.loads(HEARD) | {"audio_duration_secs": seconds})


WIRE = Wire(
    checked=against_sdk("elevenlabs"),
    exchanges=(
        Exchange(
            call=transcription("scribe_v2"),
            path="/v1/speech-to-text",
            answer=says(HEARD),
            reads=Transcription.model_validate_json,
            usage=Usage(audio_seconds=2.56),
            error_in_200=says(error("system_busy", "Later.")),
            lies=(lasting(-3), lasting(1e30), lasting("long")),
        ),
        Exchange(
            call=speech("eleven_flash_v2_5"),
            path="/v1/text-to-speech/thalia/stream",
            answer=SOUND,
            reads=lambda content: content.index(b"".join(SOUND.pieces)),
            usage=Usage(characters=6),
            error_in_200=says(error("system_busy", "Later.")),
            stream=Stream(call=speech("eleven_flash_v2_5"), answer=SOUND),
        ),
    ),
    refusals={
        400: says(error("voice_not_found", "No such voice."), 400),
        429: says(error("too_many_concurrent_requests", "Slow down."), 429, retry_after="7"),
        500: says({"detail": "Internal Server Error"}, 500),
        529: says(b"Overloaded", 529),
    },
    retry_after="7",
    credentials=("xi-api-key", KEY),
    refused_credentials=(
        says(error("invalid_api_key", "Invalid API key"), 401),
        says(error("payment_required", "Pay."), 402),
        says(error("missing_permissions", "No."), 403),
    ),
)
