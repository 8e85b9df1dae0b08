"""One answer while it is generated: from the gateway's bytes to events, kept in the database on the way.

However it ends – finished, failed, the reader gone, the server stopping – the provider's slot is freed and what
was generated stays. Refuses to call an answer complete that broke off.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import msgspec

from freehold.chats.messages import MAX_CONTENT_CHARACTERS, Message, Status, storable
from freehold.chats.store import ConversationStore
from freehold.contracts.errors import ContextLengthExceeded, FreeholdError, ProviderFailed, Unavailable
from freehold.contracts.identity import Principal
from freehold.contracts.wire import Call, ModelGateway, Reply, parse_sse
from freehold.foundation.clock import Clock

Event = dict[str, Any]

SAVE_EVERY_SECONDS = 1.0
END_DEADLINE_SECONDS = 10.0
MAX_ERROR_BYTES = 20_000

logger = logging.getLogger(__name__)


class _ErrorDetail(msgspec.Struct):
    message: str = "The model's provider reported an error."
    code: str | int | None = None


class _Delta(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    delta: _Delta = msgspec.field(default_factory=_Delta)
    finish_reason: str | None = None


class _Chunk(msgspec.Struct):
    """What we read of an OpenAI chat completion chunk."""

    choices: list[_Choice] = msgspec.field(default_factory=list[_Choice])
    error: _ErrorDetail | str | None = None


class Answer:
    """Generates one assistant message, which is in the database as "streaming" already. Used once."""

    def __init__(
        self,
        message: Message,
        *,
        store: ConversationStore,
        gateway: ModelGateway,
        clock: Clock,
        start_ending: Callable[[Coroutine[Any, Any, Message]], asyncio.Task[Message]],
    ) -> None:
        self._message = message
        self._store = store
        self._gateway = gateway
        self._clock = clock
        self._start_ending = start_ending
        self._pieces: list[str] = []
        self._characters = 0
        self._saved_at = clock.monotonic_seconds()
        self._reply: Reply | None = None
        self._status: Status = "failed"
        self._error = FreeholdError("Something went wrong on our side.")

    async def events(self, principal: Principal, prompt: list[dict[str, str]], created: Event) -> AsyncGenerator[Event]:
        """`created`, then a delta for each piece of text, then completed or failed.

        Closing or cancelling it is the reader's stop: the text so far is kept as "stopped".
        """
        try:
            yield created
            async with aclosing(self._generate(principal, prompt)) as pieces:
                async for piece in pieces:
                    yield {"type": "message.delta", "id": self._message.id, "content": piece}
            self._status = "complete"
        except FreeholdError as error:
            self._error = error
        except (GeneratorExit, asyncio.CancelledError):
            self._status = "stopped"
            raise
        finally:
            # A task of its own: the end must be reached even when the reader's task is cancelled again.
            message = await asyncio.shield(self._start_ending(self._end()))
        kind = "message.failed" if message.status == "failed" else "message.completed"
        yield {"type": kind, "message": message.public()}

    async def _generate(self, principal: Principal, prompt: list[dict[str, str]]) -> AsyncGenerator[str]:
        reply = await self._ask(principal, prompt)
        finished = False
        async with aclosing(_chunks(reply)) as chunks:
            async for chunk in chunks:
                if chunk.error is not None:
                    raise _failure(chunk.error)
                for choice in chunk.choices[:1]:
                    finished = finished or choice.finish_reason is not None
                    if piece := storable(choice.delta.content or ""):
                        await self._keep(piece)
                        yield piece
        if not finished:
            raise ProviderFailed("The model's answer broke off.", hint="Generate it again.")

    async def _ask(self, principal: Principal, prompt: list[dict[str, str]]) -> Reply:
        """Start the answer. Turns that no longer fit the model's context are left out, oldest first, and counted."""
        while True:
            reply = self._reply = await self._gateway.send(principal, self._call(principal, prompt))
            if reply.status < 400:
                return reply
            failure = await _refusal(reply)
            if failure.code != ContextLengthExceeded.code or len(prompt) == 1:
                raise failure
            await reply.close()
            # Whole exchanges, about a quarter of them each time, so that room for the answer is left.
            oldest = max(2, len(prompt) // 8 * 2)
            prompt = prompt[min(oldest, len(prompt) - 1) :]
            self._message = replace(self._message, left_out=self._message.left_out + oldest)

    def _call(self, principal: Principal, prompt: list[dict[str, str]]) -> Call:
        model = self._message.model or ""
        return Call(
            endpoint="chat/completions",
            body=msgspec.json.encode({"model": model, "messages": prompt, "stream": True}),
            model=model,
            stream=True,
            request_id=self._message.id,
            tenant=principal.tenant,
        )

    async def _keep(self, piece: str) -> None:
        self._characters += len(piece)
        if self._characters > MAX_CONTENT_CHARACTERS:
            raise ProviderFailed(f"The answer went over {MAX_CONTENT_CHARACTERS} characters.")
        self._pieces.append(piece)
        if self._clock.monotonic_seconds() - self._saved_at >= SAVE_EVERY_SECONDS:
            self._saved_at = self._clock.monotonic_seconds()
            try:
                await self._store.save_content(self._message.id, "".join(self._pieces))
            except Unavailable:
                logger.warning("an answer could not be saved on the way; its end will be tried again")

    async def _end(self) -> Message:
        """Free the provider's slot, then save. What cannot be saved counts as failed."""
        try:
            if self._reply is not None:
                async with asyncio.timeout(END_DEADLINE_SECONDS):
                    await self._reply.close()
        except (TimeoutError, FreeholdError) as error:
            logger.warning("a provider's answer did not close", exc_info=error)
        finally:
            message = self._final_message()
            try:
                async with asyncio.timeout(END_DEADLINE_SECONDS):
                    await self._store.save(message)
            except (TimeoutError, Unavailable):
                self._status, self._error = "failed", Unavailable("The answer could not be saved.")
                message = self._final_message()
                logger.error("an answer could not be saved", extra={"message_id": message.id})
        return message

    def _final_message(self) -> Message:
        content = "".join(self._pieces)
        if self._status != "failed":
            return replace(self._message, content=content, status=self._status)
        text, code = self._error.public_message(), self._error.code
        return replace(self._message, content=content, status="failed", error_message=text, error_code=code)


async def _chunks(reply: Reply) -> AsyncGenerator[_Chunk]:
    """The chunks of a streamed answer up to `[DONE]`."""
    async for data in parse_sse(reply.body):
        if data == b"[DONE]":
            return
        try:
            yield msgspec.json.decode(data, type=_Chunk)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ProviderFailed("The model's provider sent what is not an answer.") from error


async def _refusal(reply: Reply) -> FreeholdError:
    """The error in the body of a reply that is none but a refusal."""
    body = b""
    async for part in reply.body:
        body += part
        if len(body) > MAX_ERROR_BYTES:
            break
    try:
        detail = msgspec.json.decode(body, type=_Chunk).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        detail = None
    return _failure(detail or f"The model's provider answered with status {reply.status}.")


def _failure(detail: _ErrorDetail | str) -> FreeholdError:
    if isinstance(detail, str):
        return ProviderFailed(storable(detail))
    failure = ProviderFailed(storable(detail.message))
    if detail.code is not None:
        failure.code = storable(str(detail.code))
    return failure
