"""The footprint report: what an install weighs, what the control plane takes to start; fails over the stated limits."""

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution

from packaging.requirements import Requirement

MEBIBYTE = 1 << 20
LIMITS_MIB = {"": 400, "offline": 900}
MAX_RESIDENT_MIB = 150
PROBE = """
import resource, time
began = time.perf_counter()
import freehold.cli.serve
seconds = time.perf_counter() - began
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def needed(name: str, extras: frozenset[str], found: set[tuple[str, frozenset[str]]]) -> set[str]:
    """The names of all distributions that `name[extras]` brings along, itself included."""
    if (name, extras) in found:
        return set()
    found.add((name, extras))
    try:
        requirements = distribution(name).requires or []
    except PackageNotFoundError:
        return set()
    names = {name}
    for line in requirements:
        requirement = Requirement(line)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras | {""}):
            names |= needed(requirement.name.lower().replace("_", "-"), frozenset(requirement.extras), found)
    return names


def size_mib(name: str) -> float:
    """What a distribution's files weigh."""
    files = distribution(name).files or []
    return sum(path.stat().st_size for file in files if (path := file.locate()).is_file()) / MEBIBYTE  # pyright: ignore[reportAttributeAccessIssue]


def main() -> int:
    """Print sizes, import time and memory; 1 when over a limit."""
    failed = False
    for extra, limit in LIMITS_MIB.items():
        names = needed("freehold", frozenset({extra} if extra else ()), set()) - {"freehold"}
        total = sum(size_mib(name) for name in names)
        shown = f"freehold[{extra}]" if extra else "freehold"
        print(f"{shown}: {len(names)} distributions, {total:.0f} MiB (limit {limit})")
        failed |= total > limit
    seconds, resident = map(float, subprocess.check_output([sys.executable, "-c", PROBE], text=True).split())
    print(f"control plane: imports in {seconds:.2f} s, {resident:.0f} MiB resident (limit {MAX_RESIDENT_MIB})")
    return int(failed or resident > MAX_RESIDENT_MIB)


if __name__ == "__main__":
    sys.exit(main())
