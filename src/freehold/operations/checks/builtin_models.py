"""Whether the built-in models are there, whole, and what they were when they were made."""

from pathlib import Path

from freehold.contracts.errors import InvalidRequest
from freehold.operations.catalogue.check import check_folder
from freehold.operations.catalogue.record import changed_files, read_record
from freehold.operations.checks import Check, Finding, failed, fine
from freehold.operations.machine import Machine

FIX = "`pip install --force-reinstall --no-deps freehold`; in a working copy, `git checkout -- src/freehold/builtin`"


async def look(machine: Machine) -> Finding:
    """Headers, tokenizers and recorded checksums of each."""
    folders = machine.place.builtin_folders()
    if not folders:
        return failed("This installation has no built-in models.", FIX)
    problems = [problem for folder in folders if (problem := _problem(folder))]
    if problems:
        return failed(" ".join(problems), FIX)
    return fine(", ".join(folder.name for folder in folders))


def _problem(folder: Path) -> str:
    try:
        check_folder(folder)
        record = read_record(folder)
    except InvalidRequest as error:
        return error.message
    changed = changed_files(folder, record.files) if record else []
    return f"{folder / changed[0]} is not what was shipped." if changed else ""


CHECK = Check(name="built-in models", look=look)
