"""The sound worker: effects on recordings, conversion between formats, the search for the watermark, voices told apart.

What was marked stays marked as far as the effects leave it so: nothing is marked anew here, for a recording that
somebody sends is not what this installation said. Refuses more requests than it lets wait.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from prometheus_client import Counter, Gauge
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.contracts.audio.speaking import MEDIA_TYPES
from freehold.contracts.errors import InvalidRequest
from freehold.contracts.forms import Form, Upload, read_form
from freehold.foundation.clock import SystemClock
from freehold.foundation.compute_thread import MAX_REQUESTS, ComputeThread, Spent
from freehold.foundation.edge import JsonResponse, read_body, until_disconnect
from freehold.foundation.telemetry import METRICS
from freehold.voice.codecs.decoding import Decoder
from freehold.voice.codecs.encoding import encode_whole
from freehold.voice.effects import EFFECTS
from freehold.voice.likeness.embedding import SpeakerNetwork
from freehold.voice.sound import Sound
from freehold.voice.watermark.detect import Detection
from freehold.voice.workshop.requests import (
    MAX_RATE,
    MIN_RATE,
    EffectsRequest,
    Step,
    read_effects,
    read_upload,
    read_voices,
)
from freehold.voice.workshop.voices import compare, profile, provenance

FORM_BYTES = 64 * 1024  # what a form may have besides its file

AUDIO_SECONDS = Counter("freehold_sound_audio_seconds", "Sound worked on, in seconds.", registry=METRICS)
REQUESTS = Gauge("freehold_sound_requests", "Requests running or waiting.", registry=METRICS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundOptions:
    """How many recordings are decoded at once, and what one may be; nor may effects make one longer.

    `speaker_model` is the folder of a network that tells speakers apart; without one, that is advice alone.
    """

    decoders: int = 1
    max_seconds: float = 10 * 60.0
    max_bytes: int = 25 * 1024 * 1024
    speaker_model: Path | None = None


class SoundService:
    """Works on one sound at a time, effect by effect, on one thread. Implements `worker_edge.Service`.

    `watermark_key` is the installation's: marks of other keys are not found.
    """

    def __init__(self, name: str, watermark_key: bytes, options: SoundOptions | None = None) -> None:
        self._name = name
        self._key = watermark_key
        self._options = options or SoundOptions()
        limits = {"max_seconds": self._options.max_seconds, "max_bytes": self._options.max_bytes}
        self._decoder = Decoder(workers=self._options.decoders, **limits)
        self._thread = ComputeThread("sound", REQUESTS)
        self._clock = SystemClock()
        self._network: SpeakerNetwork | None = None
        self.routes = [
            Route("/v1/models", self._models),
            Route("/v1/audio/effects", self._list_effects),
            Route("/v1/audio/effects", self._apply_effects, methods=["POST"]),
            Route("/v1/content_provenance_checks", self._check_provenance, methods=["POST"]),
            Route("/v1/audio/speaker_match", self._match_speakers, methods=["POST"]),
            Route("/v1/audio/voice_profile", self._profile_voice, methods=["POST"]),
        ]

    async def load(self) -> None:
        """Start what decodes, and import every effect. Raises `SetupError`."""
        await self._thread.compute(lambda: list(EFFECTS.values()))
        if self._options.speaker_model is not None:
            self._network = await self._thread.compute(partial(SpeakerNetwork, self._options.speaker_model, 1))
        await self._decoder.start()

    def health(self) -> Mapping[str, Any]:
        """What is served and how busy it is."""
        body: dict[str, Any] = {"kind": "sound", "model": self._name, "slots": MAX_REQUESTS}
        body["speaker_model"] = self._network.name if self._network else None
        return body | {"requests": self._thread.requests, "effects": list(EFFECTS)}

    async def close(self) -> None:
        """Drop what waits, and end what decodes; the effect that runs ends by itself."""
        self._thread.close()
        await self._decoder.close()

    async def _models(self, request: Request) -> Response:
        entry = {"id": self._name, "object": "model", "created": 0, "owned_by": "freehold"}
        return JsonResponse({"object": "list", "data": [entry]})

    async def _list_effects(self, request: Request) -> Response:
        return JsonResponse({"object": "list", "data": [_described(name) for name in EFFECTS]})

    async def _apply_effects(self, request: Request) -> Response:
        wanted = read_effects(await self._form(request))
        with self._thread.admitted():
            return await until_disconnect(request, self._worked_on(wanted))

    async def _worked_on(self, wanted: EffectsRequest) -> Response:
        spent = Spent()
        sound = await self._decode(wanted.upload.data)
        seconds = sound.seconds
        for step in wanted.steps:
            sound = await self._thread.compute(partial(_applied, step, sound), spent)
            self._refuse_length(sound, step)
        body = await self._thread.compute(partial(encode_whole, sound, wanted.audio_format), spent)
        AUDIO_SECONDS.inc(seconds)
        headers = _facts(sound.seconds, spent) | {"x-freehold-audio-rate": str(sound.rate)}
        return Response(body, media_type=MEDIA_TYPES[wanted.audio_format], headers=headers)

    def _refuse_length(self, sound: Sound, step: Step) -> None:
        if sound.seconds > self._options.max_seconds:
            text = f"After {step.name} the sound would be {sound.seconds:.0f} seconds long."
            hint = f"At most {self._options.max_seconds:g} are worked on: send it in parts."
            raise InvalidRequest(text, param="effects", hint=hint)

    async def _check_provenance(self, request: Request) -> Response:
        form = await self._form(request)
        upload, voices = read_upload(form), read_voices(form)
        with self._thread.admitted():
            return await until_disconnect(request, self._checked(upload.data, voices))

    async def _checked(self, data: bytes, voices: Sequence[str]) -> Response:
        spent = Spent()
        sound = await self._decode(data)
        found, voice = await self._thread.compute(partial(provenance, sound, self._key, voices), spent)
        AUDIO_SECONDS.inc(sound.seconds)
        body = {
            "object": "content_provenance_check",
            "created_at": int(self._clock.unix_seconds()),
            "results": [_result(found) | ({"voice": voice} if voice else {})],
        }
        return JsonResponse(body, headers=_facts(sound.seconds, spent))

    async def _match_speakers(self, request: Request) -> Response:
        form = await self._form(request, files=2)
        uploads = read_upload(form, "reference"), read_upload(form, "candidate")
        with self._thread.admitted():
            return await until_disconnect(request, self._matched(*uploads))

    async def _matched(self, reference: Upload, candidate: Upload) -> Response:
        spent = Spent()
        first, second = await self._decode(reference.data), await self._decode(candidate.data)
        found = await self._thread.compute(partial(compare, first, second, self._network), spent)
        seconds = first.seconds + second.seconds
        AUDIO_SECONDS.inc(seconds)
        return JsonResponse(found, headers=_facts(seconds, spent))

    async def _profile_voice(self, request: Request) -> Response:
        upload = read_upload(await self._form(request), "sample")
        with self._thread.admitted():
            return await until_disconnect(request, self._profiled(upload))

    async def _profiled(self, upload: Upload) -> Response:
        spent = Spent()
        sound = await self._decode(upload.data)
        found = await self._thread.compute(partial(profile, sound), spent)
        AUDIO_SECONDS.inc(sound.seconds)
        return JsonResponse(found, headers=_facts(sound.seconds, spent))

    async def _decode(self, data: bytes) -> Sound:
        """The recording in its own rate, as far as that is one of ours."""
        decoded = await self._decoder.decode(data, MAX_RATE)
        own = min(max(decoded.rate_in, MIN_RATE), MAX_RATE)
        if own != MAX_RATE:
            # Its rate is known only now. Decoded again in it, no sample is changed by resampling.
            decoded = await self._decoder.decode(data, own)
        return decoded.sound

    async def _form(self, request: Request, files: int = 1) -> Form:
        body = await read_body(request, files * self._options.max_bytes + FORM_BYTES)
        return read_form(body, request.headers.get("content-type", ""))


def _described(name: str) -> dict[str, Any]:
    effect = EFFECTS[name]
    schema = msgspec.json.schema(effect.parameters)["$defs"][effect.parameters.__name__]
    return {"object": "audio.effect", "name": name, "summary": effect.summary, "parameters": schema}


def _applied(step: Step, sound: Sound) -> Sound:
    return step.effect.apply(sound, step.parameters)


def _result(found: Detection) -> dict[str, Any]:
    """OpenAI's result of a signal of ours; `freehold` holds what the search measured."""
    measured = asdict(found)
    outcome = "detected" if measured.pop("detected") else "not_detected"
    return {"type": "freehold", "outcome": outcome, "freehold": measured}


def _facts(seconds: float, spent: Spent) -> dict[str, str]:
    return {"x-freehold-audio-seconds": f"{seconds:.3f}", "x-freehold-machine-seconds": f"{spent.seconds:.6f}"}
