"""A server that stands in for a vendor, for candidates good and bad, and for a judge whose verdicts follow a rule.

The candidates are wrappers around one answer: `good` gives it in other words of equal length, `slow` waits before it,
`truncating` stops early, `garbling` mixes letters up, `failing` answers 500. The judge `deterministic-scorer` is no
language model: it counts the words that belong to the answer, and says nothing about how well models judge.
"""

import asyncio
import json
import re
import threading
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager

from aiohttp import web

from free_port import free_port

WORDS: list[str] = ["the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog", "and", "runs", "far", "away"]
SLOW_SECONDS = 0.3
KINDS = ("old", "good", "slow", "truncating", "garbling", "failing", "judge")


def words_of(kind: str) -> Sequence[str]:
    """What a candidate writes."""
    if kind == "good":
        return [*reversed(WORDS)]
    if kind == "truncating":
        return WORDS[:3]
    if kind == "garbling":
        return [word[::-1] + "q" for word in WORDS]
    return WORDS


def verdict(prompt: str) -> str:
    """A, B or TIE, by the number of words that belong to the answer."""
    scores = [
        sum(word in WORDS for word in found.split())
        for name in ("A", "B")
        for found in re.findall(rf"ANSWER {name} BEGINS \S+\n(.*?)\n\S+ ANSWER {name} ENDS", prompt, re.DOTALL)
    ]
    assert len(scores) == 2, prompt
    return "TIE" if scores[0] == scores[1] else "A" if scores[0] > scores[1] else "B"


class RolloutVendors:
    """One server for all kinds, each at its own path; counts who was asked how often."""

    def __init__(self) -> None:
        self.port = free_port()
        self.asked: Counter[str] = Counter()

    def config(self) -> str:
        """The providers, and the route `support-chat` on the old vendor."""
        providers = "".join(
            f'[gateway.providers.{kind}]\nurl = "http://127.0.0.1:{self.port}/{kind}/v1"\n' for kind in KINDS
        )
        routes = (
            '[gateway.routes.support-chat]\ntargets = [{ provider = "old", model = "m" }]\n'
            '[gateway.routes.deterministic-scorer]\ntargets = [{ provider = "judge", model = "m" }]\n'
        )
        return f"[gateway]\n{providers}{routes}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        kind, body = request.match_info["kind"], await request.json()
        self.asked[kind] += 1
        if kind == "failing":
            return web.json_response({"error": {"message": "broken", "type": "server_error"}}, status=500)
        if kind == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        words = [verdict(body["messages"][-1]["content"])] if kind == "judge" else words_of(kind)
        usage = {"prompt_tokens": 9, "completion_tokens": len(words), "total_tokens": 9 + len(words)}
        if not body.get("stream"):
            message = {"role": "assistant", "content": " ".join(words)}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            return web.json_response({"id": "c", "object": "chat.completion", "choices": [choice], "usage": usage})
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        for word in words:
            await response.write(event({"choices": [{"index": 0, "delta": {"content": f"{word} "}}]}))
        await response.write(event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}))
        await response.write(event({"choices": [], "usage": usage}) + b"data: [DONE]\n\n")
        return response

    async def serve(self, ready: threading.Event, stop: threading.Event) -> None:
        app = web.Application()
        app.router.add_post("/{kind}/v1/chat/completions", self.answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        ready.set()
        while not stop.is_set():
            await asyncio.sleep(0.05)
        await runner.cleanup()


def event(body: dict[str, object]) -> bytes:
    """One server-sent event."""
    return b"data: " + json.dumps({"id": "c", "object": "chat.completion.chunk"} | body).encode() + b"\n\n"


@contextmanager
def rollout_vendors() -> Generator[RolloutVendors]:
    """The server, on a thread of its own."""
    vendors, ready, stop = RolloutVendors(), threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(vendors.serve(ready, stop)))
    thread.start()
    assert ready.wait(10)
    yield vendors
    stop.set()
    thread.join(10)
