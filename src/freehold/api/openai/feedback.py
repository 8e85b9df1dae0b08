"""POST /v1/feedback: what the caller thought of an answer, named by the `x-request-id` it came with.

Gates of rollouts read it (`thumbs_down_rate`). Not in OpenAI's API.
"""

from typing import Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.api.identify import identify
from freehold.contracts.errors import NotFound
from freehold.contracts.identity import Identity, Resource
from freehold.foundation.clock import SystemClock
from freehold.foundation.edge import decode, read_body
from freehold.gateway.gateway import Gateway
from freehold.rollouts.rollouts import Rollouts

MAX_BODY_BYTES = 10_000
KEPT_SECONDS = 7 * 86_400  # how long after an answer it may be judged


class Feedback(msgspec.Struct):
    """One word on one answer."""

    request_id: str
    rating: Literal["up", "down"]


async def create(request: Request) -> Response:
    """Take note. Raises `NotFound` for a request that the caller has not made within a week."""
    principal = await identify(request)
    identity: Identity = request.app.state.accounts
    identity.authorize(principal, "feedback.create", Resource(owner_id=principal.person_id))
    wanted = decode(await read_body(request, MAX_BODY_BYTES), Feedback)
    gateway: Gateway = request.app.state.gateway_admin
    rollouts: Rollouts = request.app.state.rollouts
    await gateway.ledger.flush()  # the answer may be a moment old
    since = SystemClock().unix_seconds() - KEPT_SECONDS
    wanted_id = wanted.request_id.replace("\0", "")
    row = await gateway.store.answered(wanted_id, principal.person_id, since)
    if row is None:
        raise NotFound("You have made no such request.", param="request_id", hint="It is in the header x-request-id.")
    answered_by = f"{row['provider']}/{row['upstream_model']}"
    rollouts.rate(wanted_id, row["model"], answered_by, at=row["at"], is_down=wanted.rating == "down")
    return Response(status_code=204)


ROUTES = [Route("/v1/feedback", create, methods=["POST"])]
