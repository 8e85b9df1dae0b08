"""People with voices over a real database and a real gateway, whose workers say what a test wants to be said."""

import json
import wave
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from aiohttp import web

from freehold.accounts.identity import Accounts
from freehold.contracts.forms import Upload
from freehold.contracts.identity import Principal
from freehold.contracts.models import Endpoint, ModelInfo
from freehold.contracts.rollouts import Steering
from freehold.foundation.database import Database
from freehold.foundation.vault import Vault
from freehold.gateway.settings import ProviderSettings, RouteSettings
from freehold.operations.audit import AuditLog
from freehold.surface.settings import SurfaceSettings
from freehold.surface.voices.custom import CustomVoices
from freehold.surface.voices.neighbours import Neighbours
from freehold.surface.voices.phrases import PHRASES
from freehold.surface.voices.records import CustomVoice, NewConsent, NewVoice
from freehold.surface.voices.review import Review
from gateway.rig import QUICK, Local, Rig, gateway
from gateway.vendors import Vendor, serving
from held_clock import HeldClock

KINDS: dict[str, Any] = {"whisper": "transcription", "sphinx": "transcription", "sound": "sound", "espeak": "speech"}
PROFILE = {"object": "audio.voice_profile", "pitch_hz": 110.0, "pitch_range_semitones": 6.0, "formant_scale": 1.0,
           "seconds": 8.0, "method": "pitch and formant matching"}  # fmt: skip
RECORDING = b"the recorded consent of somebody"
SECRET = b"\x11\x22" * 48_000  # two seconds of a sample
PATIENT = replace(QUICK, answer_timeout_seconds=30, silence_timeout_seconds=30, total_timeout_seconds=60)


def wav(pcm: bytes = SECRET) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as opened:
        opened.setnchannels(1)
        opened.setsampwidth(2)
        opened.setframerate(24_000)
        opened.writeframes(pcm)
    return file.getvalue()


async def nothing() -> None:
    return None


@dataclass
class Workers(Local):
    """The models of this machine and what their workers answer. Implements `LocalPages`."""

    heard: str = PHRASES["en"]
    match: dict[str, Any] = field(default_factory=lambda: {"similarity": 0.9, "is_match": True, "is_advisory": False})
    sample: bytes = field(default_factory=wav)
    outcome: str = "not_detected"  # of the search for the mark
    broken: dict[str, int | bytes] = field(default_factory=dict[str, int | bytes])
    asked: list[str] = field(default_factory=list[str])
    meanwhile: Callable[[], Awaitable[Any]] = nothing  # happens while speakers are compared

    def models(self) -> list[ModelInfo]:
        return [ModelInfo(id=name, kind=kind, owned_by="local") for name, kind in KINDS.items()]

    async def fetch(self, name: str, path_and_query: str) -> tuple[int, str, bytes]:
        languages = ["en"] if name == "sphinx" else ["en", "de"]
        return 200, "application/json", json.dumps({"languages": languages}).encode()

    async def answer(self, vendor: Vendor, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        endpoint = request.match_info["endpoint"]
        self.asked.append(endpoint)
        await request.read()
        fault = self.broken.get(endpoint)
        if isinstance(fault, int):
            return web.json_response({"error": {"message": "no", "code": None}}, status=fault)
        if fault is not None:
            return web.Response(body=fault, content_type="application/json")
        if endpoint == "audio/transcriptions":
            return web.json_response({"text": self.heard})
        if endpoint == "content_provenance_checks":
            return web.json_response({"results": [{"outcome": self.outcome}]})
        if endpoint == "audio/effects":
            return web.Response(body=self.sample, content_type="audio/wav")
        if endpoint == "audio/voice_profile":
            return web.json_response(PROFILE)
        await self.meanwhile()
        return web.json_response(self.match | {"threshold": 0.5, "method": "test"})


@dataclass
class VoiceTown:
    """The part under test, and who lives there."""

    voices: CustomVoices
    review: Review
    workers: Workers
    rig: Rig
    accounts: Accounts
    audit: AuditLog
    database: Database
    clock: HeldClock

    async def person(self, name: str, organisation_id: str = "org", role: Any = "member") -> Principal:
        person = await self.accounts.add_person(name)
        return Principal(person_id=person.id, name=name, role=role, organisation_id=organisation_id)

    async def consent(self, principal: Principal, language: str = "en") -> str:
        wanted = NewConsent(name="mine", language=language, recording=Upload(data=RECORDING, media_type="audio/wav"))
        return (await self.voices.consents.create(principal, wanted)).id

    async def voice(self, principal: Principal, consent_id: str, **more: Any) -> CustomVoice:
        wanted = NewVoice(name="my voice", consent_id=consent_id, sample=Upload(data=b"any sound"), **more)
        return await self.voices.create(principal, wanted)


@asynccontextmanager
async def voice_town(
    database: Database,
    folder: Path,
    clock: HeldClock,
    *,
    settings: SurfaceSettings | None = None,
    steering: Steering | None = None,
    remote: dict[str, RouteSettings] | None = None,
) -> AsyncGenerator[VoiceTown]:
    """`remote` are routes to a vendor called acme, who answers as the workers do."""
    workers = Workers({})
    async with serving(workers.answer) as vendor:
        workers.places = {name: Endpoint(url=vendor.url) for name in KINDS}
        acme = {"acme": ProviderSettings(url=vendor.url)} if remote else {}
        opening = gateway(database, folder, acme, remote, models=workers, settings=PATIENT, steering=steering)
        async with opening as rig:
            accounts, audit = Accounts(database, clock), AuditLog(database, clock)
            pipeline = rig.gateway.pipeline
            around = Neighbours(identity=accounts, audit=audit, gateway=pipeline, names=pipeline, pages=workers)
            voices = CustomVoices(database, Vault(bytes(32)), around, settings or SurfaceSettings(), clock)
            yield VoiceTown(voices, Review(voices, audit), workers, rig, accounts, audit, database, clock)
