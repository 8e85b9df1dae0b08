from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.accounts.permissions import RULES, authorize
from freehold.accounts.scopes import check_scopes
from freehold.contracts.errors import Forbidden, InvalidRequest, NotFound
from freehold.contracts.identity import Principal, Resource, Role, Scopes

ACTIONS = sorted(name.replace("*", "anything") for name in RULES)
HOME = "org_home"
MINE = Resource(owner_id="me", organisation_id=HOME)
COLLEAGUES = Resource(owner_id="colleague", organisation_id=HOME)
ADMINS = Resource(owner_id="admin", organisation_id=HOME, role="admin")
ORGANISATIONS = Resource(organisation_id=HOME)
FOREIGN = Resource(owner_id="stranger", organisation_id="org_foreign")
EVERYTHING = Resource()


FULL = Scopes()


def caller(role: Role, scopes: Scopes = FULL) -> Principal:
    return Principal(person_id="me", name="Me", role=role, organisation_id=HOME, scopes=scopes)


def outcome(principal: Principal, action: str, resource: Resource) -> str:
    try:
        authorize(principal, action, resource)
    except NotFound:
        return "hidden"
    except Forbidden:
        return "refused"
    return "allowed"


def outcomes(action: str, resource: Resource) -> str:
    """For member, auditor, manager and admin, by first letters."""
    roles: tuple[Role, ...] = ("member", "auditor", "manager", "admin")
    return "".join(outcome(caller(role), action, resource)[0] for role in roles)


@pytest.mark.parametrize(
    ("action", "resource", "expected"),
    [
        ("keys.create", MINE, "aaaa"),
        ("keys.revoke", COLLEAGUES, "hhaa"),
        ("keys.create", ADMINS, "hhha"),
        ("keys.rotate", ADMINS, "hhha"),
        ("keys.read", ADMINS, "hhaa"),
        ("keys.read", ORGANISATIONS, "rraa"),
        ("keys.revoke", FOREIGN, "hhha"),
        ("people.read", MINE, "aaaa"),
        ("people.read", COLLEAGUES, "haaa"),
        ("people.read", ORGANISATIONS, "raaa"),
        ("people.read", EVERYTHING, "rrra"),
        ("people.change", MINE, "rraa"),
        ("people.change", COLLEAGUES, "hhaa"),
        ("people.change", ADMINS, "hhha"),
        ("people.create", replace(ORGANISATIONS, role="admin"), "rrra"),
        ("people.create", replace(ORGANISATIONS, role="manager"), "rraa"),
        ("people.tier", COLLEAGUES, "hhha"),
        ("people.delete", COLLEAGUES, "hhha"),
        ("teams.read", ORGANISATIONS, "raaa"),
        ("teams.create", ORGANISATIONS, "rraa"),
        ("teams.delete", FOREIGN, "hhha"),
        ("organisations.read", ORGANISATIONS, "aaaa"),
        ("organisations.read", FOREIGN, "hhha"),
        ("organisations.create", EVERYTHING, "rrra"),
        ("audit.read", ORGANISATIONS, "raaa"),
        ("audit.read", EVERYTHING, "rrra"),
        ("usage.read", MINE, "aaaa"),
        ("costs.read", COLLEAGUES, "haaa"),
        ("costs.read", ORGANISATIONS, "raaa"),
        ("costs.read", FOREIGN, "hhha"),
        ("costs.read", EVERYTHING, "rrra"),
        ("gateway.configure", EVERYTHING, "rrra"),
        ("gateway.explain", EVERYTHING, "aaaa"),
        ("voices.use", MINE, "aaaa"),
        ("voices.use", COLLEAGUES, "aaaa"),
        ("voices.use", replace(COLLEAGUES, organisation_id=""), "hhhh"),
        ("voices.use", FOREIGN, "hhhh"),
        ("voices.delete", COLLEAGUES, "hhhh"),
        ("voices.create", MINE, "aaaa"),
        ("voices.review", EVERYTHING, "rrra"),
        ("conversation.read", MINE, "aaaa"),
        ("conversation.read", COLLEAGUES, "hhhh"),
        ("conversation.write", Resource(owner_id=""), "hhhh"),
    ],
)  # fmt: skip
def test_who_may_do_what(action: str, resource: Resource, expected: str) -> None:
    assert outcomes(action, resource) == expected


@pytest.mark.parametrize("action", ["", "nothing", "admin.keys", "gateway", "gateway.stop", "call.more"])
def test_what_no_rule_names_nobody_may(action: str) -> None:
    assert outcomes(action, EVERYTHING) == "rrrr"


