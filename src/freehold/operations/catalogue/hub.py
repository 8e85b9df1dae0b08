"""A model hub that speaks Hugging Face's HTTP API: what a repository holds, and its files, resumed and verified.

Source: `huggingface_hub` (hf_api.py, file_download.py): `GET /api/models/{name}/revision/{revision}?blobs=true` lists
`siblings` with size, git blob id and, for large files, `lfs.sha256`; `GET /{name}/resolve/{revision}/{file}` redirects
to storage. Refuses a file whose content is not what the list promised.
"""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urljoin

import msgspec

from freehold.contracts.errors import (
    FreeholdError,
    InvalidRequest,
    ModelNotFound,
    ProviderFailed,
    ProviderTimeout,
    RateLimited,
    Unauthorized,
    Unavailable,
)
from freehold.foundation.egress import Egress, place_of
from freehold.foundation.http1 import Answer
from freehold.operations.catalogue.files import POOLING
from freehold.operations.catalogue.record import CHUNK_BYTES

PART = ".part"
MAX_REDIRECTS = 5
MAX_LIST_BYTES = 32 << 20
ANSWER_TIMEOUT_SECONDS = 30.0
SILENCE_TIMEOUT_SECONDS = 60.0
PAUSES_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0)
PASSING = (Unavailable, ProviderTimeout, ProviderFailed, RateLimited)

Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class HubFile:
    """One file of a repository. Large files have a SHA-256, small ones the SHA-1 that git gives a blob."""

    name: str
    size_bytes: int
    sha256: str = ""
    git_sha1: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A repository at one commit, so that a branch that moves cannot mix two versions."""

    name: str
    commit: str
    files: dict[str, HubFile] = field(repr=False)


class _Lfs(msgspec.Struct):
    sha256: str


class _Sibling(msgspec.Struct, rename="camel"):
    rfilename: str
    size: int | None = None
    blob_id: str = ""
    lfs: _Lfs | None = None


class _Listing(msgspec.Struct):
    sha: str
    siblings: list[_Sibling] = []


class Hub:
    """One hub. `token` goes to the hub itself and never to a storage host that it redirects to."""

    def __init__(
        self, url: str, egress: Egress, *, token: str = "", pauses_seconds: Sequence[float] = PAUSES_SECONDS
    ) -> None:
        self.url = url.rstrip("/")
        self._home = place_of(self.url).destination
        self._egress = egress
        self._token = token
        self._pauses_seconds = pauses_seconds

    async def repository(self, name: str, revision: str) -> Repository:
        """What the repository holds at `revision`: a branch, tag or commit. Raises `ModelNotFound`, `Unauthorized`."""
        url = f"{self.url}/api/models/{quote(name)}/revision/{quote(revision, safe='')}?blobs=true"
        raw = bytearray()

        async def read() -> None:
            raw.clear()
            async with self._get(url, f"{name} at {revision}") as response:
                async for chunk in response.chunks(SILENCE_TIMEOUT_SECONDS):
                    raw.extend(chunk)
                    if len(raw) > MAX_LIST_BYTES:
                        raise InvalidRequest(f"The hub's list of {name} is too long.")

        await self._persist(read, lambda: 0)
        try:
            listing = msgspec.json.decode(raw, type=_Listing)
        except msgspec.DecodeError as error:
            text = f"{self.url} does not answer like a Hugging Face hub: {error}."
            raise InvalidRequest(text, hint="Check --hub.") from error
        # Files of other folders belong to other formats, and their names may lead out of ours.
        wanted = [each for each in listing.siblings if "/" not in each.rfilename or each.rfilename == POOLING]
        return Repository(name=name, commit=listing.sha, files={each.rfilename: _hub_file(each) for each in wanted})

    async def download(self, repository: Repository, file: HubFile, target: Path, advance: Advance) -> str:
        """Fetch one file to `target`, going on with `<target>.part`; returns its SHA-256.

        Raises `ProviderFailed` when the content is not what the hub promised; the part is deleted then.
        """
        part = target.with_name(target.name + PART)
        if _exists(target):
            advance(file.size_bytes)
            return await _verify(target, file)
        advance(_size(part))
        await self._fetch_to(repository, file, part, file.size_bytes, advance)
        digest = await _verify(part, file)
        part.rename(target)
        return digest

    async def download_front(self, repository: Repository, file: HubFile, target: Path, size_bytes: int) -> Path:
        """Fetch at least the first `size_bytes` of a file, if it has so many, to where `download` goes on with them."""
        part = target.with_name(target.name + PART)
        if _exists(target):
            return target
        await self._fetch_to(repository, file, part, min(size_bytes, file.size_bytes), lambda count: None)
        return part

    async def _fetch_to(self, repository: Repository, file: HubFile, part: Path, end: int, advance: Advance) -> None:
        url = f"{self.url}/{quote(repository.name)}/resolve/{quote(repository.commit, safe='')}/{quote(file.name)}"
        await self._persist(lambda: self._fetch(url, part, file.name, end, advance), lambda: _size(part))

    async def _persist(self, attempt: Callable[[], Awaitable[None]], progress: Callable[[], int]) -> None:
        """Try again after what may pass, with growing pauses; what brought more bytes begins with the shortest."""
        pauses = iter(self._pauses_seconds)
        while True:
            before = progress()
            try:
                return await attempt()
            except PASSING as error:
                if progress() > before:
                    pauses = iter(self._pauses_seconds)
                pause = next(pauses, None)
                if pause is None:
                    raise _given_up(error) from error
            await asyncio.sleep(pause)

    async def _fetch(self, url: str, part: Path, name: str, end: int, advance: Advance) -> None:
        """Fetch a file to `part`, up to byte `end` or a little further."""
        have = _size(part)
        if have >= end:
            _touch(part)  # an empty file needs no request; one that is too long fails verification
            return
        headers = {"Range": f"bytes={have}-"} if have else {}
        async with self._get(url, name, headers) as response:
            resumed = response.status == 206 and response.headers.get("content-range", "").startswith(f"bytes {have}-")
            if have and not resumed:
                advance(-have)
            with part.open("ab" if resumed else "wb") as writing:
                async for chunk in response.chunks(SILENCE_TIMEOUT_SECONDS):
                    writing.write(chunk)
                    advance(len(chunk))
                    if writing.tell() > end:
                        break
                writing.flush()
                os.fsync(writing.fileno())
        if _size(part) < end:
            raise ProviderFailed(f"The download of {name} broke off.")

    @asynccontextmanager
    async def _get(self, url: str, what: str, headers: dict[str, str] | None = None) -> AsyncIterator[Answer]:
        """GET, following at most `MAX_REDIRECTS`; any status but 200 and 206 becomes an error."""
        place = url
        for _ in range(MAX_REDIRECTS + 1):
            sent = dict(headers or {})
            if self._token and place_of(place).destination == self._home:
                sent["Authorization"] = f"Bearer {self._token}"
            answer = self._egress.open("GET", place, headers=sent, timeout_seconds=ANSWER_TIMEOUT_SECONDS)
            async with answer as response:
                if response.status not in (301, 302, 303, 307, 308):
                    if response.status not in (200, 206):
                        raise _refusal(response, what, self.url)
                    yield response
                    return
                place = _redirected(place, response)
        raise InvalidRequest(f"{self.url} redirects more than {MAX_REDIRECTS} times for {what}.", hint="Check --hub.")


def _hub_file(sibling: _Sibling) -> HubFile:
    sha256 = sibling.lfs.sha256 if sibling.lfs else ""
    if sibling.size is None or not (sha256 or sibling.blob_id):
        text = f"The hub tells neither size nor checksum of {sibling.rfilename}."
        raise InvalidRequest(text, hint="Download it by other means and use `freehold models import`.")
    git_sha1 = "" if sha256 else sibling.blob_id
    return HubFile(name=sibling.rfilename, size_bytes=sibling.size, sha256=sha256, git_sha1=git_sha1)


def _redirected(place: str, response: Answer) -> str:
    try:
        target = urljoin(place, response.headers.get("location", ""))
        is_safe = place_of(target).is_tls or not place_of(place).is_tls
    except (ValueError, InvalidRequest) as error:
        raise InvalidRequest(f"{response.host} redirects to no address.", hint="Check --hub.") from error
    if not is_safe:
        raise InvalidRequest(f"{response.host} redirects to an unsafe address.", hint="Check --hub.")
    return target


def _refusal(response: Answer, what: str, hub: str) -> FreeholdError:
    """The error for a status, after the hub's own code where it sends one (`X-Error-Code`)."""
    code, status = response.headers.get("x-error-code", ""), response.status
    if code == "GatedRepo":
        hint = f"Accept its terms on {hub}, and give a token with --token-file."
        return Unauthorized(f"{what} is gated on {hub}.", hint=hint)
    if code in ("RepoNotFound", "RevisionNotFound", "EntryNotFound") or status == 404:
        hint = "Check the spelling; a private one needs --token-file."
        return ModelNotFound(f"{hub} has no {what}.", hint=hint)
    if status in (401, 403):
        return Unauthorized(f"{hub} refuses {what}.", hint="Give a token that may read it with --token-file.")
    if status == 429:
        return RateLimited(f"{hub} asks to wait.", hint="Try again later, or give a token with --token-file.")
    if status >= 500:
        return ProviderFailed(f"{hub} answers {status} for {what}.")
    return InvalidRequest(f"{hub} answers {status} for {what}.")


