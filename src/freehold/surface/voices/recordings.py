"""What models of this machine say of a recording: its words, whose voice it is, how that voice sounds, who made it.

All asking goes through the gateway as the caller, so it is limited and written down, and none of it leaves the machine.
Refuses nothing by itself: who asks decides.
"""

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import msgspec

from freehold.contracts.audio.voices import SAMPLE_RATE, SpeakerMatch, VoiceProfile
from freehold.contracts.errors import (
    FreeholdError,
    InvalidRequest,
    ModelNotFound,
    ProviderFailed,
    RateLimited,
    RequestTooLarge,
    Unavailable,
)
from freehold.contracts.forms import Upload, write_form
from freehold.contracts.identity import Principal
from freehold.contracts.models import LocalName, LocalNames, LocalPages
from freehold.contracts.wire import Call, ModelGateway
from freehold.surface.voices.phrases import primary

SOUND = "sound"  # the built-in model that works on recordings
TRANSCRIPTIONS = "audio/transcriptions"
REFUSALS: Mapping[int, type[FreeholdError]] = {400: InvalidRequest, 413: RequestTooLarge, 429: RateLimited}
MAX_ANSWER_BYTES = 64 * 1024 * 1024  # 24 kHz of the ten minutes that the model takes at most

logger = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """As whom the models are asked, and in which request."""

    principal: Principal
    request_id: str = ""


class _Facts(msgspec.Struct):
    languages: list[str] = []


class _Transcript(msgspec.Struct):
    text: str


class _Result(msgspec.Struct):
    outcome: Literal["detected", "not_detected"]


class _Provenance(msgspec.Struct):
    results: list[_Result]


class _Error(msgspec.Struct):
    message: str
    code: str | None = None


class _Refused(msgspec.Struct):
    error: _Error


class Recordings:
    """Asks. Every method raises what the gateway raises, and `InvalidRequest` for what is no usable recording."""

    def __init__(self, gateway: ModelGateway, names: LocalNames, pages: LocalPages, consent_model: str = "") -> None:
        self._gateway = gateway
        self._names = names
        self._pages = pages
        self._consent_model = consent_model

    async def words(self, asker: Asker, recording: Upload, language: str) -> tuple[str, str]:
        """What is said, and the public name of the model that heard it.

        Raises `InvalidRequest` where no model here knows the language.
        """
        model = await self._hearer(asker.principal, language)
        fields = {"model": model, "language": primary(language), "response_format": "json", "temperature": "0"}
        body = await self._ask(asker, TRANSCRIPTIONS, model, fields, {"file": recording})
        return _read(body, _Transcript).text, model

    async def refuse_synthetic(self, asker: Asker, recording: Upload, param: str) -> None:
        """Raise `InvalidRequest` for what this installation spoke itself: by its mark, for a voice lends no other."""
        body = await self._ask(asker, "content_provenance_checks", SOUND, {}, {"file": recording})
        if any(result.outcome == "detected" for result in _read(body, _Provenance).results):
            hint = "Record the person themselves."
            raise InvalidRequest("The recording is synthetic speech.", param=param, hint=hint)

    async def wav(self, asker: Asker, recording: Upload) -> bytes:
        """The recording as a WAV of 24 kHz, 16 bit, one channel."""
        fields = {"model": SOUND, "effects": "[]", "response_format": "wav", "rate": str(SAMPLE_RATE)}
        return await self._ask(asker, "audio/effects", SOUND, fields, {"file": recording})

    async def profile(self, asker: Asker, sample: Upload) -> VoiceProfile:
        """How the voice sounds. Raises `InvalidRequest` for a sample that is too short, too long, or of nobody."""
        return _read(await self._ask(asker, "audio/voice_profile", SOUND, {}, {"sample": sample}), VoiceProfile)

    async def match(self, asker: Asker, reference: Upload, candidate: Upload) -> SpeakerMatch:
        """Whether both are of one person."""
        files = {"reference": reference, "candidate": candidate}
        return _read(await self._ask(asker, "audio/speaker_match", SOUND, {}, files), SpeakerMatch)

    async def _hearer(self, principal: Principal, language: str) -> str:
        """The first model that knows the language; only the one that the settings name, if they name one."""
        usable = self._names.local_names(principal, TRANSCRIPTIONS)
        if self._consent_model:
            usable = [name for name in usable if name.public == self._consent_model]
        failure: FreeholdError | None = None
        for name in usable:
            try:
                if primary(language) in await self._languages(name):
                    return name.public
            except FreeholdError as error:
                failure = error
                logger.warning(
                    "a model that hears does not answer", extra={"model": name.local, "error": error.message}
                )
        if failure is not None:
            raise Unavailable("The model that would hear the consent does not answer.") from failure
        hint = "Import a Whisper model: `freehold models pull Systran/faster-whisper-small`."
        raise InvalidRequest(f"No model of this machine hears '{language}'.", param="language", hint=hint)

    async def _languages(self, name: LocalName) -> list[str]:
        status, _, body = await self._pages.fetch(name.local, "/worker/health")
        if status != 200:
            raise ProviderFailed(f"The worker of '{name.local}' answered {status}.")
        return _read(body, _Facts).languages

    async def _ask(
        self, asker: Asker, endpoint: str, model: str, fields: Mapping[str, str], files: Mapping[str, Upload]
    ) -> bytes:
        plain = {name: replace(upload, name=name) for name, upload in files.items()}  # its name is the caller's own
        media_type, body = write_form(fields.items(), plain, uuid.uuid4().hex)
        call = Call(
            endpoint=endpoint,
            body=body,
            model=model,
            request_id=asker.request_id,
            tenant=asker.principal.tenant,
            media_type=media_type,
            stays=True,
        )
        try:
            reply = await self._gateway.send(asker.principal, call)
        except ModelNotFound as error:
            raise Unavailable(f"The model '{model}' is not here.", hint="`freehold doctor` says why.") from error
        content = await reply.keep(MAX_ANSWER_BYTES)
        if reply.status != 200:
            param = "recording" if endpoint == TRANSCRIPTIONS else "audio_sample"
            raise _refusal(reply.status, content, param)
        return content


def _refusal(status: int, content: bytes, param: str) -> FreeholdError:
    """What a worker refuses a recording with; anything else it says is its failure."""
    try:
        error = msgspec.json.decode(content, type=_Refused).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ProviderFailed(f"A worker answered {status}.")
    refused = REFUSALS.get(status, ProviderFailed)(error.message, param=param)
    if isinstance(refused, InvalidRequest):
        refused.code = error.code or refused.code
    return refused


def _read(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProviderFailed(f"A worker answered with what cannot be read: {error}.") from error


def as_wav(data: bytes) -> Upload:
    """A kept sample, to be asked about again."""
    return Upload(data=data, name="sample.wav", media_type="audio/wav")
