"""Whether the memory holds the server and the built-in models with their caches."""

from freehold.contracts.errors import InvalidRequest
from freehold.models import DecoderSpec
from freehold.operations.catalogue.check import check_folder
from freehold.operations.checks import Check, Finding, fine, warning
from freehold.operations.machine import Machine

SERVER_BYTES = 512 << 20  # server and database
WORKER_BYTES = 384 << 20  # a worker before it loads its model
FLOAT_BYTES = 4


async def look(machine: Machine) -> Finding:
    """An estimate from the models' configurations: float32 weights and the key-value cache."""
    needed = SERVER_BYTES + sum(_worker_bytes(machine))
    text = f"{machine.memory_bytes / 2**30:.1f} GiB of memory; the built-in models need {needed / 2**30:.1f}"
    if machine.memory_bytes >= needed:
        return fine(text)
    return warning(f"Only {text}.", "`FREEHOLD_OPERATIONS__CACHE_TOKENS=8192 freehold serve` keeps a smaller cache")


def _worker_bytes(machine: Machine) -> list[int]:
    found: list[int] = []
    for folder in machine.place.builtin_folders():
        try:
            spec = check_folder(folder).spec
        except InvalidRequest:
            spec = None  # the check of the built-in models reports it
        found.append(WORKER_BYTES + (_model_bytes(spec, machine) if spec else 0))
    return found


def _model_bytes(spec: DecoderSpec, machine: Machine) -> int:
    cache = 2 * spec.layers * spec.kv_heads * spec.head_dim * machine.place.cache_tokens
    return FLOAT_BYTES * (spec.parameters + cache)


CHECK = Check(name="memory", look=look)
