"""The same tests on a build that checks every address and every undefined operation."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from freehold.native.build import build, built_path

FOLDER = Path(__file__).parent
FILES = ("decoder_stack", "equal_bits", "refusals", "rows", "threads")
# A few formats and kinds stand for the rest: the build is ten times slower.
CHOSEN = "not test_equal_bits or biases or latent or (windows and int8)"


def runtime(name: str) -> str:
    """Where the compiler's sanitizer runtime lies; itself where there is none."""
    return subprocess.run(
        ["c++", f"-print-file-name={name}"], capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_nothing_is_read_or_written_out_of_place() -> None:
    if "NATIVE_LIBRARY" in os.environ:
        pytest.skip("this is that build")
    said = build(sanitized=True)
    if not built_path(sanitized=True).exists():
        pytest.skip(said)
    library = built_path(sanitized=True)
    environment = os.environ | {
        "NATIVE_LIBRARY": str(library),
        "LD_PRELOAD": " ".join(map(runtime, ("libasan.so", "libstdc++.so"))),
        "ASAN_OPTIONS": "detect_leaks=0:allocator_may_return_null=1",
        "UBSAN_OPTIONS": "print_stacktrace=1",
    }
    if not Path(runtime("libasan.so")).is_absolute():
        pytest.skip("The compiler has no libasan.so.")
    files = [str(FOLDER / f"test_{name}.py") for name in FILES]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-k", CHOSEN, *files]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=800, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
