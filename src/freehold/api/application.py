"""The HTTP application: FastAPI, with a short way for the endpoints that carry the traffic.

A POST to an exact path of the OpenAI API needs nothing of FastAPI's: it goes straight to its function. Everything
else – admin API, web app, parameters in paths, other methods – takes FastAPI's way through its routes.
"""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from freehold import __version__
from freehold.api.errors import EXCEPTION_HANDLERS
from freehold.contracts.errors import FreeholdError
from freehold.foundation.edge import RequestEdge, error_response

Endpoint = Callable[[Request], Awaitable[Response]]


class Application(FastAPI):
    """One app whichever way a request takes; both lead through `RequestEdge`."""

    def __init__(self) -> None:
        super().__init__(
            title="Freehold",
            version=__version__,
            docs_url=None,
            redoc_url=None,
            openapi_url=None,
            middleware=[Middleware(RequestEdge)],
            exception_handlers=EXCEPTION_HANDLERS,
        )
        self._direct: dict[str, tuple[Route, Endpoint]] = {}
        self._short_way = RequestEdge(self._answer_directly, quiet=True)  # the ledger keeps them

    def add_wire_routes(self, routes: list[BaseRoute]) -> None:
        """Serve these, in this order, behind what is there."""
        self.router.routes += routes
        for route in routes:
            if isinstance(route, Route) and "{" not in route.path and route.methods == {"POST"}:
                self._direct.setdefault(route.path, (route, route.endpoint))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"] in self._direct:
            await self._short_way(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    async def _answer_directly(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["app"] = self
        scope["route"], endpoint = self._direct[scope["path"]]
        try:
            response = await endpoint(Request(scope, receive, send))
        except FreeholdError as error:
            response = error_response(error)
        await response(scope, receive, send)
