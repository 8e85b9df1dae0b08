"""Options that several commands share."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from freehold.foundation.settings import Settings, config_file, default_data_folder, load


def add_settings_options(parser: argparse.ArgumentParser) -> None:
    """--data and --config."""
    text = f"the data folder (default: {default_data_folder()})"
    parser.add_argument("--data", type=Path, metavar="FOLDER", help=text)
    parser.add_argument("--config", metavar="FILE", help="the settings file (default: freehold.toml, if there is one)")


def read_settings(
    arguments: argparse.Namespace, schemas: Mapping[str, type], overrides: Mapping[str, Any] | None = None
) -> Settings:
    """The settings under these options. Raises `SetupError`."""
    data = arguments.data
    file = config_file(arguments.config, data or default_data_folder())
    given = {"data": str(data.expanduser().absolute()) if data else None}
    return load(schemas, file, given | dict(overrides or {}))
