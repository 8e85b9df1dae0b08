"""The server's API as `freehold chat` uses it: the models' names, and an answer as it grows. Prints nothing."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import msgspec

from freehold.contracts.errors import (
    FreeholdError,
    ModelNotFound,
    ProviderFailed,
    SetupError,
    Unauthorized,
    Unavailable,
)
from freehold.contracts.wire import parse_sse
from freehold.foundation.egress import Egress
from freehold.foundation.http1 import Answer

ANSWER_TIMEOUT_SECONDS = 600.0
SILENCE_TIMEOUT_SECONDS = 120.0
SHORT_TIMEOUT_SECONDS = 15.0
MAX_LIST_BYTES = 4 * 1024 * 1024

Message = dict[str, str]


class _Error(msgspec.Struct):
    message: str = ""


class _Delta(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    delta: _Delta = msgspec.field(default_factory=_Delta)


class _Chunk(msgspec.Struct):
    choices: list[_Choice] = []
    error: _Error | None = None


class _Extension(msgspec.Struct):
    kind: str = "chat"


class _Model(msgspec.Struct):
    id: str
    freehold: _Extension = msgspec.field(default_factory=_Extension)


class _Models(msgspec.Struct):
    data: list[_Model]


class ChatClient:
    """One server. `key` may be set later, once one is made."""

    def __init__(self, url: str, key: str = "") -> None:
        self.url = url.rstrip("/").removesuffix("/v1")
        self.key = key
        # The person at the terminal names the server, so it may be a private address.
        self._egress = Egress(trusted=True)

    async def close(self) -> None:
        """Close the connections."""
        await self._egress.close()

    async def check_alive(self) -> None:
        """Raise `SetupError` unless a Freehold answers."""
        response = await self._send("GET", "/health/live", SHORT_TIMEOUT_SECONDS)
        response.close()
        if response.status != 200:
            text = f"What answers at {self.url} is no Freehold."
            raise SetupError(text, hint="Name the server with --url, or give its key with --key.")

    async def models(self) -> list[str]:
        """The names of the models that chat."""
        response = await self._send("GET", "/v1/models", SHORT_TIMEOUT_SECONDS)
        try:
            await self._refuse_error(response)
            models = msgspec.json.decode(await response.whole(MAX_LIST_BYTES, SILENCE_TIMEOUT_SECONDS), type=_Models)
        except msgspec.DecodeError as error:
            raise ProviderFailed(
                f"{self.url} does not answer like an OpenAI API: {error}.", hint="Check --url."
            ) from error
        finally:
            response.close()
        return [model.id for model in models.data if model.freehold.kind == "chat"]

    async def answer(self, model: str, messages: Sequence[Message]) -> AsyncGenerator[str]:
        """The answer's text, piece by piece; closing it early stops the model. Raises `FreeholdError`."""
        body = msgspec.json.encode({"model": model, "messages": list(messages), "stream": True})
        response = await self._send("POST", "/v1/chat/completions", ANSWER_TIMEOUT_SECONDS, body)
        try:
            await self._refuse_error(response)
            async with aclosing(response.chunks(SILENCE_TIMEOUT_SECONDS)) as chunks:
                async for data in parse_sse(chunks):
                    if data == b"[DONE]":
                        return
                    for piece in _pieces(data):
                        yield piece
        finally:
            response.close()
        raise ProviderFailed("The answer broke off.", hint="Try again.")

    async def _send(self, method: str, path: str, timeout_seconds: float, body: bytes | None = None) -> Answer:
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            return await self._egress.request(
                method, f"{self.url}{path}", body=body, headers=headers, timeout_seconds=timeout_seconds
            )
        except Unavailable as error:
            hint = "Start one with `make serve` or `freehold serve`, or name another with --url."
            raise SetupError(f"No server answers at {self.url}.", hint=hint) from error

    async def _refuse_error(self, response: Answer) -> None:
        if response.status == 200:
            return
        raw = await response.read(SHORT_TIMEOUT_SECONDS)
        try:
            error = msgspec.json.decode(raw, type=_Chunk).error
        except msgspec.DecodeError:
            error = None
        message = error.message if error else f"{self.url} answers {response.status}."
        kinds: dict[int, type[FreeholdError]] = {401: Unauthorized, 404: ModelNotFound}
        raise kinds.get(response.status, ProviderFailed)(message)


def _pieces(data: bytes) -> list[str]:
    """The text of one event. Raises `ProviderFailed` for an event that tells of an error."""
    try:
        chunk = msgspec.json.decode(data, type=_Chunk)
    except msgspec.DecodeError as error:
        raise ProviderFailed(f"The server sent what is no answer: {error}.") from error
    if chunk.error is not None:
        raise ProviderFailed(chunk.error.message or "The model failed.")
    return [choice.delta.content for choice in chunk.choices if choice.delta.content]
