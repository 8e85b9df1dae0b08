"""Custom voices through the whole application, its real workers and OpenAI's own client; flite's voices are persons."""

import asyncio
import socket
import uuid
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from openai import AsyncOpenAI, BadRequestError, NotFoundError, PermissionDeniedError

from command_module import told
from flite import flite
from freehold.accounts.records import DEFAULT_ORGANISATION
from freehold.cli import voices as voices_command
from freehold.contracts.errors import InvalidRequest, NotFound, SetupError
from freehold.contracts.identity import Role
from freehold.foundation.embedded_postgres import EmbeddedPostgres
from freehold.foundation.http_server import HttpServer
from freehold.operations.store import Filter
from freehold.surface.voices.custom import CustomVoices
from freehold.surface.voices.phrases import PHRASES
from freehold.surface.voices.records import CustomVoice
from kept_voice import keep_voice
from whole_app import WholeApp, whole_app

pytestmark = [pytest.mark.network, pytest.mark.slow, pytest.mark.timeout(300)]

PERSON, OTHER = "rms", "slt"
SAMPLE = (
    "The north wind and the sun were disputing which was the stronger, when a traveller came along wrapped in a warm "
    "cloak. They agreed that the one who first made him take it off should be considered stronger than the other."
)
START_SECONDS = 120  # of workers, which the first who asks waits for
TOML = """
[gateway.providers.acme]
url = "http://127.0.0.1:9/v1"
models = { theirs = "tts-1" }
"""


@dataclass
class Person:
    """Somebody with OpenAI's client, and a plain one for what OpenAI does not have."""

    id: str
    key: str
    openai: AsyncOpenAI
    http: httpx.AsyncClient


@dataclass
class Town:
    """A running server; `person` lets somebody in."""

    whole: WholeApp
    url: str
    people: list[Person]

    async def person(self, name: str, role: Role = "member") -> Person:
        made = await self.whole.client(name, role)
        key = made.headers["authorization"].removeprefix("Bearer ")
        headers = {"authorization": f"Bearer {key}"}
        openai = AsyncOpenAI(base_url=f"{self.url}/v1", api_key=key, max_retries=0, timeout=START_SECONDS)
        http = httpx.AsyncClient(base_url=self.url, headers=headers, timeout=START_SECONDS)
        self.people.append(Person(made.person_id, key, openai, http))
        return self.people[-1]


@pytest.fixture
async def town(postgres: EmbeddedPostgres, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Town]:
    folder = open_folder / f"voices-{uuid.uuid4().hex[:8]}"
    folder.mkdir()
    async with whole_app(postgres, folder, monkeypatch, TOML) as whole, asyncio.TaskGroup() as group:
        listening = socket.create_server(("127.0.0.1", 0))
        server = HttpServer(whole.app, drain_seconds=1)
        group.create_task(server.serve_on(listening))
        found = Town(whole, f"http://127.0.0.1:{listening.getsockname()[1]}", [])
        yield found
        for person in found.people:
            await person.openai.close()
            await person.http.aclose()
        server.stop()
        server.stop()


def wav(text: str, voice: str) -> tuple[str, bytes, str]:
    return "said.wav", flite(text, voice), "audio/wav"


def speech(voice: Any, **more: Any) -> dict[str, Any]:
    return {"model": "espeak", "voice": voice, "input": "Hello there.", "response_format": "wav"} | more


async def consented(person: Person, voice: str = PERSON) -> str:
    consent = await person.openai.audio.voice_consents.create(
        name="My consent", language="en-US", recording=wav(PHRASES["en"], voice)
    )
    return consent.id


async def listed(person: Person, **query: str | int) -> dict[str, Any]:
    return (await person.http.get("/v1/audio/voices", params=query)).json()


