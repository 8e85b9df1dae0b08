"""GET /v1/audio/voices and /v1/audio/voices/{voice}/sample: the voices of all models that the caller may use.

The caller's custom voices come first. Each speech model on this machine then lists its own; their lists follow one
another, in pages that run across models. A sample is spoken, limited and billed as any speech is.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import quote, unquote, urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.api.custom_voices import entries, with_reference
from freehold.api.identify import identify
from freehold.api.relay import Routing, Wanted, as_response, send
from freehold.contracts.audio.voices import is_custom_voice
from freehold.contracts.errors import FreeholdError, InvalidRequest, ModelNotFound, ProviderFailed
from freehold.contracts.identity import Principal
from freehold.contracts.models import LocalPages
from freehold.foundation.edge import JsonResponse
from freehold.gateway.gateway import Gateway
from freehold.gateway.pipeline import Pipeline

DEFAULT_LIMIT, MAX_LIMIT = 100, 1000
FILTERS = ("language", "q", "gender")
SAMPLE = "Hello! This is how I sound when I read something to you."  # where a model says nothing of its own

logger = logging.getLogger(__name__)


class VoicesQuery(msgspec.Struct):
    """The query of the list."""

    model: str | None = None
    language: str | None = None
    q: str | None = None
    gender: str | None = None
    kind: Literal["custom"] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
    after: str | None = None


class SampleQuery(msgspec.Struct):
    """The query of a sample."""

    model: str
    response_format: str = "mp3"


class _Page(msgspec.Struct):
    """A model's own list, as its worker answers."""

    data: list[dict[str, Any]]
    has_more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Speaker:
    """A public model name, and the model of this machine that answers to it."""

    public: str
    local: str


@dataclass(slots=True)
class _Listing:
    """One page across models: `most` voices and one more, by which it is known whether more follow."""

    workers: LocalPages
    filters: Mapping[str, str]
    most: int
    found: list[dict[str, Any]]

    async def add(self, speaker: _Speaker, after: str) -> None:
        """The model's voices behind `after`, as far as there is room. Raises what the worker answers with."""
        while (room := self.most + 1 - len(self.found)) > 0:
            wanted = {**self.filters, "limit": str(min(room, MAX_LIMIT))} | ({"after": after} if after else {})
            page = await _page(self.workers, speaker.local, urlencode(wanted))
            self.found += [_described(voice, speaker.public) for voice in page.data]
            if not page.has_more or not page.data:
                return
            after = str(page.data[-1].get("id", ""))


async def list_voices(request: Request) -> Response:
    """The voices, a page at a time. A model that does not answer is left out, unless it was asked for by its name."""
    principal = await identify(request)
    query = request.query_params
    limit, cursor, named = _limit(query.get("limit")), query.get("after", ""), query.get("model", "")
    speakers = _wanted(list(_speakers(request, principal)), named, query.get("kind", ""))
    filters = {name: value for name in FILTERS if (value := query.get(name))}
    custom: list[dict[str, Any]] = []
    if is_custom_voice(last := cursor.rpartition("/")[2]) or not cursor:
        wanted = {**filters, "model": named, "kind": query.get("kind", "")}
        custom = _entries_behind(await entries(request, principal, wanted), last)
        cursor = ""
    speakers, after = _behind(speakers, cursor)
    listing = _Listing(request.app.state.workers, filters, limit, custom)
    for speaker in speakers:
        try:
            await listing.add(speaker, after)
        except InvalidRequest:
            raise
        except FreeholdError as error:
            if named:
                raise
            logger.warning("a model lists no voices", extra={"model": speaker.local, "error": error.message})
        after = ""
    shown = listing.found[:limit]
    last = f"{quote(shown[-1]['model'], safe='')}/{shown[-1]['id']}" if shown else None
    has_more = len(listing.found) > limit
    return JsonResponse({"object": "list", "data": shown, "has_more": has_more, "last_id": last})


