"""The answers of one session: the one that goes on, those beside it, the one thought about in advance.

At most one answer at a time belongs to the conversation. What is interrupted counts only as far as it was heard, and
can go on from there.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from freehold.contracts.errors import ProviderTimeout
from freehold.foundation.clock import Clock
from freehold.foundation.tasks import TaskSupervisor
from freehold.voice.conversation.answering.apologies import HEARING, apology
from freehold.voice.conversation.answering.playback import Loudspeaker
from freehold.voice.conversation.answering.reply import Manner, Reply, Source
from freehold.voice.conversation.answering.telling import Audience, Telling
from freehold.voice.conversation.answering.thinking import LEAST_CHARACTERS, Request, Thinking
from freehold.voice.conversation.outbox import Outbox
from freehold.voice.conversation.protocol import server_events as events
from freehold.voice.conversation.protocol.config import Config
from freehold.voice.conversation.protocol.history import History
from freehold.voice.conversation.protocol.items import InputAudio, Item
from freehold.voice.conversation.protocol.messages import chat_messages
from freehold.voice.conversation.protocol.refusals import Refusal
from freehold.voice.conversation.protocol.response_wish import ResponseWish
from freehold.voice.conversation.protocol.responses import Reason
from freehold.voice.conversation.protocol.tools import chat_tool_choice, chat_tools
from freehold.voice.conversation.stages import Saying, Stages
from freehold.voice.conversation.timings import Timings

MOST_ASIDES = 4
MOST_CHARACTERS = 200_000  # of a conversation that a model is asked with
HEARING_SECONDS = 30.0  # that an answer waits for what it answers to be written down
IDLE = "The user has said nothing for a while. Ask briefly whether they are still there, or move the conversation on."


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What answers share with their session. `ended` is told until when an answer sounds; `is_heard` is set while all
    that was said is written down. `loudspeaker` is what the server plays with, where it is not the client that plays.
    """

    stages: Stages
    clock: Clock
    tasks: TaskSupervisor
    outbox: Outbox
    history: History
    conversation_id: str
    ended: Callable[[float], None]
    is_heard: asyncio.Event
    loudspeaker: Loudspeaker | None = None


