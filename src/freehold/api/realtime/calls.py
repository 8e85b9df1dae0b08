"""The calls that go on: for each its place, its caller's token, and the worker's end of it.

A call lasts as long as the WebSocket to its worker. So a server or a worker that dies ends it on both sides, and
hanging up is closing that. One call's hour is a session's.
"""

import asyncio
import logging
import time
import uuid
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import msgspec
from starlette.requests import Request
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from freehold.api.realtime.entry import Wanted, session_token, session_worker
from freehold.api.realtime.places import OPENINGS, SECONDS, RealtimePlaces
from freehold.api.realtime.relay import SESSION_SECONDS
from freehold.api.realtime.voices import begin_voices
from freehold.contracts.errors import Cancelled, FreeholdError, NotFound, ProviderFailed, ProviderTimeout
from freehold.contracts.identity import Principal
from freehold.contracts.realtime_calls import CALLS, CallAnswer, CallOffer
from freehold.foundation.tasks import TaskSupervisor

ANSWER_SECONDS = 20.0  # for the worker to meet an offer

logger = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Call:
    """One call. `ended` is how, once it is known before its worker closes."""

    tenant: str
    id: str = field(default_factory=lambda: f"rtc_{uuid.uuid4().hex}")
    worker: ClientConnection | None = None
    ended: str = "closed"


class RealtimeCalls:
    """The calls of one server."""

    def __init__(self) -> None:
        self._tasks = TaskSupervisor()
        self._calls: dict[str, Call] = {}

    async def open(self, request: Request, wanted: Wanted, offer: CallOffer) -> tuple[str, str]:
        """Begin a call: its id, and the answer to its offer. Raises what refuses it."""
        call = Call(tenant=wanted.principal.tenant)
        answered: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        holding = self._tasks.start("call", self._hold(call, request, wanted, offer, answered))
        holding.add_done_callback(lambda _: answered.done() or answered.set_exception(Cancelled("The call was ended.")))
        try:
            return call.id, await answered
        except asyncio.CancelledError:
            holding.cancel()  # the caller did not wait
            raise

    async def hang_up(self, principal: Principal, call_id: str) -> None:
        """End one of the caller's calls. Raises `NotFound`."""
        call = self._calls.get(call_id)
        if call is None or call.tenant != principal.tenant or call.worker is None:
            raise NotFound(f"There is no call '{call_id[:100]}'.", hint="It may have ended.")
        call.ended = "left"
        await call.worker.close()

    async def close(self) -> None:
        """End all calls."""
        await self._tasks.close()

    async def _hold(
        self, call: Call, request: Request, wanted: Wanted, offer: CallOffer, answered: asyncio.Future[str]
    ) -> None:
        """The whole call. What refuses it goes to `answered`."""
        places: RealtimePlaces = request.app.state.realtime_places
        async with AsyncExitStack() as held:
            try:
                held.enter_context(places.taken(call.tenant))
                begin_voices(request, wanted.principal)
                token = await held.enter_async_context(session_token(request.app.state.accounts, wanted.principal))
                call.worker = await held.enter_async_context(session_worker(request, CALLS, wanted, token))
                answer = await _answer(call.worker, offer)
            except FreeholdError as error:
                OPENINGS.labels(error.code).inc()
                if not answered.done():
                    answered.set_exception(error)
                return
            OPENINGS.labels("opened").inc()
            self._calls[call.id] = call
            try:
                if not answered.done():
                    answered.set_result(answer)
                await _until_end(call, call.worker, wanted.model)
            finally:
                del self._calls[call.id]


async def _answer(worker: ClientConnection, offer: CallOffer) -> str:
    """The worker's answer to an offer. Raises what it refuses with."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await worker.send(msgspec.json.encode(offer).decode())
            return msgspec.json.decode(await worker.recv(), type=CallAnswer).description()
    except TimeoutError:
        raise ProviderTimeout("The call was not answered in time.", hint="Try again.") from None
    except (ConnectionClosed, msgspec.DecodeError) as error:
        raise ProviderFailed("The call broke off.", hint="Try again.") from error


async def _until_end(call: Call, worker: ClientConnection, model: str) -> None:
    began = time.monotonic()
    try:
        async with asyncio.timeout(SESSION_SECONDS):
            await worker.wait_closed()
    except TimeoutError:
        call.ended = "expired"
    seconds = time.monotonic() - began
    SECONDS.labels(call.ended).observe(seconds)
    logger.info("realtime call", extra={"model": model, "ending": call.ended, "seconds": round(seconds, 1)})
