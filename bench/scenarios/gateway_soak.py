"""Whether memory grows: mixed load on `freehold serve` for minutes, a sample of its memory every five seconds.

Whole answers, streams, clients that hang up, bad questions and a failing upstream, from clients that ask again as soon
as they are answered. A round is a segment of the soak and the call before the first one warms up: five rounds are ten
minutes. `python -m bench.scenarios.gateway_soak 1` is a look of one minute.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

import aiohttp

from bench.case import Case, Cases, Metric, Taken
from bench.figures import CURVE
from bench.peers.gateways import freehold_serve
from bench.peers.gateways.held import raise_file_limit
from bench.peers.gateways.question import Gateway, Kind
from bench.peers.gateways.upstream import STREAM, WHOLE, Upstream, upstream

TARGET = (
    "after the first minute memory grows by 30 MB an hour at most; no answer but the expected one; no stream left open"
)
WARM_UP_SECONDS, SEGMENT_SECONDS = 60.0, 120.0
CLIENTS = 12
SAMPLE_SECONDS = 5.0
MARK_SAMPLES = 2  # that one sign of the curve stands for
ALLOWED_BYTES_HOUR = 30e6  # about 15 bytes a request
LEAST_BYTES_HOUR = 1e6
GRACE_SECONDS = 3.0  # in which a hang-up must have reached the upstream
TIMEOUT_SECONDS = 30.0
LEVELS = "▁▂▃▄▅▆▇█"

Act = Callable[[aiohttp.ClientSession, Gateway], Awaitable[bool]]


async def _whole(session: aiohttp.ClientSession, gateway: Gateway) -> bool:
    return await _post(session, gateway, "whole") == (200, WHOLE)


async def _stream(session: aiohttp.ClientSession, gateway: Gateway) -> bool:
    return await _post(session, gateway, "stream") == (200, STREAM)


async def _hang_up(session: aiohttp.ClientSession, gateway: Gateway) -> bool:
    """Leave a stream behind its first event."""
    question = gateway.questions["held"]
    answer = await session.post(question.url, data=question.body, headers=question.headers)
    first = await answer.content.readany()
    answer.close()
    return answer.status == 200 and first.startswith(b"data: ")


async def _failing(session: aiohttp.ClientSession, gateway: Gateway) -> bool:
    """The upstream's error, or the gateway's own while it leaves that upstream alone."""
    status, body = await _post(session, gateway, "failing")
    return status >= 500 and b'"error"' in body


async def _no_json(session: aiohttp.ClientSession, gateway: Gateway) -> bool:
    status, body = await _post(session, gateway, "whole", body=b'{"model": ')
    return status == 400 and b'"error"' in body


async def _no_model(session: aiohttp.ClientSession, gateway: Gateway) -> bool:
    status, body = await _post(session, gateway, "whole", body=b'{"model": "nobody", "messages": []}')
    return status == 404 and b'"error"' in body


async def _no_key(session: aiohttp.ClientSession, gateway: Gateway) -> bool:
    """A wrong key; a client that tries many is told to wait."""
    status, body = await _post(session, gateway, "whole", headers={"authorization": "Bearer nobody"})
    return status in (401, 429) and b'"error"' in body


async def _post(
    session: aiohttp.ClientSession,
    gateway: Gateway,
    kind: Kind,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, bytes]:
    question = gateway.questions[kind]
    sent = {**question.headers, **(headers or {})}
    async with session.post(question.url, data=body or question.body, headers=sent) as answer:
        return answer.status, await answer.read()


# What a client does in turn; half of it whole answers.
MIX: tuple[Act, ...] = (
    *(_whole, _stream, _whole, _hang_up, _whole, _no_json, _whole, _stream),
    *(_whole, _failing, _whole, _no_model, _whole, _stream, _whole, _no_key),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Resident memory of the server's process at a second of the soak."""

    second: float
    resident_bytes: int


