"""The models of one conversation, asked through Freehold's own API: on its caller's account and within its limits.

What a model refuses to be asked – a prompt, the times of words, events, a voice – is left out, and remembered.
"""

import asyncio
import uuid
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from freehold.contracts.errors import FreeholdError, ModelNotFound, ProviderFailed
from freehold.contracts.forms import Upload, write_form
from freehold.foundation.clock import Clock
from freehold.foundation.egress import Egress
from freehold.foundation.http1 import Answer
from freehold.voice.codecs.headers import wav
from freehold.voice.conversation.stages import HearingWish, Saying, SpokenPiece, Thought, Transcript
from freehold.voice.conversation.wire.api import Api
from freehold.voice.conversation.wire.chat import thoughts
from freehold.voice.conversation.wire.models import KnownModels, read_models
from freehold.voice.conversation.wire.speech import pieces
from freehold.voice.sound import HEARING_RATE, Samples, to_pcm16
from freehold.voice.speaking.reading.ssml import is_ssml

URL = "http://gateway/v1"
DEFAULT_VOICE = "alloy"  # which every speech model of ours knows
HEARING_SECONDS = 20.0
THINKING_SECONDS = 60.0  # until an answer begins
SPEAKING_SECONDS = 20.0
LIST_SECONDS = 10.0
WAV_TYPE = "audio/wav"

# What may be left out where a model refuses it, in this order where it does not say what it refuses.
SPEECH_EXTRAS = ("timestamps", "stream_format")
HEARING_EXTRAS = ("include", "prompt")
NOT_UNDERSTOOD = frozenset({400, 404, 422})


class _Heard(msgspec.Struct):
    text: str
    logprobs: list[dict[str, Any]] = msgspec.field(default_factory=list[dict[str, Any]])


@dataclass(slots=True)
class _Refused:
    """What a model has refused in this conversation."""

    fields: set[str] = field(default_factory=set[str])
    voices: set[str] = field(default_factory=set[str])


