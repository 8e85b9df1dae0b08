"""A session with a person who speaks by flite, and models whose answers and delays a test decides."""

import asyncio
import base64
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np
import soxr

from freehold.contracts.errors import Unavailable
from freehold.contracts.realtime import Opening
from freehold.foundation.clock import SystemClock
from freehold.voice.conversation.answering.playback import Loudspeaker
from freehold.voice.conversation.session import Session
from freehold.voice.conversation.stages import HearingWish, Saying, SpokenPiece, SpokenWord, Thought, Transcript
from freehold.voice.sound import HEARING_RATE, SPEECH_RATE, Samples, to_pcm16

WAIT_SECONDS = 60.0
WORD_MS = 100
QUIET = {"type": "server_vad", "silence_duration_ms": 200}


@dataclass
class ScriptedStages:
    """Implements `Stages`: hears what is in `hears`, one text a turn; thinks what `thinks`; speaks 100 ms a word."""

    hears: list[str] = field(default_factory=list[str])
    thinks: list[str | list[Thought]] = field(default_factory=list[str | list[Thought]])
    broken: set[str] = field(default_factory=set[str])
    asked: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])
    said: list[Saying] = field(default_factory=list[Saying])
    running: int = 0
    pause: Callable[[str], float] = lambda stage: 0.0

    def _fail(self, stage: str) -> None:
        if stage in self.broken:
            raise Unavailable(f"No {stage} is to be had.")

    async def transcribe(self, samples_16khz: Samples, wish: HearingWish) -> Transcript:
        self._fail("hearing")
        await asyncio.sleep(self.pause("hearing"))
        return Transcript(text=self.hears[0] if self.hears else "", model="scripted")

    async def think(self, request: Mapping[str, Any]) -> AsyncGenerator[Thought]:
        self.asked.append(request)
        self.running += 1
        try:
            self._fail("thinking")
            answer = self.thinks.pop(0) if self.thinks else "Yes."
            for thought in answer if isinstance(answer, list) else _words(answer):
                await asyncio.sleep(self.pause("thinking"))
                yield thought
        finally:
            self.running -= 1

    async def speak(self, saying: Saying) -> AsyncGenerator[SpokenPiece]:
        self._fail("speaking")
        self.said.append(saying)
        self.running += 1
        try:
            place = 0
            for at, word in enumerate(saying.text.split()):
                place = saying.text.index(word, place)
                await asyncio.sleep(self.pause("speaking"))
                spoken = SpokenWord(
                    text_start=place, text_length=len(word), start_ms=at * WORD_MS, end_ms=(at + 1) * WORD_MS
                )
                yield SpokenPiece(pcm_24khz=bytes(2 * SPEECH_RATE * WORD_MS // 1000), words=(spoken,))
                place += len(word)
        finally:
            self.running -= 1

    async def fallback_speech(self, model: str = "") -> str | None:
        return None

    async def fallback_hearing(self, model: str = "") -> str | None:
        return None


def _words(text: str) -> list[Thought]:
    parts = [Thought(text=word + " ") for word in text.split()]
    usage = {"prompt_tokens": 3, "completion_tokens": len(parts)}
    return [*parts, Thought(finish_reason="stop", usage=usage)]


@dataclass
class Talk:
    """The client's side of one session."""

    inbox: "asyncio.Queue[str | bytes | None]"
    stages: ScriptedStages
    events: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    came: asyncio.Event = field(default_factory=asyncio.Event)
    _seen: int = 0

    async def take(self, message: str) -> None:
        self.events.append(msgspec.json.decode(message))
        self.came.set()

    def send(self, type_: str, **fields: Any) -> None:
        self.inbox.put_nowait(msgspec.json.encode({"type": type_, **fields}).decode())

    def update(self, **session: Any) -> None:
        self.send("session.update", session={"type": "realtime", **session})

    def turns(self, detection: Mapping[str, Any] | None, **input_: Any) -> None:
        self.update(audio={"input": {"turn_detection": detection, **input_}})

    def say(self, *sounds: Samples, piece_ms: int = 100) -> None:
        """Samples of 16 kHz, sent as fast as they are taken."""
        pcm = to_pcm16(soxr.resample(np.concatenate(sounds), HEARING_RATE, SPEECH_RATE).astype(np.float32))
        size = 2 * SPEECH_RATE * piece_ms // 1000
        for at in range(0, len(pcm), size):
            self.send("input_audio_buffer.append", audio=base64.b64encode(pcm[at : at + size]).decode())

    async def until(self, type_: str, count: int = 1) -> dict[str, Any]:
        """The next event of a kind, or the one `count` of them later."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                while self._seen < len(self.events):
                    self._seen += 1
                    count -= self.events[self._seen - 1]["type"] == type_
                    if not count:
                        return self.events[self._seen - 1]
                self.came.clear()
                await self.came.wait()

    def kinds(self, *, without: Sequence[str] = ()) -> list[str]:
        """The types of all events so far, deltas in a row as one."""
        kinds = [event["type"] for event in self.events if event["type"] not in without]
        return [kind for at, kind in enumerate(kinds) if not at or kind != kinds[at - 1]]

    def of(self, type_: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == type_]


@asynccontextmanager
async def talk(
    stages: ScriptedStages | None = None, loudspeaker: Loudspeaker | None = None, **session: Any
) -> AsyncGenerator[Talk]:
    stages = stages or ScriptedStages()
    client = Talk(inbox=asyncio.Queue(), stages=stages)
    opening = Opening(model="scripted", token="t", session=session or None, id="sess_1")
    conversation = Session(opening, stages, client.take, SystemClock(), loudspeaker)

    async def messages() -> AsyncIterator[str | bytes]:
        while (message := await client.inbox.get()) is not None:
            yield message

    async with asyncio.TaskGroup() as group:
        group.create_task(conversation.run(messages()))
        try:
            yield client
        finally:
            client.inbox.put_nowait(None)
