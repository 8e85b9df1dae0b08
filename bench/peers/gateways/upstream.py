"""The vendor behind every gateway, which gives the same answer to every question: nginx, and `held` for slow streams.

nginx answers at three base URLs: `/whole/v1` one JSON body; `/stream/v1` all events at once in a chunked body, with
usage, as OpenAI's `include_usage` makes it; `/failing/v1` status 500. One worker; it takes 15 to 50 µs of a processor
for an answer.
"""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bench.machine import ROOT
from bench.peers.gateways.process import free_port, running
from bench.peers.gateways.question import MODEL, Kind

TOKENS = 64
EVENTS = TOKENS + 3  # the role before, the reason and the usage behind
WORDS = [f" word{number:02d}" for number in range(TOKENS)]
USAGE = {"prompt_tokens": 21, "completion_tokens": TOKENS, "total_tokens": 21 + TOKENS}

CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log error;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  root {folder}/answers;
  open_file_cache max=16;
  keepalive_requests 100000000;
  keepalive_timeout 600s;
  client_body_buffer_size 1m;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  types {{ }}
  default_type application/json;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    # A file answers GET only; the refusal of POST leads to it.
    location = /whole/v1/chat/completions {{ error_page 405 =200 /whole.json; return 405; }}
    location = /stream/v1/chat/completions {{ error_page 405 =200 /stream.sse; return 405; }}
    location = /failing/v1/chat/completions {{ error_page 405 =500 /failing.json; return 405; }}
    # The filter finds nothing to include; it makes the length unknown and so the body chunked, as a vendor's is.
    location = /stream.sse {{ default_type text/event-stream; ssi on; ssi_types text/event-stream; }}
  }}
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """What gateways are given as OpenAI's base URL, by kind of answer, and where `held` counts its open streams."""

    base_urls: dict[Kind, str]
    open_streams_url: str

    def open_streams(self) -> int:
        """How many held streams are being written now."""
        with urllib.request.urlopen(self.open_streams_url, timeout=10) as answer:
            return int(answer.read())


@contextmanager
def upstream(folder: Path) -> Generator[Upstream]:
    """Both servers, in folders of their own below `folder`."""
    with ExitStack() as stack:
        port = stack.enter_context(_nginx(folder / "nginx"))
        held = stack.enter_context(_held(folder / "held"))
        kinds: list[Kind] = ["whole", "stream", "failing"]
        urls: dict[Kind, str] = {kind: f"http://127.0.0.1:{port}/{kind}/v1" for kind in kinds}
        address = f"http://127.0.0.1:{held}"
        urls["held"] = f"{address}/v1"
        yield Upstream(base_urls=urls, open_streams_url=f"{address}/open")


@contextmanager
def _nginx(folder: Path) -> Generator[int]:
    subprocess.run([ROOT / "scripts/system-packages", "nginx", "wrk"], check=True)
    answers, port = folder / "answers", free_port()
    answers.mkdir(parents=True)
    for name, body in (("whole.json", WHOLE), ("stream.sse", STREAM), ("failing.json", FAILING)):
        (answers / name).write_bytes(body)
    (folder / "nginx.conf").write_text(CONFIGURATION.format(folder=folder, port=port))
    command = ["nginx", "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    with running(command, folder, partial(responds, f"http://127.0.0.1:{port}/whole.json")):
        yield port


@contextmanager
def _held(folder: Path) -> Generator[int]:
    port = free_port()
    command = [sys.executable, "-m", "bench.peers.gateways.held", str(port)]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    with running(command, folder, partial(responds, f"http://127.0.0.1:{port}/open"), {"PYTHONPATH": path}):
        yield port


def responds(url: str) -> bool:
    """Whether a GET is answered without an error."""
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _common(kind: str) -> dict[str, Any]:
    facts = {"id": "chatcmpl-constant0123456789", "object": kind, "created": 1_760_000_000, "model": MODEL}
    return facts | {"service_tier": "default", "system_fingerprint": "fp_0123456789"}


def _event(choices: list[dict[str, Any]], usage: dict[str, int] | None = None) -> bytes:
    body = _common("chat.completion.chunk") | {"choices": choices, "usage": usage}
    return b"data: " + json.dumps(body, separators=(",", ":")).encode() + b"\n\n"


def event(delta: dict[str, str], finish_reason: str | None = None) -> bytes:
    """One event of a stream."""
    return _event([{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}])


def _whole() -> bytes:
    message = {"role": "assistant", "content": "".join(WORDS), "refusal": None, "annotations": []}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return json.dumps(
        _common("chat.completion") | {"choices": [choice], "usage": USAGE}, separators=(",", ":")
    ).encode()


FIRST = event({"role": "assistant", "content": ""})
LAST = event({}, "stop") + _event([], USAGE) + b"data: [DONE]\n\n"
STREAM = FIRST + b"".join(event({"content": word}) for word in WORDS) + LAST
WHOLE = _whole()
FAILING = b'{"error":{"message":"The model is overloaded.","type":"server_error","param":null,"code":null}}'
