"""What mirroring costs the user: the same route, asked at the same rate, with copies to the candidate and without.

Both are one server, which is paused and resumed in turn. Server, upstream and client share the machine's cores, so that
a copy's work is felt as far as the cores are busy; nothing of it stands in a request's way.
"""

import json
import time
import urllib.request
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from bench.case import Case, Cases, Metric, Taken
from bench.peers.gateways import freehold_serve
from bench.peers.gateways.load import CONNECTIONS, paced
from bench.peers.gateways.question import MODEL, Gateway, Kind
from bench.peers.gateways.upstream import upstream

TARGET = "a request of a route whose every answer is mirrored takes as long as without: 0.9 of the speed at least"
RATES: dict[Kind, float] = {"whole": 20.0, "stream": 20.0}
SECONDS = 8.0
SETTLE_SECONDS = 1.5  # until copies under way have ended


def cases(folder: Path) -> Cases:
    """Whole answers, then streams."""
    with ExitStack() as stack:
        vendor = stack.enter_context(upstream(folder))
        gateway = stack.enter_context(freehold_serve.start(vendor, folder / "freehold"))
        for kind in RATES:
            yield f"{kind}, {RATES[kind]:g} a second", partial(_case, gateway, kind)


def _case(gateway: Gateway, kind: Kind) -> Case:
    name = f"shadow-{kind}"
    steps = [{"share": 0.0, "min_samples": 10_000_000, "soak_seconds": 0}, {"share": 1.0, "soak_seconds": 0}]
    plan = {"route": kind, "candidate": f"{kind}/{MODEL}", "steps": steps, "mirror": {"at_once": 16}}
    _ask(gateway, kind, "PUT", name, plan)
    _ask(gateway, kind, "POST", f"{name}/start")
    _ask(gateway, kind, "POST", f"{name}/pause")

    def run(act: str) -> dict[str, Taken]:
        if act == "resume":
            _ask(gateway, kind, "POST", f"{name}/resume")
        timings = sorted(
            timing.last
            for timing in paced(gateway.questions[kind], connections=CONNECTIONS, seconds=SECONDS, rate=RATES[kind])
        )
        if act == "resume":
            _ask(gateway, kind, "POST", f"{name}/pause")
        time.sleep(SETTLE_SECONDS)
        quantiles = {"p50": 0.5, "p90": 0.9, "p99": 0.99}
        return {label: Taken(amount=timings[int(share * (len(timings) - 1))]) for label, share in quantiles.items()}

    def notes() -> list[str]:
        [step, _] = _ask(gateway, kind, "GET", name)["steps"]
        return [f"{step['pairs']:,} of {step['control_answers']:,} answers were mirrored and compared"]

    return Case(
        metrics=(Metric(name="p50", floor=0.9), Metric(name="p90"), Metric(name="p99")),
        ours=partial(run, "resume"),
        peers={"without copies": partial(run, "")},
        notes=notes,
    )


def _ask(gateway: Gateway, kind: Kind, method: str, path: str, body: Any = None) -> Any:
    question = gateway.questions[kind]
    address = f"{question.url.partition('/v1/')[0]}/admin/v1/rollouts/{path}"
    headers = {**question.headers, "content-type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data=data, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())
