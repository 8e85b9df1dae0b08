"""What `/v1/usage` and `/v1/costs` are asked: whose rows of the ledger, of which time, in which groups.

Callers see their own requests unless they name somebody else, for which `authorize` must allow it.
"""

import math
from datetime import UTC, datetime
from typing import Annotated, Literal, TypeVar

import msgspec
from starlette.requests import Request

from freehold.accounts.identity import Accounts
from freehold.accounts.keys import Keys
from freehold.accounts.organisations import Teams
from freehold.accounts.people import People
from freehold.api.paging import reach
from freehold.contracts.errors import InvalidRequest, NotFound
from freehold.contracts.identity import Principal, Resource
from freehold.foundation.clock import SystemClock
from freehold.gateway.store import UsageQuery

GROUPS = ("model", "provider", "key_id", "person_id", "team_id", "tier", "endpoint")
BUCKET_SECONDS = {"1h": 3600, "1d": 86_400}
MAX_BUCKETS = 10_000
DEFAULT_SECONDS = 30 * 86_400
YEAR_9999 = 253_370_764_800  # the last that a timestamp here may be in
EVERYBODY = "*"

Id = Annotated[str, msgspec.Meta(max_length=200)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=1000)]


class Parameters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The query of a report. Times are ISO dates in UTC or unix seconds; `end` is excluded.

    `organisation_id` may be "*" for the whole installation. `group_by` holds names between commas. `page` is the
    `next_page` of the page before. `limit` counts buckets; a CSV without one is whole.
    """

    start: str = ""
    end: str = ""
    bucket: Literal["1h", "1d"] = "1d"
    group_by: str = ""
    organisation_id: Id | None = None
    team_id: Id | None = None
    person_id: Id | None = None
    key_id: Id | None = None
    model: Id | None = None
    limit: Limit | None = None
    page: Annotated[int, msgspec.Meta(ge=0, lt=YEAR_9999)] = 0
    format: Literal["json", "csv"] | None = None


P = TypeVar("P", bound=Parameters)


def read_parameters(request: Request, schema: type[P]) -> P:
    """The query as a struct. Raises `InvalidRequest` that names the parameter."""
    given = dict(request.query_params)
    if "group_by" in given:
        given["group_by"] = ",".join(request.query_params.getlist("group_by"))
    try:
        found = msgspec.convert(given, schema, strict=False)
    except msgspec.ValidationError as error:
        _, _, path = str(error).partition(" - at `$")
        hint = f"Known: {', '.join(schema.__struct_fields__)}."
        raise InvalidRequest(f"The query is not valid: {error}.", param=path.strip(".`") or None, hint=hint) from error
    for name in schema.__struct_fields__:
        value = getattr(found, name)
        if isinstance(value, str) and not value.isprintable():
            raise InvalidRequest("There are characters in it that none has.", param=name)
    return found


def wants_csv(request: Request, parameters: Parameters) -> bool:
    """Whether the answer is CSV: `format` goes before the Accept header."""
    if parameters.format is not None:
        return parameters.format == "csv"
    return request.headers.get("accept", "").partition(";")[0].strip() == "text/csv"


async def ledger_query(request: Request, principal: Principal, action: str, asked: Parameters) -> UsageQuery:
    """The rows that are asked for and that `principal` may see. Raises `Forbidden`, `NotFound`, `InvalidRequest`."""
    since, until = _window(asked)
    groups = tuple(dict.fromkeys(name.strip() for name in asked.group_by.split(",") if name.strip()))
    if unknown := [name for name in groups if name not in GROUPS]:
        text = f"Nothing is grouped by '{unknown[0]}'."
        raise InvalidRequest(text, param="group_by", hint=f"Known: {', '.join(GROUPS)}.")
    accounts: Accounts = request.app.state.accounts
    resources = await _resources(accounts, asked)
    for resource in resources or [Resource(owner_id=principal.person_id)]:
        accounts.authorize(principal, action, resource)
    organisation_id = None if asked.organisation_id == EVERYBODY else asked.organisation_id
    return UsageQuery(
        since=since,
        until=until,
        # What somebody used while elsewhere is the business of where that was.
        organisation_id=reach(principal, organisation_id) if resources else None,
        team_id=asked.team_id,
        person_id=asked.person_id if resources else principal.person_id,
        key_id=asked.key_id,
        model=asked.model,
        group_by=groups,
        bucket_seconds=BUCKET_SECONDS[asked.bucket],
    )


async def _resources(accounts: Accounts, asked: Parameters) -> list[Resource]:
    """What permission is needed for: each of those named."""
    named = ((accounts.people, asked.person_id), (accounts.teams, asked.team_id), (accounts.keys, asked.key_id))
    found = [await _resource(part, identifier) for part, identifier in named if identifier is not None]
    if asked.organisation_id is not None:
        everybody = asked.organisation_id == EVERYBODY
        found.append(Resource(organisation_id="" if everybody else asked.organisation_id))
    return found


async def _resource(part: People | Teams | Keys, identifier: str) -> Resource:
    try:
        return (await part.get(identifier)).resource
    except NotFound:
        # Rows outlive who made them; for all but admins, who is gone is like who is somebody else's.
        return Resource(owner_id=identifier)


def _window(asked: Parameters) -> tuple[int, int]:
    """Whole unix seconds, the end excluded."""
    until = math.ceil(_moment(asked.end, "end")) if asked.end else math.ceil(SystemClock().unix_seconds())
    since = math.floor(_moment(asked.start, "start")) if asked.start else max(0, until - DEFAULT_SECONDS)
    if since >= until:
        raise InvalidRequest("The start is not before the end.", param="start", hint="The end is excluded.")
    if until - since > MAX_BUCKETS * BUCKET_SECONDS[asked.bucket]:
        hint = "Begin later, or take bucket=1d."
        raise InvalidRequest(f"This is more than {MAX_BUCKETS} buckets.", param="start", hint=hint)
    return since, until


def _moment(text: str, param: str) -> float:
    """Unix seconds of a number or an ISO 8601 date or time, which is in UTC unless it says otherwise."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = _iso_seconds(text, param)
    if not 0 <= seconds < YEAR_9999:
        raise InvalidRequest("This is no time since 1970.", param=param, hint="Write 2026-01-31, or unix seconds.")
    return seconds


def _iso_seconds(text: str, param: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        hint = "Write 2026-01-31, 2026-01-31T12:00:00Z, or unix seconds."
        raise InvalidRequest(f"'{text[:50]}' is no time.", param=param, hint=hint) from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
