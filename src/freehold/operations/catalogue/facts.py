"""What is known of each model on this machine, for people: sizes, origin, and what is wrong with it if anything."""

from dataclasses import dataclass
from pathlib import Path

from freehold.contracts.errors import InvalidRequest, ModelNotFound
from freehold.operations.catalogue.check import ModelCheck, check_folder
from freehold.operations.catalogue.folders import ModelFolder, read_folder, scan
from freehold.operations.catalogue.record import read_record


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """One model. `parameters` and `context_tokens` are 0 when unknown; `problem` is empty for one that can run.

    `format` says how the weights are stored, e.g. "BF16" or "Q4_K_M".
    """

    name: str
    kind: str
    label: str
    builtin: bool
    architecture: str
    format: str
    parameters: int
    context_tokens: int
    size_bytes: int
    chat_template: bool
    source: str
    revision: str
    path: str
    files: dict[str, str]  # SHA-256 by name, as recorded at import
    problem: str


def all_facts(data: Path) -> list[ModelFacts]:
    """Every model, also those that a server passes over because their configuration is damaged."""
    folders = scan(data)
    found = [facts_of(folder) for folder in folders.values()]
    base = data / "models"
    for path in sorted(base.iterdir()) if base.is_dir() else []:
        if path.is_dir() and not path.name.startswith(".") and path.name not in folders:
            found.append(_unreadable(path))
    return found


def find_facts(data: Path, name: str) -> ModelFacts:
    """One model. Raises `ModelNotFound`."""
    for facts in all_facts(data):
        if facts.name == name:
            return facts
    raise ModelNotFound(f"There is no model '{name}'.", hint="`freehold models list` shows what there is.")


def facts_of(folder: ModelFolder) -> ModelFacts:
    """What the folder's files tell; its weights' headers are checked as at an import."""
    check: ModelCheck | None = None
    problem = ""
    try:
        check = check_folder(folder.path)
    except InvalidRequest as error:
        problem = error.public_message()
    record = read_record(folder.path)
    return ModelFacts(
        name=folder.name,
        kind=folder.kind,
        label=folder.info().label,
        builtin=folder.builtin,
        architecture=check.architecture if check else "",
        format=check.format if check else "",
        parameters=check.spec.parameters if check and check.spec else 0,
        context_tokens=folder.context_length,
        size_bytes=_size(folder.path),
        chat_template=check is not None and check.chat_template,
        source=record.source if record else "",
        revision=record.revision if record else "",
        path=str(folder.path),
        files=dict(record.files) if record else {},
        problem=problem,
    )


def _unreadable(path: Path) -> ModelFacts:
    try:
        read_folder(path)
        problem = "It cannot be used."
    except InvalidRequest as error:
        problem = error.public_message()
    return ModelFacts(
        name=path.name,
        kind="",
        label="",
        builtin=False,
        architecture="",
        format="",
        parameters=0,
        context_tokens=0,
        size_bytes=_size(path),
        chat_template=False,
        source="",
        revision="",
        path=str(path),
        files={},
        problem=problem,
    )


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
