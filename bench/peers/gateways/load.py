"""Load on a gateway: wrk for how much it bears, an asyncio client for how fast it begins, and many open streams.

wrk asks again as soon as it is answered; the client asks at a rate, or again when answered. Load, gateway and upstream
share the machine's cores and nothing is pinned.
"""

import asyncio
import json
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench.peers.gateways.held import EVENTS, PAUSE_SECONDS, STAMP
from bench.peers.gateways.process import Running, Usage
from bench.peers.gateways.question import Gateway, Kind, Question
from bench.peers.gateways.upstream import LAST

CONNECTIONS = 16
QUIET_SHARE = 0.1  # of a processor: whoever takes less has done what wrk left behind
QUIET_SECONDS, QUIET_TRIES = 0.25, 40
TIMEOUT_SECONDS = 30
HELD_RAMP = 500.0  # streams opened a second
HELD_DEADLINE_SECONDS = 3 * EVENTS * PAUSE_SECONDS
SCRIPT = """
wrk.method = "POST"
wrk.body = [==[{body}]==]
{headers}
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('@{{"requests":%d,"seconds":%f,"p50":%f,"p99":%f,"failed":%d}}', summary.requests,
    summary.duration / 1e6, latency:percentile(50) / 1e6, latency:percentile(99) / 1e6,
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Borne:
    """What a gateway bore: seconds of the run, of its median and slow requests, and what it took of the machine."""

    requests: int
    seconds: float
    p50: float
    p99: float
    cpu_seconds: float
    usage: Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds from the question to the first byte of the body and to the last."""

    first: float
    last: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOpen:
    """Streams that ended as they should, seconds that each event was under way, and what the gateway took meanwhile."""

    finished: int
    delays: Sequence[float]
    cpu_seconds: float
    resident_bytes: int


def flood(gateway: Gateway, kind: Kind, seconds: int, scratch: Path) -> Borne:
    """`CONNECTIONS` that always ask. Raises `RuntimeError` where a request fails.

    One that finishes nothing in that time counts as having finished one.
    """
    before = gateway.running.usage()
    found = _wrk(gateway.questions[kind], seconds, scratch)
    usage = gateway.running.usage()
    _wait_quiet(gateway.running)
    if failed := found.pop("failed"):
        raise RuntimeError(f"{gateway.name}: {failed:g} of {found['requests']:g} requests failed")
    cpu = usage.cpu_seconds - before.cpu_seconds
    requests = max(1, int(found.pop("requests")))
    return Borne(requests=requests, **found, cpu_seconds=cpu, usage=usage)


def _wait_quiet(running: Running) -> None:
    for _ in range(QUIET_TRIES):
        before = running.usage().cpu_seconds
        time.sleep(QUIET_SECONDS)
        if running.usage().cpu_seconds - before < QUIET_SHARE * QUIET_SECONDS:
            return


def _wrk(question: Question, seconds: int, scratch: Path) -> dict[str, float]:
    script = scratch / "question.lua"
    headers = {"content-type": "application/json", **question.headers}
    lines = "\n".join(f'wrk.headers["{name}"] = "{value}"' for name, value in headers.items())
    script.write_text(SCRIPT.format(body=question.body.decode(), headers=lines))
    shape = ["-t1", f"-c{CONNECTIONS}", f"-d{seconds}", "--timeout", str(TIMEOUT_SECONDS)]
    run = subprocess.run(["wrk", *shape, "-s", str(script), question.url], capture_output=True, text=True, check=True)
    return json.loads(run.stdout.rpartition("@")[2])


def paced(question: Question, *, connections: int, seconds: float, rate: float = 0.0) -> list[Timing]:
    """So many connections, each of which asks in its turn of `rate` a second, or without a rate when answered.

    A connection that is still busy when its turn comes is late, and its next answer counts from that turn on.
    """

    async def run() -> list[Timing]:
        timings: list[Timing] = []
        end = time.perf_counter() + seconds
        async with _session(question) as session, asyncio.TaskGroup() as group:
            for number in range(connections):
                turns = (number / rate, connections / rate) if rate else (0.0, 0.0)
                group.create_task(_keep_asking(session, question, turns, end, timings))
        return timings

    return asyncio.run(run())


async def _keep_asking(
    session: aiohttp.ClientSession,
    question: Question,
    turns: tuple[float, float],
    end: float,
    timings: list[Timing],
) -> None:
    offset, period = turns
    turn = time.perf_counter() + offset
    while (started := time.perf_counter()) < end:
        if period and turn > started:
            await asyncio.sleep(turn - started)
            started = time.perf_counter()
        elif period:
            started = turn
        turn += period
        first = 0.0
        async with session.post(question.url, data=question.body) as answer:
            answer.raise_for_status()
            async for _ in answer.content.iter_any():
                first = first or time.perf_counter() - started
        timings.append(Timing(first=first, last=time.perf_counter() - started))


def hold(question: Question, running: Running, streams: int) -> HeldOpen:
    """So many streams that are open at once, an event a second in each."""

    async def run() -> HeldOpen:
        delays: list[float] = []
        before = running.usage().cpu_seconds
        async with _session(question) as session, asyncio.TaskGroup() as group:
            tasks = [group.create_task(_read_held(session, question, i / HELD_RAMP, delays)) for i in range(streams)]
            await asyncio.sleep(streams / HELD_RAMP + EVENTS * PAUSE_SECONDS / 2)
            resident = running.usage().resident_bytes
        cpu = running.usage().cpu_seconds - before
        finished = sum(task.result() for task in tasks)
        return HeldOpen(finished=finished, delays=delays, cpu_seconds=cpu, resident_bytes=resident)

    return asyncio.run(run())


async def _read_held(session: aiohttp.ClientSession, question: Question, wait: float, delays: list[float]) -> bool:
    """Read one stream to its end; false where it fails, breaks off or takes too long."""
    await asyncio.sleep(wait)
    stamps, end = 0, b""
    try:
        async with asyncio.timeout(HELD_DEADLINE_SECONDS), session.post(question.url, data=question.body) as answer:
            async for chunk in answer.content.iter_any():
                end = (end + chunk)[-len(LAST) :]
                for found in STAMP.finditer(chunk):
                    delays.append((time.monotonic_ns() - int(found.group(1))) / 1e9)
                    stamps += 1
    except (aiohttp.ClientError, ConnectionError, TimeoutError):
        return False
    return answer.status == 200 and stamps == EVENTS and end.endswith(b"data: [DONE]\n\n")


def _session(question: Question) -> aiohttp.ClientSession:
    headers = {"content-type": "application/json", **question.headers}
    connector = aiohttp.TCPConnector(limit=0)
    return aiohttp.ClientSession(connector=connector, headers=headers, timeout=aiohttp.ClientTimeout())