def _given_up(error: FreeholdError) -> FreeholdError:
    """The error with what a person can do now; what was downloaded is kept."""
    hint = error.hint or "Check the connection and run the command again: it goes on where it stopped."
    return type(error)(error.message, hint=hint)


async def _verify(path: Path, file: HubFile) -> str:
    """The file's SHA-256. Deletes a file with other content than promised and raises `ProviderFailed`."""
    sha256 = hashlib.sha256()
    # Git names a blob by the SHA-1 of a header and its content: an identifier, checked beside TLS.
    git = hashlib.sha1(f"blob {file.size_bytes}\0".encode(), usedforsecurity=False)
    with path.open("rb") as reading:
        while chunk := reading.read(CHUNK_BYTES):
            sha256.update(chunk)
            if file.git_sha1:
                git.update(chunk)
            await asyncio.sleep(0)  # lets Ctrl-C in between
    same = sha256.hexdigest() == file.sha256 if file.sha256 else git.hexdigest() == file.git_sha1
    if same and _size(path) == file.size_bytes:
        return sha256.hexdigest()
    _delete(path)
    text = f"{file.name} is not what the hub lists (checksum or size), so it was deleted."
    raise ProviderFailed(text, hint="Run the command again to download it anew.")


# One download at a time has the event loop to itself, so its small file operations may block.


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _exists(path: Path) -> bool:
    return path.exists()


def _touch(path: Path) -> None:
    path.touch()


def _delete(path: Path) -> None:
    path.unlink()
