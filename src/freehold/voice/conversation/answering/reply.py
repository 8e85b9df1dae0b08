"""One response: what the model thinks is told and spoken as it comes; however that goes, it ends with one `done`.

Degrades stage by stage. For a model that fails the conversation's voice apologises; where no engine can speak, the
answer goes on in text. Stopping is at once: of a stopped reply nothing is told after its `done`.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from freehold.contracts.errors import FreeholdError
from freehold.foundation.clock import Clock
from freehold.foundation.tasks import TaskSupervisor
from freehold.foundation.telemetry import UNEXPECTED_ERRORS
from freehold.voice.conversation.answering.apologies import THINKING, apology
from freehold.voice.conversation.answering.mouth import Mouth
from freehold.voice.conversation.answering.output import Output
from freehold.voice.conversation.answering.playback import Playback
from freehold.voice.conversation.answering.telling import Telling
from freehold.voice.conversation.answering.thinking import Thinking
from freehold.voice.conversation.protocol.responses import Outcome, Reason
from freehold.voice.conversation.stages import Saying, SpokenWord, Stages, Thought
from freehold.voice.conversation.timings import Timings

logger = logging.getLogger(__name__)

MOST_TEXTS = 4096  # pieces of text that have not been spoken
INCOMPLETE: dict[str, Reason] = {"length": "max_output_tokens", "content_filter": "content_filter"}


Source = Callable[[], Awaitable[Thinking | str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a reply is given. `output_format` is None for one in text; `language` is that of an apology."""

    saying: Saying
    fallback: Saying | None = None
    output_format: str | None = "audio/pcm"
    language: str | None = None


class Reply:
    """One response in the making. `source` gives a model at work, or a text to say; `room` waits for a slow client."""

    def __init__(
        self,
        telling: Telling,
        manner: Manner,
        source: Source,
        *,
        stages: Stages,
        clock: Clock,
        room: Callable[[], Awaitable[None]],
    ) -> None:
        self._telling = telling
        self._manner = manner
        self._source = source
        self._stages = stages
        self._clock = clock
        self._room = room
        self._texts: asyncio.Queue[str | None] = asyncio.Queue(MOST_TEXTS)
        self._task: asyncio.Task[None] | None = None
        self._thinking: Thinking | None = None
        self._is_whole = False  # the text has its end
        self._is_written = False  # and all of it is being spoken
        self.playback = Playback(clock)
        self.timings = Timings()
        self.degraded: list[str] = []

    @property
    def response_id(self) -> str:
        """Its name to the client."""
        return self._telling.response_id

    @property
    def item_id(self) -> str | None:
        """The message that is being said, once it has begun."""
        return self._telling.message_id

    @property
    def is_done(self) -> bool:
        """Whether its `done` was told."""
        return self._telling.is_done

    def begin(self, tasks: TaskSupervisor, ended: Callable[[], None]) -> None:
        """Tell that it begins, and go on beside everything else. `ended` is called unless it is stopped."""
        self._telling.begin()
        self._task = tasks.start("reply", self._run(ended))

    def stop(self, reason: Reason) -> None:
        """End it now."""
        if not self.is_done:
            self._finish(Outcome(status="cancelled", reason=reason))
        if self._task is not None:
            self._task.cancel()
        if self._thinking is not None:
            self._thinking.cancel()

    async def _run(self, ended: Callable[[], None]) -> None:
        outcome = Outcome(status="failed", error=FreeholdError("Something went wrong on our side."))
        try:
            async with asyncio.TaskGroup() as group:
                reading = group.create_task(self._read())
                if self._manner.output_format is not None:
                    await self._speak(self._manner.output_format)
            outcome = reading.result()
        except* Exception as errors:  # the boundary of a response is a supervised edge: its session goes on
            UNEXPECTED_ERRORS.labels("response").inc()
            logger.error("a response failed unexpectedly", exc_info=errors)
        if not self.is_done:
            self._finish(outcome)
            ended()

    def _finish(self, ending: Outcome) -> None:
        self.timings.observe()
        self._telling.finish(ending, timings=self.timings.as_json(), degraded=self.degraded)

    async def _read(self) -> Outcome:
        """Tell the thoughts as text, and pass them on to be spoken. How it ended."""
        ending = Outcome(status="completed")
        try:
            async with aclosing(self._thoughts()) as thoughts:
                async for thought in thoughts:
                    await self._take(thought)
                    if thought.finish_reason in INCOMPLETE:
                        ending = Outcome(status="incomplete", reason=INCOMPLETE[thought.finish_reason])
                    if thought.finish_reason:
                        await self._end_text()  # the stream goes on for a moment, with what it cost
        except FreeholdError as error:
            ending = Outcome(status="failed", error=error)
            self.degraded.append("thinking")
            if not self._telling.has_output:
                await self._take(Thought(text=apology(THINKING, self._manner.language)))
        await self._end_text()
        return ending

    async def _end_text(self) -> None:
        if not self._is_whole:
            self._is_whole = True
            await self._texts.put(None)

    async def _thoughts(self) -> AsyncGenerator[Thought]:
        source = await self._source()
        if isinstance(source, str):
            yield Thought(text=source)
            return
        self._thinking = source
        self.timings.thinking_asked = source.asked_seconds
        async with aclosing(source.thoughts()) as thoughts:
            async for thought in thoughts:
                yield thought

    async def _take(self, thought: Thought) -> None:
        if thought.call_index is not None:
            self._telling.call(thought)
        if thought.usage is not None:
            self._telling.usage = thought.usage
        if thought.text:
            if self.timings.text_came is None and self._thinking is not None:
                self.timings.text_came = self._thinking.first_seconds
            self._telling.text(thought.text)
            if self._manner.output_format is not None and "speaking" not in self.degraded:
                await self._texts.put(thought.text)
            await self._room()

    async def _speak(self, output_format: str) -> None:
        """Say the text as it comes. Without any engine left the answer goes on in text."""
        output = Output(output_format)
        saying, fallback = self._manner.saying, self._manner.fallback
        mouth = Mouth(self._stages, saying, fallback=fallback, gate=self.playback.gate, clock=self._clock)
        try:
            async with aclosing(mouth.speak(self._said())) as pieces:
                async for piece in pieces:
                    if self.timings.sound_came is None and mouth.first_sound_seconds is not None:
                        self.timings.sound_came = self._clock.monotonic_seconds()
                        self.timings.speaking_asked = self.timings.sound_came - mouth.first_sound_seconds
                    self._send(output, output.feed(piece.pcm_24khz), piece.words)
                    await self._room()
            self._send(output, output.finish(), ())
        except FreeholdError as error:
            self.degraded.append("speaking")
            self._telling.warn(error)
            async for _ in self._said():
                pass  # so that the model need not wait for anybody to speak

    async def _said(self) -> AsyncGenerator[str]:
        while not self._is_written:
            text = await self._texts.get()
            if text is None:
                self._is_written = True
            else:
                yield text

    def _send(self, output: Output, data: bytes, words: Sequence[SpokenWord]) -> None:
        self.playback.add(len(data) * output.milliseconds_per_byte)
        if data or words:
            self._telling.sound(data, words, self.playback.made_ms)
