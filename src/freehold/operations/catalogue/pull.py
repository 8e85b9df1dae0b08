"""Bring a model in from a hub: list, download what is needed, check it whole, let it appear at once.

Configuration and tokenizer come first, so that a model which cannot run is refused before its weights are fetched.
An interrupted download stays in `.partial-<name>` and is resumed; a refused model leaves nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from freehold.contracts.errors import InvalidRequest
from freehold.foundation.clock import Clock
from freehold.operations.catalogue.check import check_folder, check_tokenizer, read_spec
from freehold.operations.catalogue.files import INDEX, small_files, weight_files
from freehold.operations.catalogue.folders import read_json
from freehold.operations.catalogue.hub import Hub, Repository
from freehold.operations.catalogue.importing import Imported
from freehold.operations.catalogue.record import ModelRecord, read_record, write_record
from freehold.operations.catalogue.shelf import Shelf

MAX_SMALL_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to pull, and the name it gets here; an empty one means the last part of the repository's."""

    repository: str
    revision: str = "main"
    name: str = ""
    replace: bool = False

    @property
    def local_name(self) -> str:
        """The name of the model on this machine."""
        return self.name or self.repository.rpartition("/")[2]


class Pull:
    """One pull. `on_total` is told the bytes to come once they are known, `advance` each step, also backwards."""

    def __init__(
        self,
        hub: Hub,
        data: Path,
        clock: Clock,
        *,
        on_total: Callable[[int], None] = lambda count: None,
        advance: Callable[[int], None] = lambda count: None,
    ) -> None:
        self._hub = hub
        self._shelf = Shelf(data)
        self._clock = clock
        self._on_total = on_total
        self._advance = advance

    async def run(self, wanted: Wanted) -> Imported:
        """Download, check and publish. Raises what `Hub` and the checks raise."""
        name = wanted.local_name
        self._shelf.refuse_taken(name, replace=wanted.replace)
        repository = await self._hub.repository(wanted.repository, wanted.revision)
        source = f"{self._hub.url}/{repository.name}"
        _refuse_unreadable(repository, source)
        with self._shelf.stage(name, keep_unfinished=True) as partial:
            record = ModelRecord(source=source, revision=repository.commit)
            _prepare(partial, record)
            digests = await self._download(repository, source, partial)
            check = check_folder(partial)
            now = self._clock.unix_seconds()
            record = ModelRecord(source=source, revision=repository.commit, imported_at=now, files=digests)
            write_record(partial, record)
            path = self._shelf.publish(partial, name)
        return Imported(name=name, path=path, check=check)

    async def _download(self, repository: Repository, source: str, partial: Path) -> dict[str, str]:
        small = [name for name in small_files(repository.files) if _is_small(repository, name)]
        digests = await self._fetch(repository, small, partial)
        read_spec(partial)
        check_tokenizer(partial)
        index = read_json(partial / INDEX) if INDEX in digests else None
        weights = weight_files(repository.files, index, source)
        sizes = {name: repository.files[name].size_bytes for name in weights}
        self._shelf.refuse_full_disk(sum(sizes.values()) - _weight_bytes(partial))
        self._on_total(sum(sizes.values()))
        return digests | await self._fetch(repository, weights, partial, self._advance)

    async def _fetch(
        self,
        repository: Repository,
        names: list[str],
        partial: Path,
        advance: Callable[[int], None] = lambda count: None,
    ) -> dict[str, str]:
        return {
            name: await self._hub.download(repository, repository.files[name], partial / name, advance)
            for name in names
        }


def _refuse_unreadable(repository: Repository, source: str) -> None:
    """What the list alone tells: a model needs a configuration and safetensors weights."""
    if "config.json" not in repository.files:
        text = f"{source} has no config.json, so it is no model that runs by itself."
        raise InvalidRequest(text, hint="Adapters and other formats are not read.")
    if INDEX not in repository.files:
        weight_files(repository.files, None, source)


def _weight_bytes(partial: Path) -> int:
    """What an earlier try has downloaded of the weights."""
    return sum(path.stat().st_size for path in partial.glob("*.safetensors*") if path.name != INDEX)


def _is_small(repository: Repository, name: str) -> bool:
    return repository.files[name].size_bytes <= MAX_SMALL_BYTES


def _prepare(partial: Path, record: ModelRecord) -> None:
    """Keep what an earlier try downloaded of the same commit, and nothing else."""
    earlier = read_record(partial)
    if earlier is None or (earlier.source, earlier.revision) != (record.source, record.revision):
        for leftover in partial.iterdir():
            leftover.unlink()
        write_record(partial, record)
