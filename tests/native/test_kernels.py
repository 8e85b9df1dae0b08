"""Packing and products, compiled apart from the rest: every format on every instruction set that this machine runs."""

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from freehold.native.build import COMMON, COMPILERS, FAST, INSTRUCTION_SETS, SANITIZED, SOURCES

PROGRAM = Path(__file__).with_name("kernels_test.cpp")
UNITS = [
    (PROGRAM, "portable"),
    (SOURCES / "matrix_pack.cpp", "portable"),
    (SOURCES / "dispatch.cpp", "portable"),
    *((SOURCES / "products.cpp", name) for name in INSTRUCTION_SETS),
]
TIMEOUT_SECONDS = 300


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False
    )


@pytest.fixture
def compiler() -> str:
    """Any C++ compiler; the tests are skipped where there is none."""
    found = next(filter(shutil.which, COMPILERS), None)
    if found is None:
        pytest.skip("no C++ compiler")
    return found


@pytest.mark.parametrize("modes", [FAST, SANITIZED], ids=["fast", "sanitized"])
def test_every_format_multiplies_as_its_weights_say_with_equal_bits_everywhere(
    compiler: str, modes: tuple[str, ...], tmp_path: Path
) -> None:
    def compiled(unit: tuple[Path, str]) -> Path:
        source, isa = unit
        target = tmp_path / f"{source.stem}-{isa}.o"
        flags = (*COMMON, *modes, *INSTRUCTION_SETS[isa], f"-DFREEHOLD_ISA={isa}", f"-I{SOURCES}")
        done = _run(compiler, *flags, "-Werror", "-c", source, "-o", target)
        assert done.returncode == 0, done.stderr
        return target

    with ThreadPoolExecutor(2) as pool:
        objects = list(pool.map(compiled, UNITS))
    program = tmp_path / "kernels_test"
    linked = _run(compiler, *modes, *objects, "-o", program)
    assert linked.returncode == 0, linked.stderr
    done = _run(program)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