@given(st.sampled_from(ACTIONS), st.sampled_from(["member", "auditor", "manager"]), st.sampled_from(get_args(Role)))
def test_nothing_of_another_organisation_is_seen_or_told_of(action: str, role: Role, owner_role: Role) -> None:
    if action == "gateway.explain":
        return
    resource = replace(FOREIGN, role=owner_role)
    assert outcome(caller(role), action, resource) == "hidden"


@given(st.sampled_from(ACTIONS), st.sampled_from(get_args(Role)), st.sampled_from([MINE, COLLEAGUES, EVERYTHING]))
def test_a_limited_key_does_nothing_but_call(action: str, role: Role, resource: Resource) -> None:
    if action in ("gateway.explain", "feedback.create", "voices.use", "conversation.anything"):
        return
    for scopes in (Scopes(models=("*",)), Scopes(endpoints=()), Scopes(origins=("https://a.example",))):
        assert outcome(caller(role, scopes), action, resource) == "refused"


def test_conversations_are_open_to_a_key_that_is_limited_by_models_alone() -> None:
    assert outcome(caller("member", Scopes(models=("small",))), "conversation.read", MINE) == "allowed"
    assert outcome(caller("member", Scopes(models=("small",))), "conversation.read", COLLEAGUES) == "hidden"
    assert outcome(caller("member", Scopes(endpoints=("embeddings",))), "conversation.read", MINE) == "refused"
    assert outcome(caller("member", Scopes(origins=("https://a.example",))), "conversation.read", MINE) == "refused"


def call(scopes: Scopes, *, model: str = "small", endpoint: str = "embeddings", origin: str | None = None) -> None:
    authorize(caller("member", scopes), "call", Resource(model=model, endpoint=endpoint, origin=origin))


def test_a_key_without_scopes_calls_everything() -> None:
    call(Scopes())
    call(Scopes(), origin="https://anywhere.example")


def test_a_trailing_star_matches_any_ending_and_nothing_else_does() -> None:
    scopes = Scopes(models=("small-*", "exact"))
    for model in ("small-", "small-1", "exact"):
        call(scopes, model=model)
    for model in ("small", "Small-1", "exact-1", "my-small-1", ""):
        with pytest.raises(Forbidden, match=f"the model '{model}'") as caught:
            call(scopes, model=model)
        assert (caught.value.code, caught.value.param) == ("permission_denied", "model")
        assert "small-*, exact" in caught.value.hint


def test_an_endpoint_out_of_scope_is_named() -> None:
    with pytest.raises(Forbidden, match="the endpoint 'embeddings'"):
        call(Scopes(endpoints=("chat/completions",)))


def test_a_key_for_pages_works_in_those_pages_alone() -> None:
    scopes = Scopes(origins=("https://shop.example",))
    call(scopes, origin="https://shop.example")
    call(scopes, origin="https://SHOP.example")
    for origin in ("https://shop.example.evil.test", "http://shop.example", "null", "", None):
        with pytest.raises(Forbidden):
            call(scopes, origin=origin)


def test_empty_scopes_allow_nothing() -> None:
    for scopes in (Scopes(models=()), Scopes(endpoints=()), Scopes(origins=())):
        with pytest.raises(Forbidden):
            call(scopes, origin="https://a.example")


@pytest.mark.parametrize(
    "scopes",
    [
        Scopes(models=("a*b",)),
        Scopes(models=("",)),
        Scopes(models=("a\x00",)),
        Scopes(models=tuple(str(number) for number in range(101))),
        Scopes(endpoints=("/v1/chat/completions",)),
        Scopes(endpoints=("v1/embeddings",)),
        Scopes(endpoints=("Embeddings",)),
        Scopes(origins=("shop.example",)),
        Scopes(origins=("https://shop.example/path",)),
        Scopes(origins=("https://*.example",)),
    ],
)
def test_scopes_that_could_never_match_are_refused(scopes: Scopes) -> None:
    with pytest.raises(InvalidRequest):
        check_scopes(scopes)


@given(st.lists(st.from_regex(r"[a-z][a-z0-9.-]{0,20}\*?", fullmatch=True), max_size=5), st.text(max_size=20))
def test_a_model_is_covered_when_a_pattern_says_so(patterns: list[str], model: str) -> None:
    scopes = check_scopes(Scopes(models=tuple(patterns)))
    expected = any(model.startswith(one[:-1]) if one.endswith("*") else one == model for one in patterns)
    asked = outcome(caller("member", scopes), "call", Resource(model=model, endpoint="embeddings"))
    assert (asked == "allowed") is expected
