"""A route moves to another provider under traffic, step by step, and comes back by itself from every bad one."""

import itertools
import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from live_server import LiveServer
from rollout_vendors import WORDS, RolloutVendors, rollout_vendors

pytestmark = [pytest.mark.network, pytest.mark.slow, pytest.mark.timeout(240)]
DEADLINE_SECONDS = 60.0
ENDED = ("promoted", "rolled_back", "aborted", "paused")
_numbers = itertools.count()


@pytest.fixture(scope="module")
def vendors() -> Generator[RolloutVendors]:
    with rollout_vendors() as running:
        yield running


@pytest.fixture(scope="module")
def config(vendors: RolloutVendors, open_folder: Path) -> Path:
    file = open_folder / "rollouts.toml"
    file.write_text(vendors.config())
    return file


@pytest.fixture(autouse=True)
def none_in_force(server: LiveServer) -> Generator[None]:
    """Whatever became of a test, the route is free for the next one."""
    yield
    for one in server.http().get("/admin/v1/rollouts").json()["data"]:
        if one["state"] in ("shadow", "canary", "paused", "promoted"):
            act(server, one["name"], "abort")


@pytest.fixture(scope="module")
def server(config: Path, open_folder: Path) -> Generator[LiveServer]:
    running = LiveServer.start(open_folder / "rollouts", "--config", str(config))
    yield running
    running.stop()


def plan(candidate: str, *shares: float) -> dict[str, Any]:
    """A plan for the test's patience; the gates are those of a real one."""
    steps = [{"share": share, "min_samples": 30, "soak_seconds": 0.0, "max_seconds": 120.0} for share in shares]
    metrics = ("error_rate", "ttft_seconds", "refusal_rate", "output_tokens", "quality")
    return {
        "route": "support-chat",
        "candidate": f"{candidate}/m",
        "steps": steps,
        # On a busy machine two equal servers differ by more than a tenth in a few dozen answers.
        "gates": [{"metric": metric, **({"margin": 1.0} if metric == "ttft_seconds" else {})} for metric in metrics],
        "interval_seconds": 0.5,
        "judge": "deterministic-scorer",
        "mirror": {"at_once": 16},
        "capture": {"consent": True},
    }