class Soak:
    """One server under mixed load, segment by segment, and what was seen of it."""

    def __init__(self, gateway: Gateway, behind: Upstream) -> None:
        self.samples: list[Sample] = []
        self.expected = Counter[str]()
        self.unexpected = Counter[str]()
        self._gateway = gateway
        self._behind = behind
        self._started = time.monotonic()
        self._warm = 0  # samples of the warm-up

    def warm_up(self, seconds: float) -> None:
        """A segment from whose end on memory must not grow."""
        self.run(seconds)
        self._warm = len(self.samples) - 1

    def run(self, seconds: float) -> None:
        """A segment. Raises `RuntimeError` at an unexpected answer, or streams that hang-ups left open upstream."""
        asyncio.run(self._run(seconds))
        time.sleep(GRACE_SECONDS)
        if left := self._behind.open_streams():
            self.unexpected["streams left open"] = left
        if self.unexpected:
            raise RuntimeError("\n".join(["not as expected:", *self.notes()]))

    async def _run(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session, asyncio.TaskGroup() as group:
            group.create_task(self._watch(end))
            for number in range(CLIENTS):
                group.create_task(self._ask(session, number, end))

    async def _watch(self, end: float) -> None:
        while (now := time.monotonic()) < end:
            resident = self._gateway.running.main_resident_bytes()
            self.samples.append(Sample(second=now - self._started, resident_bytes=resident))
            await asyncio.sleep(SAMPLE_SECONDS)

    async def _ask(self, session: aiohttp.ClientSession, number: int, end: float) -> None:
        for turn in count(number):
            if time.monotonic() >= end:
                return
            act = MIX[turn % len(MIX)]
            name = act.__name__.strip("_")
            try:
                counted = self.expected if await act(session, self._gateway) else self.unexpected
            except (aiohttp.ClientError, ConnectionError, TimeoutError) as error:
                counted, name = self.unexpected, f"{name}: {error!r}"
            counted[name] += 1

    def growth(self) -> float:
        """Bytes an hour, by least squares over all samples since the warm-up's last."""
        seen = self.samples[self._warm :]
        slope, _ = statistics.linear_regression([each.second for each in seen], [each.resident_bytes for each in seen])
        return slope * 3600

    def notes(self) -> list[str]:
        """The curve as a line of signs and as numbers, a line a minute, and how often each answer came."""
        megabytes = [each.resident_bytes / 1e6 for each in self.samples]
        low, high = min(megabytes), max(megabytes)
        growth, seconds = self.growth() / 1e6, MARK_SAMPLES * SAMPLE_SECONDS
        marks = "".join(_level(each, low, high) for each in megabytes[::MARK_SAMPLES])
        minutes = dict[int, list[str]]()
        for sample, each in zip(self.samples, megabytes, strict=True):
            minutes.setdefault(int(sample.second // 60), []).append(f"{each:.1f}")
        return [
            f"{CURVE}{marks} {low:.1f} to {high:.1f} MB, a sign every {seconds:g} s; {growth:+.1f} MB an hour",
            *(f"MB in minute {minute}: {' '.join(row)}" for minute, row in minutes.items()),
            "as expected: " + ", ".join(f"{name} {number:,}" for name, number in self.expected.items()),
            "unexpected: " + (", ".join(f"{name} {number:,}" for name, number in self.unexpected.items()) or "none"),
        ]


def _level(amount: float, low: float, high: float) -> str:
    share = (amount - low) / (high - low) if high > low else 0.0
    return LEVELS[round(share * (len(LEVELS) - 1))]


def cases(folder: Path) -> Cases:
    """One server for all of it."""
    raise_file_limit()
    with upstream(folder) as behind, freehold_serve.start(behind, folder / "ours") as gateway:
        yield f"{CLIENTS} clients", partial(_case, gateway, behind)


def _case(gateway: Gateway, behind: Upstream) -> Case:
    soak = Soak(gateway, behind)

    def segment() -> dict[str, Taken]:
        if not soak.samples:
            soak.warm_up(WARM_UP_SECONDS)
            return {}
        soak.run(SEGMENT_SECONDS)
        answers = soak.expected.total() + soak.unexpected.total()
        return {
            "growth an hour": Taken(amount=max(soak.growth(), LEAST_BYTES_HOUR)),
            "answers": Taken(amount=answers),
        }

    def allowed() -> dict[str, Taken]:
        return {
            "growth an hour": Taken(amount=ALLOWED_BYTES_HOUR),
            "answers": Taken(amount=soak.expected.total()),
        }

    return Case(
        metrics=(
            Metric(name="growth an hour", floor=1.0, unit="bytes"),
            Metric(name="answers", floor=1.0, unit="count"),
        ),
        ours=segment,
        peers={"allowed": allowed},
        notes=soak.notes,
    )


def main() -> None:
    """`python -m bench.scenarios.gateway_soak [MINUTES]`: the curve alone, without a verdict."""
    seconds = 60 * float(sys.argv[1] if sys.argv[1:] else 1)
    raise_file_limit()
    with tempfile.TemporaryDirectory(prefix="freehold-bench-") as folder:
        Path(folder).chmod(0o755)
        with upstream(Path(folder)) as behind, freehold_serve.start(behind, Path(folder) / "ours") as gateway:
            soak = Soak(gateway, behind)
            soak.warm_up(seconds / 4)
            soak.run(3 * seconds / 4)
            print("\n".join(soak.notes()))


if __name__ == "__main__":
    main()
