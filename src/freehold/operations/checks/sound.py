"""Whether what speaks, listens and works on sound is installed. Looks for it without importing any."""

from freehold.operations.checks import Check, Finding, fine, warning
from freehold.operations.machine import Machine

ESPEAK = "freehold_espeak"
FIXES = {
    ESPEAK: "`pip install freehold-espeak`; in a working copy, `pip install -e packages/freehold-espeak`",
    "pyrnnoise": "`pip install 'freehold[denoise]'`",
}
OTHERS = "`pip install 'freehold[offline]'`"


async def look(machine: Machine) -> Finding:
    """What is missing of it."""
    if not machine.missing_for_sound:
        return fine("voices, transcribers and effects are installed")
    fixes = dict.fromkeys(FIXES.get(name, OTHERS) for name in machine.missing_for_sound)
    text = f"Speech, transcription or effects will not work: {', '.join(machine.missing_for_sound)} is missing."
    return warning(text, ", ".join(fixes))


CHECK = Check(name="sound", look=look)
