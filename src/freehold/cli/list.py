"""`freehold list`: what plug-in folders there are and what is in them, read from their sources without importing any.

A folder is one that some module opens as `Registry("freehold.…", "ATTRIBUTE")`; there is no list of them anywhere.
"""

import argparse
import ast
import difflib
import importlib.util
import json
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import freehold
from freehold.contracts.errors import NotFound

EXAMPLES = """\
  freehold list
  freehold list providers
  freehold list checks --json"""

SOURCES = Path(freehold.__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginFolder:
    """A registry: the dotted package, what each module of it must define, and the first line of its docstring."""

    package: str
    attribute: str
    meaning: str

    @property
    def name(self) -> str:
        """Its short name, e.g. "providers"."""
        return self.package.rpartition(".")[2]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which folder."""
    parser.add_argument("folder", nargs="?", metavar="FOLDER", help="for instance providers (default: all folders)")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print the folders, or one folder's entries."""
    folders = plugin_folders()
    if arguments.folder is None:
        rows = {_short(folder, folders): folder.meaning for folder in folders}
    else:
        rows = entries(_find(arguments.folder, folders))
    if arguments.json:
        print(
            json.dumps([{"name": name, "meaning": text} for name, text in rows.items()], indent=2, ensure_ascii=False)
        )
        return 0
    width = max((len(name) for name in rows), default=0)
    for name, text in rows.items():
        print(f"{name:{width}}  {text}".rstrip())
    return 0


def plugin_folders() -> list[PluginFolder]:
    """Every plug-in folder of Freehold, by package."""
    found: dict[str, PluginFolder] = {}
    for path in sorted(SOURCES.rglob("*.py")):
        source = path.read_text()
        if "Registry(" not in source:
            continue
        for package, attribute in _registries(ast.parse(source)):
            folder = SOURCES.joinpath(*package.split(".")[1:])
            if folder.is_dir():
                meaning = _first_line(folder / "__init__.py")
                found[package] = PluginFolder(package=package, attribute=attribute, meaning=meaning)
    return sorted(found.values(), key=lambda folder: folder.package)


def entries(folder: PluginFolder) -> dict[str, str]:
    """Each entry's name and the first line of its docstring, third parties' too."""
    place = SOURCES.joinpath(*folder.package.split(".")[1:])
    foreign = {entry.name: _first_line(_foreign_source(entry)) for entry in entry_points(group=folder.package)}
    modules = [module for module in pkgutil.iter_modules([str(place)]) if not module.name.startswith("_")]
    own = {module.name: _first_line(place / f"{module.name}.py") for module in modules if not module.ispkg}
    return dict(sorted((foreign | own).items()))


def _registries(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Registry":
            texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            if len(texts) == 2 and all(isinstance(text, str) for text in texts):
                yield str(texts[0]), str(texts[1])


def _find(name: str, folders: list[PluginFolder]) -> PluginFolder:
    """By the end of the dotted name. Raises `NotFound` for none and for several."""
    found = [folder for folder in folders if f".{folder.package}".endswith(f".{name}")]
    if len(found) == 1:
        return found[0]
    if found:
        raise NotFound(f"Several folders are called '{name}'.", hint=_listed([folder.package for folder in found]))
    known = [_short(folder, folders) for folder in folders]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean '{near[0]}'?" if near else _listed(known)
    raise NotFound(f"There is no plug-in folder '{name}'.", hint=hint)


def _listed(names: list[str]) -> str:
    return f"Known: {', '.join(names)}."


def _short(folder: PluginFolder, folders: list[PluginFolder]) -> str:
    """The last part of the name, or all after "freehold." where that would fit two folders."""
    alone = sum(other.name == folder.name for other in folders) == 1
    return folder.name if alone else folder.package.removeprefix(f"{freehold.__name__}.")


def _source(module: Path) -> Path:
    return module / "__init__.py" if module.is_dir() else module.with_suffix(".py")


def _foreign_source(entry: EntryPoint) -> Path | None:
    """Where a third party's module lies. Only the top package is looked up, for looking deeper would import it."""
    top, *rest = entry.module.split(".")
    found = importlib.util.find_spec(top)
    if found is None or found.origin is None:
        return None
    return _source(Path(found.origin).parent.joinpath(*rest)) if rest else Path(found.origin)


def _first_line(path: Path | None) -> str:
    try:
        docstring = ast.get_docstring(ast.parse(path.read_text())) if path else None
    except (OSError, SyntaxError, UnicodeDecodeError):
        docstring = None
    return (docstring or "").partition("\n")[0]
