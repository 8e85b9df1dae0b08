"""A folder is a registry: its files are its entries, third parties join by entry point, slips are corrected."""

import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from freehold.api.admin import ROUTERS
from freehold.api.openai import ENDPOINTS
from freehold.api.web import PAGES
from freehold.contracts.errors import NotFound
from freehold.foundation.registry import Registry, UnknownEntry
from freehold.gateway.route import PROVIDERS
from freehold.models import MODELS

SHELF = "planted_shelf"


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Path]:
    """An importable folder with the entries `apple` and `pear`."""
    folder = tmp_path / SHELF
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "apple.py").write_text("FRUIT = 'an apple'\n")
    (folder / "pear.py").write_text("FRUIT = 'a pear'\n")
    (folder / "_basket.py").write_text("FRUIT = 'no entry'\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    for name in [name for name in sys.modules if name.startswith("planted_")]:
        del sys.modules[name]


@pytest.fixture
def fruits(shelf: Path) -> Registry[str]:
    return Registry(SHELF, "FRUIT")


def publish(site: Path, name: str, module: str) -> None:
    """Install a third party's distribution that claims an entry of the shelf."""
    metadata = site / f"{module}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[{SHELF}]\n{name} = {module}\n")
    (site / f"{module}.py").write_text("FRUIT = 'from afar'\n")


def test_every_file_but_the_private_ones_is_an_entry(fruits: Registry[str]) -> None:
    assert list(fruits) == ["apple", "pear"]
    assert len(fruits) == 2
    assert fruits["pear"] == "a pear"
    assert "_basket" not in fruits


def test_an_entry_is_imported_when_it_is_used_and_not_before(shelf: Path, fruits: Registry[str]) -> None:
    (shelf / "broken.py").write_text("raise RuntimeError('imported')\n")
    assert "broken" in list(fruits)
    assert fruits["apple"] == "an apple"
    with pytest.raises(RuntimeError, match="imported"):
        fruits["broken"]


def test_an_unknown_name_is_answered_with_the_nearest_ones(fruits: Registry[str]) -> None:
    with pytest.raises(UnknownEntry) as found:
        fruits["aple"]
    assert found.value.hint == "Did you mean apple?"
    assert "'aple'" in found.value.message
    with pytest.raises(UnknownEntry) as found:
        fruits["zzz"]
    assert found.value.hint == "Known: apple, pear."


def test_an_unknown_entry_is_a_404_and_a_missing_key(fruits: Registry[str]) -> None:
    assert issubclass(UnknownEntry, NotFound)
    assert fruits.get("aple") is None
    with pytest.raises(KeyError, match="No planted_shelf is called 'aple'"):
        fruits["aple"]


def test_third_parties_join_by_entry_point(shelf: Path, fruits: Registry[str]) -> None:
    publish(shelf.parent, "plum", "planted_plum")
    assert list(fruits) == ["apple", "pear", "plum"]
    assert fruits["plum"] == "from afar"


def test_a_third_party_cannot_take_the_place_of_our_own(shelf: Path, fruits: Registry[str]) -> None:
    publish(shelf.parent, "apple", "planted_impostor")
    assert fruits["apple"] == "an apple"


@pytest.mark.parametrize(
    "registry", [ENDPOINTS, MODELS, PAGES, PROVIDERS, ROUTERS], ids=lambda registry: registry.package
)
def test_every_file_of_our_registries_is_a_working_entry(registry: Registry[Any]) -> None:
    assert len(registry) > 0
    assert all(registry[name] is not None for name in registry)
