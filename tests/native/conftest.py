"""The library under test: the one that was built, or the one that NATIVE_LIBRARY names (sanitised, for instance)."""

import os
from pathlib import Path

import pytest

from freehold.native.build import build, built_path
from freehold.native.library import Library


@pytest.fixture(scope="session")
def library_file() -> Path:
    """The compiled library; tests are skipped where there is no compiler."""
    named = os.environ.get("NATIVE_LIBRARY")
    if named:
        return Path(named)
    said = build()
    if not built_path().exists():
        pytest.skip(said)
    return built_path()


@pytest.fixture
def library(library_file: Path) -> Library:
    """It, on the best instruction set of this machine."""
    return Library(library_file)
