"""`python -m freehold.native.build`: compiles the library with this machine's C++ compiler, when its sources changed.

One object per file, and per instruction set for the files that are vectorised; the library chooses at run time.
Without a compiler nothing is built and nothing fails: the numpy executor serves.
"""

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

SOURCES = Path(__file__).parent / "src"
BUILD = Path(__file__).parent / "_build"
COMPILERS = ("c++", "g++", "clang++")
TIMEOUT_SECONDS = 600
COMMON = ("-std=c++20", "-fPIC", "-fvisibility=hidden", "-pthread", "-ffp-contract=off", "-Wall", "-Wextra")
# GCC's own AVX-512 headers set off its warnings of uninitialised values.
COMMON += ("-Wno-uninitialized", "-Wno-maybe-uninitialized")
FAST = ("-O3",)
SANITIZED = ("-O1", "-g", "-fno-omit-frame-pointer", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined")
VECTORISED = ("products.cpp", "vector_rows.cpp", "vector_attention.cpp")
AVX2 = ("-mavx2", "-mfma", "-mf16c")
AVX512 = (*AVX2, *(f"-mavx512{part}" for part in ("f", "bw", "vl", "dq", "vnni", "bf16")))
INSTRUCTION_SETS = {"portable": ()}
if platform.machine() in ("x86_64", "AMD64"):
    INSTRUCTION_SETS |= {"avx2": AVX2, "avx512": AVX512}


class BuildFailed(Exception):
    """The compiler refused; the message is what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One object: a source file and the flags that it is compiled with."""

    source: Path
    name: str
    flags: tuple[str, ...]


def built_path(*, sanitized: bool = False) -> Path:
    """Where the library is once it is built."""
    return BUILD / ("libfreehold-sanitized.so" if sanitized else "libfreehold.so")


def build(*, compiler: str | None = None, sanitized: bool = False) -> str:
    """Compile and link if anything changed, and say in one line what happened. Raises `BuildFailed`."""
    program = compiler or next(filter(shutil.which, COMPILERS), None)
    if program is None or not shutil.which(program):
        return f"No C++ compiler ({compiler or 'c++'}): numpy will serve, slowly. Install g++, then build again."
    library = built_path(sanitized=sanitized)
    modes = SANITIZED if sanitized else FAST
    stamp, fingerprint = library.with_suffix(".stamp"), _fingerprint(program, modes)
    if library.exists() and stamp.exists() and stamp.read_text() == fingerprint:
        return f"{library.name} is up to date."
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        made = _compile(program, modes, Path(folder))
        stamp.unlink(missing_ok=True)
        made.replace(library)
        stamp.write_text(fingerprint)
    return f"Built {library} with {program}."


def _fingerprint(program: str, modes: tuple[str, ...]) -> str:
    """Changes with the sources, the compiler and the flags."""
    version = _run([program, "--version"])
    digest = hashlib.sha256(repr((version, COMMON, modes, VECTORISED, INSTRUCTION_SETS)).encode())
    for source in sorted(SOURCES.iterdir()):
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()


def _units() -> list[Unit]:
    units: list[Unit] = []
    for source in sorted(SOURCES.glob("*.cpp")):
        if source.name not in VECTORISED:
            units.append(Unit(source=source, name=source.stem, flags=("-DFREEHOLD_ISA=portable",)))
            continue
        for isa, flags in INSTRUCTION_SETS.items():
            units.append(Unit(source=source, name=f"{source.stem}-{isa}", flags=(f"-DFREEHOLD_ISA={isa}", *flags)))
    return units


def _compile(program: str, modes: tuple[str, ...], folder: Path) -> Path:
    def compile_unit(unit: Unit) -> str:
        target = str(folder / f"{unit.name}.o")
        _run([program, *COMMON, *modes, *unit.flags, "-c", str(unit.source), "-o", target])
        return target

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        objects = list(pool.map(compile_unit, _units()))
    library = folder / "library.so"
    _run([program, *modes, "-shared", "-pthread", *objects, "-o", str(library)])
    return library


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False)
    if done.returncode != 0:
        raise BuildFailed(f"{' '.join(command)}\n{done.stderr}")
    return done.stdout


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m freehold.native.build", description="Compile the CPU executor.")
    parser.add_argument("--compiler", metavar="PROGRAM", help="the C++ compiler; by default c++, g++ or clang++")
    parser.add_argument("--sanitize", action="store_true", help="check addresses and undefined behaviour, for tests")
    options = parser.parse_args()
    try:
        print(build(compiler=options.compiler, sanitized=options.sanitize))
    except (BuildFailed, subprocess.TimeoutExpired, OSError) as error:
        sys.exit(f"The CPU executor was not built: {error}")


if __name__ == "__main__":
    main()
