"""What the voices need of other parts, all by Protocols."""

from dataclasses import dataclass

from freehold.contracts.audit import Audit
from freehold.contracts.identity import Identity
from freehold.contracts.models import LocalNames, LocalPages
from freehold.contracts.wire import ModelGateway


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """Who may, who writes down what was done, who answers, under which names, and what workers tell of themselves."""

    identity: Identity
    audit: Audit
    gateway: ModelGateway
    names: LocalNames
    pages: LocalPages
