"""`python -m bench.peers.build_llama_cpp`: llama.cpp from its PyPI source, for this processor. Builds it only once.

The source is the vendored tree of `llama-cpp-python`'s sdist. Flags: -O3 (Release), -march=native, OpenMP (default).
"""

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from bench.machine import CACHE

FOLDER = CACHE / "llama.cpp"
SOURCE = FOLDER / "source/vendor/llama.cpp"
BIN = FOLDER / "build/bin"
TOOLS = ("llama-bench", "llama-batched-bench", "llama-quantize")
FLAGS = ("-DCMAKE_BUILD_TYPE=Release", "-DGGML_NATIVE=ON", "-DLLAMA_OPENSSL=OFF", "-DGGML_CCACHE=OFF")
LEFT_OUT = ("TESTS", "EXAMPLES", "SERVER", "APP")
PIP = (sys.executable, "-m", "pip")


def tool(name: str) -> Path:
    """The path of one of `TOOLS`, built if it must be."""
    if not all((BIN / each).is_file() for each in TOOLS):
        build()
    return BIN / name


def build() -> None:
    """Fetch the source and compile the tools: some minutes and 0.4 GB."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    print(f"Building llama.cpp in {FOLDER} …", flush=True)
    if not SOURCE.is_dir():
        _fetch()
    cmake, ninja = _program("cmake"), _program("ninja")
    options = [*FLAGS, f"-DCMAKE_MAKE_PROGRAM={ninja}", *(f"-DLLAMA_BUILD_{part}=OFF" for part in LEFT_OUT)]
    build_folder = str(BIN.parent)
    _run([cmake, "-S", str(SOURCE), "-B", build_folder, "-G", "Ninja", *options])
    _run([cmake, "--build", build_folder, "--target", *TOOLS])


def _fetch() -> None:
    name = "llama-cpp-python"
    _run([*PIP, "download", "--quiet", "--no-deps", "--no-binary", name, name, "--dest", str(FOLDER)])
    archive = max(FOLDER.glob("llama_cpp_python-*.tar.gz"))
    with tarfile.open(archive) as packed:
        packed.extractall(FOLDER, filter="data")
    (FOLDER / archive.name.removesuffix(".tar.gz")).rename(FOLDER / "source")


def _program(name: str) -> str:
    """The system's, or else the one that PyPI has."""
    if found := shutil.which(name):
        return found
    _run([*PIP, "install", "--quiet", "--target", str(FOLDER / "tools"), name])
    return str(FOLDER / "tools/bin" / name)


def _run(command: list[str]) -> None:
    log = FOLDER / "build.log"
    with log.open("ab") as output:
        if subprocess.run(command, stdout=output, stderr=subprocess.STDOUT).returncode:
            raise SystemExit(f"llama.cpp could not be built; the reason is at the end of {log}")


if __name__ == "__main__":
    build()
