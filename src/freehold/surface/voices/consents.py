"""Consents: a person says the phrase, and takes it back at any time with all that rests on it.

Everybody reaches their own alone; for anybody else's, and for none, the answer is the same `NotFound`.
"""

import uuid

from freehold.contracts.audit import Audit
from freehold.contracts.errors import InvalidRequest, NotFound
from freehold.contracts.identity import Identity, Principal, Resource
from freehold.foundation.clock import Clock
from freehold.surface.voices.phrases import phrase_for, refuse_other_words
from freehold.surface.voices.recordings import Asker, Recordings
from freehold.surface.voices.records import (
    MAX_LANGUAGE_CHARACTERS,
    MAX_NAME_CHARACTERS,
    NewConsent,
    Recording,
    VoiceConsent,
    checked,
    kept_type,
    refuse_size,
)
from freehold.surface.voices.store import VoiceStore

MAX_PAGE = 100
DAY_SECONDS = 86_400.0


class Consents:
    """All consents. `days` is how long one holds; 0 means until it is withdrawn."""

    def __init__(
        self, store: VoiceStore, recordings: Recordings, identity: Identity, audit: Audit, clock: Clock, days: int
    ) -> None:
        self._store = store
        self._recordings = recordings
        self._identity = identity
        self._audit = audit
        self._clock = clock
        self._days = days

    async def create(self, principal: Principal, wanted: NewConsent) -> VoiceConsent:
        """Hear the recording, and keep the consent if it says the phrase.

        Raises `ConsentPhraseMismatch`, `InvalidRequest`, and what the gateway raises: then there is no consent.
        """
        self._identity.authorize(principal, "voices.create", Resource(owner_id=principal.person_id))
        name = checked(wanted.name, "name", MAX_NAME_CHARACTERS)
        language = checked(wanted.language, "language", MAX_LANGUAGE_CHARACTERS)
        phrase = phrase_for(language)
        refuse_size(wanted.recording, "recording")
        await self._store.refuse_full(principal.organisation_id, of="consents")
        asker = Asker(principal=principal, request_id=wanted.request_id)
        await self._recordings.refuse_synthetic(asker, wanted.recording, "recording")
        heard, model = await self._recordings.words(asker, wanted.recording, language)
        refuse_other_words(heard, phrase)
        consent = VoiceConsent(
            id=f"cons_{uuid.uuid4().hex}",
            owner_id=principal.person_id,
            organisation_id=principal.organisation_id,
            name=name,
            language=language,
            phrase=phrase,
            heard_by=model,
            media_type=kept_type(wanted.recording),
            created_at=self._clock.unix_seconds(),
        )
        details = {"name": name, "language": language, "phrase": phrase, "heard_by": model}
        await self._audit.record(principal, "voice_consents.create", consent.id, details)
        await self._store.add_consent(consent, wanted.recording.data)
        return consent

    async def page(self, principal: Principal, limit: int, after: str | None = None) -> tuple[list[VoiceConsent], bool]:
        """The caller's consents, newest first, behind the one with the id `after`; and whether there are more."""
        if not 1 <= limit <= MAX_PAGE:
            raise InvalidRequest(f"limit must lie between 1 and {MAX_PAGE}.", param="limit")
        self._identity.authorize(principal, "voices.read", Resource(owner_id=principal.person_id))
        last = await self.get(principal, after) if after else None
        found = await self._store.consents(principal.person_id, limit + 1, last)
        return found[:limit], len(found) > limit

    async def get(self, principal: Principal, consent_id: str) -> VoiceConsent:
        """One of the caller's own."""
        return await self._own(principal, consent_id, "voices.read")

    async def live(self, principal: Principal, consent_id: str) -> VoiceConsent:
        """One of the caller's own, on which a voice may be made. Raises `InvalidRequest` for one that has ended."""
        consent = await self._own(principal, consent_id, "voices.create")
        if self.has_ended(consent.created_at):
            raise InvalidRequest("The consent has ended.", param="consent", hint="Record it again.")
        return consent

    def has_ended(self, consented_at: float) -> bool:
        """Whether a consent of that time holds no more."""
        return self._days > 0 and self._clock.unix_seconds() >= consented_at + self._days * DAY_SECONDS

    async def recording(self, principal: Principal, consent_id: str) -> Recording:
        """What the caller said."""
        consent = await self.get(principal, consent_id)
        return await self.recording_of(consent)

    async def recording_of(self, consent: VoiceConsent) -> Recording:
        """What is said in a consent. Raises `NotFound` where it was withdrawn meanwhile."""
        data = await self._store.recording(consent.id)
        if data is None:
            raise NotFound("The consent has been withdrawn.", param="consent")
        return Recording(data=data, media_type=consent.media_type)

    async def rename(self, principal: Principal, consent_id: str, name: str) -> VoiceConsent:
        """Give another label."""
        await self._own(principal, consent_id, "voices.change")
        await self._store.rename_consent(consent_id, checked(name, "name", MAX_NAME_CHARACTERS))
        return await self.get(principal, consent_id)

    async def withdraw(self, principal: Principal, consent_id: str) -> VoiceConsent:
        """Remove a consent with its recording and every voice made with it; none of them speaks from now on."""
        consent = await self._own(principal, consent_id, "voices.delete")
        details = {"name": consent.name, "voices": await self._store.voices_of(consent.id)}
        await self._audit.record(principal, "voice_consents.delete", consent.id, details)
        await self._store.delete_consent(consent.id)
        return consent

    async def _own(self, principal: Principal, consent_id: str, action: str) -> VoiceConsent:
        consent = await self._store.consent(consent_id.replace("\0", ""))
        # What does not exist is asked about too, so that it cannot be told from somebody else's.
        self._identity.authorize(principal, action, consent.resource if consent else Resource())
        if consent is None:
            raise NotFound("There is no such thing, or it is not yours.", param="id")
        return consent
