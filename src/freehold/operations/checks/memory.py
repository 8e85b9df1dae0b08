"""Whether the memory holds the server and the built-in models with a usable cache."""

from freehold.contracts.errors import InvalidRequest
from freehold.models import DecoderSpec
from freehold.nn.memory import BITS_PER_WEIGHT, LEAST_CACHE_TOKENS, cache_bytes
from freehold.operations.catalogue.check import check_folder
from freehold.operations.checks import Check, Finding, fine, warning
from freehold.operations.machine import Machine

SERVER_BYTES = 512 << 20  # server and database
WORKER_BYTES = 256 << 20  # a worker before it loads its model


async def look(machine: Machine) -> Finding:
    """An estimate from the models' configurations: weights in 16 bits and the key-value cache."""
    needed = SERVER_BYTES + sum(_worker_bytes(machine))
    text = f"{machine.memory_bytes / 2**30:.1f} GiB of memory; the built-in models need {needed / 2**30:.1f}"
    if machine.memory_bytes >= needed:
        return fine(text)
    return warning(f"Only {text}.", "`FREEHOLD_OPERATIONS__CACHE_TOKENS=2048 freehold serve` keeps a smaller cache")


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
    weights = int(spec.parameters * BITS_PER_WEIGHT["bf16"] / 8)
    return weights + cache_bytes(spec, "f16", machine.place.cache_tokens or LEAST_CACHE_TOKENS)


CHECK = Check(name="memory", look=look)
