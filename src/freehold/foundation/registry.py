"""A folder is a registry: the module name is the public name. Keeps no central list.

A package folder holds one module per entry, each with the same well-known attribute. Third parties join
through an entry point of the group `freehold.<folder path>` that names such a module.
"""

import difflib
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points
from typing import Any, Generic, TypeVar

from freehold.contracts.errors import NotFound

T = TypeVar("T")


class Registry(Mapping[str, T], Generic[T]):
    """The entries of one plug-in folder, imported on first use.

    `package` is dotted, e.g. "freehold.gateway.providers"; `attribute` is what each module must define.
    """

    def __init__(self, package: str, attribute: str) -> None:
        self.package = package
        self.attribute = attribute
        self._imported: dict[str, T] = {}

    def _modules(self) -> dict[str, str]:
        folder = importlib.import_module(self.package)
        found = {entry.name: entry.value for entry in entry_points(group=self.package)}
        own = (module for module in pkgutil.iter_modules(folder.__path__) if not module.name.startswith("_"))
        # A folder within is a registry of its own.
        return found | {module.name: f"{self.package}.{module.name}" for module in own if not module.ispkg}

    def __getitem__(self, name: str) -> T:
        if name not in self._imported:
            self._imported[name] = self._import(name)
        return self._imported[name]

    def _import(self, name: str) -> T:
        modules = self._modules()
        if name not in modules:
            near = difflib.get_close_matches(name, modules, n=3)
            hint = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(sorted(modules))}."
            raise UnknownEntry(f"No {self.package.rpartition('.')[2].rstrip('s')} is called '{name}'.", hint=hint)
        module: Any = importlib.import_module(modules[name])
        return getattr(module, self.attribute)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._modules()))

    def __len__(self) -> int:
        return len(self._modules())


class UnknownEntry(NotFound, KeyError):
    """A name that no module of the folder has."""

    code = "unknown_entry"

    __str__ = Exception.__str__
