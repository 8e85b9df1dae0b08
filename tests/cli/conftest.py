import uuid
from collections.abc import Generator
from pathlib import Path

import pytest

from freehold.foundation.embedded_postgres import EmbeddedPostgres
from shared_postgres import external, run_on


@pytest.fixture
def database_options(postgres: EmbeddedPostgres, tmp_path: Path) -> Generator[list[str]]:
    """Command-line options for an empty database and a data folder of one's own."""
    name = f"test_{uuid.uuid4().hex}"
    run_on(postgres, f"CREATE DATABASE {name}")
    config = tmp_path / "freehold.toml"
    config.write_text(f'[database]\nurl = "{external(postgres, name).url}"\n')
    yield ["--config", str(config), "--data", str(tmp_path / "data")]
    run_on(postgres, f"DROP DATABASE {name} WITH (FORCE)")
