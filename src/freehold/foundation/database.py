"""The database: a bounded pool of connections to PostgreSQL, embedded in the data folder or given by URL.

Refuses to leak the driver's errors for downtime: they become `Unavailable`. Parts keep their SQL in `store.py`.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import URL, Connection, MetaData, func, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from freehold.contracts.errors import SetupError, Unavailable
from freehold.foundation import migrations
from freehold.foundation.clock import Clock, SystemClock
from freehold.foundation.embedded_postgres import EmbeddedPostgres
from freehold.foundation.settings import setting

MIGRATION_LOCK = 0x46726565  # any number that all Freeholds share
MIGRATION_DEADLINE_SECONDS = 900
KEPT_BACKUPS = 3
WATCH_SECONDS = 1.0

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

T = TypeVar("T")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSettings:
    """The part `database` of the settings."""

    url: str = setting("", "A PostgreSQL to use instead of the embedded one: postgresql://user:password@host/name")
    connections: int = setting(10, "Connections that one process keeps open.")
    extra_connections: int = setting(10, "Connections that it opens besides under load.")
    connect_timeout_seconds: int = setting(5, "How long to wait for a new connection.")
    pool_timeout_seconds: float = setting(10.0, "How long a request waits for a free connection.")
    statement_timeout_seconds: float = setting(30.0, "How long one statement may run.")


class Database:
    """One process's way to PostgreSQL. Open with `open`, end with `close`."""

    def __init__(
        self,
        url: URL,
        *,
        data_folder: Path,
        settings: DatabaseSettings,
        clock: Clock,
        embedded: EmbeddedPostgres | None = None,
    ) -> None:
        self.url = url
        self._data_folder = data_folder.expanduser().resolve()
        self._clock = clock
        self._embedded = embedded
        statement_timeout_ms = int(settings.statement_timeout_seconds * 1000)
        self._engine = create_async_engine(
            url,
            pool_size=settings.connections,
            max_overflow=settings.extra_connections,
            pool_timeout=settings.pool_timeout_seconds,
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": settings.connect_timeout_seconds,
                "options": f"-c statement_timeout={statement_timeout_ms}",
                "application_name": "freehold",
            },
        )

    @classmethod
    async def open(
        cls, data_folder: Path, settings: DatabaseSettings | None = None, clock: Clock | None = None
    ) -> "Database":
        """Start or join the embedded server, or take the URL of the settings. Raises `SetupError`."""
        settings, clock = settings or DatabaseSettings(), clock or SystemClock()
        if settings.url:
            url = _external_url(settings.url)
            return cls(url, data_folder=data_folder, settings=settings, clock=clock)
        embedded = EmbeddedPostgres(data_folder, clock=clock)
        starting = asyncio.ensure_future(asyncio.to_thread(embedded.start))
        try:
            await asyncio.shield(starting)
        except asyncio.CancelledError:
            # The thread that starts PostgreSQL cannot be stopped, so what it starts is stopped afterwards.
            with suppress(SetupError):
                await starting
            await asyncio.to_thread(embedded.stop)
            raise
        return cls(embedded.url(), data_folder=data_folder, settings=settings, clock=clock, embedded=embedded)

    async def close(self) -> None:
        """Close the connections; stop the embedded server unless another process uses it."""
        await self._engine.dispose()
        if self._embedded is not None:
            await asyncio.to_thread(self._embedded.stop)

    @asynccontextmanager
    async def begin(self) -> AsyncGenerator[AsyncConnection]:
        """One transaction: committed at the end, rolled back on any error. Raises `Unavailable`."""
        with _downtime():
            async with self._engine.begin() as connection:
                yield connection

    @asynccontextmanager
    async def connect(self) -> AsyncGenerator[AsyncConnection]:
        """A connection for reading: rolled back at the end. Raises `Unavailable`."""
        with _downtime():
            async with self._engine.connect() as connection:
                yield connection

    async def healthy(self, timeout_seconds: float = 2.0) -> bool:
        """Whether a statement is answered within the deadline."""
        try:
            async with asyncio.timeout(timeout_seconds), self.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except (TimeoutError, Unavailable):
            return False
        return True

    async def keep_alive(self) -> None:
        """Run the embedded server again whenever it has died; never returns. An external one is its operator's."""
        while self._embedded is not None:
            await asyncio.sleep(WATCH_SECONDS)
            if await self.healthy():
                continue
            try:
                await asyncio.to_thread(self._embedded.revive)
            except SetupError as error:
                logger.error("The database could not be started again: %s", error.public_message())

    async def migrate(self) -> None:
        """Bring the data to this Freehold's version, once, however many processes start together.

        An older embedded database is backed up before, and restored when that fails; on an external one
        the whole migration is one transaction. Raises `SetupError`.
        """
        latest = migrations.latest_version()
        version_file = self._data_folder / "VERSION"
        with ExitStack() as stack:
            if self._embedded is not None:
                await asyncio.to_thread(stack.enter_context, self._embedded.lock())
            folder_version = _read_version(version_file)
            if folder_version > latest:
                raise migrations.newer_data(f"The data folder {self._data_folder}", folder_version, latest)
            await self._upgrade_safely(latest)
            if folder_version != latest:
                _write_version(version_file, latest)

    async def _upgrade_safely(self, latest: int) -> None:
        current = await self._run_migration(migrations.current_version)
        if current == latest:
            return
        if current == 0 or self._embedded is None:
            logger.info("Migrating the database to version %d in one transaction, without a backup.", latest)
            await self._run_migration(migrations.upgrade)
            return
        backups = self._data_folder / "backups"
        backup = backups / f"version-{current}-at-{self._clock.unix_seconds():.0f}.dump"
        logger.info("Migrating the database from version %d to %d; backup: %s", current, latest, backup)
        await asyncio.to_thread(self._embedded.dump, backup)
        try:
            await self._run_migration(migrations.upgrade)
        except BaseException:
            logger.error("The migration failed; restoring %s.", backup)
            await self._engine.dispose()
            await asyncio.to_thread(self._embedded.restore, backup)
            raise
        for outdated in sorted(backups.glob("*.dump"), key=lambda path: path.stat().st_mtime)[:-KEPT_BACKUPS]:
            outdated.unlink()

    async def _run_migration(self, step: Callable[[Connection], T]) -> T:
        """One step in a transaction of its own, alone among all processes on this database."""
        try:
            async with self.begin() as connection:
                timeout = f"SET LOCAL statement_timeout = '{MIGRATION_DEADLINE_SECONDS}s'"
                await connection.execute(text(timeout))
                await connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
                return await connection.run_sync(step)
        except Unavailable as error:
            raise SetupError(error.message, hint=error.hint) from error
        except SQLAlchemyError as error:
            reason = str(error).partition("\n")[0]
            raise SetupError(f"The database cannot be migrated: {reason}") from error


