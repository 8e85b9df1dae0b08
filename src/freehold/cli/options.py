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


def add_server_options(parser: argparse.ArgumentParser) -> None:
    """Which running server to ask, and with which key; and the settings, which know its port."""
    parser.add_argument("--url", metavar="URL", help="the server (default: http://127.0.0.1 with the setting api.port)")
    key = parser.add_mutually_exclusive_group()
    key.add_argument("--key", help="an API key; others on this machine may see it, so prefer --key-file")
    key.add_argument("--key-file", type=Path, metavar="FILE", help="a file with an API key")
    add_settings_options(parser)
