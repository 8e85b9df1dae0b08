"""An answer on its way to the caller: bytes pass as they come, usage is read on the way, the end waits for the ledger.

Settled exactly once, however it ends: at its end, at a break, or when the caller leaves. Sound is not looked into.
"""

from collections.abc import AsyncIterator

from freehold.contracts.errors import FreeholdError, ProviderTimeout
from freehold.contracts.usage import Usage
from freehold.contracts.wire import Reply
from freehold.foundation.tasks import TaskSupervisor
from freehold.gateway.calls.attempts import Begun
from freehold.gateway.calls.request import GatewayRequest
from freehold.gateway.calls.settlement import Settlement
from freehold.gateway.events import data_of, whole_events
from freehold.gateway.ledger.tokens import Estimator
from freehold.gateway.ledger.usage import UsageReader, read_whole

DONE = b"data: [DONE]"
SOUND_DONE = (b'"speech.audio.done"', b'"transcript.text.done"')  # the last events of OpenAI's streams about sound
USAGE, NO_USAGE = b'"usage"', b'"usage":null'
KEPT_BYTES = 256 * 1024  # of an answer without usage, to count its tokens, and of one that a rollout measures


class StreamedAnswer:
    """One stream, metered."""

    def __init__(
        self,
        request: GatewayRequest,
        settlement: Settlement,
        begun: Begun,
        *,
        estimator: Estimator,
        tasks: TaskSupervisor,
        total_timeout_seconds: float,
    ) -> None:
        self._request = request
        self._settlement = settlement
        self._begun = begun
        self._estimator = estimator
        self._tasks = tasks
        self._clock = begun.target.health.clock
        self._deadline = begun.sent_at + total_timeout_seconds
        self._reader = UsageReader(begun.sent.endpoint)
        self._kept: list[bytes] = []
        self._kept_bytes = 0
        self._noted: list[bytes] = []
        self._bytes = 0
        self._broke = False
        self._closed = False

    async def body(self) -> AsyncIterator[bytes]:
        """The stream, without the usage that only the gateway asked for. Raises where the provider breaks off."""
        try:
            async for piece in self._pieces():
                shown = self._note(piece)
                done = self._end(shown)
                if done < 0:
                    if shown:
                        yield shown
                    continue
                if done:
                    yield shown[:done]
                await self._settle("failed" if self._broke else "answered")
                yield shown[done:]
            await self._settle("failed" if self._broke else "answered")
        except FreeholdError:
            self._begun.target.health.failed()
            await self._settle("failed")
            raise

    async def _pieces(self) -> AsyncIterator[bytes]:
        if self._begun.first:
            yield self._begun.first
        if self._begun.events is not None:
            async for piece in self._begun.events:
                if self._clock.monotonic_seconds() > self._deadline:
                    raise ProviderTimeout("The answer took longer than gateway.total_timeout_seconds allows.")
                yield piece

    def _note(self, piece: bytes) -> bytes:
        """Read what the gateway needs to know of a piece; returns what of it goes on."""
        if self._begun.is_sound:
            self._bytes += len(piece)
            if self._request.assignment is not None:
                self._keep_for_rollout(piece)
            return piece
        if not self._reader.complete and self._kept_bytes < KEPT_BYTES:
            self._kept.append(piece)
            self._kept_bytes += len(piece)
        self._bytes += len(piece)
        if self._request.assignment is not None:
            self._keep_for_rollout(piece)
        if b'"error"' in piece and b'"choices"' not in piece:
            self._broke = True
        if piece.count(USAGE) == piece.count(NO_USAGE) and b'"timings"' not in piece:
            return piece
        kept: list[bytes] = []
        for event in whole_events(piece):
            data = data_of(event)
            self._reader.feed(data)
            if not (self._request.strips_usage and _is_usage_alone(data)):
                kept.append(event)
        return b"".join(kept)

    def _end(self, piece: bytes) -> int:
        """Where the end of the stream begins, -1 when it is not there. A client may hang up once it has read it."""
        if self._begun.is_sound:
            return -1
        if self._request.sound is not None and any(name in piece for name in SOUND_DONE):
            return 0
        return _end(piece)

    def _keep_for_rollout(self, piece: bytes) -> None:
        if self._bytes <= KEPT_BYTES:
            self._noted.append(piece)
        else:
            self._request.is_answer_whole = False

    async def _settle(self, outcome: str) -> None:
        if self._settlement.done:
            return
        begun = self._begun
        self._request.answer = b"".join(self._noted)
        usage, sound = self._reader.usage, self._request.sound
        if sound is not None:
            usage = sound.usage(usage, begun.reply.usage)
        elif usage is None or not self._reader.complete or (usage.output_tokens == 0 and self._bytes > 2000):
            usage = await self._estimator.streamed(begun.sent, b"".join(self._kept), self._bytes, known=usage)
        if not usage.estimated and outcome == "answered":
            now = self._clock.monotonic_seconds()
            first = begun.first_byte_at - begun.sent_at
            begun.target.health.measured(first, usage.output_tokens, now - begun.first_byte_at)
        await self._settlement.finish(usage, outcome, status=begun.reply.status, begun=begun)

    async def close(self) -> None:
        """Free the provider's slot. An answer that has not ended was left by its caller."""
        if self._closed:
            return
        self._closed = True
        await self._begun.close()
        if not self._settlement.done:
            # The caller is gone: its request may be cancelled at any moment, its bill must be written all the same.
            self._tasks.start("settle", self._settle("cancelled"))


def _end(piece: bytes) -> int:
    """Where the line that ends a stream begins, -1 when it is not there. Within a text such words are no end."""
    found = piece.rfind(DONE, max(0, len(piece) - 32))
    return found if found <= 0 or piece[found - 1] in b"\r\n" else -1


def _is_usage_alone(data: bytes) -> bool:
    plain = data.replace(b" ", b"")
    return plain.startswith(b"{") and b'"choices":[]' in plain and b'"usage":{' in plain


async def whole_usage(request: GatewayRequest, begun: Begun, estimator: Estimator) -> Usage:
    """The usage of a whole answer; of a refusal, nothing."""
    reply = begun.reply
    if reply.status >= 400:
        return Usage()
    content = reply.content or b""
    if request.sound is not None:
        return request.sound.usage(reply.usage, read_whole(begun.sent.endpoint, content))
    if reply.usage is not None:
        return reply.usage
    usage = read_whole(begun.sent.endpoint, content)
    return usage if usage is not None else await estimator.whole(begun.sent, content)


def as_reply(answer: StreamedAnswer, reply: Reply, headers: dict[str, str]) -> Reply:
    """The metered stream as a reply."""
    return Reply(
        status=reply.status,
        media_type=reply.media_type,
        body=answer.body(),
        headers={**reply.headers, **headers},
        close=answer.close,
    )
