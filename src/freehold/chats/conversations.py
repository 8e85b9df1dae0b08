"""A person's conversations: list, read, rename, delete, and go on talking. Knows no HTTP and no model.

Refuses a second answer in a conversation while one is being generated, and everything in other people's.
"""

import asyncio
import logging
import uuid
from collections.abc import AsyncGenerator, Coroutine, Generator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import Any

from freehold.chats import messages as rules
from freehold.chats.answers import END_DEADLINE_SECONDS, Answer, Event
from freehold.chats.messages import Conversation, Message
from freehold.chats.store import ConversationStore
from freehold.contracts.errors import InvalidRequest, NotFound
from freehold.contracts.identity import Identity, Principal, Resource
from freehold.contracts.wire import ModelGateway
from freehold.foundation.clock import Clock, SystemClock
from freehold.foundation.database import Database
from freehold.foundation.tasks import TaskSupervisor

MAX_PAGE = 100

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A piece of the list of conversations."""

    data: list[Conversation]
    has_more: bool


class Conversations:
    """All conversations, each reachable by its owner alone. Every method raises `NotFound` for anybody else's."""

    def __init__(
        self, database: Database, gateway: ModelGateway, identity: Identity, clock: Clock | None = None
    ) -> None:
        self._store = ConversationStore(database)
        self._gateway = gateway
        self._identity = identity
        self._clock = clock or SystemClock()
        self._tasks = TaskSupervisor()
        self._endings: set[asyncio.Task[Message]] = set()
        self._answering: set[str] = set()

    async def recover(self) -> None:
        """Mark answers that an earlier process left unfinished as stopped. For the start, before any request."""
        count = await self._store.replace_status("streaming", "stopped")
        if count:
            logger.info("%d answers had been cut short; they are marked as stopped", count)

    async def close(self) -> None:
        """Wait until answers whose readers have gone are saved."""
        if self._endings:
            await asyncio.wait(self._endings, timeout=2 * END_DEADLINE_SECONDS)
        await self._tasks.close()

    async def page(self, principal: Principal, limit: int = 50, before: str | None = None) -> Page:
        """The person's conversations, the last used first; `before` names the last one of the page before."""
        if not 1 <= limit <= MAX_PAGE:
            raise InvalidRequest(f"A page has 1 to {MAX_PAGE} conversations.", param="limit")
        last = await self._own(principal, before, "read") if before else None
        found = await self._store.page(principal.person_id, limit + 1, last)
        return Page(data=found[:limit], has_more=len(found) > limit)

    async def create(self, principal: Principal, *, title: str = "", model: str = "") -> Conversation:
        """A new, empty conversation."""
        now = self._clock.unix_seconds()
        conversation = Conversation(
            id=f"conv_{uuid.uuid4().hex}",
            owner_id=principal.person_id,
            title=rules.check_title(title),
            model=rules.check_model(model),
            created_at=now,
            updated_at=now,
        )
        await self._store.add(conversation)
        return conversation

    async def get(self, principal: Principal, conversation_id: str) -> tuple[Conversation, list[Message]]:
        """A conversation and all its messages, in the order they were written."""
        conversation = await self._own(principal, conversation_id, "read")
        return conversation, await self._store.messages(conversation_id)

    async def rename(self, principal: Principal, conversation_id: str, title: str) -> Conversation:
        """Give another title."""
        await self._own(principal, conversation_id, "write")
        await self._store.rename(conversation_id, rules.check_title(title))
        return await self._own(principal, conversation_id, "read")

    async def delete(self, principal: Principal, conversation_id: str) -> None:
        """Remove a conversation and all its messages."""
        await self._own(principal, conversation_id, "write")
        await self._store.delete(conversation_id)

    async def send(
        self, principal: Principal, conversation_id: str, content: str, model: str | None = None
    ) -> AsyncGenerator[Event]:
        """Say something and stream the answer; errors before the first event are raised, later ones are events.

        What was said is in the database before the model is asked. Close the generator to stop the answer.
        """
        content = rules.check_content(content)
        conversation = await self._own(principal, conversation_id, "write")
        with self._only_answer(conversation_id):
            turns = await self._store.messages(conversation_id)
            rules.check_room(turns, more=2)
            leaf = rules.newest_leaf(turns)
            user = self._turn(conversation, leaf.id if leaf else None, role="user", content=content)
            assistant = self._turn(conversation, user.id, model=_chosen(model, conversation))
            await self._add([user, assistant], conversation, conversation.title or rules.title_from(content))
            prompt = rules.as_prompt([*rules.path_to(turns, user.parent_id), user])
            created = {"type": "message.created", "user": user.public(), "assistant": assistant.public()}
            async with aclosing(self._answer(assistant).events(principal, prompt, created)) as events:
                async for event in events:
                    yield event

    async def regenerate(
        self, principal: Principal, conversation_id: str, message_id: str, model: str | None = None
    ) -> AsyncGenerator[Event]:
        """Stream another answer beside the answer `message_id`; errors and stopping as in `send`."""
        conversation = await self._own(principal, conversation_id, "write")
        with self._only_answer(conversation_id):
            turns = await self._store.messages(conversation_id)
            rules.check_room(turns, more=1)
            old = next((turn for turn in turns if turn.id == message_id), None)
            if old is None or old.role != "assistant":
                raise NotFound("There is no such answer in this conversation.", param="id")
            assistant = self._turn(conversation, old.parent_id, model=_chosen(model, conversation))
            await self._add([assistant], conversation, conversation.title)
            prompt = rules.as_prompt(rules.path_to(turns, old.parent_id))
            created = {"type": "message.created", "assistant": assistant.public()}
            async with aclosing(self._answer(assistant).events(principal, prompt, created)) as events:
                async for event in events:
                    yield event

    async def _own(self, principal: Principal, conversation_id: str, action: str) -> Conversation:
        conversation = await self._store.get(rules.storable(conversation_id))
        # What does not exist is asked about too, so that it cannot be told from somebody else's.
        owner_id = conversation.owner_id if conversation else ""
        self._identity.authorize(principal, f"conversation.{action}", Resource(owner_id=owner_id))
        if conversation is None:
            raise NotFound("There is no such conversation.", param="id")
        return conversation

    @contextmanager
    def _only_answer(self, conversation_id: str) -> Generator[None]:
        if conversation_id in self._answering:
            hint = "Wait for it, or stop it."
            raise InvalidRequest("This conversation's last answer is still being generated.", hint=hint)
        self._answering.add(conversation_id)
        try:
            yield
        finally:
            self._answering.discard(conversation_id)

    def _turn(self, conversation: Conversation, parent_id: str | None, **fields: Any) -> Message:
        """A turn of the person, or an answer that is about to be generated."""
        defaults: dict[str, Any] = {"role": "assistant", "content": "", "model": None}
        chosen = defaults | fields
        return Message(
            id=f"msg_{uuid.uuid4().hex}",
            conversation_id=conversation.id,
            parent_id=parent_id,
            status="streaming" if chosen["role"] == "assistant" else "complete",
            created_at=self._clock.unix_seconds(),
            **chosen,
        )

    async def _add(self, turns: list[Message], conversation: Conversation, title: str) -> None:
        await self._store.add_turns(turns, title, turns[-1].model or conversation.model)

    def _answer(self, message: Message) -> Answer:
        return Answer(
            message, store=self._store, gateway=self._gateway, clock=self._clock, start_ending=self._start_ending
        )

    def _start_ending(self, work: Coroutine[Any, Any, Message]) -> asyncio.Task[Message]:
        ending = self._tasks.start("end of an answer", work)
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)
        return ending


def _chosen(model: str | None, conversation: Conversation) -> str:
    """The model asked for, else the one the conversation used last."""
    chosen = rules.check_model(model or conversation.model)
    if not chosen:
        raise InvalidRequest("No model was chosen.", param="model", hint="Name one of GET /v1/models.")
    return chosen
