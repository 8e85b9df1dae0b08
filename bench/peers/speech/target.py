"""A running server that speaks, and how it is asked for a text."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.peers.gateways.process import Running

ASK_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Its name with its version, and what a text becomes for it. `sound_seconds` tells the length of so many bytes."""

    name: str
    running: Running
    port: int
    path: str
    body: Callable[[str], Mapping[str, Any]]
    sound_seconds: Callable[[int], float]
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    def request(self, text: str) -> bytes:
        """The POST as it goes over the wire; the server closes the connection after it."""
        content = json.dumps(self.body(text)).encode()
        lines = {"host": f"127.0.0.1:{self.port}", "content-type": "application/json", "connection": "close"}
        lines |= {**self.headers, "content-length": str(len(content))}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"POST {self.path} HTTP/1.1\r\n{head}\r\n".encode() + content


def answers(port: int, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> bool:
    """Whether a server gives sound for it."""
    content = json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", content, dict(headers or {}))
    request.add_header("content-type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=ASK_SECONDS) as answer:
            return len(answer.read()) > 1000
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
