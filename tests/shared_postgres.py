"""Databases on the one PostgreSQL that the tests share.

To copy the migrated database takes a hundred times longer than to empty a copy, so copies are lent again and again.
"""

import asyncio
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from freehold.foundation.database import Database, DatabaseSettings
from freehold.foundation.embedded_postgres import EmbeddedPostgres

TEMPLATE = "migrated"
END_SECONDS = 10.0
END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
# Which transaction wrote each entry of the catalogue: another one, or one more or less, and the schema was changed.
# Objects that every database has are numbered below 16384.
BUILD = """
SELECT md5(string_agg(format('%s %s %s', kind, id, version), ',' ORDER BY kind, id, version::text)) FROM (
    SELECT 'class' AS kind, oid AS id, xmin AS version FROM pg_class
    UNION ALL SELECT 'column', attrelid, xmin FROM pg_attribute
    UNION ALL SELECT 'constraint', oid, xmin FROM pg_constraint
    UNION ALL SELECT 'default', oid, xmin FROM pg_attrdef
    UNION ALL SELECT 'function', oid, xmin FROM pg_proc
    UNION ALL SELECT 'index', indexrelid, xmin FROM pg_index
    UNION ALL SELECT 'trigger', oid, xmin FROM pg_trigger
) AS entries WHERE id >= 16384
"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
COUNTERS = "SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL FROM pg_sequences"


class SharedPostgres(EmbeddedPostgres):
    """A server with the migrated database `TEMPLATE`, which lends copies of it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, durable=False)
        self._spare: list[str] = []
        self._copies = 0
        self._rows: dict[str, bytes] = {}
        self._counters: list[tuple[str, int, bool]] = []
        self._build: tuple[str, ...] | None = None

    def prepare(self) -> None:
        """Migrate `TEMPLATE`, and remember what is in it."""
        run_on(self, f"CREATE DATABASE {TEMPLATE}")
        asyncio.run(self._migrate())
        with _connection(self, TEMPLATE) as connection:
            tables = [table for (table,) in connection.execute(TABLES).fetchall()]
            self._rows = {table: _rows_of(connection, table) for table in tables}
            self._counters = connection.execute(COUNTERS).fetchall()
            self._build = connection.execute(BUILD).fetchone()

    async def _migrate(self) -> None:
        database = await Database.open(self.data_folder / "template", external(self, TEMPLATE))
        await database.migrate()
        await database.close()

    @contextmanager
    def lent(self) -> Generator[DatabaseSettings]:
        """A copy of `TEMPLATE` to do with as one likes: one that comes back with another schema is not lent again.

        It is emptied when it is lent the next time, for what outlives the database in a test may still write to it.
        """
        name = self._spare.pop() if self._spare else ""
        if name and not self._is_as_before(name):
            run_on(self, f"DROP DATABASE {name} WITH (FORCE)")
            name = ""
        if not name:
            self._copies += 1
            name = f"lent_{self._copies}"
            run_on(self, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        yield external(self, name)
        self._spare.append(name)

    def _is_as_before(self, name: str) -> bool:
        """End whoever uses it, and put back the template's rows; false where that cannot be done."""
        with _connection(self, name) as connection:
            if not _is_alone(connection) or connection.execute(BUILD).fetchone() != self._build:
                return False
            with connection.transaction():
                connection.execute("SET LOCAL session_replication_role = replica")  # no trigger and no key says no
                for table, rows in self._rows.items():
                    connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
                    with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copy:
                        copy.write(rows)
                for counter in self._counters:
                    connection.execute("SELECT setval(quote_ident(%s)::regclass, %s, %s)", counter)
        return True


def external(server: EmbeddedPostgres, name: str) -> DatabaseSettings:
    """Settings that name one of the server's databases by URL, as if it were an external one."""
    return DatabaseSettings(url=server.url(name).render_as_string(hide_password=False))


def run_on(server: EmbeddedPostgres, statement: str) -> None:
    """One statement on the server's own database."""
    with _connection(server, "postgres") as connection:
        connection.execute(statement.encode())


@contextmanager
def lent_database(server: EmbeddedPostgres) -> Generator[DatabaseSettings]:
    """`SharedPostgres.lent` of the server that the fixture `postgres` gives."""
    assert isinstance(server, SharedPostgres)
    with server.lent() as settings:
        yield settings


def _connection(server: EmbeddedPostgres, name: str) -> psycopg.Connection:
    host = str(server.url().query["host"])
    return psycopg.connect(host=host, user="freehold", dbname=name, autocommit=True)


def _is_alone(connection: psycopg.Connection) -> bool:
    """Whether all others could be ended."""
    deadline = time.monotonic() + END_SECONDS
    while connection.execute(END_OTHERS).fetchall():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def _rows_of(connection: psycopg.Connection, table: str) -> bytes:
    with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as copy:
        return b"".join(bytes(block) for block in copy)
