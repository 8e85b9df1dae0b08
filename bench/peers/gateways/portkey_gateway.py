"""Portkey's open gateway on Node, told by request headers where to go, without its console.

`@hono/node-server` is held at the version of Portkey's own lock file: with those that npm takes by itself every stream
ends in "Something went wrong" (Portkey-AI/gateway#1389).
"""

import json
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.machine import CACHE, ROOT
from bench.peers.gateways.process import free_port, running
from bench.peers.gateways.question import MODEL, Gateway, Kind, Question, body, is_answered
from bench.peers.gateways.upstream import Upstream

NAME = "Portkey"
VERSION = "1.15.2"
FOLDER = CACHE / "gateways" / f"portkey-{VERSION}"
PACKAGE = "@portkey-ai/gateway"
MANIFEST = {"private": True, "dependencies": {PACKAGE: VERSION}, "overrides": {"@hono/node-server": "1.13.5"}}
ENVIRONMENT = {"NODE_ENV": "production"}


def install() -> Path:
    """The program; 25 MB the first time."""
    program = FOLDER / "node_modules" / PACKAGE / "build/start-server.js"
    if not program.is_file():
        print(f"Installing Portkey's gateway {VERSION} in {FOLDER} …", flush=True)
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / "package.json").write_text(json.dumps(MANIFEST))
        subprocess.run([_node("npm"), "install", "--silent", "--no-audit", "--no-fund"], cwd=FOLDER, check=True)
    return program


def _node(program: str) -> str:
    """The system's, or the one in `.venv`."""
    found = subprocess.run([ROOT / "scripts/node-path"], cwd=ROOT, capture_output=True, text=True, check=True)
    return str(Path(found.stdout.strip()) / program)


@contextmanager
def start(upstream: Upstream, folder: Path) -> Generator[Gateway]:
    """One process, as it always is."""
    program, port = install(), free_port()
    url = f"http://127.0.0.1:{port}/v1/chat/completions"
    common = {"authorization": "Bearer sk-bench", "x-portkey-provider": "openai"}
    questions: dict[Kind, Question] = {
        kind: Question(url=url, body=body(MODEL, kind), headers=common | {"x-portkey-custom-host": base})
        for kind, base in upstream.base_urls.items()
    }
    command = [_node("node"), str(program), f"--port={port}", "--headless"]
    with running(command, folder, partial(is_answered, questions["whole"]), ENVIRONMENT) as process:
        yield Gateway(name=f"{NAME} {VERSION}", running=process, questions=questions)
