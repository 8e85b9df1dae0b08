"""Which arm a request goes to: decided from memory, the same for one conversation, and only ever growing.

Each unit – a conversation, else a user, else a key – has a fixed draw in (0, 1). It is on the candidate while its draw
lies below the step's share. So a larger share only adds units, and nobody changes back but by a rollback.
"""

import hashlib
import random
from collections.abc import Mapping, Sequence

from freehold.contracts.identity import Principal
from freehold.contracts.rollouts import Assignment
from freehold.contracts.wire import Call
from freehold.rollouts.comparators import comparator_for
from freehold.rollouts.evidence.progress import RUNNING
from freehold.rollouts.plan import Plan
from freehold.rollouts.store import Record

OPT_OUT = "x-freehold-rollout"  # with the value "off", a request takes no part
IN_FORCE = RUNNING | {"paused", "promoted"}


def draw(rollout: str, unit: str) -> float:
    """A number in (0, 1) that is always the same for a unit in a rollout, and unlike that of any other rollout."""
    digest = hashlib.blake2b(f"{rollout}\0{unit}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") + 0.5) / 2**64


def share_of(record: Record) -> float:
    """The part of the route's units that the candidate answers now."""
    if record.progress.state == "promoted":
        return 1.0
    if record.progress.state not in IN_FORCE:
        return 0.0
    return record.plan.steps[record.progress.step].share


class Table:
    """The rollouts in force, by route. Immutable: replaced as a whole when anything changes."""

    def __init__(self, records: Sequence[Record] = (), *, spent: frozenset[str] = frozenset()) -> None:
        """`spent` are those that have no money left for mirroring."""
        self.by_route: Mapping[str, Record] = {
            record.plan.route: record for record in records if record.progress.state in IN_FORCE
        }
        self.by_name: Mapping[str, Record] = {record.name: record for record in self.by_route.values()}
        self._spent = spent

    def assign(self, principal: Principal, call: Call, unit: str) -> Assignment | None:
        """See `contracts.rollouts.Steering`."""
        record = self.by_route.get(call.model)
        if record is None or call.headers.get(OPT_OUT) == "off" or is_excluded(record.plan, principal):
            return None
        if comparator_for(call.endpoint) is None:
            return None  # what nobody can measure is not moved
        plan, progress = record.plan, record.progress
        is_candidate = draw(record.name, unit) < share_of(record)
        runs = progress.state in RUNNING
        mirrored = runs and not is_candidate and record.name not in self._spent and random.random() < plan.mirror.share
        return Assignment(
            rollout_id=record.name,
            step=progress.step,
            arm="candidate" if is_candidate else "control",
            provider=plan.provider,
            model=plan.model,
            is_mirrored=mirrored and needs_mirror(record),
            equivalent=plan.equivalent if progress.state == "promoted" else "",
        )


def needs_mirror(record: Record) -> bool:
    """Whether the running step wants pairs: a mirroring one, or one with a gate that compares them."""
    mirrors = record.plan.steps[record.progress.step].share == 0
    return mirrors or any(gate.about.kind == "pair" for gate in record.plan.gates)


def is_excluded(plan: Plan, principal: Principal) -> bool:
    """Whether the plan leaves this caller alone."""
    exclude = plan.exclude
    return (
        principal.organisation_id in exclude.organisations
        or principal.team_id in exclude.teams
        or principal.person_id in exclude.people
        or (principal.key_id or "") in exclude.keys
    )
