"""What the gateway and the rollouts know of each other: which arm a request goes to, and what its answer was like."""

from typing import Literal, Protocol

import msgspec

from freehold.contracts.identity import Principal
from freehold.contracts.wire import Call

Arm = Literal["control", "candidate"]


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """One request's part in a rollout."""

    rollout_id: str
    step: int
    arm: Arm
    provider: str  # the candidate's
    model: str
    is_mirrored: bool  # whether the candidate answers a copy once the user has the control's answer
    equivalent: str = ""  # the vendor's model that the candidate has replaced, once the rollout has passed


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """A request and what became of it. `answer` is the body as the provider wrote it: JSON, or server-sent events.

    Money is integer micro-USD, None where no price is known.
    """

    assignment: Assignment
    principal: Principal
    call: Call
    at: float  # unix seconds of the answer's end
    status: int
    outcome: str  # as the ledger has it: "answered", "refused", "failed", "cancelled"
    answer: bytes
    is_stream: bool
    is_whole: bool = True  # false where the answer was longer than what is kept
    first_byte_seconds: float | None = None
    seconds: float = 0.0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: int | None = None
    request_id: str = ""
    answered_by: str = ""  # provider/model


class Steering(Protocol):
    """Decides for each request of a route under rollout, from memory, and takes note of answers. Never waits."""

    def assign(self, principal: Principal, call: Call, unit: str) -> Assignment | None:
        """The part that a request has in a rollout of its model, None without one.

        `unit` is what stays on one arm: the conversation, else the user, else the key.
        """
        ...

    def note(self, exchange: Exchange) -> None:
        """An answer has ended. What there is no room for is dropped."""
        ...


class MeteredGateway(Protocol):
    """Asks for a rollout's own sake: a copy of a request, or a judge. Metered like any request."""

    async def ask(
        self, principal: Principal, call: Call, assignment: Assignment, target: tuple[str, str] | None = None
    ) -> Exchange:
        """The whole answer, read to its end; a failure is an exchange, too. Its cost is in it.

        With a `target` – provider and model – that one alone is asked; without, the route of `call.model`. Raises
        nothing but `NotFound` for an unknown provider.
        """
        ...


class NoSteering:
    """Where there are no rollouts. Implements `Steering`."""

    def assign(self, principal: Principal, call: Call, unit: str) -> Assignment | None:
        """No request takes part in anything."""
        return None

    def note(self, exchange: Exchange) -> None:
        """Nothing is noted."""
