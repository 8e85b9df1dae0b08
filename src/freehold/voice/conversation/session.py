"""One realtime session: what its client sends and what its turns ask for, done in order.

Source of events and their order: OpenAI's Realtime API (GA), openai 3.52.0, `types/realtime`. No recording is kept:
a user's item has its transcript alone.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from freehold.contracts.errors import FreeholdError
from freehold.contracts.realtime import Opening
from freehold.foundation.clock import Clock
from freehold.foundation.tasks import TaskSupervisor
from freehold.foundation.telemetry import UNEXPECTED_ERRORS
from freehold.voice.conversation.answering.playback import Loudspeaker
from freehold.voice.conversation.answering.replies import Company, Replies
from freehold.voice.conversation.listening.attention import Attention
from freehold.voice.conversation.outbox import ClientGone, Outbox
from freehold.voice.conversation.protocol import client_events as asked
from freehold.voice.conversation.protocol import server_events as events
from freehold.voice.conversation.protocol.config import Config
from freehold.voice.conversation.protocol.history import History
from freehold.voice.conversation.protocol.names import new_id
from freehold.voice.conversation.stages import HearingWish, Stages
from freehold.voice.conversation.turn_events import ReplyBegan, ReplyEnded, TimePassed
from freehold.voice.conversation.user_turns import UserTurns

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.1  # how often the time is told to the turns
LIFETIME_SECONDS = 3600


class Session:
    """One client's session over one connection, which `send` writes to. `loudspeaker` is set where the server plays."""

    def __init__(
        self,
        opening: Opening,
        stages: Stages,
        send: Callable[[str], Awaitable[None]],
        clock: Clock,
        loudspeaker: Loudspeaker | None = None,
    ) -> None:
        """Raises `Refusal` for settings of a client secret that make no sense."""
        self._id = opening.id
        self._clock = clock
        self._stages = stages
        self._expires_at = int(clock.unix_seconds()) + LIFETIME_SECONDS
        self._config = _first_config(opening)
        self._outbox = Outbox(send)
        self._tasks = TaskSupervisor()
        self._history = History()
        conversation_id = new_id("conv")
        is_heard = asyncio.Event()
        is_heard.set()
        company = Company(
            stages=stages,
            clock=clock,
            tasks=self._tasks,
            outbox=self._outbox,
            history=self._history,
            conversation_id=conversation_id,
            ended=self._reply_ended,
            is_heard=is_heard,
            loudspeaker=loudspeaker,
        )
        self._replies = Replies(self._config, company)
        self._turns = UserTurns(self._config, company, self._replies)
        self._attention = Attention(self._config, stages, clock, self._tasks, self._turns)
        self._turns.attention = self._attention
        self._outbox.tell(events.session_created(self._shown()))
        self._outbox.tell(events.conversation_created(conversation_id))

    async def run(self, messages: AsyncIterator[str | bytes]) -> None:
        """Until the messages end, or the client reads no more. Frees everything."""
        try:
            self._tasks.start("fallbacks", self._find_fallbacks())
            self._tasks.start("time", self._tell_time())
            delivering = self._tasks.start("deliver", self._deliver())
            receiving = self._tasks.start("receive", self._receive(messages))
            await asyncio.wait({delivering, receiving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._replies.close()
            self._attention.close()
            await self._tasks.close()

    async def _deliver(self) -> None:
        try:
            await self._outbox.deliver()
        except ClientGone:
            logger.info("a client of a realtime session reads no more", extra={"session": self._id})

    async def _receive(self, messages: AsyncIterator[str | bytes]) -> None:
        async for message in messages:
            event_id: str | None = None
            try:
                event = asked.read_event(message)
                event_id = event.event_id
                await self._take(event)
                await self._outbox.room()
            except FreeholdError as error:
                self._outbox.tell(events.error(error, event_id))
            except ClientGone:
                return
            except Exception as error:  # the boundary of an event is a supervised edge: the session goes on
                UNEXPECTED_ERRORS.labels("request").inc()
                logger.error("a realtime event failed unexpectedly", exc_info=error)
                self._outbox.tell(events.error(FreeholdError("Something went wrong on our side."), event_id))

    async def _tell_time(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self._attention.tell(TimePassed())

    async def _find_fallbacks(self) -> None:
        """Who takes over where the first choice fails; nobody where that cannot be known."""
        wish = self._config.transcription.hearing() if self._config.transcription else HearingWish()
        try:
            self._replies.fallback_speech = await self._stages.fallback_speech(self._config.speech_model)
            hearing = await self._stages.fallback_hearing(wish.model)
        except FreeholdError as error:
            logger.warning("no model could be found to fall back to", extra={"reason": error.message})
            return
        self._attention.fallback = HearingWish(model=hearing, language=wish.language) if hearing else None

    async def _take(self, event: asked.ClientEvent) -> None:
        match event:
            case asked.AudioAppend():
                await self._attention.append(event.sound())
            case asked.AudioCommit():
                self._turns.commit()
            case asked.AudioClear():
                self._turns.clear()
            case asked.SessionUpdate():
                self._update(event.session)
            case asked.ResponseCreate():
                if self._replies.create(event.response, voice_locked=self._replies.has_spoken):
                    self._attention.tell(ReplyBegan())
            case asked.ResponseCancel() | asked.OutputClear():
                is_cancel = isinstance(event, asked.ResponseCancel)
                if self._replies.cancel(event.response_id) if is_cancel else self._replies.clear_output():
                    self._attention.tell(ReplyEnded(0.0))
            case _:
                self._take_item(event)

    def _take_item(self, event: asked.ClientEvent) -> None:
        match event:
            case asked.ItemCreate():
                item = event.item
                item.id = item.id or new_id("item")
                previous = self._history.add(item, event.previous_item_id)
                self._outbox.tell(events.item_added(item, previous))
                self._outbox.tell(events.item_done(item, previous))
            case asked.ItemRetrieve():
                self._outbox.tell(events.item_retrieved(self._history.get(event.item_id)))
            case asked.ItemDelete():
                self._history.delete(event.item_id)
                self._outbox.tell(events.item_deleted(event.item_id))
            case asked.ItemTruncate():
                self._history.truncate(event.item_id, event.content_index, event.audio_end_ms)
                told = events.item_truncated(event.item_id, event.content_index, event.audio_end_ms)
                self._outbox.tell(told)
            case _:
                raise AssertionError(event)

    def _update(self, session: dict[str, Any]) -> None:
        self._config = self._config.updated(session, voice_locked=self._replies.has_spoken)
        self._replies.config = self._turns.config = self._config
        self._attention.change(self._config)
        self._outbox.tell(events.session_updated(self._shown()))

    def _reply_ended(self, audible_until: float) -> None:
        self._attention.tell(ReplyEnded(audible_until))

    def _shown(self) -> dict[str, Any]:
        return self._config.as_json(self._id, self._expires_at)


def _first_config(opening: Opening) -> Config:
    """What a session begins with: the model of its address, and what its client secret fixed."""
    given = dict(opening.session or {})
    config = Config(type=str(given.pop("type", "realtime")), model=opening.model)
    given.pop("model", None)  # the address has it
    return config.updated(given, voice_locked=False) if given else config
