"""The rules of custom voices: no voice without its speaker's own live consent, none that an administrator must hear."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from freehold.contracts.errors import (
    ConsentPhraseMismatch,
    Forbidden,
    FreeholdError,
    InvalidRequest,
    NotFound,
    ProviderFailed,
    SetupError,
    SpeakerMismatch,
    VoiceNotApproved,
)
from freehold.contracts.identity import Principal, Scopes
from freehold.contracts.rollouts import Assignment
from freehold.contracts.wire import Call
from freehold.foundation.database import Database
from freehold.gateway.settings import RouteSettings, TargetSettings
from freehold.operations.store import Filter
from freehold.surface.settings import SurfaceSettings
from freehold.surface.voices.phrases import PHRASES, phrase_for, primary, refuse_other_words
from freehold.surface.voices.records import MAX_VOICES
from held_clock import HeldClock
from surface.voice_town import RECORDING, SECRET, VoiceTown, voice_town, wav

pytestmark = pytest.mark.network

ADVISORY = {"similarity": 0.8, "is_match": True, "is_advisory": True}


@pytest.fixture
async def town(database: Database, clock: HeldClock, tmp_path: Path) -> AsyncGenerator[VoiceTown]:
    async with voice_town(database, tmp_path, clock) as opened:
        yield opened


async def kept(town: VoiceTown) -> tuple[int, int]:
    """How many consents and voices there are."""
    async with town.database.connect() as connection:
        counts = [
            await connection.scalar(text(f"SELECT count(*) FROM {name}"))
            for name in ("voice_consents", "custom_voices")
        ]
    return counts[0], counts[1]


@pytest.mark.parametrize("language", PHRASES)
def test_a_phrase_is_heard_whatever_its_case_punctuation_and_spacing(language: str) -> None:
    phrase = phrase_for(f"{language}-XX")
    refuse_other_words(phrase.upper().replace(" ", " … ").replace("'", "’") + "!", phrase)
    for other in ("", phrase.rpartition(" ")[0], f"{phrase} not", phrase.replace(" ", "", 1), PHRASES["en"] + " x"):
        with pytest.raises(ConsentPhraseMismatch):
            refuse_other_words(other, phrase)


def test_tags_of_languages_lead_to_the_phrase_of_their_language() -> None:
    assert [primary(tag) for tag in ("en", "en-US", "DE_at")] == ["en", "en", "de"]
    with pytest.raises(InvalidRequest, match="no phrase of consent in 'xx'"):
        phrase_for("xx")


async def test_other_words_are_no_consent_and_the_answer_says_what_was_heard_and_what_is_wanted(
    town: VoiceTown,
) -> None:
    ada = await town.person("Ada")
    town.workers.heard = "This is my own voice."
    with pytest.raises(ConsentPhraseMismatch) as refused:
        await town.consent(ada)
    assert "This is my own voice." in refused.value.message
    assert PHRASES["en"] in refused.value.message
    assert await kept(town) == (0, 0)


async def test_a_consent_is_heard_as_the_caller_by_a_model_of_this_machine_that_knows_the_language(
    town: VoiceTown,
) -> None:
    ada = await town.person("Ada")
    town.workers.heard = PHRASES["de"]
    consent = await town.voices.consents.get(ada, await town.consent(ada, "de-AT"))
    assert (consent.heard_by, consent.phrase) == ("whisper", PHRASES["de"])
    rows = [(row["endpoint"], row["model"]) for row in await town.rig.ledger() if row["person_id"] == ada.person_id]
    assert sorted(rows) == [("audio/transcriptions", "whisper"), ("content_provenance_checks", "sound")]
    town.workers.heard = PHRASES["pl"]
    with pytest.raises(InvalidRequest, match="No model of this machine hears 'pl'"):
        await town.consent(ada, "pl")


async def test_a_voice_needs_a_consent_of_the_callers_own(town: VoiceTown) -> None:
    ada, bob = await town.person("Ada"), await town.person("Bob")
    consent = await town.consent(ada)
    for person, named in ((bob, consent), (ada, "cons_none"), (ada, "\0")):
        with pytest.raises(NotFound):
            await town.voice(person, named)
    await town.voices.consents.withdraw(ada, consent)
    with pytest.raises(NotFound):
        await town.voice(ada, consent)
    assert await kept(town) == (0, 0)


async def test_a_sample_of_somebody_else_makes_no_voice(town: VoiceTown) -> None:
    ada = await town.person("Ada")
    consent = await town.consent(ada)
    town.workers.match = {"similarity": 0.2, "is_match": False, "is_advisory": False}
    with pytest.raises(SpeakerMismatch):
        await town.voice(ada, consent)
    assert await kept(town) == (1, 0)


async def test_synthetic_speech_of_this_installation_lends_no_voice_and_makes_none(town: VoiceTown) -> None:
    ada = await town.person("Ada")
    consent = await town.consent(ada)
    town.workers.outcome = "detected"
    for made in (town.consent(ada), town.voice(ada, consent)):
        with pytest.raises(InvalidRequest, match="synthetic speech"):
            await made
    assert await kept(town) == (1, 0)


async def test_without_a_sound_answer_of_each_worker_there_is_no_voice(town: VoiceTown) -> None:
    ada = await town.person("Ada")
    consent = await town.consent(ada)
    faults: dict[int | bytes, type[FreeholdError]] = {400: InvalidRequest, 500: ProviderFailed, 404: ProviderFailed}
    faults |= {b"no JSON": ProviderFailed, b'{"is_match": true}': ProviderFailed}
    for endpoint in ("audio/effects", "audio/voice_profile", "audio/speaker_match", "content_provenance_checks"):
        for fault, refusal in faults.items():
            if endpoint == "audio/effects" and isinstance(fault, bytes):
                continue  # what comes from there is sound, whose length is looked at
            town.workers.broken = {endpoint: fault}
            with pytest.raises(refusal) as refused:
                await town.voice(ada, consent)
            assert refused.value.param == "audio_sample" or fault != 400
    town.workers.broken, town.workers.sample = {}, wav(SECRET * 16)
    with pytest.raises(InvalidRequest, match="at most 30 are kept"):
        await town.voice(ada, consent)
    assert await kept(town) == (1, 0)


async def test_a_worker_that_is_gone_hears_no_consent_and_makes_no_voice(town: VoiceTown) -> None:
    ada = await town.person("Ada")
    consent = await town.consent(ada)
    town.workers.places = {}
    with pytest.raises(FreeholdError):
        await town.voice(ada, consent)
    with pytest.raises(FreeholdError):
        await town.consent(ada)
    assert await kept(town) == (1, 0)


async def test_a_consent_that_is_withdrawn_while_its_voice_is_made_makes_none(town: VoiceTown) -> None:
    ada = await town.person("Ada")
    consent = await town.consent(ada)
    town.workers.meanwhile = lambda: town.voices.consents.withdraw(ada, consent)
    with pytest.raises(NotFound):
        await town.voice(ada, consent)
    assert await kept(town) == (0, 0)


async def test_an_advisory_match_waits_for_an_administrator_who_can_also_take_a_voice_back(town: VoiceTown) -> None:
    ada, root = await town.person("Ada"), await town.person("Root", role="admin")
    consent = await town.consent(ada)
    town.workers.match = ADVISORY
    good, bad = await town.voice(ada, consent), await town.voice(ada, consent)
    for waiting in (good, bad):
        with pytest.raises(VoiceNotApproved, match="waits"):
            await town.voices.reference(ada, waiting.id)
    assert (await town.review.sample(root, bad.id)).data == town.workers.sample
    assert (await town.review.consent(root, bad.id)).data == RECORDING
    await town.review.decide(root, good.id, approved=True)
    await town.review.decide(root, bad.id, approved=False, reason="Another person.")
    assert (await town.voices.reference(ada, good.id)).id == good.id
    with pytest.raises(VoiceNotApproved, match="rejected") as refused:
        await town.voices.reference(ada, bad.id)
    assert refused.value.hint == "Another person."
    with pytest.raises(NotFound):
        await town.review.sample(root, bad.id)
    for decided, approved in ((good, True), (bad, True), (bad, False)):
        with pytest.raises(InvalidRequest, match="has been decided on"):
            await town.review.decide(root, decided.id, approved=approved)
    acts = [(one.action, one.subject, one.actor_id) for one in (await town.audit.page(Filter()))[0]]
    for act, voice in (("approve", good), ("reject", bad), ("listen", bad)):
        assert (f"voices.{act}", voice.id, root.person_id) in acts
    await town.review.decide(root, good.id, approved=False)
    with pytest.raises(VoiceNotApproved, match="rejected"):
        await town.voices.reference(ada, good.id)
    assert await town.voices.store.sample(good.id) is None


async def test_a_voice_speaks_for_its_owner_and_where_shared_for_their_organisation_alone(town: VoiceTown) -> None:
    ada, bob = await town.person("Ada"), await town.person("Bob")
    root, eve = await town.person("Root", role="admin"), await town.person("Eve", "elsewhere")
    voice = await town.voice(ada, await town.consent(ada), base_voice="alloy")
    reference = await town.voices.reference(ada, voice.id)
    assert (reference.id, reference.base_voice, reference.profile) == (voice.id, "alloy", voice.profile)
    for other in (bob, root, eve):
        with pytest.raises(NotFound):
            await town.voices.reference(other, voice.id)
    await town.voices.change(ada, voice.id, shared=True)
    for other in (bob, root):
        assert (await town.voices.reference(other, voice.id)).id == voice.id
    assert [one.id for one in await town.voices.usable(bob)] == [voice.id]
    for other in (bob, root, eve):
        with pytest.raises(NotFound):
            await town.voices.delete(other, voice.id)
    with pytest.raises(NotFound):
        await town.voices.reference(eve, voice.id)
    assert await town.voices.usable(eve) == []
    await town.voices.change(ada, voice.id, shared=False)
    with pytest.raises(NotFound):
        await town.voices.reference(bob, voice.id)


async def test_a_limited_key_speaks_with_a_voice_and_neither_makes_nor_deletes_one(town: VoiceTown) -> None:
    ada = await town.person("Ada")
    consent = await town.consent(ada)
    voice = await town.voice(ada, consent)
    page = replace(ada, scopes=Scopes(models=("espeak",)))
    assert (await town.voices.reference(page, voice.id)).id == voice.id
    for forbidden in (
        town.consent(page),
        town.voice(page, consent),
        town.voices.delete(page, voice.id),
        town.voices.consents.withdraw(page, consent),
        town.voices.consents.page(page, 10),
    ):
        with pytest.raises(Forbidden):
            await forbidden


async def test_withdrawing_a_consent_takes_its_voices_and_recordings_with_it_and_is_written_down(
    town: VoiceTown,
) -> None:
    ada = await town.person("Ada")
    first, second = await town.consent(ada), await town.consent(ada)
    gone, stays = await town.voice(ada, first), await town.voice(ada, second)
    await town.voices.consents.withdraw(ada, first)
    for asked in (
        town.voices.reference(ada, gone.id),
        town.voices.get(ada, gone.id),
        town.voices.consents.recording(ada, first),
    ):
        with pytest.raises(NotFound):
            await asked
    assert (await town.voices.reference(ada, stays.id)).id == stays.id
    assert await kept(town) == (1, 1)
    (entry,) = (await town.audit.page(Filter(action="voice_consents.delete")))[0]
    assert (entry.actor_id, entry.subject, entry.details) == (
        ada.person_id,
        first,
        {"name": "mine", "voices": [gone.id]},
    )
    await town.voices.delete(ada, stays.id)
    assert await kept(town) == (1, 0)
    assert await town.voices.store.sample(stays.id) is None


async def test_who_is_removed_takes_their_voice_with_them(town: VoiceTown) -> None:
    ada = await town.person("Ada")
    await town.voice(ada, await town.consent(ada), shared=True)
    await town.accounts.people.delete(await town.accounts.people.get(ada.person_id))
    assert await kept(town) == (0, 0)


async def test_a_consent_ends_by_itself_where_the_settings_say_so(
    database: Database, clock: HeldClock, tmp_path: Path
) -> None:
    settings = SurfaceSettings(consent_days=30)
    async with voice_town(database, tmp_path, clock, settings=settings) as town:
        ada = await town.person("Ada")
        consent = await town.consent(ada)
        voice = await town.voice(ada, consent)
        clock.advance(30 * 86_400 - 1)
        assert (await town.voices.reference(ada, voice.id)).id == voice.id
        clock.advance(1)
        with pytest.raises(NotFound):
            await town.voices.reference(ada, voice.id)
        with pytest.raises(InvalidRequest, match="ended"):
            await town.voice(ada, consent)
        assert await town.voices.usable(ada) == []


async def test_an_organisation_has_a_bounded_number_of_voices_however_many_are_made_at_once(town: VoiceTown) -> None:
    ada, eve = await town.person("Ada"), await town.person("Eve", "elsewhere")
    voice = await town.voice(ada, await town.consent(ada))

    async def add() -> bool:
        try:
            await town.voices.store.add_voice(replace(voice, id=f"voice_{uuid4().hex}"), b"sample")
        except InvalidRequest:
            return False
        return True

    added = await asyncio.gather(*(add() for _ in range(MAX_VOICES + 4)))
    assert sum(added) == MAX_VOICES - 1
    with pytest.raises(InvalidRequest, match="at most 20 voices"):
        await town.voice(ada, voice.consent_id)
    await town.voice(eve, await town.consent(eve))


async def test_recordings_are_sealed_and_open_under_their_own_name_alone(town: VoiceTown) -> None:
    ada = await town.person("Ada")
    consent = await town.consent(ada)
    one, two = await town.voice(ada, consent), await town.voice(ada, consent)
    async with town.database.begin() as connection:
        rows = await connection.execute(
            text("SELECT sample FROM custom_voices UNION ALL SELECT recording FROM voice_consents")
        )
        for sealed in rows.scalars():
            assert RECORDING not in bytes(sealed)
            assert SECRET[:64] not in bytes(sealed)
        move = "UPDATE custom_voices SET sample = (SELECT sample FROM custom_voices WHERE id = :one) WHERE id = :two"
        await connection.execute(text(move), {"one": one.id, "two": two.id})
    with pytest.raises(SetupError):
        await town.voices.reference(ada, two.id)


class Steers:
    """Puts everybody on a candidate, and keeps what it was asked. Implements `contracts.rollouts.Steering`."""

    def __init__(self) -> None:
        self.asked: list[Call] = []

    def assign(self, principal: Principal, call: Call, unit: str) -> Assignment | None:
        self.asked.append(call)
        return None

    def note(self, exchange: Any) -> None:
        raise AssertionError("a person's voice is part of no rollout")


async def test_what_stays_is_sent_to_no_vendor_and_takes_part_in_no_rollout(
    database: Database, clock: HeldClock, tmp_path: Path
) -> None:
    steering = Steers()
    local = TargetSettings(provider="local", model="espeak")
    vendor = TargetSettings(provider="acme", model="tts-1", priority=1)
    routes = {"mine": RouteSettings(targets=(local,)), "theirs": RouteSettings(targets=(vendor,))}
    routes["both"] = RouteSettings(targets=(local, vendor))
    routes["falls"] = RouteSettings(targets=(local,), degrade_to="theirs")
    async with voice_town(database, tmp_path, clock, steering=steering, remote=routes) as town:
        ada = await town.person("Ada")
        pipeline = town.rig.gateway.pipeline
        assert [name.public for name in pipeline.local_names(ada, "audio/speech")][:1] == ["mine"]
        assert {name.public for name in pipeline.local_names(ada, "audio/speech")} == {"mine", "espeak"}
        for name in ("theirs", "both", "falls"):
            call = Call(endpoint="audio/speech", body=b'{"input":"hi"}', model=name, stays=True)
            with pytest.raises(InvalidRequest, match="stays on this machine"):
                await pipeline.send(ada, call)
        assert town.workers.asked == []
        await town.voice(ada, await town.consent(ada))
        assert steering.asked == []
