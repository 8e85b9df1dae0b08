"""/admin/v1/voices: custom voices of everybody; an administrator listens, and approves those that wait, rejects any."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from freehold.api.custom_voices import as_sound, custom_voices
from freehold.api.identify import identify
from freehold.api.paging import Before, Limit
from freehold.contracts.identity import Identity, Principal, Resource
from freehold.surface.voices.records import MAX_REASON_CHARACTERS, MEDIA_TYPES, CustomVoice
from freehold.surface.voices.review import Review

ROUTER = APIRouter(prefix="/admin/v1/voices", tags=["voices"])
BYTES = "application/octet-stream"


async def reviewer(request: Request) -> Principal:
    """The caller, who may decide on voices."""
    principal = await identify(request)
    identity: Identity = request.app.state.accounts
    identity.authorize(principal, "voices.review", Resource())
    return principal


Reviewer = Annotated[Principal, Depends(reviewer)]


class VoiceBody(BaseModel):
    """A voice, and what its owner's two recordings were found to have in common. Times are unix seconds."""

    id: str
    name: str
    status: Literal["ready", "pending_approval", "rejected"]
    owner_id: str
    organisation_id: str
    consent_id: str
    language: str
    shared: bool
    similarity: float
    threshold: float
    matched_by: str
    is_advisory: bool
    created_at: float
    decided_by: str | None
    reason: str
    sample_url: str | None = Field(description="What the voice is made from; null once it was rejected.")
    consent_url: str = Field(description="The recording of the consent.")


class VoiceList(BaseModel):
    """Voices, newest first."""

    data: list[VoiceBody]
    has_more: bool


class Rejection(BaseModel):
    """Why a voice may not be used; its owner is told."""

    reason: str = Field("", max_length=MAX_REASON_CHARACTERS)


def _sounds(*media_types: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": "The recording.", "content": {name: {} for name in media_types}}}


SAMPLE = _sounds("audio/wav")
CONSENT = _sounds(*sorted(MEDIA_TYPES), BYTES)


def _review(request: Request) -> Review:
    return Review(custom_voices(request), request.app.state.audit)


def _body(voice: CustomVoice) -> VoiceBody:
    same = {name: getattr(voice, name) for name in VoiceBody.model_fields if hasattr(voice, name)}
    place = f"{ROUTER.prefix}/{voice.id}"
    return VoiceBody(
        **same,
        similarity=voice.match.similarity,
        threshold=voice.match.threshold,
        matched_by=voice.match.method,
        is_advisory=voice.match.is_advisory,
        sample_url=None if voice.status == "rejected" else f"{place}/sample",
        consent_url=f"{place}/consent",
    )


@ROUTER.get("")
async def list_voices(
    request: Request,
    principal: Reviewer,
    status: Literal["ready", "pending_approval", "rejected"] | None = None,
    limit: Limit = 50,
    before: Before = None,
) -> VoiceList:
    """Everybody's voices, or those of one status."""
    found, has_more = await _review(request).page(status, limit, before)
    return VoiceList(data=[_body(voice) for voice in found], has_more=has_more)


@ROUTER.get("/{voice_id}")
async def retrieve_voice(request: Request, principal: Reviewer, voice_id: str) -> VoiceBody:
    """One voice."""
    return _body(await _review(request).get(voice_id))


@ROUTER.get("/{voice_id}/sample", response_class=Response, responses=SAMPLE)
async def listen_to_sample(request: Request, principal: Reviewer, voice_id: str) -> Response:
    """What a voice is made from. That it was listened to is recorded."""
    return as_sound(await _review(request).sample(principal, voice_id))


@ROUTER.get("/{voice_id}/consent", response_class=Response, responses=CONSENT)
async def listen_to_consent(request: Request, principal: Reviewer, voice_id: str) -> Response:
    """The recording in which its owner consents. That it was listened to is recorded."""
    return as_sound(await _review(request).consent(principal, voice_id))


@ROUTER.post("/{voice_id}/approve")
async def approve_voice(request: Request, principal: Reviewer, voice_id: str) -> VoiceBody:
    """Let a voice that waits speak from now on."""
    return _body(await _review(request).decide(principal, voice_id, approved=True))


@ROUTER.post("/{voice_id}/reject")
async def reject_voice(request: Request, principal: Reviewer, voice_id: str, wanted: Rejection) -> VoiceBody:
    """Never let a voice speak, or no more; its sample is deleted."""
    return _body(await _review(request).decide(principal, voice_id, approved=False, reason=wanted.reason))
