"""Voices before an administrator: listened to, approved where they wait, rejected at any time."""

from freehold.contracts.audit import Audit
from freehold.contracts.errors import InvalidRequest, NotFound
from freehold.contracts.identity import Principal
from freehold.surface.voices.custom import CustomVoices
from freehold.surface.voices.records import MAX_REASON_CHARACTERS, CustomVoice, Recording, Status, checked

MAX_PAGE = 100
STATUSES: tuple[Status, ...] = ("ready", "pending_approval", "rejected")


class Review:
    """Everybody's voices, for those who may decide on them. Whether somebody may, who calls asks before."""

    def __init__(self, voices: CustomVoices, audit: Audit) -> None:
        self._voices = voices
        self._audit = audit

    async def page(
        self, status: Status | None = None, limit: int = 50, before: str | None = None
    ) -> tuple[list[CustomVoice], bool]:
        """Voices, newest first, older than the one with the id `before`; and whether there are more."""
        last = await self.get(before) if before else None
        found = await self._voices.store.page(status, limit + 1, last)
        return found[:limit], len(found) > limit

    async def get(self, voice_id: str) -> CustomVoice:
        """One voice. Raises `NotFound`."""
        voice = await self._voices.store.voice(voice_id.replace("\0", ""))
        if voice is None:
            raise NotFound("There is no such voice.", param="voice_id")
        return voice

    async def sample(self, principal: Principal, voice_id: str) -> Recording:
        """What the voice was made from; that somebody listened is written down."""
        voice = await self.get(voice_id)
        await self._listened(principal, voice, "sample")
        return Recording(data=await self._voices.sample_of(voice), media_type="audio/wav")

    async def consent(self, principal: Principal, voice_id: str) -> Recording:
        """The recording of the consent that the voice rests on; that somebody listened is written down."""
        voice = await self.get(voice_id)
        consent = await self._voices.store.consent(voice.consent_id)
        if consent is None:
            raise NotFound("The consent has been withdrawn.", param="voice_id")
        await self._listened(principal, voice, "consent")
        return await self._voices.consents.recording_of(consent)

    async def decide(self, principal: Principal, voice_id: str, *, approved: bool, reason: str = "") -> CustomVoice:
        """Let a voice speak from now on, or never.

        Raises `InvalidRequest` for one that has been rejected, or does not wait to be approved.
        """
        voice = await self.get(voice_id)
        told = checked(reason, "reason", MAX_REASON_CHARACTERS) if reason.strip() else ""
        if voice.status == "rejected" or (approved and voice.status == "ready"):
            raise _decided(voice)
        act = "voices.approve" if approved else "voices.reject"
        await self._audit.record(
            principal,
            act,
            voice.id,
            {"name": voice.name, "owner": voice.owner_id, "reason": told},
            voice.organisation_id,
        )
        decided_by = principal.person_id
        if not await self._voices.store.decide(voice.id, approved=approved, decided_by=decided_by, reason=told):
            raise _decided(await self.get(voice_id))  # somebody was quicker
        return await self.get(voice_id)

    async def _listened(self, principal: Principal, voice: CustomVoice, what: str) -> None:
        details = {"heard": what, "owner": voice.owner_id}
        await self._audit.record(principal, "voices.listen", voice.id, details, voice.organisation_id)


def _decided(voice: CustomVoice) -> InvalidRequest:
    return InvalidRequest(f"The voice has been decided on: it is {voice.status}.", param="voice_id")