class Traffic:
    """People who chat; each is a conversation of its own. `answers` counts what they read."""

    def __init__(self, server: LiveServer) -> None:
        self._client = server.client()
        self.answers: Counter[str] = Counter()

    def ask(self, user: str = "", **headers: str) -> str:
        """One streamed answer, whole. Raises what the client raises."""
        stream = self._client.chat.completions.create(
            model="support-chat",
            messages=[{"role": "user", "content": "Tell me a story of a fox."}],
            user=user or f"person-{next(_numbers)}",
            stream=True,
            extra_headers=headers,
        )
        text = "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)
        self.answers[text.strip()] += 1
        return text.strip()

    def until(self, holds: Callable[[], bool]) -> None:
        """Four people at a time, until something holds."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        with ThreadPoolExecutor(4) as pool:
            while not holds():
                assert time.monotonic() < deadline, "it takes too long"
                for done in [pool.submit(self.ask) for _ in range(12)]:
                    done.result()


def rollout(server: LiveServer, name: str, path: str = "") -> Any:
    answer = server.http().get(f"/admin/v1/rollouts/{name}{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def act(server: LiveServer, name: str, what: str) -> None:
    answer = server.http().post(f"/admin/v1/rollouts/{name}/{what}")
    assert answer.status_code == 200, answer.text


def begin(server: LiveServer, name: str, body: dict[str, Any]) -> None:
    answer = server.http().put(f"/admin/v1/rollouts/{name}", json=body)
    assert answer.status_code == 200, answer.text
    act(server, name, "start")


def settled(vendors: RolloutVendors, kind: str) -> int:
    """How often one was asked, once the copies that were under way have ended."""
    asked = -1
    while asked != vendors.asked[kind]:
        asked = vendors.asked[kind]
        time.sleep(1.5)
    return asked


def test_a_good_candidate_reaches_everybody_and_nobody_notices(server: LiveServer, vendors: RolloutVendors) -> None:
    traffic = Traffic(server)
    begin(server, "good", plan("good", 0.0, 0.3, 0.6, 1.0))
    traffic.until(lambda: rollout(server, "good")["state"] in ENDED)
    done = rollout(server, "good")
    assert done["state"] == "promoted", done["reason"]
    old, new = " ".join(WORDS), " ".join(reversed(WORDS))
    assert set(traffic.answers) == {old, new}
    before = vendors.asked["old"]
    assert {traffic.ask() for _ in range(10)} == {new}
    assert vendors.asked["old"] == before
    moves = [(one["from_state"], one["to_state"]) for one in rollout(server, "good", "/history")["data"]]
    assert moves[::-1] == [("planned", "shadow"), ("shadow", "canary"), ("canary", "canary"), ("canary", "promoted")]
    shadow = done["steps"][0]
    assert shadow["pairs"] >= 30
    [pair, *_] = rollout(server, "good", "/examples?limit=5")["data"]
    assert (pair["control"].strip(), pair["candidate"].strip()) == (old, new)
    assert pair["scores"]["quality"] == 0.0
    act(server, "good", "close")
    assert traffic.ask() == old


@pytest.mark.parametrize(
    ("candidate", "metrics"),
    [
        ("slow", {"ttft_seconds"}),
        ("truncating", {"output_tokens", "quality"}),
        ("garbling", {"quality"}),
        ("failing", {"error_rate"}),
    ],
)
def test_a_bad_candidate_comes_back_by_itself_with_the_evidence(
    server: LiveServer, vendors: RolloutVendors, candidate: str, metrics: set[str]
) -> None:
    traffic = Traffic(server)
    begin(server, candidate, plan(candidate, 0.3, 0.6, 1.0))
    traffic.until(lambda: rollout(server, candidate)["state"] in ENDED)
    done = rollout(server, candidate)
    assert done["state"] == "rolled_back", done["reason"]
    failed = {verdict["metric"] for verdict in done["decision"]["verdicts"] if verdict["result"] == "fail"}
    assert failed & metrics
    assert failed <= metrics | {"output_tokens"}
    assert done["step"] == 0
    before = settled(vendors, candidate)
    assert {traffic.ask() for _ in range(20)} == {" ".join(WORDS)}
    assert vendors.asked[candidate] == before
    # Where the candidate failed, the old vendor stood in: whatever happened, everybody got an answer.
    assert all(traffic.answers) is True


def test_a_bad_candidate_is_found_out_before_anybody_sees_it(server: LiveServer, vendors: RolloutVendors) -> None:
    traffic = Traffic(server)
    begin(server, "garbling-shadow", plan("garbling", 0.0, 0.3, 1.0))
    traffic.until(lambda: rollout(server, "garbling-shadow")["state"] in ENDED)
    assert rollout(server, "garbling-shadow")["state"] == "rolled_back"
    assert set(traffic.answers) == {" ".join(WORDS)}


def test_a_person_stays_on_one_side_and_may_stay_out(server: LiveServer) -> None:
    traffic = Traffic(server)
    slow_plan = plan("good", 0.5, 1.0)
    slow_plan["steps"][0]["min_samples"] = 100_000
    begin(server, "sticky", slow_plan)
    people = [f"sticky-{number}" for number in range(20)]
    first = [traffic.ask(person) for person in people]
    assert len(set(first)) == 2
    assert [traffic.ask(person) for person in people] == first
    old = " ".join(WORDS)
    assert {traffic.ask(person, **{"x-freehold-rollout": "off"}) for person in people} == {old}
    act(server, "sticky", "abort")
    assert {traffic.ask(person) for person in people} == {old}


def test_people_say_what_they_think_of_an_answer_of_their_own(server: LiveServer) -> None:
    endless = plan("good", 0.5, 1.0)
    endless["steps"][0]["min_samples"] = 100_000
    endless["gates"] = [{"metric": "thumbs_down_rate"}]
    begin(server, "thumbs", endless)
    body = {"model": "support-chat", "messages": [{"role": "user", "content": "hi"}], "user": "somebody"}
    with server.http() as http:
        answer = http.post("/v1/chat/completions", json=body)
        word = {"request_id": answer.headers["x-request-id"], "rating": "down"}
        assert http.post("/v1/feedback", json=word).status_code == 204
        assert http.post("/v1/feedback", json=word | {"request_id": "req_of_nobody"}).status_code == 404
        assert http.post("/v1/feedback", json=word | {"rating": "so-so"}).status_code == 400
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not any(one["candidate"] or one["control"] for one in verdicts(server, "thumbs")):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def verdicts(server: LiveServer, name: str) -> list[dict[str, Any]]:
    """Of the latest look."""
    decision = rollout(server, name)["decision"]
    return decision["verdicts"] if decision else []


def test_a_killed_server_goes_on_where_it_was_and_serves_no_aborted_arm(
    config: Path, vendors: RolloutVendors, open_folder: Path
) -> None:
    data = open_folder / "killed"
    server = LiveServer.start(data, "--config", str(config))
    endless = plan("good", 0.5, 1.0)
    endless["steps"][0]["min_samples"] = 100_000
    begin(server, "killed", endless)
    traffic = Traffic(server)
    people = [f"killed-{number}" for number in range(20)]
    before = [traffic.ask(person) for person in people]
    assert server.stop(signal.SIGKILL) != 0

    server = LiveServer.start(data, "--config", str(config))
    assert rollout(server, "killed")["state"] == "canary"
    traffic = Traffic(server)
    assert [traffic.ask(person) for person in people] == before
    assert server.stop(signal.SIGKILL) != 0

    command = [
        sys.executable,
        "-m",
        "freehold",
        "rollout",
        "abort",
        "killed",
        "--data",
        str(data),
        "--json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout)["state"] == "aborted"
    server = LiveServer.start(data, "--config", str(config))
    asked = vendors.asked["good"]
    assert {Traffic(server).ask(person) for person in people} == {" ".join(WORDS)}
    assert vendors.asked["good"] == asked
    server.stop()