class GatewayStages:
    """Implements `stages.Stages`. `request_id` names the conversation; `model` thinks.

    The API is at `url`, behind `socket_path` where there is one.
    """

    def __init__(
        self, socket_path: Path | None, token: str, *, model: str, request_id: str, clock: Clock, url: str = URL
    ) -> None:
        # The address comes from our own server, never from a caller.
        egress = Egress(trusted=True, socket_path=socket_path)
        self._api = Api(egress, url, token, session=request_id, clock=clock)
        self._model = model
        self._models: KnownModels | None = None
        self._listing = asyncio.Lock()
        self._refused: dict[str, _Refused] = {}

    async def models(self) -> KnownModels:
        """What there is for sound; asked once. Raises `FreeholdError`."""
        async with self._listing:
            if self._models is None:
                self._models = read_models(await self._api.get("models", LIST_SECONDS))
            return self._models

    async def fallback_speech(self, model: str = "") -> str | None:
        """Who speaks where `model`, or the default one, cannot. Raises `FreeholdError`."""
        return (await self.models()).other_speech(model)

    async def fallback_hearing(self, model: str = "") -> str | None:
        """Who listens where `model`, or the default one, cannot. Raises `FreeholdError`."""
        return (await self.models()).other_hearing(model)

    async def transcribe(self, samples_16khz: Samples, wish: HearingWish) -> Transcript:
        """What is said in a piece of a turn; an empty text where nothing is. Raises `FreeholdError`."""
        model = wish.model or (await self.models()).default_hearing()
        pcm = to_pcm16(samples_16khz)
        upload = Upload(data=wav(HEARING_RATE, len(pcm)) + pcm, name="turn.wav", media_type=WAV_TYPE)
        refused = self._refused.setdefault(model, _Refused())
        fields = _hearing_fields(model, wish)
        left_out = set(refused.fields)
        while True:
            asked = [(name, value) for name, value in fields if name.removesuffix("[]") not in left_out]
            media_type, body = write_form(asked, {"file": upload}, uuid.uuid4().hex)
            try:
                answer = await self._api.post_whole("audio/transcriptions", body, HEARING_SECONDS, media_type)
            except FreeholdError as error:
                name = (error.param or "").removesuffix("[]")
                if error.status not in NOT_UNDERSTOOD or name not in HEARING_EXTRAS or name in left_out:
                    raise
                left_out.add(name)
                continue
            refused.fields |= left_out
            return _transcript(answer, model)

    async def think(self, request: Mapping[str, Any]) -> AsyncGenerator[Thought]:
        """The answer to a chat completion request, as it is made. Raises `FreeholdError`."""
        own = {"model": self._model, **request, "stream": True, "stream_options": {"include_usage": True}}
        answer = await self._api.post("chat/completions", msgspec.json.encode(own), THINKING_SECONDS)
        async with self._api.reading(answer) as body, aclosing(thoughts(body)) as found:
            async for thought in found:
                yield thought

    async def speak(self, saying: Saying) -> AsyncGenerator[SpokenPiece]:
        """The sound of a clause as it is made, its words placed in its text and time. Raises `FreeholdError`."""
        answer = await self._sound(saying)
        media_type = answer.headers.get("content-type", "")
        async with self._api.reading(answer) as body, aclosing(pieces(body, media_type, saying.text)) as found:
            async for piece in found:
                yield piece

    async def close(self) -> None:
        """End all that is under way, and the connections."""
        await self._api.close()

    async def _sound(self, saying: Saying) -> Answer:
        model = saying.model or (await self.models()).default_speech()
        refused = self._refused.setdefault(model, _Refused())
        left_out, voice = set(refused.fields), saying.voice or DEFAULT_VOICE
        voice = DEFAULT_VOICE if voice in refused.voices else voice
        while True:
            fields = _speech_fields(model, voice, saying)
            body = {name: value for name, value in fields.items() if name not in left_out}
            try:
                answer = await self._api.post("audio/speech", msgspec.json.encode(body), SPEAKING_SECONDS)
            except FreeholdError as error:
                name = _refused_field(error, body)
                if name == "voice" and voice != DEFAULT_VOICE:
                    voice = DEFAULT_VOICE
                elif name is not None and name != "voice":
                    # Times come with events alone.
                    left_out |= {name, "timestamps"} if name == "stream_format" else {name}
                else:
                    raise
                continue
            refused.fields |= left_out
            if voice != saying.voice and saying.voice:
                refused.voices.add(saying.voice)
            return answer


def _hearing_fields(model: str, wish: HearingWish) -> list[tuple[str, str]]:
    fields = [("model", model), ("response_format", "json")]
    if wish.language:
        fields.append(("language", wish.language))
    if wish.prompt:
        fields.append(("prompt", wish.prompt))
    if wish.logprobs:
        fields.append(("include[]", "logprobs"))
    return fields


def _speech_fields(model: str, voice: str, saying: Saying) -> dict[str, Any]:
    # What a model writes is text, even where it looks like a document of SSML.
    text = saying.text.replace("<", " ", 1) if is_ssml(saying.text) else saying.text
    fields: dict[str, Any] = {"model": model, "input": text, "voice": voice, "response_format": "pcm"}
    fields |= {"stream_format": "sse", "timestamps": "word"}
    if saying.speed != 1.0:
        fields["speed"] = saying.speed
    return fields


def _refused_field(error: FreeholdError, body: Mapping[str, Any]) -> str | None:
    """What to ask otherwise after a refusal; None where nothing helps."""
    if error.status not in NOT_UNDERSTOOD or error.code == ModelNotFound.code:
        return None
    if error.param in ("voice", "input", "model"):
        return "voice" if error.param == "voice" else None
    if error.param in (*SPEECH_EXTRAS, "speed") and error.param in body:
        return error.param
    return next((name for name in SPEECH_EXTRAS if name in body), "voice")


def _transcript(answer: bytes, model: str) -> Transcript:
    try:
        heard = msgspec.json.decode(answer, type=_Heard)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProviderFailed(f"The transcriber answers what is no transcript: {error}.") from error
    return Transcript(text=heard.text.strip(), model=model, logprobs=heard.logprobs)
