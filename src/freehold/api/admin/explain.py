"""POST /admin/v1/explain: which model the smart route would choose for a request, and why. Sends nothing to anybody."""

from typing import Any

import msgspec
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from freehold.api.identify import Caller
from freehold.contracts.identity import Identity, Resource
from freehold.gateway.gateway import Gateway

ROUTER = APIRouter(prefix="/admin/v1/explain", tags=["gateway"])


class Question(BaseModel):
    """A chat request as it would be sent, with `messages` and whatever else it has."""

    model_config = {"extra": "allow"}

    messages: list[dict[str, Any]] = Field(min_length=1)


class Explanation(BaseModel):
    """The decision as it would be stored, and in words."""

    decision: dict[str, Any]
    text: str


@ROUTER.post("")
async def explain(request: Request, principal: Caller, question: Question) -> Explanation:
    """Explain the smart route for the caller's own plan."""
    identity: Identity = request.app.state.accounts
    identity.authorize(principal, "gateway.explain", Resource())
    gateway: Gateway = request.app.state.gateway_admin
    decision = gateway.pipeline.explain(principal, msgspec.json.encode(question.model_dump()))
    return Explanation(decision=decision.record(), text=decision.text())
