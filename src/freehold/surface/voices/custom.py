"""Custom voices: made from a sample by the consent of whoever speaks in it, approved, shared, spoken with, taken away.

Everything fails closed: without a consent that holds, without a match, or without a worker that says so there is no
voice. Where the match is advisory a voice waits until an administrator has listened. Knows no HTTP and makes no sound.
"""

import base64
import uuid
from dataclasses import replace

from freehold.contracts.audio.voices import (
    MAX_SAMPLE_SECONDS,
    SAMPLE_RATE,
    ReferenceVoice,
    SpeakerMatch,
    VoiceProfile,
)
from freehold.contracts.errors import InvalidRequest, NotFound, SpeakerMismatch, VoiceNotApproved
from freehold.contracts.forms import Upload
from freehold.contracts.identity import Principal, Resource
from freehold.foundation.clock import Clock, SystemClock
from freehold.foundation.database import Database
from freehold.foundation.vault import Vault
from freehold.surface.settings import SurfaceSettings
from freehold.surface.voices.consents import Consents
from freehold.surface.voices.neighbours import Neighbours
from freehold.surface.voices.recordings import Asker, Recordings, as_wav
from freehold.surface.voices.records import (
    MAX_BASE_CHARACTERS,
    MAX_NAME_CHARACTERS,
    CustomVoice,
    NewVoice,
    VoiceConsent,
    checked,
    refuse_size,
)
from freehold.surface.voices.store import VoiceStore


