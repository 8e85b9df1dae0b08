"""Whether PyTorch is installed, which workers of chat models compute with. Does not import it."""

from freehold.operations.checks import Check, Finding, fine, warning
from freehold.operations.machine import Machine


async def look(machine: Machine) -> Finding:
    """Installed or not."""
    if machine.has_torch:
        return fine("PyTorch is installed")
    text = "PyTorch is not installed: local chat models do not run, other providers do."
    return warning(text, "`pip install 'freehold[torch]'`")


CHECK = Check(name="PyTorch", look=look)
