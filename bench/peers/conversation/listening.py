"""What listening costs: callers who only send sound, of three kinds, and what the server's processes take for it."""

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from bench.peers.conversation.caller import Caller, calling
from bench.peers.conversation.freehold_conversation import Server
from bench.peers.conversation.lines import line

SESSIONS = 20
SETTLE_SECONDS, QUIET_SECONDS, STREAM_SECONDS = 2.0, 8.0, 15.0
PAUSE_SECONDS = 4.0  # between sentences, which last as long
DEAF_SECONDS = 600.0  # without an event, which who is quiet does not get
STREAMED = "we walked along the river in the morning and talked about the house by the sea"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Processor seconds of the worker and the server's process for a second of one session's sound."""

    worker: float
    server: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Listened:
    """What it cost by what was to be heard, and bytes for a session."""

    muted: Cost
    quiet: Cost
    speech: Cost
    worker_bytes: float
    server_bytes: float


async def listen(server: Server, session: dict[str, Any]) -> Listened:
    """The same callers send nothing, then a quiet room, then they speak now and then, each at another time."""
    async with AsyncExitStack() as stack:
        async with calling(server, "starter", session):  # starts the worker
            empty = server.worker_usage().resident_bytes, server.gateway_usage().resident_bytes
        callers = [await stack.enter_async_context(calling(server, "starter", session)) for _ in range(SESSIONS)]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_drain(caller)) for caller in callers]
            costs: list[Cost] = []
            for muted in (True, False):
                for caller in callers:
                    caller.mute(muted)
                await asyncio.sleep(SETTLE_SECONDS)
                costs.append(await _cost(server, QUIET_SECONDS))
            tasks += [group.create_task(_talk(caller, number)) for number, caller in enumerate(callers)]
            await asyncio.sleep(PAUSE_SECONDS)
            costs.append(await _cost(server, STREAM_SECONDS))
            full = server.worker_usage().resident_bytes, server.gateway_usage().resident_bytes
            for task in tasks:
                task.cancel()
    return Listened(
        muted=costs[0],
        quiet=costs[1],
        speech=costs[2],
        worker_bytes=(full[0] - empty[0]) / SESSIONS,
        server_bytes=(full[1] - empty[1]) / SESSIONS,
    )


async def _cost(server: Server, seconds: float) -> Cost:
    worker, gateway = server.worker_usage().cpu_seconds, server.gateway_usage().cpu_seconds
    began = time.perf_counter()
    await asyncio.sleep(seconds)
    sound_seconds = (time.perf_counter() - began) * SESSIONS
    return Cost(
        worker=(server.worker_usage().cpu_seconds - worker) / sound_seconds,
        server=(server.gateway_usage().cpu_seconds - gateway) / sound_seconds,
    )


async def _talk(caller: Caller, number: int) -> None:
    await asyncio.sleep(number * PAUSE_SECONDS / SESSIONS)
    while True:
        said = line(STREAMED)
        caller.say(said)
        await asyncio.sleep(said.voice_ends + PAUSE_SECONDS)


async def _drain(caller: Caller) -> None:
    while True:
        await caller.next(DEAF_SECONDS)
