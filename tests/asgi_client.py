"""A client for tests that calls an ASGI app directly, keeps cookies, and can hang up in the middle of an answer."""

import asyncio
import json
from http.cookies import SimpleCookie
from typing import Any

from starlette.types import ASGIApp, Message


class Answer:
    """What the app has sent so far."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: list[tuple[str, str]] = []
        self.content = b""
        self.grew = asyncio.Event()

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.content)

    def events(self) -> list[Any]:
        """The body as server-sent events; `[DONE]` stays text."""
        data = [part.removeprefix("data: ") for part in self.content.decode().split("\n\n") if part]
        return [part if part == "[DONE]" else json.loads(part) for part in data]


class AsgiClient:
    """One browser or program in front of `app`."""

    def __init__(self, app: ASGIApp, headers: dict[str, str] | None = None) -> None:
        self.app = app
        self.headers = {"host": "freehold.test"} | (headers or {})
        self.cookies: dict[str, str] = {}

    async def call(
        self, method: str, path: str, body: Any = None, *, hang_up_after: bytes | None = None, **headers: str
    ) -> Answer:
        """Send a request and wait for the end of its answer, or hang up when the answer holds `hang_up_after`."""
        answer, requested = Answer(), asyncio.Event()

        async def receive() -> Message:
            if not requested.is_set():
                requested.set()
                return {"type": "http.request", "body": b"" if body is None else json.dumps(body).encode()}
            while hang_up_after is None or hang_up_after not in answer.content:
                answer.grew.clear()
                await answer.grew.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.headers = [(name.decode(), value.decode()) for name, value in message["headers"]]
            answer.content += message.get("body", b"")
            answer.grew.set()

        await asyncio.wait_for(self.app(self._scope(method, path, headers), receive, send), timeout=60)
        self._keep_cookies(answer)
        return answer

    def _scope(self, method: str, path: str, extra: dict[str, str]) -> dict[str, Any]:
        headers = self.headers | {name.replace("_", "-"): value for name, value in extra.items()}
        if self.cookies:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        bare, _, query = path.partition("?")
        return {
            "type": "http",
            "http_version": "1.1",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "method": method,
            "scheme": "http",
            "path": bare,
            "raw_path": bare.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }

    def _keep_cookies(self, answer: Answer) -> None:
        for name, value in answer.headers:
            if name == "set-cookie":
                for cookie in SimpleCookie(value).values():
                    self.cookies[cookie.key] = cookie.value
        self.cookies = {name: value for name, value in self.cookies.items() if value}
