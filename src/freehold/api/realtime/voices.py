"""What a session will speak and listen with starts while its client still connects: nobody waits for it in a turn."""

from starlette.requests import HTTPConnection

from freehold.contracts.identity import Principal
from freehold.contracts.models import LocalNames, LocalSessions

ENDPOINTS = ("audio/speech", "audio/transcriptions")


def begin_voices(request: HTTPConnection, principal: Principal) -> None:
    """Start the models that a session of the caller's asks where it names none. Waits for nothing."""
    names: LocalNames = request.app.state.gateway
    workers: LocalSessions = request.app.state.workers
    for endpoint in ENDPOINTS:
        for name in names.local_names(principal, endpoint)[:1]:
            workers.begin(name.local)
