"""Deepgram's wire, as its package reads it. Source: deepgram-sdk 7.17.0; answers in `tests/fixtures/deepgram`."""

import json
from typing import Any

from openai.types.audio import Transcription

from conformance.calls import speech, transcription
from conformance.wire import FIXTURES, KEY, Exchange, Stream, Wire, against_sdk, says
from freehold.contracts.usage import Usage
from vendor_server import Planned

HEARD = (FIXTURES / "deepgram" / "listen.json").read_bytes()
SOUND = Planned(pieces=(b"ID3", b"\xff\xfb\x90"), headers={"content-type": "audio/mpeg"})


def error(code: str, message: str) -> dict[str, Any]:
    return {"err_code": code, "err_msg": message, "request_id": "r"}


def lasting(seconds: Any) -> Planned:
    heard = json.loads(HEARD)
    return says(heard | {"metadata": heard["metadata"] | {"duration": seconds}})


WIRE = Wire(
    checked=against_sdk("deepgram-sdk"),
    exchanges=(
        Exchange(
            call=transcription("nova-3"),
            path="/v1/listen",
            answer=says(HEARD),
            reads=Transcription.model_validate_json,
            usage=Usage(audio_seconds=2.56),
            error_in_200=says(error("SERVICE_UNAVAILABLE", "Later.")),
            lies=(lasting(-3), lasting(1e30), lasting("long")),
        ),
        Exchange(
            call=speech("aura-2"),
            path="/v1/speak",
            answer=SOUND,
            reads=lambda content: content.index(b"".join(SOUND.pieces)),
            usage=Usage(characters=6),
            error_in_200=says(error("SERVICE_UNAVAILABLE", "Later.")),
            stream=Stream(call=speech("aura-2"), answer=SOUND),
        ),
    ),
    refusals={
        400: says(error("Bad Request", "No such model."), 400),
        429: says(error("TOO_MANY_REQUESTS", "Slow down."), 429, retry_after="7"),
        500: says(error("INTERNAL_SERVER_ERROR", "Something failed."), 500),
        529: says(b"Overloaded", 529),
    },
    retry_after="7",
    credentials=("authorization", f"Token {KEY}"),
    refused_credentials=(
        says(error("INVALID_AUTH", "Invalid credentials."), 401),
        says(error("ASR_PAYMENT_REQUIRED", "Project does not have enough credits."), 402),
        says(error("INSUFFICIENT_PERMISSIONS", "No."), 403),
    ),
)
