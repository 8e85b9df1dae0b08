"""A running server as the commands ask it: requests with a key, errors in words that name the fix. Prints nothing."""

import msgspec

from freehold.contracts.errors import (
    FreeholdError,
    InvalidRequest,
    ModelNotFound,
    ProviderFailed,
    RateLimited,
    SetupError,
    Unauthorized,
    Unavailable,
)
from freehold.foundation.egress import Egress
from freehold.foundation.http1 import Answer

ANSWER_TIMEOUT_SECONDS = 600.0
SILENCE_TIMEOUT_SECONDS = 120.0
SHORT_TIMEOUT_SECONDS = 15.0
MAX_LIST_BYTES = 4 * 1024 * 1024
JSON = "application/json"


class ServerError(msgspec.Struct):
    """OpenAI's error, of which people are told the message."""

    message: str = ""


class _Refused(msgspec.Struct):
    error: ServerError | None = None


class _Extension(msgspec.Struct):
    kind: str = "chat"


class _Model(msgspec.Struct):
    id: str
    freehold: _Extension = msgspec.field(default_factory=_Extension)


class _Models(msgspec.Struct):
    data: list[_Model]


class ServerClient:
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
        response = await self.send("GET", "/health/live", SHORT_TIMEOUT_SECONDS)
        response.close()
        if response.status != 200:
            text = f"What answers at {self.url} is no Freehold."
            raise SetupError(text, hint="Name the server with --url, or give its key with --key.")

    async def models(self, kind: str = "chat") -> list[str]:
        """The names of the models of one kind."""
        response = await self.send("GET", "/v1/models", SHORT_TIMEOUT_SECONDS)
        try:
            await self.refuse_error(response)
            models = msgspec.json.decode(await response.whole(MAX_LIST_BYTES, SILENCE_TIMEOUT_SECONDS), type=_Models)
        except msgspec.DecodeError as error:
            raise ProviderFailed(
                f"{self.url} does not answer like an OpenAI API: {error}.", hint="Check --url."
            ) from error
        finally:
            response.close()
        return [model.id for model in models.data if model.freehold.kind == kind]

    async def send(
        self, method: str, path: str, timeout_seconds: float, body: bytes | None = None, media_type: str = JSON
    ) -> Answer:
        """Send; returns once the status line is there. Raises `SetupError` where no server is."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        if body is not None:
            headers["Content-Type"] = media_type
        try:
            return await self._egress.request(
                method, f"{self.url}{path}", body=body, headers=headers, timeout_seconds=timeout_seconds
            )
        except Unavailable as error:
            hint = "Start one with `make serve` or `freehold serve`, or name another with --url."
            raise SetupError(f"No server answers at {self.url}.", hint=hint) from error

    async def refuse_error(self, response: Answer) -> None:
        """Raise what the server says, where it does not answer 200."""
        if response.status == 200:
            return
        raw = await response.read(SHORT_TIMEOUT_SECONDS)
        try:
            error = msgspec.json.decode(raw, type=_Refused).error
        except msgspec.DecodeError:
            error = None
        message = error.message if error else f"{self.url} answers {response.status}."
        kinds: dict[int, type[FreeholdError]] = {
            400: InvalidRequest,
            401: Unauthorized,
            404: ModelNotFound,
            429: RateLimited,
        }
        raise kinds.get(response.status, ProviderFailed)(message)