async def test_a_person_lends_their_voice_speaks_with_it_and_takes_it_back(town: Town) -> None:
    ada, bob = await town.person("Ada"), await town.person("Bob")
    admin = await town.person("Root", "admin")
    consents = ada.openai.audio.voice_consents
    with pytest.raises(BadRequestError, match=r"Heard: .*Wanted:") as refused:
        await consents.create(name="Other words", language="en", recording=wav("Hello there, how are you?", PERSON))
    assert refused.value.code == "consent_phrase_mismatch"

    for voice in ("slt", "awb", "kal16"):
        await consented(bob, voice)
    consent = await consented(ada)
    renamed = await consents.update(consent, name="Renamed")
    assert (renamed.object, renamed.name, renamed.language) == ("audio.voice_consent", "Renamed", "en-US")
    assert [one.id async for one in await consents.list(limit=1)] == [consent]
    assert (await ada.http.get(f"/v1/audio/voice_consents/{consent}/recording")).content == flite(PHRASES["en"], PERSON)

    voices = ada.openai.audio.voices
    with pytest.raises(BadRequestError) as refused:
        await voices.create(name="Not me", consent=consent, audio_sample=wav(SAMPLE, OTHER))
    assert refused.value.code == "speaker_mismatch"
    with pytest.raises(NotFoundError):
        await bob.openai.audio.voices.create(name="Hers", consent=consent, audio_sample=wav(SAMPLE, PERSON))

    voice = await voices.create(name="Ada reads", consent=consent, audio_sample=wav(SAMPLE, PERSON))
    assert (voice.object, voice.type, voice.name) == ("audio.voice", "audio_sample", "Ada reads")
    with pytest.raises(PermissionDeniedError) as waits:
        await ada.openai.audio.speech.create(**speech(voice.id))
    assert waits.value.code == "voice_not_approved"
    assert [one["status"] for one in (await listed(ada, kind="custom"))["data"]] == ["pending_approval"]
    assert [one["kind"] for one in (await listed(ada, limit=1))["data"]] == ["preset"]

    (waiting,) = (await admin.http.get("/admin/v1/voices?status=pending_approval")).json()["data"]
    assert (waiting["id"], waiting["owner_id"]) == (voice.id, ada.id)
    assert (await admin.http.get(waiting["consent_url"])).content == flite(PHRASES["en"], PERSON)
    assert (await admin.http.get(waiting["sample_url"])).content.startswith(b"RIFF")
    assert (await admin.http.post(f"/admin/v1/voices/{voice.id}/approve")).json()["status"] == "ready"

    (entry,) = (await listed(ada, kind="custom"))["data"]
    assert (entry["id"], entry["kind"], entry["model"]) == (voice.id, "custom", "espeak")
    assert entry["label"] == "pitch and formant matching of a preset"
    first, second = (await listed(ada, limit=2))["data"]
    assert (first["id"], second["kind"]) == (voice.id, "preset")
    page = await listed(ada, limit=1)
    after = await listed(ada, limit=1, after=page["last_id"])
    assert page["data"][0]["id"] == voice.id
    assert after["data"][0] == second

    said = await ada.openai.audio.speech.create(**speech({"id": voice.id}, input=SAMPLE))
    assert (await ada.openai.audio.speech.create(**speech(voice.id, input=SAMPLE))).content == said.content
    checked = await ada.http.post(
        "/v1/content_provenance_checks", data={"voices": voice.id}, files={"file": said.content}
    )
    (mark,) = checked.json()["results"]
    assert (mark["outcome"], mark["voice"]) == ("detected", voice.id)
    with pytest.raises(BadRequestError, match="synthetic speech"):
        await voices.create(name="A copy", consent=consent, audio_sample=("said.wav", said.content))
    assert (await ada.http.get(entry["sample"])).headers["content-type"] == "audio/mpeg"

    for person in (bob, admin):
        with pytest.raises(NotFoundError):
            await person.openai.audio.speech.create(**speech(voice.id))
        assert (await person.http.get(entry["sample"])).status_code == 404
        assert (await listed(person, kind="custom"))["data"] == []

    gone = await consents.delete(consent)
    assert (gone.id, gone.deleted, gone.object) == (consent, True, "audio.voice_consent")
    with pytest.raises(NotFoundError):
        await ada.openai.audio.speech.create(**speech(voice.id))
    for path in (f"voices/{voice.id}", f"voice_consents/{consent}", f"voice_consents/{consent}/recording"):
        assert (await ada.http.get(f"/v1/audio/{path}")).status_code == 404
    assert (await listed(ada, kind="custom"))["data"] == []
    assert (await admin.http.get(waiting["sample_url"])).status_code == 404

    written, _ = await town.whole.audit.page(Filter())
    acts = {(one.action, one.subject) for one in written}
    assert acts >= {("voices.approve", voice.id), ("voices.listen", voice.id), ("voice_consents.delete", consent)}
    (withdrawn,) = [one for one in written if one.action == "voice_consents.delete"]
    assert (withdrawn.actor_id, withdrawn.details["voices"]) == (ada.id, [voice.id])