async def sample(request: Request) -> Response:
    """A sentence by the voice, as its model lists one. It is a call of audio/speech, and costs as such."""
    principal = await identify(request)
    query, voice = request.query_params, request.path_params["voice"]
    model = query.get("model")
    if not model:
        raise InvalidRequest("The query names no model.", param="model")
    said = {
        "model": model,
        "input": await _sample_text(request, principal, model, voice),
        "voice": voice,
        "response_format": query.get("response_format") or "mp3",
    }
    routing = Routing(model=model)
    wanted = Wanted(endpoint="audio/speech", body=msgspec.json.encode(said), routing=routing)
    return as_response(await send(request, principal, await with_reference(request, principal, wanted)))


def _limit(given: str | None) -> int:
    if given in (None, ""):
        return DEFAULT_LIMIT
    if given.isascii() and given.isdigit() and 1 <= int(given[:6]) <= MAX_LIMIT:
        return int(given)
    raise InvalidRequest(f"limit must lie between 1 and {MAX_LIMIT}.", param="limit")


def _speakers(request: Request, principal: Principal) -> Iterator[_Speaker]:
    """The speech models that the caller may use and that a worker of this machine answers for."""
    pipeline: Pipeline = request.app.state.gateway
    gateway: Gateway = request.app.state.gateway_admin
    for info in pipeline.models(principal):
        if info.kind == "speech":
            targets = gateway.routes.find(info.id, "audio/speech").targets
            local = next((target.model for target in targets if target.is_local), None)
            if local is not None:
                yield _Speaker(public=info.id, local=local)


def _wanted(speakers: list[_Speaker], named: str, kind: str) -> list[_Speaker]:
    """The models that are listed: the named one, or all; of custom voices alone, none."""
    if kind not in ("", "custom"):
        raise InvalidRequest("kind can only be custom.", param="kind")
    found = [one for one in speakers if named in ("", one.public)]
    if named and not found:
        raise ModelNotFound(f"There is no model '{named}' that lists voices.", param="model")
    return [] if kind else found


def _entries_behind(custom: list[dict[str, Any]], last: str) -> list[dict[str, Any]]:
    """The custom voices behind one of them; none where it has been deleted meanwhile."""
    ids = [entry["id"] for entry in custom]
    if not last:
        return custom
    return custom[ids.index(last) + 1 :] if last in ids else []


def _behind(speakers: list[_Speaker], cursor: str) -> tuple[list[_Speaker], str]:
    """The models to go on with, and the voice of the first behind which to go on."""
    if not cursor:
        return speakers, ""
    model, _, voice = cursor.partition("/")
    names = [one.public for one in speakers]
    if unquote(model) not in names or not voice:
        raise InvalidRequest("after must be the last_id of the page before.", param="after")
    return speakers[names.index(unquote(model)) :], voice


async def _page(workers: LocalPages, model: str, query: str) -> _Page:
    status, _, body = await workers.fetch(model, f"/v1/audio/voices?{query}")
    if status == InvalidRequest.status:
        raise InvalidRequest(f"The model '{model}' takes no such query.", param="after")
    try:
        if status == 200:
            return msgspec.json.decode(body, type=_Page)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProviderFailed(f"The model '{model}' answered with what is no list: {error}.") from error
    raise ProviderFailed(f"The model '{model}' answered {status}.")


def _described(voice: dict[str, Any], model: str) -> dict[str, Any]:
    """A worker's entry under the public name of its model."""
    identifier = str(voice.get("id", ""))
    path = f"/v1/audio/voices/{quote(identifier, safe='')}/sample?model={quote(model, safe='')}"
    return voice | {"id": identifier, "model": model, "sample": path}


async def _sample_text(request: Request, principal: Principal, model: str, voice: str) -> str:
    """What the model lists for the voice to say. Whether the voice can be had at all, the model says itself."""
    local = next((one.local for one in _speakers(request, principal) if one.public == model), None)
    if local is None:
        return SAMPLE
    try:
        page = await _page(request.app.state.workers, local, urlencode({"q": voice, "limit": DEFAULT_LIMIT}))
    except FreeholdError:
        return SAMPLE
    texts = (one.get("sample_text") for one in page.data if one.get("id") == voice)
    return str(next(texts, None) or SAMPLE)


ROUTES = [
    Route("/v1/audio/voices", list_voices),
    Route("/v1/audio/voices/{voice:path}/sample", sample),
]
