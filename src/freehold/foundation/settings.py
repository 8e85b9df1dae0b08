"""Settings: frozen dataclasses filled from `freehold.toml` and the environment. Alone reads either.

Each part owns a `settings.py` with one dataclass; its fields are made by `setting(default, meaning)`. A key of part
`gateway` is written `[gateway] connect_timeout_seconds = 5` in the file and
`FREEHOLD_GATEWAY__CONNECT_TIMEOUT_SECONDS=5` in the environment, which wins. The part named "" holds the keys without
a section (`data`, `FREEHOLD_DATA`).
Nothing is read at import; an unknown key stops start-up and names the nearest one.
"""

import dataclasses
import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast, get_type_hints

import msgspec

from freehold.contracts.errors import SetupError

PREFIX = "FREEHOLD_"
HIDDEN = "(set, not shown)"
SECRET_NAME = re.compile(r"(?i)(^|_|-)(key|secret|password|token|hash|authorization|cookie)$")
PASSWORD_IN_URL = re.compile(r"(://[^:@/\s]*):[^\s]*@")
# Read by the Makefile, by `--config`'s default and by `freehold chat`, not by any part.
NOT_SETTINGS = frozenset({"INSTALL_SYSTEM", "CONFIG", "KEY"})

T = TypeVar("T")


def setting(default: T, meaning: str) -> T:
    """A settings field with its default and the sentence that `freehold config explain` prints."""
    if isinstance(default, dict):
        empty = cast(T, default)
        return dataclasses.field(default_factory=lambda: copy(empty), metadata={"meaning": meaning})
    return dataclasses.field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One key: what it is now, who said so, and what it means."""

    key: str
    value: Any
    source: str
    meaning: str


class Settings:
    """All parts' settings, with where each value came from."""

    def __init__(self, parts: Mapping[str, Any], sources: Mapping[str, str], file: Path | None = None) -> None:
        self.file = file
        self._parts = dict(parts)
        self._sources = dict(sources)

    def part(self, schema: type[T]) -> T:
        """The settings object of the given dataclass."""
        return next(value for value in self._parts.values() if isinstance(value, schema))

    def keys(self) -> list[str]:
        """Every key there is, e.g. "gateway.connect_timeout_seconds"."""
        return [_key(part, f.name) for part, value in self._parts.items() for f in dataclasses.fields(value)]

    def explain(self, key: str) -> Explanation:
        """Value, source and meaning of a key, or of the only one with that last part. Raises `SetupError`."""
        ending = [known for known in self.keys() if known.endswith(f".{key}")]
        key = ending[0] if len(ending) == 1 and key not in self.keys() else key
        if key not in self.keys():
            raise SetupError(f"There is no setting '{key}'.", hint=_nearest(key, self.keys()))
        part, _, name = key.rpartition(".")
        value = self._parts[part]
        field = next(f for f in dataclasses.fields(value) if f.name == name)
        meaning = field.metadata.get("meaning", "")
        shown = without_secrets(getattr(value, name), name)
        return Explanation(key=key, value=shown, source=self._sources.get(key, "default"), meaning=meaning)


def without_secrets(value: Any, name: str = "") -> Any:
    """The value as plain data, without keys and the passwords of URLs."""
    plain = msgspec.to_builtins(value)
    if isinstance(plain, dict):
        return {key: without_secrets(inner, str(key)) for key, inner in cast(dict[str, Any], plain).items()}
    if isinstance(plain, list):
        return [without_secrets(inner) for inner in cast(list[Any], plain)]
    if isinstance(plain, str):
        return HIDDEN if plain and SECRET_NAME.search(name) else PASSWORD_IN_URL.sub(r"\1:***@", plain)
    return plain


