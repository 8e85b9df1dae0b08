"""The way of a request that ARCHITECTURE.md draws leads through files that exist and are short."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAX_LINES = 300


def named_files() -> set[Path]:
    """Every `part/file` of the drawing, as a path."""
    drawing = (ROOT / "ARCHITECTURE.md").read_text().partition("## Two planes")[0]
    names = re.findall(r"\b((?:api|gateway|operations|accounts|engine|nn|models|chats)/[a-z_/]+)", drawing)
    return {ROOT / "src" / "freehold" / f"{name}.py" for name in names}


def test_every_file_of_a_requests_way_exists_and_is_short() -> None:
    files = named_files()
    assert len(files) > 20
    for file in files:
        assert file.is_file(), file
        assert len(file.read_text().splitlines()) < MAX_LINES, file
