"""The bodies of big uploads: read within a bound for each and one for all together, without a second copy.

Room is taken before a byte is read where the client says how much it will send, and given back once the request is
answered. Who finds no room is told to come back, rather than everybody's uploads failing for want of memory.
"""

import asyncio
from io import BytesIO

from starlette.requests import Request
from starlette.types import Message

from freehold.api.settings import ApiSettings
from freehold.contracts.errors import Cancelled, InvalidRequest, RateLimited, RequestTooLarge

SILENCE_SECONDS = 60.0  # how long a client may pause within its upload, whose room others wait for
COME_BACK_SECONDS = 2


class UploadRoom:
    """Bytes that all uploads may take together."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self.taken_bytes = 0

    def take(self, count_bytes: int) -> None:
        """Take room. Raises `RateLimited` where there is none."""
        if self.taken_bytes + count_bytes > self._most_bytes:
            text = "Too many uploads are under way."
            hint = "Try again in a moment; an administrator can raise api.max_uploads_bytes."
            raise RateLimited(text, hint=hint, retry_after_seconds=COME_BACK_SECONDS)
        self.taken_bytes += count_bytes

    def give_back(self, count_bytes: int) -> None:
        """Leave room to others."""
        self.taken_bytes -= count_bytes


class Upload:
    """One body and the room it takes. `release` must be called once the request is answered, however that ends."""

    def __init__(self, room: UploadRoom, most_bytes: int) -> None:
        self._room = room
        self._most_bytes = most_bytes
        self._taken_bytes = 0

    async def read(self, request: Request) -> bytes:
        """The body. Raises `RequestTooLarge` as soon as it is known, `RateLimited`, `Cancelled` or `InvalidRequest`."""
        self._grow(int(request.headers.get("content-length") or 0))
        body = BytesIO()
        is_last = False
        while not is_last:
            part = await _next_part(request)
            body.write(part.get("body", b""))
            self._grow(body.tell() - self._taken_bytes)
            is_last = not part.get("more_body", False)
        return body.getvalue()  # the buffer itself, not a copy

    def release(self) -> None:
        """Give the room back."""
        self._room.give_back(self._taken_bytes)
        self._taken_bytes = 0

    def _grow(self, count_bytes: int) -> None:
        if count_bytes <= 0:
            return
        if self._taken_bytes + count_bytes > self._most_bytes:
            text = f"The upload is over {self._most_bytes} bytes."
            raise RequestTooLarge(text, hint="Send less. An administrator can raise api.max_upload_bytes.")
        self._room.take(count_bytes)
        self._taken_bytes += count_bytes


def begin_upload(request: Request, most_bytes: int | None = None) -> Upload:
    """An upload in the room of this server, of at most so many bytes where an endpoint takes less than others."""
    state, settings = request.app.state, _settings(request)
    if not hasattr(state, "upload_room"):
        # One upload at least must fit, whatever the settings say.
        state.upload_room = UploadRoom(max(settings.max_uploads_bytes, settings.max_upload_bytes))
    return Upload(state.upload_room, min(most_bytes or settings.max_upload_bytes, settings.max_upload_bytes))


def _settings(request: Request) -> ApiSettings:
    return request.app.state.api_settings


async def _next_part(request: Request) -> Message:
    """The next message of a body."""
    try:
        async with asyncio.timeout(SILENCE_SECONDS):
            message = await request.receive()
    except TimeoutError:
        raise InvalidRequest(f"The upload paused for more than {SILENCE_SECONDS:g} s.") from None
    if message["type"] == "http.disconnect":
        raise Cancelled("The client closed the connection.")
    return message
