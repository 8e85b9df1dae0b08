"""Databases on the one PostgreSQL that the tests share."""

import psycopg

from freehold.foundation.database import DatabaseSettings
from freehold.foundation.embedded_postgres import EmbeddedPostgres


def external(server: EmbeddedPostgres, name: str) -> DatabaseSettings:
    """Settings that name one of the server's databases by URL, as if it were an external one."""
    return DatabaseSettings(url=server.url(name).render_as_string(hide_password=False))


def run_on(server: EmbeddedPostgres, statement: str) -> None:
    """One statement on the server's own database."""
    host = str(server.url().query["host"])
    with psycopg.connect(host=host, user="freehold", dbname="postgres", autocommit=True) as connection:
        connection.execute(statement.encode())
