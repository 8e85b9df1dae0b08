"""Whether a hundred callers at once are all served, minute by minute, and what is left when they are gone.

Each asks a question about every `PERIOD_SECONDS`, hears the answer, now and then speaks into it, hangs up, or vanishes
without a word and calls again. All of it is real: PocketSphinx, the starter, espeak. A round is a minute of one crowd
that stays on the line; the call before the first round connects it and is the first minute. Five rounds are five
minutes, the two of `--quick` two. Clients share the machine's cores with the server, so they speak seldom: a question
is a second of speech to hear, an answer 60 tokens at most, and each session's sound is listened to all the time. The
notes say what of the processors it took.
`python -m bench.scenarios.conversation_crowd 1 20` is a look of one minute, after the first, at twenty callers.
"""

import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from bench.case import Case, Cases, Metric, Taken
from bench.machine import CORES
from bench.peers.conversation import freehold_conversation
from bench.peers.conversation.caller import AUDIO, DONE, Caller, CallFailed, calling
from bench.peers.conversation.freehold_conversation import Server
from bench.peers.conversation.lines import line, require_flite, room
from bench.peers.conversation.vendor import vendor
from bench.peers.gateways.held import raise_file_limit

TARGET = (
    "of 100 callers none is failed: every answer that begins ends; after the first minute the worker and the server "
    "grow by 30 MB at most, each; a second after the last caller vanished no session is open"
)
CALLERS = 100
PERIOD_SECONDS = 40.0
MINUTE_SECONDS = 60.0
CONNECT_SECONDS = 20.0  # over which the crowd comes
SAMPLE_SECONDS = 5.0
ALLOWED_BYTES = 30e6
GONE_SECONDS = 1.0
AGAIN_SECONDS = 5.0  # before who was failed calls again
LEFT_SECONDS = 30.0  # to look on for, where a session stays open
QUESTIONS = ("what time is it", "who are you", "what is the sea", "how are you today")
INTERRUPTION = "no, please stop"
SETTINGS: dict[str, Any] = {
    "max_output_tokens": 60,
    "audio": {
        "input": {
            "turn_detection": {"type": "server_vad", "silence_duration_ms": 500},
            "transcription": {"model": "pocketsphinx"},
        }
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Resident bytes of the conversation worker and the server's process."""

    worker: int
    gateway: int


class Crowd:
    """All callers, and what became of their turns. Runs while `run` does; what passes between is made up for."""

    def __init__(self, server: Server, callers: int = CALLERS) -> None:
        self.expected = Counter[str]()
        self.unexpected = Counter[str]()
        self.samples: list[Sample] = []
        self.first = Sample(worker=0, gateway=0)
        self._server = server
        self._count = callers
        self._runner = asyncio.Runner()
        self._callers: list[asyncio.Task[None]] = []
        self._answers: list[float] = []
        self._loads: list[str] = []
        self._ending = ""
        self._random = random.Random(0)

    def minute(self) -> tuple[int, int]:
        """A minute of it; how many turns ended in it, and how many as expected."""
        before = self.expected.total(), self.unexpected.total()
        self._runner.run(self._minute())
        as_expected = self.expected.total() - before[0]
        return as_expected + self.unexpected.total() - before[1], as_expected

    def end(self) -> None:
        """All vanish. Raises `RuntimeError` where a session stays open for more than a second."""
        if not self._ending:
            seconds = self._runner.run(self._end())
            self._runner.close()
            self._ending = f"{seconds:.2f} s after {self._count} callers vanished no session was open"
            if seconds > GONE_SECONDS:
                raise RuntimeError("\n".join([f"a second is allowed: {self._ending}", *self.notes()]))

    async def _minute(self) -> None:
        if not self._callers:
            room()
            for text in (*QUESTIONS, INTERRUPTION):
                line(text)
            self._callers = [asyncio.create_task(self._live(number)) for number in range(self._count)]
        own, servers, began = time.process_time(), self._server.running.usage().cpu_seconds, time.perf_counter()
        asked = self.expected["answered"]
        while (passed := time.perf_counter() - began) < MINUTE_SECONDS:
            await asyncio.sleep(min(SAMPLE_SECONDS, MINUTE_SECONDS - passed))
            resident = [usage().resident_bytes for usage in (self._server.worker_usage, self._server.gateway_usage)]
            self.samples.append(Sample(worker=resident[0], gateway=resident[1]))
        for task in self._callers:
            if task.done():
                task.result()
        shares = (self._server.running.usage().cpu_seconds - servers) / passed, (time.process_time() - own) / passed
        self._loads.append(
            f"{(self.expected['answered'] - asked) / passed:.1f} answers a second; processors of {CORES}: all of the "
            f"server {shares[0]:.2f}, the callers {shares[1]:.2f}"
        )

    async def _end(self) -> float:
        for task in self._callers:
            task.cancel()
        began = time.perf_counter()
        while await self._server.open_sessions() and time.perf_counter() - began < LEFT_SECONDS:
            await asyncio.sleep(0.05)
        seconds = time.perf_counter() - began
        await asyncio.gather(*self._callers, return_exceptions=True)
        return seconds

    async def _live(self, number: int) -> None:
        """Call again and again, until cancelled; then vanish."""
        await asyncio.sleep(number * CONNECT_SECONDS / self._count)
        for call in count():
            try:
                async with calling(self._server, "starter", SETTINGS) as caller:
                    try:
                        await self._call(caller, number + call)
                    except asyncio.CancelledError:
                        caller.vanish()
                        raise
            except CallFailed as failure:
                self.unexpected[str(failure)] += 1
                await asyncio.sleep(AGAIN_SECONDS)

    async def _call(self, caller: Caller, turn: int) -> None:
        """Turn after turn until it hangs up or vanishes."""
        await caller.listen(self._random.uniform(0, PERIOD_SECONDS))
        while True:
            began, act = time.perf_counter(), ACTS[turn % len(ACTS)]
            goes_on = await act(self, caller)
            if not goes_on:
                return
            turn += 1
            await caller.listen(max(began + PERIOD_SECONDS * self._random.uniform(0.8, 1.2) - time.perf_counter(), 0.0))
            await self._settle(caller)

    async def answered(self, caller: Caller) -> bool:
        """Ask and hear the answer to its end."""
        await self._ask(caller)
        await self._finish(caller)
        self.expected["answered"] += 1
        return True

    async def interrupted(self, caller: Caller) -> bool:
        """Ask, speak into the answer; that is answered, or was nothing."""
        await self._ask(caller)
        await caller.listen(0.5)
        caller.say(line(INTERRUPTION))
        await caller.until("input_audio_buffer.committed", "input_audio_buffer.cleared")
        await caller.listen(5.0)
        await self._settle(caller)
        self.expected["interrupted"] += 1
        return True

    async def hung_up(self, caller: Caller) -> bool:
        """Ask, hear a little of the answer, and end the call as the protocol says."""
        await self._ask(caller)
        self.expected["hung up"] += 1
        return False

    async def vanished(self, caller: Caller) -> bool:
        """The same without a word."""
        await self._ask(caller)
        caller.vanish()
        self.expected["vanished"] += 1
        return False

    async def _ask(self, caller: Caller) -> None:
        """A question, until its answer sounds."""
        said = line(self._random.choice(QUESTIONS))
        ends = caller.say(said) + said.voice_ends
        self._answers.append((await caller.until(AUDIO)).at - ends)

    async def _settle(self, caller: Caller) -> None:
        """Whatever answer has begun ends."""
        while caller.created - caller.done:
            await caller.until(DONE)

    async def _finish(self, caller: Caller) -> None:
        response = (await caller.until(DONE)).response
        if response["status"] not in ("completed", "incomplete") or response["freehold"].get("degraded"):
            raise CallFailed(f"an answer ended {response['status']}: {response}")

    def notes(self) -> list[str]:
        """Turns, times, memory, load and the end."""
        ordered = sorted(self._answers) or [0.0]
        quantiles = statistics.median(ordered), ordered[int(0.95 * (len(ordered) - 1))]
        worker = " ".join(f"{each.worker / 1e6:.0f}" for each in self.samples)
        gateway = " ".join(f"{each.gateway / 1e6:.0f}" for each in self.samples)
        return [
            "as expected: " + ", ".join(f"{name} {number:,}" for name, number in sorted(self.expected.items())),
            "unexpected: " + (", ".join(f"{name} {number:,}" for name, number in self.unexpected.items()) or "none"),
            f"first sound after the end of a question: median {quantiles[0]:.2f} s, p95 {quantiles[1]:.2f} s",
            *(f"minute {number}: {load}" for number, load in enumerate(self._loads)),
            f"worker's MB, every {SAMPLE_SECONDS:g} s: {worker}",
            f"server's MB, every {SAMPLE_SECONDS:g} s: {gateway}",
            self._ending,
        ]


Act = Callable[[Crowd, Caller], Awaitable[bool]]
# What a caller does in turn.
ACTS: tuple[Act, ...] = (
    *(Crowd.answered, Crowd.answered, Crowd.interrupted, Crowd.answered),
    *(Crowd.answered, Crowd.vanished, Crowd.answered, Crowd.hung_up),
)


def cases(folder: Path) -> Cases:
    """One server for all of it."""
    with _crowd(folder, CALLERS) as crowd:
        yield f"{CALLERS} callers", partial(_case, crowd)


@contextmanager
def _crowd(folder: Path, callers: int) -> Generator[Crowd]:
    require_flite()
    raise_file_limit()
    with vendor(folder / "vendor") as url, freehold_conversation.start(folder / "freehold", url) as server:
        yield Crowd(server, callers)


def _case(crowd: Crowd) -> Case:
    found: dict[str, Taken] = {}

    def run() -> dict[str, Taken]:
        begun = len(crowd.samples)
        turns, as_expected = crowd.minute()
        most = Sample(
            worker=max(each.worker for each in crowd.samples[begun:]),
            gateway=max(each.gateway for each in crowd.samples[begun:]),
        )
        if not begun:
            crowd.first = most
        found["turns"] = Taken(amount=as_expected)
        found["worker's memory"] = Taken(amount=crowd.first.worker + ALLOWED_BYTES)
        found["server's memory"] = Taken(amount=crowd.first.gateway + ALLOWED_BYTES)
        return {
            "turns": Taken(amount=max(turns, 1)),
            "worker's memory": Taken(amount=most.worker),
            "server's memory": Taken(amount=most.gateway),
        }

    def notes() -> list[str]:
        crowd.end()
        return crowd.notes()

    return Case(
        metrics=(
            Metric(name="turns", unit="count", floor=1.0),
            Metric(name="worker's memory", unit="bytes", floor=1.0),
            Metric(name="server's memory", unit="bytes", floor=1.0),
        ),
        ours=run,
        peers={"allowed": lambda: dict(found)},
        notes=notes,
    )


def main() -> None:
    """`python -m bench.scenarios.conversation_crowd [MINUTES [CALLERS]]`: the notes alone, without a verdict."""
    given = [int(argument) for argument in sys.argv[1:]]
    minutes, callers = (*given, *(1, CALLERS)[len(given) :])
    with tempfile.TemporaryDirectory(prefix="freehold-bench-") as folder:
        Path(folder).chmod(0o755)
        with _crowd(Path(folder), callers) as crowd:
            for _ in range(1 + minutes):
                crowd.minute()
            crowd.end()
            print("\n".join(crowd.notes()))


if __name__ == "__main__":
    main()
