"""Whether the web app is built."""

from freehold.operations.checks import Check, Finding, failed, fine
from freehold.operations.machine import Machine


async def look(machine: Machine) -> Finding:
    """Its first page exists."""
    if (machine.place.web / "index.html").is_file():
        return fine("the web app is built")
    return failed("The web app is not built: the server has an API, but no pages.", "`make web`")


CHECK = Check(name="web app", look=look)