async def ready_voice(town: Town, person: Person) -> CustomVoice:
    voices: CustomVoices = town.whole.app.state.custom_voices
    voice = await keep_voice(voices, person.id, DEFAULT_ORGANISATION)
    await voices.store.decide(voice.id, approved=True, decided_by="nobody", reason="")
    return voice


async def test_callers_describe_no_voice_themselves_and_theirs_go_to_no_vendor(town: Town) -> None:
    ada = await town.person("Ada")
    voice = await ready_voice(town, ada)
    for model in ("espeak", "theirs"):
        body = speech("alloy", model=model) | {"reference_voice": {"id": "alloy", "profile": {}, "sample": ""}}
        refused = await ada.http.post("/v1/audio/speech", json=body)
        error = refused.json()["error"]
        assert (refused.status_code, error["code"]) == (400, "unsupported_parameter")
        assert error["param"] == "reference_voice"
    with pytest.raises(BadRequestError, match="stays on this machine"):
        await ada.openai.audio.speech.create(**speech(voice.id, model="theirs"))
    with pytest.raises(NotFoundError):
        await ada.openai.audio.speech.create(**speech(f"voice_{'0' * 32}", model="theirs"))


async def test_a_form_that_is_none_makes_nothing(town: Town) -> None:
    ada = await town.person("Ada")
    voice = await ready_voice(town, ada)
    consents, voices = "/v1/audio/voice_consents", "/v1/audio/voices"
    fields = {consents: {"name": "me", "language": "en"}, voices: {"name": "me", "consent": voice.consent_id}}
    files = {consents: "recording", voices: "audio_sample"}
    for path in (consents, voices):
        for changes, file, status in (
            ({}, None, 400),
            ({}, b"", 400),
            ({}, bytes(10 * 1024 * 1024 + 1), 400),
            ({}, bytes(11 * 1024 * 1024), 413),
            ({"name": ""}, b"sound", 400),
            ({"name": "a\nb"}, b"sound", 400),
            ({"sort": "x"}, b"sound", 400),
            ({"type": "prompt"} if path == voices else {"language": "xx"}, b"sound", 400),
            ({"shared": "perhaps"} if path == voices else {"language": ""}, b"sound", 400),
        ):
            given = {"other": b"x"} if file is None else {files[path]: file}
            answer = await ada.http.post(path, data=fields[path] | changes, files=given)
            assert (answer.status_code, answer.json()["error"]["type"]) == (status, "invalid_request_error"), changes
        assert (await ada.http.post(path, json=fields[path])).status_code == 400
    page = (await ada.http.get(consents)).json()
    assert [one["id"] for one in page["data"]] == [page["last_id"]] == [voice.consent_id]


async def test_the_command_lists_what_waits_decides_and_takes_back(
    town: Town, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    root = await town.person("Root", "admin")
    kept = [await keep_voice(town.whole.app.state.custom_voices, root.id, DEFAULT_ORGANISATION) for _ in range(2)]
    good, bad = kept[0].id, kept[1].id

    def say(*words: str) -> Any:
        return told(capsys, voices_command, *words, "--url", town.url, "--key", root.key)

    async def ask(*words: str) -> Any:
        return await asyncio.to_thread(say, *words)

    assert {one["language"] for one in (await ask("phrases"))["data"]} == set(PHRASES)
    assert {one["id"] for one in (await ask("waiting"))["data"]} == {good, bad}
    assert (await ask("approve", good))["status"] == "ready"
    assert (await ask("reject", bad, "--reason", "Not you."))["reason"] == "Not you."
    assert (await ask("waiting"))["data"] == []
    sound = tmp_path / "sound.wav"
    sound.write_bytes(b"sound")
    with pytest.raises(InvalidRequest, match="no phrase of consent in 'xx'"):
        await ask("consent", str(sound), "--name", "me", "--language", "xx")
    with pytest.raises(NotFound):
        await ask("create", str(sound), "--name", "me", "--consent", "cons_none")
    with pytest.raises(SetupError, match="cannot be read"):
        await ask("create", str(tmp_path / "none.wav"), "--name", "me", "--consent", "cons_none")
    assert (await ask("delete", bad))["deleted"]
    consents = [one["id"] for one in (await ask("consents"))["data"]]
    assert consents == sorted((one.consent_id for one in kept), reverse=True)
    for consent in consents:
        assert (await ask("withdraw", consent))["id"] == consent
    assert (await root.http.get(f"/v1/audio/voices/{good}")).status_code == 404
