"""A consent and a voice that are simply there, for tests that make none."""

import uuid

from freehold.contracts.audio.voices import SpeakerMatch, VoiceProfile
from freehold.surface.voices.custom import CustomVoices
from freehold.surface.voices.records import CustomVoice, VoiceConsent


async def keep_voice(voices: CustomVoices, owner_id: str, organisation_id: str) -> CustomVoice:
    """A voice that waits for an administrator, on a consent of the same person."""
    owner = {"owner_id": owner_id, "organisation_id": organisation_id, "created_at": 1_700_000_000.0}
    consent = VoiceConsent(
        id=f"cons_{uuid.uuid4().hex}",
        name="secret consent",
        language="en",
        phrase="secret phrase",
        heard_by="somebody",
        media_type="audio/wav",
        **owner,
    )
    await voices.store.add_consent(consent, b"secret recording")
    voice = CustomVoice(
        id=f"voice_{uuid.uuid4().hex}",
        consent_id=consent.id,
        name="secret voice",
        language="en",
        status="pending_approval",
        shared=False,
        base_voice=None,
        match=SpeakerMatch(similarity=0.9, threshold=0.5, is_match=True, method="test", is_advisory=True),
        profile=VoiceProfile(pitch_hz=110.0, pitch_range_semitones=6.0, formant_scale=1.0),
        consented_at=consent.created_at,
        **owner,
    )
    await voices.store.add_voice(voice, b"secret sample")
    return voice