@contextmanager
def _downtime() -> Generator[None]:
    """Turn the driver's errors for a database that does not answer into `Unavailable`."""
    try:
        yield
    except PoolTimeout as error:
        raise Unavailable("All connections to the database are busy.", hint="Try again in a moment.") from error
    except DBAPIError as error:
        if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated:
            logger.warning("The database does not answer: %s", str(error.orig).partition("\n")[0])
            raise Unavailable("The database does not answer.", hint="Try again in a moment.") from error
        raise


def _external_url(given: str) -> URL:
    hint = "Write database.url as postgresql://user:password@host:5432/name."
    try:
        url = make_url(given)
    except (ArgumentError, ValueError) as error:
        # The text may hold a password, so it is not repeated.
        raise SetupError("The setting database.url is not a URL.", hint=hint) from error
    if url.drivername not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise SetupError(f"The setting database.url names {url.drivername}, not PostgreSQL.", hint=hint)
    return url.set(drivername="postgresql+psycopg")


def _read_version(file: Path) -> int:
    """The number in the data folder's VERSION file; 0 when there is none."""
    try:
        return int(file.read_text())
    except FileNotFoundError:
        return 0
    except (OSError, ValueError) as error:
        raise SetupError(f"{file} cannot be read: {error}.", hint="It holds one number; restore it.") from error


def _write_version(file: Path, version: int) -> None:
    half_done = file.with_suffix(".part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        half_done.write_text(f"{version}\n")
        half_done.rename(file)
    except OSError as error:
        raise SetupError(f"{file} cannot be written: {error.strerror}.") from error
