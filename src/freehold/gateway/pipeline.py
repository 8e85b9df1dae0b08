"""A request's way through the gateway. Short on purpose: every step is another file's noun."""

from prometheus_client import Counter

from freehold.contracts.identity import Principal
from freehold.contracts.wire import Call, Reply
from freehold.foundation.telemetry import METRICS
from freehold.gateway.route import Routes

CALLS = Counter("freehold_gateway_calls", "Calls sent to providers.", ["endpoint", "model", "status"], registry=METRICS)


class Pipeline:
    """Implements `contracts.wire.ModelGateway`."""

    def __init__(self, routes: Routes) -> None:
        self._routes = routes

    async def send(self, principal: Principal, call: Call) -> Reply:
        """Route the call and start it; the reply's bytes are the provider's."""
        target = await self._routes.find(call.model, call.endpoint)
        reply = await target.provider.send(target.address(call))
        CALLS.labels(call.endpoint, call.model, str(reply.status)).inc()
        return reply