class Replies:
    """All answers of one session. `fallback_speech` is who speaks where the first choice fails."""

    def __init__(self, config: Config, company: Company) -> None:
        self.config = config
        self.fallback_speech: str | None = None
        self.could_not_hear = False  # what is answered next
        self._company = company
        self._current: Reply | None = None  # it goes on, or was the last one
        self._asides: list[Reply] = []
        self._ahead: Thinking | None = None
        self._has_spoken = False  # by an answer before the current one
        self._limit = MOST_CHARACTERS
        self._silenced: Reply | None = None  # on the loudspeaker

    @property
    def is_active(self) -> bool:
        """Whether an answer of the conversation is being made."""
        return self._current is not None and not self._current.is_done

    @property
    def has_spoken(self) -> bool:
        """Whether the voice was heard, and so stays."""
        return self._has_spoken or (self._current is not None and self._current.playback.made_ms > 0)

    def think_ahead(self, text: str) -> None:
        """Begin to think about what may be all that is said."""
        self.forget()
        said = Item.message("user", [InputAudio(transcript=text)], id="ahead")
        self._ahead = self._think(self.config, [*self._company.history.items, said])

    def forget(self) -> None:
        """It was not all."""
        if self._ahead is not None:
            self._ahead.cancel()
            self._ahead = None

    def respond(self, timings: Timings, instructions: str = "") -> None:
        """Answer the conversation as it stands."""
        config = self.config
        if instructions:
            config = replace(config, instructions=f"{config.instructions}\n{instructions}")
        self._begin(config, self._audience(config, None), self._answer(config), timings)

    def idle(self) -> None:
        """Speak into the silence."""
        self.respond(Timings(), IDLE)

    def create(self, wish: ResponseWish, *, voice_locked: bool) -> bool:
        """Answer as the client wishes; whether it is an answer of the conversation. Raises `Refusal`."""
        if not wish.out_of_band and self.is_active:
            text = "Conversation already has an active response in progress."
            raise Refusal(text, code="conversation_already_has_active_response", hint="Wait for its response.done.")
        config = wish.over(self.config, voice_locked=voice_locked)
        audience = self._audience(config, wish)
        if wish.input is None:
            source = self._answer(config)
        else:
            items = History.of(wish.input, self._company.history).items
            source = self._answer(config, items)
        if not wish.out_of_band:
            self._begin(config, audience, source, Timings())
            return True
        self._asides = [reply for reply in self._asides if not reply.is_done]
        if len(self._asides) >= MOST_ASIDES:
            text = f"{MOST_ASIDES} responses are being made out of band."
            raise Refusal(text, code="rate_limit_exceeded", hint="Wait for one of them.")
        reply = self._reply(config, audience, source)
        self._asides.append(reply)
        reply.begin(self._company.tasks, lambda: None)
        return False

    def resume(self) -> bool:
        """Go on where the last answer was stopped; whether there is anything to go on with."""
        stopped = self._current
        if stopped is None:
            return False
        if stopped.item_id is None:
            self.respond(Timings())
            return True
        rest = self._company.history.unheard(stopped.item_id)
        if not rest:
            return False
        self._begin(self.config, self._audience(self.config, None), _say(rest), Timings())
        return True

    def stop(self, reason: Reason) -> None:
        """End the answer that goes on; what was not heard of it, or of the last one, was not said."""
        reply = self._current
        if reply is None:
            return
        heard_ms, was_done = self._heard_ms(reply), reply.is_done
        reply.stop(reason)
        if reply.item_id is None or (was_done and heard_ms >= int(reply.playback.made_ms)):
            return
        self._company.history.heard(reply.item_id, heard_ms)
        if self._company.loudspeaker is not None and reply.playback.made_ms and self._silenced is not reply:
            self._silence(reply, reply.item_id, heard_ms)

    def cancel(self, response_id: str | None) -> bool:
        """Stop an answer for the client; whether it was the conversation's. Raises `Refusal` where there is none."""
        for reply in self._asides:
            if reply.response_id == response_id and not reply.is_done:
                reply.stop("client_cancelled")
                return False
        current = self._current
        if current is None or current.is_done or response_id not in (None, current.response_id):
            text = "Cancellation failed: no active response found."
            raise Refusal(text, code="response_cancel_not_active", param="response_id" if response_id else None)
        self.stop("client_cancelled")
        return True

    def clear_output(self) -> bool:
        """Let the client's player fall silent; whether an answer was going on."""
        current = self._current
        if current is None or current is self._silenced or current.playback.ahead_seconds <= 0:
            return False
        was_active = self.is_active
        self.stop("client_cancelled")
        if self._silenced is not current:
            self._company.outbox.tell(events.output_cleared(current.response_id))
        return was_active

    def close(self) -> None:
        """End everything."""
        self.forget()
        for reply in (*self._asides, *([self._current] if self._current else [])):
            reply.stop("client_cancelled")

    def _heard_ms(self, reply: Reply) -> int:
        """By the loudspeaker where there is one, else as estimated."""
        loudspeaker, estimated = self._company.loudspeaker, reply.playback.heard_ms
        played = loudspeaker.played_ms(reply.response_id) if loudspeaker else None
        return estimated if played is None else min(played, int(reply.playback.made_ms))

    def _silence(self, reply: Reply, item_id: str, heard_ms: int) -> None:
        """The loudspeaker plays no more of it, and the client is told what was heard."""
        self._silenced = reply
        self._company.outbox.tell(events.output_cleared(reply.response_id))
        try:
            self._company.history.truncate(item_id, 0, heard_ms)
        except Refusal:
            return  # the client has deleted it
        self._company.outbox.tell(events.item_truncated(item_id, 0, heard_ms))

    def _begin(self, config: Config, audience: Audience, source: Source, timings: Timings) -> None:
        reply = self._reply(config, audience, source)
        reply.timings = timings
        self._has_spoken = self.has_spoken
        self._current = reply
        reply.begin(self._company.tasks, lambda: self._company.ended(reply.playback.plays_until))

    def _reply(self, config: Config, audience: Audience, source: Source) -> Reply:
        language = config.transcription.language if config.transcription else None
        saying = Saying(text="", voice=config.voice, model=config.speech_model, speed=config.speed)
        fallback = Saying(text="", model=self.fallback_speech, speed=config.speed) if self.fallback_speech else None
        manner = Manner(
            saying=saying,
            fallback=fallback,
            output_format=config.output_format.type if config.speaks else None,
            language=language,
        )
        company = self._company
        return Reply(
            Telling(audience=audience),
            manner,
            source,
            stages=company.stages,
            clock=company.clock,
            room=company.outbox.room,
        )

    def _audience(self, config: Config, wish: ResponseWish | None) -> Audience:
        is_aside = wish is not None and wish.out_of_band
        return Audience(
            tell=self._company.outbox.tell,
            config=config,
            history=None if is_aside else self._company.history,
            conversation_id=None if is_aside else self._company.conversation_id,
            metadata=wish.metadata if wish else None,
        )

    def _answer(self, config: Config, items: Sequence[Item] | None = None) -> Source:
        """The model's answer, once all that it answers is written down."""
        ahead, self._ahead = self._ahead, None
        apologises, self.could_not_hear = self.could_not_hear, False

        async def answer() -> Thinking | str:
            adopted = False
            try:
                await self._until_heard()
                if apologises or self.could_not_hear:
                    self.could_not_hear = False
                    return apology(HEARING, config.transcription.language if config.transcription else None)
                asked = items if items is not None else self._company.history.items
                adopted = ahead is not None and ahead.request == self._request(config, asked)
                return ahead if ahead is not None and adopted else self._think(config, asked)
            finally:
                if ahead is not None and not adopted:
                    ahead.cancel()

        return answer

    async def _until_heard(self) -> None:
        """Raises `ProviderTimeout`."""
        try:
            async with asyncio.timeout(HEARING_SECONDS):
                await self._company.is_heard.wait()
        except TimeoutError:
            raise ProviderTimeout("What was said has not been written down.", hint="Try again.") from None

    def _think(self, config: Config, items: Sequence[Item]) -> Thinking:
        items = list(items)

        def shorten() -> Request | None:
            total = sum(len(str(message["content"])) for message in self._request(config, items)["messages"])
            self._limit = min(self._limit, total) // 2
            return self._request(config, items) if self._limit >= LEAST_CHARACTERS else None

        company = self._company
        may_shorten = config.truncation != "disabled"
        return Thinking(
            company.stages,
            self._request(config, items),
            company.clock,
            company.tasks,
            shorten=shorten if may_shorten else None,
        )

    def _request(self, config: Config, items: Sequence[Item]) -> dict[str, Any]:
        request: dict[str, Any] = {"messages": chat_messages(items, config.instructions, limit_characters=self._limit)}
        if config.tools:
            request |= {"tools": chat_tools(config.tools), "tool_choice": chat_tool_choice(config.tool_choice)}
        if isinstance(config.max_output_tokens, int):
            request["max_tokens"] = config.max_output_tokens
        if config.parallel_tool_calls is not None and config.tools:
            request["parallel_tool_calls"] = config.parallel_tool_calls
        if config.reasoning_effort is not None:
            request["reasoning_effort"] = config.reasoning_effort
        return request


def _say(text: str) -> Source:
    async def say() -> str:
        return text

    return say
