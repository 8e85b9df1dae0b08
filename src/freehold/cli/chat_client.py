"""The server's API as `freehold chat` uses it: an answer as it grows. Prints nothing."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import msgspec

from freehold.cli.server_client import ANSWER_TIMEOUT_SECONDS, SILENCE_TIMEOUT_SECONDS, ServerClient, ServerError
from freehold.contracts.errors import ProviderFailed
from freehold.contracts.wire import parse_sse

Message = dict[str, str]


class _Delta(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    delta: _Delta = msgspec.field(default_factory=_Delta)


class _Chunk(msgspec.Struct):
    choices: list[_Choice] = []
    error: ServerError | None = None


class ChatClient(ServerClient):
    """One server, to talk to its models."""

    async def answer(self, model: str, messages: Sequence[Message]) -> AsyncGenerator[str]:
        """The answer's text, piece by piece; closing it early stops the model. Raises `FreeholdError`."""
        body = msgspec.json.encode({"model": model, "messages": list(messages), "stream": True})
        response = await self.send("POST", "/v1/chat/completions", ANSWER_TIMEOUT_SECONDS, body)
        try:
            await self.refuse_error(response)
            async with aclosing(response.chunks(SILENCE_TIMEOUT_SECONDS)) as chunks:
                async for data in parse_sse(chunks):
                    if data == b"[DONE]":
                        return
                    for piece in _pieces(data):
                        yield piece
        finally:
            response.close()
        raise ProviderFailed("The answer broke off.", hint="Try again.")


def _pieces(data: bytes) -> list[str]:
    """The text of one event. Raises `ProviderFailed` for an event that tells of an error."""
    try:
        chunk = msgspec.json.decode(data, type=_Chunk)
    except msgspec.DecodeError as error:
        raise ProviderFailed(f"The server sent what is no answer: {error}.") from error
    if chunk.error is not None:
        raise ProviderFailed(chunk.error.message or "The model failed.")
    return [choice.delta.content for choice in chunk.choices if choice.delta.content]
