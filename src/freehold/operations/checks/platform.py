"""Whether Freehold runs on this kind of machine: Linux with glibc, WSL2, or macOS with a PostgreSQL of its own."""

from freehold.operations.checks import Check, Finding, failed, fine
from freehold.operations.machine import Machine

ARCHITECTURES = ("x86_64", "aarch64", "arm64")


async def look(machine: Machine) -> Finding:
    """System, processor and C library."""
    what = f"{machine.system} {machine.architecture}"
    if machine.architecture not in ARCHITECTURES:
        return failed(f"{what}: only x86-64 and arm64 processors are supported.", "`uname -m` on the machine to use")
    if machine.system == "Linux":
        return _linux(machine, what)
    if machine.system == "Darwin":
        if machine.place.database.url:
            return fine(f"macOS {machine.architecture}, with the PostgreSQL of database.url")
        fix = "`FREEHOLD_DATABASE__URL=postgresql://user:password@host/freehold freehold serve`"
        return failed("macOS has no embedded database.", fix)
    return failed(f"{what} is not supported.", "`wsl --install`, then install Freehold inside WSL2")


def _linux(machine: Machine, what: str) -> Finding:
    if machine.libc != "glibc":
        fix = "Use a distribution with glibc, in a container for instance: `docker run -it debian:stable-slim`"
        return failed(f"{what} without glibc: the database's programs need it.", fix)
    if "Microsoft" in machine.kernel:
        fix = "`wsl --set-version <distribution> 2` in a Windows terminal"
        return failed("WSL1 is not supported: its file locks and sockets differ.", fix)
    return fine(f"{what}, glibc" + (", WSL2" if "microsoft" in machine.kernel else ""))


CHECK = Check(name="platform", look=look)