class CustomVoices:
    """All custom voices, with the consents that they rest on. For what is not the caller's, `NotFound`."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        neighbours: Neighbours,
        settings: SurfaceSettings,
        clock: Clock | None = None,
    ) -> None:
        self.store = VoiceStore(database, vault)
        self._identity = neighbours.identity
        self._audit = neighbours.audit
        self._clock = clock or SystemClock()
        self._recordings = Recordings(neighbours.gateway, neighbours.names, neighbours.pages, settings.consent_model)
        self.consents = Consents(
            self.store, self._recordings, self._identity, self._audit, self._clock, settings.consent_days
        )

    async def create(self, principal: Principal, wanted: NewVoice) -> CustomVoice:
        """Make a voice: ready, or waiting for an administrator where the match is advisory.

        Raises `NotFound` without a consent of the caller's own, `SpeakerMismatch`, `InvalidRequest`, and what the
        gateway raises: then there is no voice.
        """
        self._identity.authorize(principal, "voices.create", Resource(owner_id=principal.person_id))
        name = checked(wanted.name, "name", MAX_NAME_CHARACTERS)
        base = wanted.base_voice and checked(wanted.base_voice, "base_voice", MAX_BASE_CHARACTERS)
        refuse_size(wanted.sample, "audio_sample")
        consent = await self.consents.live(principal, wanted.consent_id)
        await self.store.refuse_full(principal.organisation_id, of="voices")
        sample, profile, match = await self._judge(principal, consent, wanted)
        voice = CustomVoice(
            id=f"voice_{uuid.uuid4().hex}",
            consent_id=consent.id,
            owner_id=principal.person_id,
            organisation_id=principal.organisation_id,
            name=name,
            language=consent.language,
            status="pending_approval" if match.is_advisory else "ready",
            shared=wanted.shared,
            base_voice=base or None,
            match=match,
            profile=profile,
            created_at=self._clock.unix_seconds(),
            consented_at=consent.created_at,
        )
        details = {"name": name, "consent": consent.id, "status": voice.status, "shared": voice.shared}
        details |= {"similarity": match.similarity, "matched_by": match.method}
        await self._audit.record(principal, "voices.create", voice.id, details)
        await self.store.add_voice(voice, sample)
        return voice

    async def _judge(
        self, principal: Principal, consent: VoiceConsent, wanted: NewVoice
    ) -> tuple[bytes, VoiceProfile, SpeakerMatch]:
        """The sample as it is kept, and what it shows. Raises `SpeakerMismatch` where it is of somebody else."""
        asker = Asker(principal=principal, request_id=wanted.request_id)
        spoken = await self.consents.recording_of(consent)
        await self._recordings.refuse_synthetic(asker, wanted.sample, "audio_sample")
        sample = await self._recordings.wav(asker, wanted.sample)
        _refuse_length(sample)
        profile = await self._recordings.profile(asker, as_wav(sample))
        reference = Upload(data=spoken.data, media_type=spoken.media_type)
        match = await self._recordings.match(asker, reference, as_wav(sample))
        if not match.is_match:
            text = "The sample does not sound like the person who gave the consent."
            hint = "Record both yourself, with the same microphone and without noise."
            raise SpeakerMismatch(text, param="audio_sample", hint=hint)
        return sample, profile, match

    async def usable(self, principal: Principal) -> list[CustomVoice]:
        """The caller's own voices, whatever their state, and those that others of the organisation share."""
        resource = Resource(owner_id=principal.person_id)
        self._identity.authorize(principal, "voices.use", resource)
        found = await self.store.usable(principal.person_id, principal.organisation_id)
        return [voice for voice in found if not self.consents.has_ended(voice.consented_at)]

    async def get(self, principal: Principal, voice_id: str) -> CustomVoice:
        """One that the caller owns, or may speak with."""
        voice = await self._found(principal, voice_id, "voices.use")
        if voice.status != "ready" and voice.owner_id != principal.person_id:
            raise _nothing()
        return voice

    async def reference(self, principal: Principal, voice_id: str) -> ReferenceVoice:
        """The voice as the worker that speaks gets it.

        Raises `NotFound` for one that the caller may not speak with, `VoiceNotApproved` for an own one that waits.
        """
        voice = await self.get(principal, voice_id)
        if self.consents.has_ended(voice.consented_at):
            raise _nothing()
        if voice.status == "rejected":
            raise VoiceNotApproved("An administrator has rejected this voice.", param="voice", hint=voice.reason)
        if voice.status != "ready":
            hint = "An administrator listens to its recordings: `freehold voices approve`."
            raise VoiceNotApproved("This voice waits for approval.", param="voice", hint=hint)
        sample = base64.b64encode(await self.sample_of(voice)).decode()
        return ReferenceVoice(id=voice.id, profile=voice.profile, sample=sample, base_voice=voice.base_voice)

    async def sample_of(self, voice: CustomVoice) -> bytes:
        """The WAV that a voice was made from. Raises `NotFound` where it is gone."""
        sample = await self.store.sample(voice.id)
        if sample is None:
            raise _nothing()
        return sample

    async def change(
        self, principal: Principal, voice_id: str, *, name: str | None = None, shared: bool | None = None
    ) -> CustomVoice:
        """Another name; shared with the organisation, or no more."""
        voice = await self._found(principal, voice_id, "voices.change")
        changed = replace(
            voice,
            name=voice.name if name is None else checked(name, "name", MAX_NAME_CHARACTERS),
            shared=voice.shared if shared is None else shared,
        )
        if changed.shared != voice.shared:
            await self._audit.record(principal, "voices.change", voice.id, {"shared": changed.shared})
        await self.store.change_voice(voice.id, name=changed.name, shared=changed.shared)
        return changed

    async def delete(self, principal: Principal, voice_id: str) -> CustomVoice:
        """Remove a voice and its sample; the consent stays."""
        voice = await self._found(principal, voice_id, "voices.delete")
        await self._audit.record(principal, "voices.delete", voice.id, {"name": voice.name})
        await self.store.delete_voice(voice.id)
        return voice

    async def _found(self, principal: Principal, voice_id: str, action: str) -> CustomVoice:
        voice = await self.store.voice(voice_id.replace("\0", ""))
        used = action == "voices.use"
        # What does not exist is asked about too, so that it cannot be told from somebody else's.
        resource = Resource() if voice is None else voice.used_as if used else voice.resource
        self._identity.authorize(principal, action, resource)
        if voice is None:
            raise _nothing()
        return voice


def _refuse_length(wav: bytes) -> None:
    seconds = len(wav) / (2 * SAMPLE_RATE)
    if seconds > MAX_SAMPLE_SECONDS + 0.01:  # and the header
        text = f"The sample is {seconds:.1f} s long; at most {MAX_SAMPLE_SECONDS:g} are kept."
        raise InvalidRequest(text, param="audio_sample", hint="Cut it: ten to twenty seconds of plain speech do.")


def _nothing() -> NotFound:
    return NotFound("There is no such thing, or it is not yours.", param="voice")
