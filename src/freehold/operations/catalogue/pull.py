"""Bring a model in from a hub: list, download what is needed, check it whole, let it appear at once.

Configuration and tokenizer come first, of a GGUF file its front, so that a model which cannot run is refused before its
weights are fetched.
An interrupted download stays in `.partial-<name>` and is resumed; a refused model leaves nothing.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec

from freehold.contracts.errors import InvalidRequest
from freehold.foundation.clock import Clock
from freehold.models.audio import recognise
from freehold.models.encoders import ENCODERS
from freehold.nn.checkpoint import gguf_kind
from freehold.nn.encoder import read_encoder
from freehold.nn.gguf_file import MAX_HEADER_BYTES, read_gguf
from freehold.nn.gguf_tokenizer import build_tokenizer
from freehold.nn.model_folder import INDEX, gguf_files, gguf_parts, read_json, read_spec, split_stem, weight_files
from freehold.operations.catalogue.check import check_folder, check_tokenizer
from freehold.operations.catalogue.files import small_files
from freehold.operations.catalogue.hub import Hub, Repository
from freehold.operations.catalogue.importing import Imported, clear
from freehold.operations.catalogue.record import ModelRecord, read_record, write_record
from freehold.operations.catalogue.shelf import Shelf

MAX_SMALL_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to pull, and the name it gets here; an empty one means the file's, or the last part of the repository's.

    `file` chooses one GGUF model: a file's name, a pattern, or a part of the name such as "Q4_K_M".
    """

    repository: str
    revision: str = "main"
    file: str = ""
    name: str = ""
    replace: bool = False

    @property
    def local_name(self) -> str:
        """The name of the model on this machine."""
        exact = self.file.endswith(".gguf") and not set("*?[") & set(self.file)
        return self.name or (split_stem(self.file) if exact else self.repository.rpartition("/")[2])


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
        sounding = recognise([name for name in repository.files if is_asked(name, wanted.file)])
        gguf = [] if sounding else choose_gguf(repository.files, wanted.file, source)
        if not gguf and not sounding:
            _refuse_unreadable(repository, source)
        with self._shelf.stage(name, keep_unfinished=True) as partial:
            record = ModelRecord(source=f"{source}:{gguf[0]}" if gguf else source, revision=repository.commit)
            _prepare(partial, record)
            if sounding:
                digests = await self._download_sounding(repository, sounding.files, partial)
            elif gguf:
                digests = await self._download_gguf(repository, gguf, partial)
            else:
                digests = await self._download(repository, source, partial)
            check = check_folder(partial)
            write_record(
                partial, msgspec.structs.replace(record, imported_at=self._clock.unix_seconds(), files=digests)
            )
            path = self._shelf.publish(partial, name)
        return Imported(name=name, path=path, check=check)

    async def _download(self, repository: Repository, source: str, partial: Path) -> dict[str, str]:
        small = [name for name in small_files(repository.files) if _is_small(repository, name)]
        digests = await self._fetch(repository, small, partial)
        _check_configuration(partial)
        index = read_json(partial / INDEX) if INDEX in digests else None
        weights = weight_files(repository.files, index, source)
        self._expect(repository, weights, partial)
        return digests | await self._fetch(repository, weights, partial, self._advance)

    async def _download_sounding(self, repository: Repository, files: Collection[str], partial: Path) -> dict[str, str]:
        """A model that speaks or listens: its own files, and what says where it comes from."""
        besides = [name for name in small_files(repository.files) if _is_small(repository, name)]
        names = list(dict.fromkeys((*files, *besides)))
        self._expect(repository, names, partial)
        return await self._fetch(repository, names, partial, self._advance)

    async def _download_gguf(self, repository: Repository, files: list[str], partial: Path) -> dict[str, str]:
        self._expect(repository, files, partial)
        first = repository.files[files[0]]
        front = await self._hub.download_front(repository, first, partial / first.name, MAX_HEADER_BYTES)
        head = read_gguf(front, size_bytes=first.size_bytes)
        gguf_kind(head)
        build_tokenizer(head.values)
        return await self._fetch(repository, files, partial, self._advance)

    def _expect(self, repository: Repository, weights: list[str], partial: Path) -> None:
        """Refuse weights that the disk does not hold, and tell how many bytes will come."""
        total = sum(repository.files[name].size_bytes for name in weights)
        self._shelf.refuse_full_disk(total - _weight_bytes(partial))
        self._on_total(total)

    async def _fetch(
        self,
        repository: Repository,
        names: list[str],
        partial: Path,
        advance: Callable[[int], None] = lambda count: None,
    ) -> dict[str, str]:
        digests: dict[str, str] = {}
        for name in names:
            (partial / name).parent.mkdir(exist_ok=True)
            digests[name] = await self._hub.download(repository, repository.files[name], partial / name, advance)
        return digests


def choose_gguf(names: Collection[str], wanted: str, place: str) -> list[str]:
    """The files of the GGUF model to pull, in order; none for a repository of safetensors, if none is asked for.

    Raises `InvalidRequest` with what there is when nothing matches, or more than one model.
    """
    if not wanted and any(name.endswith(".safetensors") for name in names):
        return []
    pattern = wanted if wanted.endswith(".gguf") else f"*{wanted}*.gguf"
    found = sorted(name for name in names if fnmatchcase(name.lower(), pattern.lower()))
    if wanted and not found:
        there = ", ".join(sorted(name for name in names if name.endswith(".gguf"))) or "none"
        raise InvalidRequest(f"{place} has no GGUF file {wanted}.", hint=f"There are: {there}.")
    models = {gguf_parts(name)[0] for name in found}
    if len(models) > 1:
        text = f"{place} holds several GGUF models: {', '.join(sorted(models))}."
        raise InvalidRequest(text, hint="Choose one with --file, for instance --file Q4_K_M.")
    return gguf_files(found, place)


def _check_configuration(partial: Path) -> None:
    """Whether what came before the weights tells of a model that can run."""
    kind = str(read_json(partial / "config.json").get("model_type")).replace("-", "_")
    if kind in ENCODERS:
        read_encoder(partial)
    else:
        read_spec(partial)
    check_tokenizer(partial)


def _refuse_unreadable(repository: Repository, source: str) -> None:
    """What the list alone tells: a model needs a configuration and safetensors weights."""
    if "config.json" not in repository.files:
        text = f"{source} has no config.json, so it is no model that runs by itself."
        raise InvalidRequest(text, hint="Adapters and other formats are not read.")
    if INDEX not in repository.files:
        weight_files(repository.files, None, source)


def _weight_bytes(partial: Path) -> int:
    """What an earlier try has downloaded of the weights."""
    found = [*partial.glob("*.safetensors*"), *partial.glob("*.gguf*")]
    return sum(path.stat().st_size for path in found if path.name != INDEX)


def is_asked(name: str, wanted: str) -> bool:
    """Of several models of whisper.cpp in one repository, the one that was named."""
    return not wanted or not fnmatchcase(name, "ggml-*.bin") or wanted in name


def _is_small(repository: Repository, name: str) -> bool:
    return repository.files[name].size_bytes <= MAX_SMALL_BYTES


def _prepare(partial: Path, record: ModelRecord) -> None:
    """Keep what an earlier try downloaded of the same commit, and nothing else."""
    earlier = read_record(partial)
    if earlier is None or (earlier.source, earlier.revision) != (record.source, record.revision):
        clear(partial)
        write_record(partial, record)
