"""Whether the native executor was built, which chat models compute with; without it they run on numpy, slowly."""

from freehold.operations.checks import Check, Finding, fine, warning
from freehold.operations.machine import Machine

BUILD = "`python -m freehold.native.build`"


async def look(machine: Machine) -> Finding:
    """Built or not, and whether it could be."""
    if machine.native_library:
        return fine("built for this machine")
    text = "The native executor is not built: chat models run on numpy, many times slower."
    if machine.compiler:
        return warning(text, BUILD)
    return warning(f"{text} There is no C++ compiler.", f"`apt-get install g++`, then {BUILD}")


CHECK = Check(name="native executor", look=look)
