"""Runs one command's module in this process, and reads what it prints."""

import argparse
import json
from types import ModuleType
from typing import Any

import pytest


def run(module: ModuleType, *words: str) -> int:
    """Its exit status. Raises what it refuses with."""
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)
    return module.run(parser.parse_args(words))


def told(capsys: pytest.CaptureFixture[str], module: ModuleType, *words: str) -> Any:
    """What it prints as JSON."""
    capsys.readouterr()
    assert run(module, *words, "--json") == 0
    return json.loads(capsys.readouterr().out)
