"""Forms sent straight to an ASGI app, by a client that may leave at any moment."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from starlette.types import ASGIApp, Message

from asgi_client import Answer, AsgiClient
from freehold.contracts.forms import Upload, write_form
from freehold.foundation.worker_edge import Service, Worker

TRANSCRIPTIONS = "/v1/audio/transcriptions"

Fields = Mapping[str, str | Sequence[str]]


class FormClient:
    """`app` is the worker's."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def post(
        self,
        file: bytes | None,
        fields: Fields | None = None,
        *,
        path: str = TRANSCRIPTIONS,
        headers: dict[str, str] | None = None,
        hang_up: asyncio.Event | None = None,
        send: Callable[[Answer], Any] = lambda answer: None,
    ) -> Answer:
        """The answer. The client leaves when `hang_up` is set; `send` is called, and awaited, at each of its parts."""
        pairs = [(name, one) for name, value in (fields or {}).items() for one in _several(value)]
        files = {} if file is None else {"file": Upload(data=file, name="said.wav")}
        media_type, body = write_form(pairs, files, "a-boundary-of-the-tests")
        answer, asked = Answer(), asyncio.Event()

        async def receive() -> Message:
            if not asked.is_set():
                asked.set()
                return {"type": "http.request", "body": body}
            await (hang_up or asyncio.Event()).wait()
            return {"type": "http.disconnect"}

        async def take(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.headers = [(name.decode(), value.decode()) for name, value in message["headers"]]
            answer.content += message.get("body", b"")
            if asyncio.iscoroutine(waiting := send(answer)):
                await waiting

        named = {"content-type": media_type} | (headers or {})
        scope: Any = AsgiClient(self.app)._scope("POST", path, named)
        async with asyncio.timeout(30):
            await self.app(scope, receive, take)
        return answer

    async def health(self) -> Any:
        """The worker's own."""
        return (await AsgiClient(self.app).call("GET", "/worker/health")).json()


def _several(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


def header(answer: Answer, name: str) -> str | None:
    """The value of a header."""
    return dict(answer.headers).get(name)


@asynccontextmanager
async def serving(service: Service) -> AsyncGenerator[FormClient]:
    """The worker around the service, once it is ready."""
    app = Worker(service).app()
    async with app.router.lifespan_context(app), asyncio.timeout(60):
        client = FormClient(app)
        while (await client.health())["status"] != "ready":
            await asyncio.sleep(0.01)
        yield client
