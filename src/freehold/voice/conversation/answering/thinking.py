"""A model at work on an answer, maybe before anybody knows that it is wanted: its thoughts wait until they are read."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Any

from freehold.contracts.errors import ContextLengthExceeded, FreeholdError
from freehold.foundation.clock import Clock
from freehold.foundation.tasks import TaskSupervisor
from freehold.voice.conversation.stages import Stages, Thought

MOST_AHEAD = 1024  # thoughts that nobody has read; then the model waits
LEAST_CHARACTERS = 500

Request = Mapping[str, Any]


class Thinking:
    """One answer in the making; cancel it, or read it to its end.

    `shorten` makes the request anew with a smaller part of the conversation, in characters, for a model whose context
    is too short for it; without it such a model's refusal is raised.
    """

    def __init__(
        self,
        stages: Stages,
        request: Request,
        clock: Clock,
        tasks: TaskSupervisor,
        *,
        shorten: Callable[[], Request | None] | None = None,
    ) -> None:
        self.request = request
        self.asked_seconds = clock.monotonic_seconds()
        self.first_seconds: float | None = None
        self._stages = stages
        self._clock = clock
        self._shorten = shorten
        self._thoughts: asyncio.Queue[Thought | FreeholdError | None] = asyncio.Queue(MOST_AHEAD)
        self._task = tasks.start("thinking", self._think(request))

    async def thoughts(self) -> AsyncGenerator[Thought]:
        """All of them, as they come. Raises `FreeholdError` where the model breaks off."""
        while (thought := await self._thoughts.get()) is not None:
            if isinstance(thought, FreeholdError):
                raise thought
            yield thought

    def cancel(self) -> None:
        """Stop the model."""
        self._task.cancel()

    async def _think(self, request: Request | None) -> None:
        while request is not None:
            try:
                await self._ask(request)
                request = None
            except ContextLengthExceeded as error:
                request = self._shorten() if self._shorten and self.first_seconds is None else None
                if request is None:
                    await self._thoughts.put(error)
            except FreeholdError as error:
                await self._thoughts.put(error)
                return

    async def _ask(self, request: Request) -> None:
        async with aclosing(self._stages.think(request)) as thoughts:
            async for thought in thoughts:
                if self.first_seconds is None and (thought.text or thought.call_index is not None):
                    self.first_seconds = self._clock.monotonic_seconds()
                await self._thoughts.put(thought)
        await self._thoughts.put(None)
