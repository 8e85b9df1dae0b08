"""What a request costs on its way through the gateway: against LiteLLM's proxy, Portkey's gateway, and the floor.

The floor passes bytes on in the same language with the same libraries and knows no keys, limits or ledger. All stand in
front of the same constant upstream, run all the time and are asked in turn.
"""

import statistics
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from bench.case import Case, Cases, Metric, Taken
from bench.peers.gateways import floor, freehold_serve, litellm_proxy, portkey_gateway
from bench.peers.gateways.held import EVENTS, raise_file_limit
from bench.peers.gateways.load import CONNECTIONS, Timing, flood, hold, paced
from bench.peers.gateways.question import MODEL, Gateway, Kind, Question, ask, body
from bench.peers.gateways.upstream import STREAM, WHOLE, Upstream, upstream

TARGET = (
    "requests/s: 25 times LiteLLM's, 2.5 times Portkey's, 0.45 of the floor's; streams/s: 10 times LiteLLM's, 0.45 of "
    "the floor's; at a moderate rate 5 ms added at most, to whole answers and to first bytes (p99); 1,000 open streams"
)
FLOOD_SECONDS, WARM_UP_SECONDS = 4, 2
CALM_SECONDS = 2.0
PACED_SECONDS = 4.0
RATES: dict[Kind, float] = {"whole": 200.0, "stream": 100.0}
ALLOWED_SECONDS = 0.005
LEAST_SECONDS = 1e-5  # what is added cannot be less than nothing
OPEN_STREAMS = 1000
IDLE_SECONDS = 2.0
ANSWERS: dict[Kind, bytes] = {"whole": WHOLE, "stream": STREAM}
BEGINS: dict[Kind, str] = {"whole": "whole", "stream": "first byte"}  # what is timed of each
UNITS: dict[Kind, str] = {"whole": "requests", "stream": "streams"}
FLOORS: dict[tuple[Kind, str], float] = {
    ("whole", litellm_proxy.NAME): 25.0,
    ("whole", portkey_gateway.NAME): 2.5,
    ("whole", floor.NAME): 0.45,
    ("stream", litellm_proxy.NAME): 10.0,
    ("stream", floor.NAME): 0.45,
}

