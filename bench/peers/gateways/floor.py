"""The floor: the least a gateway in Python can do. Starlette and aiohttp, one process, no keys, no counting.

Any path is asked of the upstream, and its bytes come back: a whole body at once, a stream as it arrives.
"""

import os
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TypedDict

import aiohttp
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bench.machine import ROOT
from bench.peers.gateways.process import free_port, running
from bench.peers.gateways.question import MODEL, Gateway, Kind, Question, body, is_answered
from bench.peers.gateways.upstream import Upstream

NAME = "floor"


@contextmanager
def start(upstream: Upstream, folder: Path) -> Generator[Gateway]:
    """One process, which leads each kind's path to that kind's upstream."""
    port = free_port()
    questions: dict[Kind, Question] = {
        kind: Question(url=f"http://127.0.0.1:{port}/{kind}", body=body(MODEL, kind)) for kind in upstream.base_urls
    }
    routes = [f"/{kind}={url}/chat/completions" for kind, url in upstream.base_urls.items()]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "bench.peers.gateways.floor", str(port), *routes]
    ready = partial(is_answered, questions["whole"])
    name = f"{NAME}: Starlette {version('starlette')}, aiohttp {version('aiohttp')}"
    with running(command, folder, ready, {"PYTHONPATH": path}) as process:
        yield Gateway(name=name, running=process, questions=questions)


class State(TypedDict):
    """What the requests share."""

    session: aiohttp.ClientSession


@asynccontextmanager
async def _session(app: Starlette) -> AsyncGenerator[State]:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout()) as session:
        yield {"session": session}


async def _pass(url: str, request: Request) -> Response:
    headers = {"content-type": "application/json", "authorization": request.headers.get("authorization", "")}
    answer = await request.state.session.post(url, data=await request.body(), headers=headers)
    if answer.content_type == "text/event-stream":
        return StreamingResponse(_chunks(answer), answer.status, media_type=answer.content_type)
    async with answer:
        return Response(await answer.read(), answer.status, media_type=answer.content_type)


async def _chunks(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    async with answer:
        async for chunk in answer.content.iter_any():
            yield chunk


def main() -> None:
    """`python -m bench.peers.gateways.floor PORT PATH=URL …`."""
    targets = dict(argument.split("=", 1) for argument in sys.argv[2:])
    routes = [Route(path, partial(_pass, url), methods=["POST"]) for path, url in targets.items()]
    app = Starlette(routes=routes, lifespan=_session)
    uvicorn.run(app, port=int(sys.argv[1]), loop="uvloop", http="httptools", access_log=False, log_level="warning")


if __name__ == "__main__":
    main()
