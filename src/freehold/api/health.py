"""GET /health, /health/live, /health/ready and /metrics. Open: they tell states, no contents."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold import __version__
from freehold.foundation.edge import JsonResponse
from freehold.foundation.telemetry import render_metrics


async def health(request: Request) -> Response:
    """Whether the server lives, is ready, and how each part does; 503 unless ready.

    Models that are loaded when first asked for do not count: one that cannot be loaded is its callers' error.
    """
    database = await request.app.state.database.healthy()
    workers = request.app.state.workers.health()
    ready = database and all(worker["status"] == "ready" or worker["on_demand"] for worker in workers.values())
    parts = {"database": {"status": "ready" if database else "down"}, "workers": workers}
    body = {"status": "ready" if ready else "starting", "live": True, "ready": ready}
    return JsonResponse(body | {"version": __version__, "parts": parts}, status_code=200 if ready else 503)


async def live(request: Request) -> Response:
    """200 as long as the process answers."""
    return JsonResponse({"status": "live"})


async def metrics(request: Request) -> Response:
    """Prometheus metrics of the server and of all its workers."""
    workers = await request.app.state.workers.metrics()
    return Response(render_metrics(workers), media_type="text/plain; version=0.0.4; charset=utf-8")


ROUTES = [
    Route("/health", health),
    Route("/health/live", live),
    Route("/health/ready", health),
    Route("/metrics", metrics),
]
