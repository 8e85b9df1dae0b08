"""Whether a caller may open a realtime session with a model. What a session asks later passes the gateway once more."""

from starlette.requests import HTTPConnection

from freehold.contracts.errors import InvalidRequest
from freehold.contracts.identity import Identity, Principal, Resource
from freehold.gateway.gateway import Gateway
from freehold.gateway.kinds import KINDS
from freehold.gateway.route import AUTO, SMART_ROUTE


def allow_session(request: HTTPConnection, principal: Principal, model: str, endpoint: str) -> None:
    """Return when the caller may, and `model` answers `endpoint`. An empty one leaves the choice to the session.

    Raises `Forbidden`, `ModelNotFound`, and `InvalidRequest` for a model of another kind.
    """
    identity: Identity = request.app.state.accounts
    gateway: Gateway = request.app.state.gateway_admin
    resource = Resource(endpoint="realtime", model=model, origin=request.headers.get("origin"))
    identity.authorize(principal, "call", resource)
    wanted = KINDS.get(endpoint, "chat")
    if not model or (model == AUTO and gateway.routes.is_smart and wanted == SMART_ROUTE.kind):
        return
    gateway.configuration.current.check_tier(principal, model)
    gateway.routes.find(model, endpoint)
    kind = next(info.kind for info in gateway.routes.models() if info.id == model)
    if kind != wanted:
        raise InvalidRequest(f"'{model}' is a model for {kind}; it has no /v1/{endpoint}.", param="model")
