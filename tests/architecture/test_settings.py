"""One file, one environment, one explanation; a slip of the pen stops start-up and is corrected."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from freehold.app import SCHEMAS
from freehold.contracts.errors import SetupError
from freehold.foundation.settings import PREFIX, child_environment, config_file, load, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Keys without a section."""

    address: str = setting("", "Where it stands.")
    admin_key: str = setting("", "What opens it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Garden:
    """A part."""

    trees: int = setting(3, "How many trees there are.")
    wall_metres: float = setting(1.5, "How high the wall is.")
    open: bool = setting(False, "Whether the gate is open.")
    beds: dict[str, int] = setting({}, "Plants in each bed.")


PARTS: dict[str, type] = {"": House, "garden": Garden}


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "freehold.toml"
    path.write_text('address = "1 Mill Lane"\n[garden]\ntrees = 5\n[garden.beds]\nroses = 12\n')
    return path


def test_a_key_has_its_default_until_somebody_says_otherwise(file: Path) -> None:
    assert load(PARTS).part(Garden) == Garden()
    settings = load(PARTS, file)
    assert settings.part(House).address == "1 Mill Lane"
    assert settings.part(Garden) == Garden(trees=5, beds={"roses": 12})


def test_the_environment_wins_over_the_file_and_the_command_line_over_both(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FREEHOLD_GARDEN__TREES", "7")
    monkeypatch.setenv("FREEHOLD_ADDRESS", "2 Mill Lane")
    settings = load(PARTS, file, {"address": "3 Mill Lane", "garden.open": None})
    assert settings.part(Garden).trees == 7
    assert settings.part(House).address == "3 Mill Lane"
    assert settings.explain("garden.trees").source == "environment variable FREEHOLD_GARDEN__TREES"
    assert settings.explain("garden.beds").source == str(file)
    assert settings.explain("address").source == "command line"
    assert settings.explain("garden.open").source == "default"


def test_text_from_the_environment_becomes_the_keys_own_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FREEHOLD_GARDEN__OPEN", "true")
    monkeypatch.setenv("FREEHOLD_GARDEN__WALL_METRES", "2")
    monkeypatch.setenv("FREEHOLD_GARDEN__BEDS", '{"thyme": 4}')
    assert load(PARTS).part(Garden) == Garden(open=True, wall_metres=2.0, beds={"thyme": 4})


def test_an_unknown_key_stops_and_names_the_nearest(file: Path) -> None:
    file.write_text("[garden]\ntreees = 5\n")
    with pytest.raises(SetupError) as found:
        load(PARTS, file)
    assert found.value.message == f"Unknown setting 'garden.treees' in {file}."
    assert found.value.hint == "Did you mean 'garden.trees'?"


def test_an_unknown_variable_stops_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FREEHOLD_ADRESS", "2 Mill Lane")
    with pytest.raises(SetupError, match="FREEHOLD_ADRESS") as found:
        load(PARTS)
    assert found.value.hint == "Did you mean 'address'?"


def test_variables_of_the_makefile_and_of_other_programs_are_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FREEHOLD_INSTALL_SYSTEM", "0")
    monkeypatch.setenv("GARDEN__TREES", "9")
    assert load(PARTS).part(Garden).trees == 3


@pytest.mark.parametrize(
    ("variable", "key"), [("FREEHOLD_GARDEN__TREES", "garden.trees"), ("FREEHOLD_GARDEN__BEDS", "garden.beds")]
)
def test_a_value_of_the_wrong_type_is_named_with_its_source(
    monkeypatch: pytest.MonkeyPatch, variable: str, key: str
) -> None:
    monkeypatch.setenv(variable, "many")
    with pytest.raises(SetupError, match=f"Setting '{key}' in environment variable {variable}: Expected"):
        load(PARTS)


def test_a_file_that_cannot_be_read_is_named(file: Path, tmp_path: Path) -> None:
    file.write_text("[garden\n")
    with pytest.raises(SetupError, match=r"freehold\.toml cannot be read"):
        load(PARTS, file)
    with pytest.raises(SetupError, match="does not exist"):
        config_file(str(tmp_path / "none.toml"))


def test_the_file_is_the_given_one_else_the_working_folders_else_the_data_folders(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert config_file(None, elsewhere) is None
    assert config_file(None, file.parent) == file
    (elsewhere / "freehold.toml").touch()
    assert config_file(None, file.parent) == Path("freehold.toml")
    monkeypatch.setenv("FREEHOLD_CONFIG", str(file))
    assert config_file(None) == file


def test_an_explanation_has_value_source_and_meaning_but_never_a_key() -> None:
    settings = load(PARTS, None, {"admin_key": "fh-secret", "garden.trees": 4})
    found = settings.explain("garden.trees")
    assert (found.value, found.source, found.meaning) == (4, "command line", "How many trees there are.")
    assert "fh-secret" not in str(settings.explain("admin_key"))
    with pytest.raises(SetupError) as error:
        settings.explain("garden.tree")
    assert error.value.hint == "Did you mean 'garden.trees'?"


def test_every_setting_of_the_server_has_a_meaning() -> None:
    settings = load(SCHEMAS)
    assert all(settings.explain(key).meaning for key in settings.keys())  # noqa: SIM118 - no mapping


def test_a_child_process_gets_no_setting_and_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FREEHOLD_ADMIN_KEY", "fh-secret")
    monkeypatch.setenv("ELSEWHERE", "kept")
    environment = child_environment(EXTRA="given")
    assert "FREEHOLD_ADMIN_KEY" not in environment
    assert (environment["ELSEWHERE"], environment["EXTRA"]) == ("kept", "given")