Start = Callable[[Upstream, Path], AbstractContextManager[Gateway]]
PEERS: dict[str, list[Start]] = {
    litellm_proxy.NAME: [partial(litellm_proxy.start, server) for server in litellm_proxy.SERVERS],
    portkey_gateway.NAME: [portkey_gateway.start],
    floor.NAME: [floor.start],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PerSecond(Metric):
    """A metric of seconds for one of something."""

    what: str

    def show(self, amount: float) -> str:
        """How many a second."""
        return f"{1 / amount:,.0f} {self.what}/s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Microseconds(Metric):
    """A metric of short times."""

    def show(self, amount: float) -> str:
        """In µs."""
        return f"{amount * 1e6:,.0f} µs"


class Contestants:
    """The upstream and every gateway that a case asked for, until the end."""

    def __init__(self, scratch: Path, stack: ExitStack) -> None:
        self.scratch = scratch
        self._stack = stack
        self.upstream = stack.enter_context(upstream(scratch))
        self._start = cache(self._start_one)

    def ours(self) -> Gateway:
        """The one that is measured."""
        return self._start(freehold_serve.start, freehold_serve.NAME)

    def peers(self, name: str) -> list[Gateway]:
        """The best set-ups of a peer."""
        return [self._start(start, f"{name}-{number}") for number, start in enumerate(PEERS[name])]

    def direct(self, kind: Kind) -> Question:
        """The upstream itself."""
        return Question(url=f"{self.upstream.base_urls[kind]}/chat/completions", body=body(MODEL, kind))

    def _start_one(self, start: Start, name: str) -> Gateway:
        return self._stack.enter_context(start(self.upstream, self.scratch / name))


def cases(folder: Path) -> Cases:
    """Throughput and calm latency of both kinds of answer against each peer, then what is added, then open streams."""
    raise_file_limit()
    with ExitStack() as stack:
        contestants = Contestants(folder, stack)
        for kind in ANSWERS:
            for name in PEERS:
                yield f"{kind}, {CONNECTIONS} connections, against {name}", partial(_flood, contestants, kind, name)
        for name in PEERS:
            yield f"1 connection, against {name}", partial(_calm, contestants, name)
        yield f"added at {RATES['whole']:g} requests/s and {RATES['stream']:g} streams/s", partial(_added, contestants)
        yield f"{OPEN_STREAMS:,} open streams, against {floor.NAME}", partial(_held, contestants, floor.NAME)
        yield f"{OPEN_STREAMS:,} open streams", partial(_open_streams, contestants)


def _flood(contestants: Contestants, kind: Kind, name: str) -> Case:
    ours, peers = contestants.ours(), contestants.peers(name)
    notes = [_same_bytes(gateway, kind) for gateway in (ours, *peers)]
    for peer in peers:
        flood(peer, kind, WARM_UP_SECONDS, contestants.scratch)

    def run(gateway: Gateway) -> dict[str, Taken]:
        borne = flood(gateway, kind, FLOOD_SECONDS, contestants.scratch)
        cpu = borne.cpu_seconds / borne.requests
        return {
            UNITS[kind]: Taken(amount=borne.seconds / borne.requests, cpu_seconds=cpu),
            "p50": Taken(amount=borne.p50),
            "p99": Taken(amount=borne.p99),
            "processor": Taken(amount=cpu),
            "resident": Taken(amount=borne.usage.resident_bytes),
        }

    return Case(
        metrics=(
            PerSecond(name=UNITS[kind], what=UNITS[kind], floor=FLOORS.get((kind, name), 0.0)),
            Metric(name="p50"),
            Metric(name="p99"),
            Microseconds(name="processor"),
            Metric(name="resident", unit="bytes"),
        ),
        ours=partial(run, ours),
        peers={peer.name: partial(run, peer) for peer in peers},
        notes=lambda: [*notes, *map(_idle, (ours, *peers))],
    )


def _same_bytes(gateway: Gateway, kind: Kind) -> str:
    """Whether an answer is the upstream's byte for byte; raises `RuntimeError` where ours is not."""
    status, answer = ask(gateway.questions[kind])
    same = answer == ANSWERS[kind]
    if gateway.name == freehold_serve.NAME and not same:
        raise RuntimeError(f"{gateway.name} changed the upstream's bytes ({status}): {answer[:500]!r}")
    return f"{gateway.name}: {'the same bytes as' if same else 'other bytes than'} the upstream's"


def _idle(gateway: Gateway) -> str:
    before = gateway.running.usage().cpu_seconds
    time.sleep(IDLE_SECONDS)
    share = (gateway.running.usage().cpu_seconds - before) / IDLE_SECONDS
    own = gateway.running.main_resident_bytes() / 1e6
    return f"{gateway.name}: idle it takes {share:.1%} of a processor; its first process holds {own:,.0f} MB"


def _calm(contestants: Contestants, name: str) -> Case:
    def run(gateway: Gateway) -> dict[str, Taken]:
        found: dict[str, Taken] = {}
        for kind, unit in BEGINS.items():
            timings = paced(gateway.questions[kind], connections=1, seconds=CALM_SECONDS)
            found[f"{unit}, p50"] = Taken(amount=_quantile(timings, 0.5))
        return found

    return Case(
        metrics=(Metric(name="whole, p50"), Metric(name="first byte, p50")),
        ours=partial(run, contestants.ours()),
        peers={peer.name: partial(run, peer) for peer in contestants.peers(name)},
    )


def _added(contestants: Contestants) -> Case:
    """Each round measures the upstream first and counts what the gateway takes more."""
    ours, shares = contestants.ours(), list[float]()

    def run() -> dict[str, Taken]:
        found: dict[str, Taken] = {}
        for kind, unit in BEGINS.items():
            started = time.process_time()
            direct = _at_rate(contestants.direct(kind), kind)
            shares.append((time.process_time() - started) / PACED_SECONDS)
            through = _at_rate(ours.questions[kind], kind)
            for name, share in (("p50", 0.5), ("p99", 0.99)):
                added = _quantile(through, share) - _quantile(direct, share)
                found[f"{unit}, {name}"] = Taken(amount=max(added, LEAST_SECONDS))
        return found

    metrics = tuple(
        Metric(name=f"{unit}, {name}", floor=1.0 if name == "p99" else 0.0)
        for unit in BEGINS.values()
        for name in ("p50", "p99")
    )
    allowed = {metric.name: Taken(amount=ALLOWED_SECONDS) for metric in metrics}
    return Case(
        metrics=metrics,
        ours=run,
        peers={"allowed": lambda: allowed},
        notes=lambda: [f"the client itself takes {statistics.median(shares):.0%} of a processor"],
    )


def _at_rate(question: Question, kind: Kind) -> list[Timing]:
    return paced(question, connections=CONNECTIONS, seconds=PACED_SECONDS, rate=RATES[kind])


def _quantile(timings: list[Timing], share: float) -> float:
    """Of times to the first byte; a whole answer has its last one then."""
    return sorted(timing.first for timing in timings)[int(share * len(timings))]


def _open_streams(contestants: Contestants) -> Case:
    ours, finished = contestants.ours(), list[int]()

    def run() -> dict[str, Taken]:
        finished.append(hold(ours.questions["held"], ours.running, OPEN_STREAMS).finished)
        return {"streams": Taken(amount=OPEN_STREAMS)}

    return Case(
        metrics=(Metric(name="streams", unit="count", floor=1.0),),
        ours=run,
        peers={"finished without an error": lambda: {"streams": Taken(amount=finished[-1])}},
    )


def _held(contestants: Contestants, name: str) -> Case:
    ours, (peer,) = contestants.ours(), contestants.peers(name)
    events = OPEN_STREAMS * (EVENTS + 2)
    before = {gateway.name: gateway.running.usage().resident_bytes for gateway in (ours, peer)}

    def run(gateway: Gateway) -> dict[str, Taken]:
        found = hold(gateway.questions["held"], gateway.running, OPEN_STREAMS)
        delays = sorted(found.delays)
        return {
            "delay of an event, p50": Taken(amount=delays[len(delays) // 2]),
            "delay of an event, p99": Taken(amount=delays[int(0.99 * len(delays))]),
            "processor for an event": Taken(amount=found.cpu_seconds / events),
            "resident more than before": Taken(amount=found.resident_bytes - before[gateway.name]),
        }

    return Case(
        metrics=(
            Metric(name="delay of an event, p50"),
            Metric(name="delay of an event, p99"),
            Microseconds(name="processor for an event"),
            Metric(name="resident more than before", unit="bytes"),
        ),
        ours=partial(run, ours),
        peers={peer.name: partial(run, peer)},
    )
