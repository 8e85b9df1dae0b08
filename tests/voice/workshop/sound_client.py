"""The sound worker's app in this process, and forms sent to it."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Iterable
from typing import Any

from starlette.types import ASGIApp, Message

from asgi_client import Answer
from freehold.contracts.forms import Upload, write_form
from freehold.foundation.worker_edge import Service, Worker

SECRET = b"a key of 32 bytes for the tests."


class SoundClient:
    """Sends forms to an app."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def post(
        self,
        path: str,
        file: bytes | None,
        *,
        fields: Iterable[tuple[str, str]] = (),
        hang_up: asyncio.Event | None = None,
    ) -> Answer:
        """The answer to a form; the client leaves when `hang_up` is set."""
        files = {} if file is None else {"file": Upload(data=file, name="said.wav")}
        media_type, body = write_form(fields, files, "a-boundary")
        return await self.send("POST", path, body, media_type, hang_up)

    async def effects(self, file: bytes | None, effects: Any, **fields: str) -> Answer:
        """The answer to a list of effects."""
        text = effects if isinstance(effects, str) else json.dumps(effects)
        return await self.post("/v1/audio/effects", file, fields=[("effects", text), *fields.items()])

    async def get(self, path: str) -> Answer:
        """The answer to a GET."""
        return await self.send("GET", path)

    async def send(
        self, method: str, path: str, body: bytes = b"", media_type: str = "", hang_up: asyncio.Event | None = None
    ) -> Answer:
        """One request."""
        answer, asked = Answer(), asyncio.Event()

        async def receive() -> Message:
            if not asked.is_set():
                asked.set()
                return {"type": "http.request", "body": body}
            await (hang_up or asyncio.Event()).wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.headers = [(name.decode(), value.decode()) for name, value in message["headers"]]
            answer.content += message.get("body", b"")

        headers = [(b"host", b"freehold.test"), (b"content-type", media_type.encode())]
        scope = {"type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": path}
        scope |= {"raw_path": path.encode(), "query_string": b"", "headers": headers}
        scope |= {"client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "asgi": {"version": "3.0"}}
        async with asyncio.timeout(60):
            await self._app(scope, receive, send)
        return answer


@contextlib.asynccontextmanager
async def serving(service: Service) -> AsyncGenerator[SoundClient]:
    """The worker around the service, once it is ready."""
    app = Worker(service).app()
    async with app.router.lifespan_context(app), asyncio.timeout(60):
        client = SoundClient(app)
        while (await client.get("/worker/health")).status != 200:
            await asyncio.sleep(0.02)
        yield client
