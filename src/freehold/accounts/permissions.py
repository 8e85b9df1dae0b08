"""Who may do what: one table of rules, and the one function that reads it. What no rule names, nobody may.

| Role | Sees and changes |
|---|---|
| admin | everything, but nobody else's conversations and voices; approves voices |
| manager | people, teams and keys of the own organisation, save those of admins |
| auditor | reads people, teams, usage, costs and the audit log of the own organisation |
| member | what is theirs |

A limited key – one with scopes – makes calls, with its owner's voices too. It opens conversations when it is limited by
models alone, and does nothing else, whoever owns it: else a key made for a web page could make itself a better one.

Who may make a key for somebody could act as them with it; the audit log says who made it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from freehold.accounts.scopes import allow_call
from freehold.contracts.errors import Forbidden, NotFound
from freehold.contracts.identity import Principal, Resource, Role, Scopes

Limited = Literal["refused", "by models", "any"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Who may, besides admins.

    `roles` act within their organisation; what belongs to an admin they touch only `over_admins`.
    `limited` says which limited keys suffice.
    """

    everybody: bool = False
    owner: bool = False
    roles: frozenset[Role] = frozenset()
    over_admins: bool = False
    admins: bool = True
    limited: Limited = "refused"


MANAGERS: frozenset[Role] = frozenset({"manager"})
READERS: frozenset[Role] = frozenset({"manager", "auditor"})
ALL_ROLES: frozenset[Role] = frozenset({"manager", "auditor", "member"})
WHOLE_ORGANISATION: frozenset[Role] = frozenset({"admin", "manager", "auditor", "member"})

# An action, or the family of all actions that no line of their own names.
RULES: Mapping[str, Rule] = {
    "conversation.*": Rule(owner=True, admins=False, limited="by models"),
    "keys.read": Rule(owner=True, roles=MANAGERS, over_admins=True),
    "keys.*": Rule(owner=True, roles=MANAGERS),
    "people.read": Rule(owner=True, roles=READERS, over_admins=True),
    "people.create": Rule(roles=MANAGERS),
    "people.change": Rule(roles=MANAGERS),
    "people.*": Rule(),  # a tier is money, and a removal takes conversations with it: for admins
    "teams.read": Rule(roles=READERS),
    "teams.*": Rule(roles=MANAGERS),
    "organisations.read": Rule(roles=ALL_ROLES),
    "organisations.*": Rule(),
    "audit.read": Rule(roles=READERS),
    "usage.read": Rule(owner=True, roles=READERS, over_admins=True),
    "costs.read": Rule(owner=True, roles=READERS, over_admins=True),
    "voices.use": Rule(owner=True, roles=WHOLE_ORGANISATION, admins=False, limited="any"),
    "voices.review": Rule(),
    "voices.*": Rule(owner=True, admins=False),
    "feedback.create": Rule(owner=True, admins=False, limited="any"),
    "gateway.explain": Rule(everybody=True, limited="any"),
    "gateway.configure": Rule(),
}


def authorize(principal: Principal, action: str, resource: Resource) -> None:
    """Return when `principal` may do `action` to `resource`. Raises `Forbidden` or `NotFound`."""
    if action == "call":
        allow_call(principal, resource)
        return
    rule = RULES.get(action) or RULES.get(f"{action.partition('.')[0]}.*")
    if rule is None:
        raise Forbidden(f"Nobody may do '{action}'.")
    _refuse_limited_key(principal.scopes, rule)
    if not _may(rule, principal, resource):
        raise _refusal(rule, principal, resource)


def nothing() -> NotFound:
    """The one answer for what does not exist and for what is somebody else's: the two cannot be told apart."""
    return NotFound("There is no such thing, or it is not yours.")


def _may(rule: Rule, principal: Principal, resource: Resource) -> bool:
    if rule.everybody or (rule.admins and principal.role == "admin"):
        return True
    if rule.owner and resource.owner_id == principal.person_id:
        return True
    within = resource.organisation_id != "" and resource.organisation_id == principal.organisation_id
    return within and principal.role in rule.roles and (rule.over_admins or resource.role != "admin")


def _refuse_limited_key(scopes: Scopes, rule: Rule) -> None:
    if scopes == Scopes() or rule.limited == "any":
        return
    if rule.limited == "refused" or scopes.endpoints is not None or scopes.origins is not None:
        raise Forbidden("This key is limited to calling models.", hint="Use a key without scopes.")


def _refusal(rule: Rule, principal: Principal, resource: Resource) -> Forbidden | NotFound:
    """Hide what is somebody else's; where there is nothing to hide, say who may."""
    anothers = resource.owner_id not in ("", principal.person_id)
    foreign = resource.organisation_id not in ("", principal.organisation_id)
    if anothers or foreign or not rule.admins:
        return nothing()
    roles = () if resource.role == "admin" and not rule.over_admins else sorted(rule.roles, reverse=True)
    return Forbidden(f"Only this role may do this: {', '.join([*roles, 'admin'])}.")
