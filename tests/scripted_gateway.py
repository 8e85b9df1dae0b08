"""A gateway for tests that answers what it was told to."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence

from freehold.contracts.identity import Principal
from freehold.contracts.wire import SSE_DONE, Call, Reply, sse_event

Step = bytes | asyncio.Event | Exception


def chunk(text: str | None = None, finish_reason: str | None = None) -> bytes:
    """One chat completion chunk as a server-sent event."""
    delta = {} if text is None else {"content": text}
    body = {"object": "chat.completion.chunk", "choices": [{"delta": delta, "finish_reason": finish_reason}]}
    return sse_event(json.dumps(body).encode())


def spoken(*pieces: str) -> list[Step]:
    """A whole answer."""
    return [*(chunk(piece) for piece in pieces), chunk(finish_reason="stop"), SSE_DONE]


async def _too_long() -> AsyncGenerator[bytes]:
    yield b'{"error": {"message": "too long", "code": "context_length_exceeded"}}'


class ScriptedGateway:
    """Plays `steps`: bytes are sent, events waited for, exceptions raised. Implements `contracts.wire.ModelGateway`."""

    def __init__(self, steps: Sequence[Step] = (), *, status: int = 200) -> None:
        self.steps: Sequence[Step] = steps or spoken("Hello", " there")
        self.status = status
        self.refusal: Exception | None = None
        self.most_turns: int | None = None  # longer prompts are refused as a model refuses them
        self.calls: list[Call] = []
        self.open = 0

    async def send(self, principal: Principal, call: Call) -> Reply:
        """Start to play."""
        self.calls.append(call)
        if self.refusal is not None:
            raise self.refusal
        self.open += 1
        if self.most_turns is not None and len(json.loads(call.body)["messages"]) > self.most_turns:
            return Reply(status=400, media_type="application/json", body=_too_long(), close=self._close)
        return Reply(status=self.status, media_type="text/event-stream", body=self._play(), close=self._close)

    async def _play(self) -> AsyncGenerator[bytes]:
        for step in self.steps:
            if isinstance(step, Exception):
                raise step
            if isinstance(step, asyncio.Event):
                await step.wait()
            else:
                yield step

    async def _close(self) -> None:
        self.open -= 1

    def prompts(self) -> list[list[dict[str, str]]]:
        """The messages of each call."""
        return [json.loads(call.body)["messages"] for call in self.calls]
