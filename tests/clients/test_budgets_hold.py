"""A budget under fire: hundreds of parallel calls, several server processes, one of them killed in the middle."""

import asyncio
import signal
import threading
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from aiohttp import web

from free_port import free_port
from live_server import LiveServer

pytestmark = [pytest.mark.network, pytest.mark.slow]

BUDGET = 0.02  # US dollars
MAX_TOKENS = 100
OUTPUT_PRICE = 10.0  # US dollars for a million output tokens: a thousandth of a dollar for each request at worst
WORST_MICRO_USD = 1000
CONFIG = """
[gateway]
counters = "{counters}"

[gateway.providers.vendor]
url = "{url}"
vendor = "acme"
models = {{ "m" = "acme-1" }}

[[gateway.prices]]
vendor = "acme"
model = "acme-1"
since = "2024-01-01"
input_per_million = 0.0
output_per_million = {price}

[[gateway.limits]]
subject = "all"
meter = "usd"
window = "month"
amount = {budget}
"""


@dataclass
class SlowVendor:
    """Answers after a while, and keeps its own books: tokens billed are tokens sent."""

    tokens_sent: list[int] = field(default_factory=list)
    begun: int = 0
    running: set[str] = field(default_factory=set)
    port: int = field(default_factory=free_port)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.begun += 1
        question = body["messages"][0]["content"]
        self.running.add(question)
        await asyncio.sleep(1)
        self.running.discard(question)
        tokens = body["max_tokens"] - self.begun % 40
        self.tokens_sent.append(tokens)
        message = {"role": "assistant", "content": "word " * tokens}
        usage = {"prompt_tokens": 9, "completion_tokens": tokens, "total_tokens": 9 + tokens}
        choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
        return web.json_response({"id": "c", "object": "chat.completion", "choices": choices, "usage": usage})

    def run(self, ready: threading.Event, stop: threading.Event) -> None:
        asyncio.run(self._run(ready, stop))

    async def _run(self, ready: threading.Event, stop: threading.Event) -> None:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self.answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        ready.set()
        await asyncio.to_thread(stop.wait)
        await runner.cleanup()


@pytest.fixture
def vendor() -> Generator[SlowVendor]:
    running, ready, stop = SlowVendor(), threading.Event(), threading.Event()
    thread = threading.Thread(target=running.run, args=(ready, stop))
    thread.start()
    assert ready.wait(10)
    yield running
    stop.set()
    thread.join(10)


def configured(folder: Path, vendor: SlowVendor, counters: str) -> Path:
    folder.mkdir(mode=0o755)
    url = f"http://127.0.0.1:{vendor.port}/v1"
    file = folder / "freehold.toml"
    file.write_text(CONFIG.format(url=url, price=OUTPUT_PRICE, budget=BUDGET, counters=counters))
    return file


def ask(server: LiveServer, question: int) -> int:
    body = {"model": "m", "messages": [{"role": "user", "content": f"q{question}"}], "max_tokens": MAX_TOKENS}
    try:
        return server.http().post("/v1/chat/completions", json=body).status_code
    except (OSError, RuntimeError):
        return 0
    except Exception as error:  # httpx wraps a broken connection in classes of its own
        if "Error" not in type(error).__name__:
            raise
        return 0


def ledger(server: LiveServer) -> list[tuple[str, int, bool]]:
    socket = server.data / "postgres"
    with psycopg.connect(f"host={socket} user=freehold dbname=freehold") as connection:
        return connection.execute("SELECT outcome, cost, estimated FROM ledger WHERE provider = 'vendor'").fetchall()


def settled_ledger(server: LiveServer, begun: int) -> list[tuple[str, int, bool]]:
    """The ledger, once it has a row for every request that reached the vendor."""
    deadline = time.monotonic() + 40
    while len(rows := ledger(server)) < begun and time.monotonic() < deadline:
        time.sleep(0.5)
    return rows


def test_three_servers_and_a_kill_spend_no_more_than_the_budget(open_folder: Path, vendor: SlowVendor) -> None:
    file = configured(open_folder / "race", vendor, "postgresql")
    with ThreadPoolExecutor(3) as pool:
        starting = [pool.submit(LiveServer.start, open_folder / "race", "--config", str(file)) for _ in range(3)]
        servers = [start.result() for start in starting]
    try:
        with ThreadPoolExecutor(48) as pool:
            asked = [pool.submit(ask, servers[number % 3], number) for number in range(300)]
            deadline = time.monotonic() + 30
            # One that came through the third server: its row is the one that must not be lost.
            while not any(int(question[1:]) % 3 == 2 for question in set(vendor.running)):
                assert time.monotonic() < deadline
                time.sleep(0.01)
            servers[2].stop(signal.SIGKILL)
            statuses = [answer.result() for answer in asked]
        assert statuses.count(200) >= 10
        assert statuses.count(429) >= 100
        assert 500 not in statuses
        billed = sum(vendor.tokens_sent) * OUTPUT_PRICE
        assert billed <= BUDGET * 1_000_000
        rows = settled_ledger(servers[0], vendor.begun)
        crashed = [row for row in rows if row[0] == "crashed"]
        assert crashed
        # One row for each, those of the dead server too, some of which it had admitted but not sent yet.
        assert len(rows) - len(crashed) <= vendor.begun <= len(rows)
        assert all(row[1] == WORST_MICRO_USD and row[2] for row in crashed)
        assert sum(row[1] for row in rows) <= BUDGET * 1_000_000
    finally:
        for server in servers[:2]:
            server.stop()


def test_a_killed_server_knows_after_its_restart_what_was_spent(open_folder: Path, vendor: SlowVendor) -> None:
    file = configured(open_folder / "restart", vendor, "process")
    server = LiveServer.start(open_folder / "restart", "--config", str(file))
    with ThreadPoolExecutor(12) as pool:
        asked = [pool.submit(ask, server, number) for number in range(12)]
        while len(vendor.tokens_sent) < 4:
            time.sleep(0.01)
        server.stop(signal.SIGKILL)
        answered = [answer.result() for answer in asked].count(200)
    begun = vendor.begun
    server = LiveServer.start(open_folder / "restart", "--config", str(file))
    try:
        rows = settled_ledger(server, begun)
        assert len(rows) >= begun
        assert [row[0] for row in rows].count("answered") >= answered
        with ThreadPoolExecutor(40) as pool:
            statuses = list(pool.map(lambda number: ask(server, number), range(60)))
        assert 429 in statuses
        assert sum(vendor.tokens_sent) * OUTPUT_PRICE <= BUDGET * 1_000_000
    finally:
        server.stop()
