"""What a person's turns become: events to the client, items of the conversation, and the answers they call for."""

from dataclasses import dataclass, field

from freehold.voice.conversation.answering.replies import Company, Replies
from freehold.voice.conversation.listening.attention import Attention, Heard
from freehold.voice.conversation.protocol import server_events as events
from freehold.voice.conversation.protocol.config import Config
from freehold.voice.conversation.protocol.items import InputAudio, Item
from freehold.voice.conversation.protocol.names import new_id
from freehold.voice.conversation.timings import Timings
from freehold.voice.conversation.turn_events import (
    Action,
    Commit,
    Discard,
    Forget,
    PromptIdle,
    ReplyEnded,
    Respond,
    ResumeReply,
    StopReply,
    TellStarted,
    TellStopped,
    Think,
)


@dataclass(slots=True, kw_only=True)
class _Said:
    """A turn on its way to being an item. `end_ms` is known once it is one."""

    item_id: str = field(default_factory=lambda: new_id("item"))
    item: Item | None = None
    end_ms: int = 0
    heard: Heard | None = None
    told: str = ""  # of its transcript
    timings: Timings = field(default_factory=Timings)


class UserTurns:
    """Implements `attention.Listener`. `attention` is set once there is one."""

    attention: Attention

    def __init__(self, config: Config, company: Company, replies: Replies) -> None:
        self.config = config
        self._company = company
        self._replies = replies
        self._said: dict[int, _Said] = {}  # by their start; until they are written down
        self._untold: Heard | None = None
        self._last = Timings()

    def perform(self, action: Action) -> None:
        """Do what a turn asks for."""
        match action:
            case TellStarted(start_ms):
                self._tell(events.speech_started(self._turn(start_ms).item_id, start_ms))
            case TellStopped(start_ms, end_ms):
                self._tell(events.speech_stopped(self._turn(start_ms).item_id, end_ms))
            case Commit(start_ms, end_ms):
                self._commit(start_ms, end_ms)
            case Discard(start_ms, was_told):
                self._said.pop(start_ms, None)
                if was_told:
                    self._tell(events.cleared())
            case PromptIdle(start_ms, end_ms):
                self._prompt_idle(start_ms, end_ms)
            case _:
                self._reply(action)

    def _reply(self, action: Action) -> None:
        """What concerns the answers; listening has been seen to."""
        match action:
            case Think(text):
                self._replies.think_ahead(text)
            case Forget():
                self._replies.forget()
            case StopReply():
                self._replies.stop("turn_detected")
            case Respond():
                self._replies.respond(self._last)
            case ResumeReply():
                if not self._replies.resume():
                    self.attention.tell(ReplyEnded(0.0))
            case _:
                pass

    def heard(self, heard: Heard) -> None:
        """Words are known: of a pause, or of the whole turn."""
        said = self._said.get(heard.start_ms)
        if said is None:
            self._untold = heard  # over a reply, whose words say whether it is a turn at all
            return
        self._keep(said, heard)
        if said.item is not None:
            self._write_down(heard.start_ms, said, said.item)

    def _keep(self, said: _Said, heard: Heard) -> None:
        said.heard = heard
        said.timings.hearing_asked = heard.asked_seconds
        said.timings.words_came = self._company.clock.monotonic_seconds()

    def grown(self, start_ms: int, text: str) -> None:
        """The text of a turn that goes on, for who wants it written down."""
        said = self._said.get(start_ms)
        if said is None or self.config.transcription is None or not text.startswith(said.told):
            return
        if delta := text[len(said.told) :]:
            said.told = text
            self._tell(events.transcription_delta(said.item_id, delta))

    def commit(self) -> None:
        """The client says that its turn ends here. Raises `Refusal` where there is nothing."""
        start_ms, end_ms = self.attention.commit()
        told = [said for said in self._said.values() if said.item is None]
        self._forget_open()
        self._said[start_ms] = told[-1] if told else _Said()
        self._commit(start_ms, end_ms)
        self._company.tasks.start("write down", self._hear(start_ms, end_ms))

    def clear(self) -> None:
        """The client forgets what was heard."""
        self.attention.clear()
        self._forget_open()
        self._tell(events.cleared())

    def _forget_open(self) -> None:
        self._said = {start_ms: said for start_ms, said in self._said.items() if said.item is not None}

    async def _hear(self, start_ms: int, end_ms: int) -> None:
        self.heard(await self.attention.words(start_ms, end_ms))

    def _turn(self, start_ms: int) -> _Said:
        if start_ms not in self._said:
            said = self._said[start_ms] = _Said()
            if self._untold is not None and self._untold.start_ms == start_ms:
                self._keep(said, self._untold)
                self._untold = None
        return self._said[start_ms]

    def _commit(self, start_ms: int, end_ms: int) -> None:
        """The turn becomes an item."""
        said, now = self._turn(start_ms), self._company.clock.monotonic_seconds()
        said.end_ms = end_ms
        said.item = Item.message("user", [InputAudio()], id=said.item_id)
        said.timings.turn_ended = now
        said.timings.speech_ended = now - max(self.attention.position_ms - end_ms, 0) / 1000
        self._last = said.timings
        previous = self._company.history.add(said.item)
        self._tell(events.committed(said.item_id, previous))
        self._tell(events.item_added(said.item, previous))
        self._tell(events.item_done(said.item, previous))
        self._company.is_heard.clear()
        if said.heard is not None:
            self._write_down(start_ms, said, said.item)

    def _write_down(self, start_ms: int, said: _Said, item: Item) -> None:
        """The item gets its words, if they are those of the whole turn."""
        heard = said.heard
        if heard is None or heard.until_ms < said.end_ms:
            return
        del self._said[start_ms]
        self.attention.finished(start_ms)
        seconds = (said.end_ms - start_ms) / 1000
        item.content = [InputAudio(transcript=heard.text)]
        if heard.text is None and heard.error is not None:
            self._replies.could_not_hear = True
            self._tell(events.transcription_failed(said.item_id, heard.error))
        elif self.config.transcription is not None:
            text = heard.text or ""
            self._said_delta(said, text)
            self._tell(events.transcription_completed(said.item_id, text, seconds=seconds))
        if all(other.item is None for other in self._said.values()):
            self._company.is_heard.set()

    def _said_delta(self, said: _Said, text: str) -> None:
        """What the deltas have not told; nothing where the whole turn was heard otherwise than its parts."""
        if text.startswith(said.told) and len(text) > len(said.told):
            self._tell(events.transcription_delta(said.item_id, text[len(said.told) :]))

    def _prompt_idle(self, start_ms: int, end_ms: int) -> None:
        """A silent turn, and words into the silence."""
        item = Item.message("user", [InputAudio(transcript="")], id=new_id("item"))
        self._tell(events.timeout_triggered(item.id, start_ms, end_ms))
        previous = self._company.history.add(item)
        self._tell(events.committed(item.id, previous))
        self._tell(events.item_added(item, previous))
        self._tell(events.item_done(item, previous))
        self._replies.idle()

    def _tell(self, event: events.ServerEvent) -> None:
        self._company.outbox.tell(event)
