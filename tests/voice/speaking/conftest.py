import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from asgi_client import AsgiClient

sys.path.insert(0, str(Path(__file__).parent))

from sine_synthesizer import SineSynthesizer

from freehold.foundation.worker_edge import Worker
from freehold.voice.speaking.worker import SpeechOptions, SpeechService
from freehold.voice.synthesizers import SYNTHESIZERS


class Desk:
    """A speech worker with a sine engine, called without sockets."""

    def __init__(self, engine: SineSynthesizer, service: SpeechService, client: AsgiClient) -> None:
        self.engine, self.service, self.client = engine, service, client

    async def say(
        self, text: str, *, hang_up_after: bytes | None = None, headers: dict[str, str] | None = None, **more
    ):
        body = {"model": "sine", "input": text, "voice": "alloy", "response_format": "pcm"} | more
        return await self.client.call("POST", "/v1/audio/speech", body, hang_up_after=hang_up_after, **(headers or {}))


@pytest.fixture
async def open_desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[Callable]:
    services: list[SpeechService] = []

    async def open_desk(engine: SineSynthesizer | None = None, **options) -> Desk:
        engine = engine or SineSynthesizer()
        monkeypatch.setitem(SYNTHESIZERS._imported, "sine", lambda folder, *, workers: engine)
        service = SpeechService(
            tmp_path, "sine", SpeechOptions(engine="sine", workers=2, watermark_key=b"k" * 32, **options)
        )
        worker = Worker(service)
        await service.load()
        worker._status = "ready"
        engine.spoken.clear()
        services.append(service)
        return Desk(engine, service, AsgiClient(worker.app()))

    yield open_desk
    for service in services:
        await service.close()
    await asyncio.sleep(0)