def load(schemas: Mapping[str, type], file: Path | None = None, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read the file, then the environment, then `overrides` (command-line flags; `None` values are skipped).

    `schemas` maps a part's name to its dataclass. Raises `SetupError` for an unknown key or a value of the wrong type.
    """
    values: dict[str, tuple[Any, str]] = {}
    for key, value in _from_file(file).items():
        values[key] = (value, str(file))
    for key, (value, variable) in _from_environment(schemas).items():
        values[key] = (value, f"environment variable {variable}")
    for key, value in (overrides or {}).items():
        if value is not None:
            values[key] = (value, "command line")
    parts: dict[str, Any] = {part: _build(part, schema, values) for part, schema in schemas.items()}
    known = [_key(part, f.name) for part, schema in schemas.items() for f in dataclasses.fields(schema)]
    for key, (_, source) in values.items():
        if key not in known:
            raise SetupError(f"Unknown setting '{key}' in {source}.", hint=_nearest(key, known))
    return Settings(parts, {key: source for key, (_, source) in values.items()}, file)


def config_file(given: str | None, data: Path | None = None) -> Path | None:
    """The file to read: `--config`, else FREEHOLD_CONFIG, else ./freehold.toml, else the data folder's, else none."""
    named = given or os.environ.get(PREFIX + "CONFIG")
    if named:
        path = Path(named)
        if not path.is_file():
            raise SetupError(f"The settings file {path} does not exist.", hint="Check --config.")
        return path
    candidates = [Path("freehold.toml"), *([data / "freehold.toml"] if data else [])]
    return next((path for path in candidates if path.is_file()), None)


def default_data_folder() -> Path:
    """`/var/lib/freehold` as root, else `$XDG_DATA_HOME/freehold`."""
    if os.geteuid() == 0:
        return Path("/var/lib/freehold")
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "freehold"


def child_environment(**extra: str) -> dict[str, str]:
    """The environment for a child process: ours without any Freehold key or secret, and `extra`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return kept | extra


def client_key() -> str:
    """The API key that `freehold chat` shall use, or empty: FREEHOLD_KEY."""
    return os.environ.get(PREFIX + "KEY", "")


def worker_token() -> str:
    """The bearer token a worker was started with, or empty. Handed by environment, so `ps` does not show it."""
    return os.environ.get("WORKER_TOKEN", "")


def watermark_key() -> bytes:
    """The key of the mark on synthesised sound, as a worker was handed it, or empty: FREEHOLD_WATERMARK_KEY, in hex."""
    given = os.environ.get(PREFIX + "WATERMARK_KEY", "")
    try:
        return bytes.fromhex(given)
    except ValueError as error:
        text = "FREEHOLD_WATERMARK_KEY must be hexadecimal."
        raise SetupError(text, hint="Make one: openssl rand -hex 32") from error


def gateway_socket() -> Path | None:
    """Where the server answers its own workers, as a worker was told, or None: FREEHOLD_GATEWAY_SOCKET."""
    given = os.environ.get(PREFIX + "GATEWAY_SOCKET", "")
    return Path(given) if given else None


def _key(part: str, name: str) -> str:
    return f"{part}.{name}" if part else name


def _from_file(file: Path | None) -> dict[str, Any]:
    """Flat keys of a TOML file; a table that is no part stays whole (it is some part's mapping)."""
    if file is None:
        return {}
    try:
        tree = tomllib.loads(file.read_text())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SetupError(
            f"{file} cannot be read: {error}", hint="Mend the file or name another with --config."
        ) from error
    flat: dict[str, Any] = {}
    for part, value in tree.items():
        if isinstance(value, dict):
            table = cast(dict[str, Any], value)
            flat |= {f"{part}.{name}": inner for name, inner in table.items()}
        else:
            flat[part] = value
    return flat


def _from_environment(schemas: Mapping[str, type]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for variable, value in os.environ.items():
        name = variable.removeprefix(PREFIX)
        if name == variable or name in NOT_SETTINGS:
            continue
        part, _, key = name.lower().rpartition("__")
        found[_key(part, key)] = (value, variable)
    return found


def _build(part: str, schema: type[T], values: Mapping[str, tuple[Any, str]]) -> T:
    hints = get_type_hints(schema)
    chosen: dict[str, Any] = {}
    for field in dataclasses.fields(schema):  # type: ignore[arg-type]
        key = _key(part, field.name)
        if key not in values:
            continue
        value, source = values[key]
        try:
            chosen[field.name] = msgspec.convert(_parsed(value, hints[field.name]), hints[field.name], strict=False)
        except msgspec.ValidationError as error:
            raise SetupError(f"Setting '{key}' in {source}: {error}.", hint="Correct the value.") from error
    return schema(**chosen)


def _parsed(value: Any, hint: Any) -> Any:
    """Text from the environment that stands for a mapping or list is JSON."""
    if isinstance(value, str) and value[:1] in "[{" and hint is not str:
        return msgspec.json.decode(value)
    return value


def _nearest(key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.4)
    return f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(known)}."
