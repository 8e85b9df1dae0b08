"""A private PostgreSQL inside the data folder, shared by all Freehold processes that use the folder.

Listens on a Unix socket only, never on TCP. Refuses a data folder that the database's own user cannot reach.

    <data>/postgres/            the cluster, and its socket where the path is short and plain
    <data>/postgres.lock        held while one process starts, stops or migrates
    <data>/postgres.holders     held by every process that uses it: who leaves last stops the server
    <data>/postgres-binaries-…  a copy of the programs, where the installed ones cannot be reached
"""

import errno
import fcntl
import logging
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql
from sqlalchemy import URL

from freehold.contracts.errors import SetupError
from freehold.foundation.clock import Clock, SystemClock
from freehold.foundation.postgres_programs import MAJOR_VERSION, PostgresPrograms, PostgresUser
from freehold.foundation.postgres_server import START_DEADLINE_SECONDS, PostgresServer, ticks

DATABASE = "freehold"
LOCK_DEADLINE_SECONDS = 2 * START_DEADLINE_SECONDS
DUMP_DEADLINE_SECONDS = 3600.0

logger = logging.getLogger(__name__)


class EmbeddedPostgres:
    """Starts, shares and stops the server of one data folder. Blocking; every wait has a deadline.

    `durable=False` never waits for the disk: for data that may go when the machine goes, as in tests.
    """

    def __init__(self, data_folder: Path, *, durable: bool = True, clock: Clock | None = None) -> None:
        self.data_folder = data_folder.expanduser().resolve()
        self.cluster = self.data_folder / "postgres"
        self._clock = clock or SystemClock()
        self._durable = durable
        settings = {} if durable else {"fsync": "off", "full_page_writes": "off"}
        self._server = PostgresServer(self.cluster, settings=settings, clock=self._clock)
        self._programs: PostgresPrograms | None = None
        self._socket_folder: Path | None = None
        self._holder: IO[bytes] | None = None

    def start(self) -> None:
        """Make the cluster if there is none; run its server or join the running one. Raises `SetupError`."""
        with self._file_errors():
            user = PostgresUser.find()
            self._prepare_folder(user)
            with self.lock():
                programs = PostgresPrograms.find(user, self.data_folder)
                self._make_cluster(programs)
                self._holder = _lock_file(self.data_folder / "postgres.holders", fcntl.LOCK_SH)
                try:
                    self._programs, self._socket_folder = programs, self._server.run(programs)
                    self._create_database()
                except BaseException:
                    self._leave(self._holder)
                    raise

    def stop(self) -> None:
        """Leave. The last process to leave stops the server."""
        if self._holder is not None:
            with self._file_errors(), self.lock():
                self._leave(self._holder)

    def revive(self) -> None:
        """Run the server again if it has died. Raises `SetupError`."""
        programs, _ = self._started()
        with self._file_errors(), self.lock():
            self._socket_folder = self._server.run(programs)

    def _leave(self, holder: IO[bytes]) -> None:
        holder.close()
        self._holder = None
        try:
            last = _lock_file(self.data_folder / "postgres.holders", fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            logger.info("PostgreSQL keeps running: another process uses %s.", self.data_folder)
            return
        with last:
            self._server.stop()

    @contextmanager
    def lock(self) -> Generator[None]:
        """Keep other processes from starting, stopping or migrating this data folder meanwhile."""
        for _ in ticks(self._clock, LOCK_DEADLINE_SECONDS):
            try:
                held = _lock_file(self.data_folder / "postgres.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                continue
        else:
            raise SetupError(f"Another process has held {self.data_folder / 'postgres.lock'} for minutes.")
        with held:
            yield

    def url(self, database: str = DATABASE) -> URL:
        """Where the running server answers, for SQLAlchemy with psycopg."""
        query = {"host": str(self._started()[1])}
        return URL.create("postgresql+psycopg", username=DATABASE, database=database, query=query)

    def dump(self, path: Path) -> None:
        """Write the whole database to `path`, in pg_dump's custom format."""
        programs, socket_folder = self._started()
        half_done = path.with_suffix(".part")
        arguments = ["--format=custom", f"--host={socket_folder}", f"--username={DATABASE}", DATABASE]
        with self._file_errors():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            with half_done.open("wb") as target:
                programs.run("pg_dump", *arguments, stdout=target, deadline_seconds=DUMP_DEADLINE_SECONDS)
                os.fsync(target.fileno())
            half_done.rename(path)

    def restore(self, path: Path) -> None:
        """Replace the whole database by what `dump` wrote. Ends every connection to it."""
        programs, socket_folder = self._started()
        place = [f"--host={socket_folder}", f"--username={DATABASE}", f"--dbname={DATABASE}"]
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE))
        with self._file_errors(), path.open("rb") as source:
            with self._maintenance_connection() as connection:
                connection.execute(drop)
            self._create_database()
            options = ["--exit-on-error", *place]
            programs.run("pg_restore", *options, stdin=source, deadline_seconds=DUMP_DEADLINE_SECONDS)

    def _started(self) -> tuple[PostgresPrograms, Path]:
        if self._programs is None or self._socket_folder is None:
            raise SetupError("The embedded PostgreSQL has not been started.")
        return self._programs, self._socket_folder

    def _prepare_folder(self, user: PostgresUser) -> None:
        if not self.data_folder.exists():
            self.data_folder.mkdir(parents=True)
            self.data_folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
        closed = user.first_unreachable(self.data_folder)
        if closed is not None:
            hint = f"Run 'chmod o+x {closed}', choose another data folder, or run Freehold without root."
            raise SetupError(f"The database's user '{user.name}' cannot enter {closed}.", hint=hint)

    def _make_cluster(self, programs: PostgresPrograms) -> None:
        version_file = self.cluster / "PG_VERSION"
        if version_file.exists():
            found = version_file.read_text().strip()
            if found != str(MAJOR_VERSION):
                hint = "Dump it with the Freehold that wrote it and restore the dump into a new data folder."
                raise SetupError(f"{self.cluster} is of PostgreSQL {found}, not {MAJOR_VERSION}.", hint=hint)
            return
        logger.info("Creating the database in %s …", self.cluster)
        # A cluster that initdb did not finish must never be found under the final name.
        half_done = self.cluster.with_name("postgres.part")
        shutil.rmtree(half_done, ignore_errors=True)
        half_done.mkdir(mode=0o700)
        os.chown(half_done, programs.user.uid, programs.user.gid)
        access = ["-U", DATABASE, "--auth-local=trust", "--auth-host=reject"]
        # The built-in locale sorts alike on every machine, so indexes survive a move to another one.
        text = [
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        ]
        sync = [] if self._durable else ["--no-sync"]
        options = [*access, *text, *sync]
        programs.run("initdb", "-D", half_done, *options, deadline_seconds=START_DEADLINE_SECONDS)
        half_done.rename(self.cluster)

    def _create_database(self) -> None:
        with self._maintenance_connection() as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    @contextmanager
    def _maintenance_connection(self) -> Generator[psycopg.Connection]:
        """A connection to the server's own database, from where ours can be created and dropped."""
        _, socket_folder = self._started()
        try:
            with psycopg.connect(
                host=str(socket_folder), user=DATABASE, dbname="postgres", autocommit=True, connect_timeout=30
            ) as connection:
                yield connection
        except psycopg.Error as error:
            reason = str(error).partition("\n")[0]
            hint = self._server.log_hint()
            raise SetupError(f"The embedded PostgreSQL refuses: {reason}", hint=hint) from error

    @contextmanager
    def _file_errors(self) -> Generator[None]:
        try:
            yield
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            fix = "Free some disk space" if full else "Give yourself write access to it"
            place = error.filename or self.data_folder
            hint = f"{fix}, or choose another data folder."
            raise SetupError(f"{place}: {error.strerror}.", hint=hint) from error


def _lock_file(path: Path, mode: int) -> IO[bytes]:
    """Open and lock; closing the file, or the end of the process, gives the lock back."""
    # Nobody else may open it: whoever can open a file can hold its lock.
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
    try:
        fcntl.flock(file, mode)
    except BaseException:
        file.close()
        raise
    return file
