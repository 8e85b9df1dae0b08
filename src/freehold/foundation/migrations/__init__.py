"""The database's shape, one numbered step per file in `versions/`. Refuses a database newer than its steps.

Revision ids are numbers ("0001", "0002", …); the number of the last one is the version of the data.
All steps of one upgrade run in the caller's transaction, so they take effect together or not at all.
"""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from freehold.contracts.errors import SetupError


def latest_version() -> int:
    """The version that this Freehold writes."""
    return int(ScriptDirectory.from_config(_config()).get_current_head() or 0)


def current_version(connection: Connection) -> int:
    """The version of the database; 0 when it is empty."""
    return int(MigrationContext.configure(connection).get_current_revision() or 0)


def upgrade(connection: Connection) -> None:
    """Bring the database to `latest_version`, within the connection's transaction. Raises `SetupError`."""
    current, latest = current_version(connection), latest_version()
    if current > latest:
        raise newer_data("The database", current, latest)
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def newer_data(what: str, found: int, known: int) -> SetupError:
    """The refusal to open what a newer Freehold has written."""
    hint = "Install that Freehold again, or restore a backup that was made before it."
    return SetupError(f"{what} has version {found}; this Freehold knows up to version {known}.", hint=hint)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", f"{__name__.replace('.', ':', 1).replace('.', '/')}")
    config.set_main_option("path_separator", "os")
    return config
