"""Pulling from a hub on the loopback interface that can break off, redirect, lie about checksums and refuse."""

import asyncio
import hashlib
import json
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from freehold.cli import main
from freehold.contracts.errors import (
    FreeholdError,
    InvalidRequest,
    ModelNotFound,
    ProviderFailed,
    RateLimited,
    SetupError,
    Unauthorized,
)
from freehold.foundation.egress import Egress
from freehold.operations.catalogue.folders import scan
from freehold.operations.catalogue.hub import Hub
from freehold.operations.catalogue.pull import Pull, Wanted
from freehold.operations.catalogue.record import changed_files, read_record
from freehold.operations.catalogue.shelf import Shelf
from gguf_model import make_gguf
from held_clock import HeldClock
from plain_model import make_plain_model, write_config

pytestmark = pytest.mark.network

WEIGHTS = "model.safetensors"


class FakeHub(ThreadingHTTPServer):
    """One repository, `org/tiny`, and a storage host on another port that large files redirect to."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.folder = folder
        self.commit = "c0ffee"
        self.listing: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] = lambda siblings: siblings
        self.break_after: list[int] = []  # bytes after which the next answers of storage break off
        self.statuses: list[tuple[int, str]] = []  # what the next answers are instead, with X-Error-Code
        self.ranges = True
        self.circles = False
        self.storage = ThreadingHTTPServer(("127.0.0.1", 0), Storage)
        self.storage.daemon_threads = True
        self.storage.hub = self  # pyright: ignore[reportAttributeAccessIssue]
        self.seen: list[tuple[str, str, str]] = []  # host's role, path, Authorization
        self.ranges_asked: list[str] = []
        self.sent_bytes = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def siblings(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for path in sorted(self.folder.iterdir()):
            content = path.read_bytes()
            git = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
            sibling: dict[str, Any] = {"rfilename": path.name, "size": len(content), "blobId": git}
            if path.suffix in (".safetensors", ".gguf"):
                sha256 = hashlib.sha256(content).hexdigest()
                sibling["lfs"] = {"sha256": sha256, "size": len(content), "pointerSize": 134}
            found.append(sibling)
        return self.listing(found)

    def asked_for(self, name: str) -> int:
        return sum(path.endswith(f"/{name}") for _, path, _ in self.seen)


class Answer(BaseHTTPRequestHandler):
    server: FakeHub
    role = "hub"

    def do_GET(self) -> None:
        hub = self.server
        path = unquote(urlsplit(self.path).path)
        hub.seen.append((self.role, path, self.headers.get("Authorization", "")))
        if hub.statuses:
            status, code = hub.statuses.pop(0)
            self.answer(status, b"", {"X-Error-Code": code})
        elif path.startswith("/api/models/org/tiny/revision/"):
            self.answer(200, json.dumps({"sha": hub.commit, "siblings": hub.siblings()}).encode(), {})
        elif not path.startswith(f"/org/tiny/resolve/{hub.commit}/"):
            self.answer(404, b"", {"X-Error-Code": "RepoNotFound"})
        elif hub.circles:
            self.answer(302, b"", {"Location": self.path})
        elif path.endswith((".safetensors", ".gguf")):
            name = path.rpartition("/")[2]
            self.answer(302, b"", {"Location": f"http://127.0.0.1:{hub.storage.server_port}/{name}?sig=a%2Bb"})
        else:
            self.answer(200, (hub.folder / path.rpartition("/")[2]).read_bytes(), {})

    def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Storage(Answer):
    role = "storage"

    def do_GET(self) -> None:
        hub: FakeHub = self.server.hub  # pyright: ignore[reportAttributeAccessIssue]
        split = urlsplit(self.path)
        hub.seen.append((self.role, split.path, self.headers.get("Authorization", "")))
        content = (hub.folder / split.path.lstrip("/")).read_bytes()
        asked = self.headers.get("Range", "") if hub.ranges else ""
        hub.ranges_asked.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-") or 0)
        headers = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"} if asked else {}
        headers["Content-Length"] = str(len(content) - start)
        body = content[start:]
        if hub.break_after:
            body = body[: hub.break_after.pop(0)]
        hub.sent_bytes += len(body)
        self.close_connection = True
        self.answer(206 if asked else 200, body, headers)


@pytest.fixture
def hub(tmp_path: Path) -> Generator[FakeHub]:
    server = FakeHub(make_plain_model(tmp_path / "repository"))
    threads = [threading.Thread(target=each.serve_forever, args=(0.02,)) for each in (server, server.storage)]
    for thread in threads:
        thread.start()
    yield server
    for each in (server, server.storage):
        each.shutdown()
        each.server_close()
    for thread in threads:
        thread.join()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
async def egress() -> AsyncGenerator[Egress]:
    opened = Egress(trusted=True)
    yield opened
    await opened.close()


class Client:
    """Pulls `org/tiny` and counts the progress that is shown."""

    def __init__(self, hub: FakeHub, egress: Egress, data: Path) -> None:
        self.hub, self.egress, self.data = hub, egress, data
        self.total = self.done = 0

    async def pull(self, *, tries: int = 1, token: str = "", **wanted: Any) -> Path:
        client = Hub(self.hub.url, self.egress, token=token, pauses_seconds=[0.0] * (tries - 1))
        self.total = self.done = 0
        pull = Pull(client, self.data, HeldClock(), on_total=self.set_total, advance=self.advance)
        return (await pull.run(Wanted(repository="org/tiny", **wanted))).path

    def set_total(self, count: int) -> None:
        self.total = count

    def advance(self, count: int) -> None:
        self.done += count


@pytest.fixture
def client(hub: FakeHub, egress: Egress, data: Path) -> Client:
    return Client(hub, egress, data)


async def test_a_pulled_model_is_there_whole_and_says_where_it_is_from(
    client: Client, hub: FakeHub, data: Path
) -> None:
    (hub.folder / "README.md").write_text("# Tiny")
    (hub.folder / "training.log").write_text("x")
    path = await client.pull(revision="main")
    assert scan(data)["tiny"].path == path
    record = read_record(path)
    assert record is not None
    assert (record.source, record.revision) == (f"{hub.url}/org/tiny", "c0ffee")
    assert set(record.files) == {"config.json", "tokenizer.json", "tokenizer_config.json", "README.md", WEIGHTS}
    assert changed_files(path, record.files) == []
    assert client.done == client.total == (path / WEIGHTS).stat().st_size
    assert Shelf(data).unfinished() == {}


async def test_the_token_goes_to_the_hub_and_not_to_its_storage(client: Client, hub: FakeHub) -> None:
    await client.pull(token="secret")
    sent = {role: authorization for role, _, authorization in hub.seen}
    assert sent == {"hub": "Bearer secret", "storage": ""}


async def test_a_download_that_breaks_off_goes_on_where_it_stopped(client: Client, hub: FakeHub) -> None:
    hub.break_after = [1000, 500]
    path = await client.pull(tries=2)  # progress makes it try as often as it takes
    assert hub.ranges_asked == ["", "bytes=1000-", "bytes=1500-"]
    assert hub.sent_bytes == (path / WEIGHTS).stat().st_size == client.done


async def test_a_later_command_goes_on_with_what_an_earlier_one_left(client: Client, hub: FakeHub, data: Path) -> None:
    hub.break_after = [1000]
    with pytest.raises(ProviderFailed, match="broke off") as caught:
        await client.pull()
    assert "run the command again" in caught.value.hint
    assert "tiny" not in scan(data)
    assert Shelf(data).unfinished()["tiny"] > 1000
    hub.seen.clear()
    path = await client.pull()
    assert hub.ranges_asked == ["", "bytes=1000-"]
    assert hub.asked_for("tokenizer.json") == 0
    record = read_record(path)
    assert record is not None
    assert changed_files(path, record.files) == []
    assert client.done == client.total


async def test_a_branch_that_moved_is_downloaded_anew(client: Client, hub: FakeHub) -> None:
    hub.break_after = [1000]
    with pytest.raises(ProviderFailed):
        await client.pull()
    hub.commit = "beef"
    await client.pull()
    assert hub.ranges_asked == ["", ""]


async def test_a_server_that_ignores_ranges_is_read_from_the_start(client: Client, hub: FakeHub) -> None:
    hub.ranges, hub.break_after = False, [1000]
    path = await client.pull(tries=2)
    assert client.done == (path / WEIGHTS).stat().st_size


async def test_a_wrong_checksum_deletes_the_file_and_shows_no_model(client: Client, hub: FakeHub, data: Path) -> None:
    def lie(siblings: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for sibling in siblings:
            if sibling["rfilename"] == WEIGHTS:
                sibling["lfs"]["sha256"] = "0" * 64
        return siblings

    hub.listing = lie
    with pytest.raises(ProviderFailed, match="is not what the hub lists"):
        await client.pull(tries=3)
    assert "tiny" not in scan(data)
    assert not list((data / "models" / ".partial-tiny").glob(f"{WEIGHTS}*"))
    assert hub.sent_bytes == (hub.folder / WEIGHTS).stat().st_size
    hub.listing = lambda siblings: siblings
    assert (await client.pull()).name == "tiny"


async def test_a_small_file_is_verified_by_its_git_hash(client: Client, hub: FakeHub) -> None:
    hub.listing = lambda siblings: [s | ({"blobId": "0" * 40} if "lfs" not in s else {}) for s in siblings]
    with pytest.raises(ProviderFailed, match=r"config.json is not what the hub lists"):
        await client.pull()


async def test_more_bytes_than_promised_are_not_stored(client: Client, hub: FakeHub, data: Path) -> None:
    hub.listing = lambda siblings: [s | ({"size": 100} if "lfs" in s else {}) for s in siblings]
    with pytest.raises(ProviderFailed, match="is not what the hub lists"):
        await client.pull()
    assert not list((data / "models" / ".partial-tiny").glob(f"{WEIGHTS}*"))


async def test_a_model_that_cannot_run_is_refused_before_its_weights_are_fetched(
    client: Client, hub: FakeHub, data: Path
) -> None:
    write_config(hub.folder, {"model_type": "lama"})
    with pytest.raises(InvalidRequest) as caught:
        await client.pull()
    assert "Did you mean llama" in caught.value.hint
    assert hub.ranges_asked == []
    assert list((data / "models").iterdir()) == []


async def test_pickles_are_refused_by_the_list_alone(client: Client, hub: FakeHub, data: Path) -> None:
    (hub.folder / WEIGHTS).rename(hub.folder / "pytorch_model.bin")
    with pytest.raises(InvalidRequest, match="can run any program"):
        await client.pull()
    assert len(hub.seen) == 1
    assert not (data / "models").exists()


async def test_shards_are_found_by_their_index(client: Client, hub: FakeHub) -> None:
    (hub.folder / WEIGHTS).unlink()
    make_plain_model(hub.folder, shards=3)
    (hub.folder / "consolidated.safetensors").write_bytes(b"x" * 5000)
    path = await client.pull()
    assert len(list(path.glob("model-*-of-00003.safetensors"))) == 3
    assert not (path / "consolidated.safetensors").exists()


@pytest.fixture
def quantised(hub: FakeHub) -> FakeHub:
    """The repository as those who quantise models publish it."""
    for path in hub.folder.iterdir():
        path.unlink()
    make_gguf(hub.folder / "Tiny-Q8_0.gguf", format_name="Q8_0")
    make_gguf(hub.folder / "Tiny-F16.gguf", format_name="F16", parts=2)
    (hub.folder / "README.md").write_text("# Tiny")
    return hub


async def test_of_several_gguf_files_the_wanted_one_is_pulled_and_nothing_else(
    client: Client, quantised: FakeHub, data: Path
) -> None:
    path = await client.pull(file="q8_0")
    assert {each.name for each in path.iterdir()} == {"Tiny-Q8_0.gguf", "freehold.json"}
    assert (path.name, scan(data)["tiny"].context_length) == ("tiny", 128)
    record = read_record(path)
    assert record is not None
    assert record.source == f"{quantised.url}/org/tiny:Tiny-Q8_0.gguf"
    assert changed_files(path, record.files) == []
    assert client.done == client.total == (path / "Tiny-Q8_0.gguf").stat().st_size
    assert (await client.pull(file="Tiny-Q8_0.gguf")).name == "Tiny-Q8_0"


async def test_all_parts_of_a_split_gguf_model_are_pulled(client: Client, quantised: FakeHub) -> None:
    path = await client.pull(file="*F16*")
    assert {each.name for each in path.glob("*.gguf")} == {
        "Tiny-F16-00001-of-00002.gguf",
        "Tiny-F16-00002-of-00002.gguf",
    }


async def test_several_gguf_models_without_a_choice_are_listed(client: Client, quantised: FakeHub) -> None:
    with pytest.raises(InvalidRequest, match=r"Tiny-F16-00001-of-00002\.gguf, Tiny-Q8_0\.gguf") as caught:
        await client.pull()
    assert "--file" in caught.value.hint
    with pytest.raises(InvalidRequest, match="no GGUF file Q4_K_M") as caught:
        await client.pull(file="Q4_K_M")
    assert "Tiny-Q8_0.gguf" in caught.value.hint


async def test_a_gguf_model_that_cannot_run_is_refused_by_its_front(
    client: Client, quantised: FakeHub, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("freehold.operations.catalogue.pull.MAX_HEADER_BYTES", 50_000)
    path = quantised.folder / "Tiny-Q8_0.gguf"
    make_gguf(path, format_name="Q8_0", values={"tokenizer.ggml.pre": "martian", "general.description": "x" * 9_000})
    with pytest.raises(InvalidRequest, match="'martian' is not supported"):
        await client.pull(file="Q8_0")
    assert list((data / "models").iterdir()) == []
    make_gguf(path, format_name="Q8_0")
    pulled = await client.pull(file="Q8_0")
    assert quantised.ranges_asked[-1].startswith("bytes=")
    assert client.done == (pulled / "Tiny-Q8_0.gguf").stat().st_size


async def test_another_file_of_the_repository_does_not_mix_with_what_an_earlier_pull_left(
    client: Client, quantised: FakeHub, data: Path
) -> None:
    quantised.break_after = [1000]
    with pytest.raises(ProviderFailed):
        await client.pull(file="F16")
    assert len(list((await client.pull(file="Q8_0")).iterdir())) == 2


async def test_names_that_lead_out_of_the_folder_are_passed_over(client: Client, hub: FakeHub, data: Path) -> None:
    evil = {"rfilename": "../../evil.json", "size": 2, "blobId": "0" * 40}
    hub.listing = lambda siblings: [*siblings, evil, evil | {"rfilename": "/etc/evil.json"}]
    path = await client.pull()
    assert not [each for each in path.parent.parent.rglob("*evil*")]


async def test_a_cancelled_pull_shows_nothing_and_keeps_what_it_has(
    client: Client, hub: FakeHub, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, hang = threading.Event(), threading.Event()
    answer = Answer.answer

    def slow(self: Answer, status: int, body: bytes, headers: dict[str, str]) -> None:
        if self.role == "storage":
            answer(self, status, body[:1000], headers)
            reached.set()
            hang.wait(10)
        else:
            answer(self, status, body, headers)

    monkeypatch.setattr(Answer, "answer", slow)
    pull = asyncio.ensure_future(client.pull())
    await asyncio.to_thread(reached.wait, 10)
    while client.done < 1000:
        await asyncio.sleep(0.01)
    pull.cancel()
    with pytest.raises(asyncio.CancelledError):
        await pull
    hang.set()
    assert "tiny" not in scan(data)
    assert (data / "models" / ".partial-tiny" / f"{WEIGHTS}.part").stat().st_size == 1000
    Shelf(data).remove("tiny")
    assert Shelf(data).unfinished() == {}


@pytest.mark.parametrize(
    ("status", "code", "kind", "told"),
    [
        (401, "RepoNotFound", ModelNotFound, "a private one needs --token-file"),
        (404, "RevisionNotFound", ModelNotFound, "org/tiny at main"),
        (403, "GatedRepo", Unauthorized, "Accept its terms"),
        (401, "", Unauthorized, "--token-file"),
        (418, "", InvalidRequest, "answers 418"),
    ],
)
async def test_a_refusal_is_told_and_not_tried_again(
    client: Client, hub: FakeHub, status: int, code: str, kind: type[FreeholdError], told: str
) -> None:
    hub.statuses = [(status, code)]
    with pytest.raises(kind) as caught:
        await client.pull(tries=3)
    assert told in caught.value.public_message()
    assert len(hub.seen) == 1


async def test_what_may_pass_is_tried_again_and_then_given_up(client: Client, hub: FakeHub) -> None:
    hub.statuses = [(503, ""), (429, "")]
    assert (await client.pull(tries=3)).name == "tiny"
    hub.statuses = [(429, "")] * 3
    with pytest.raises(RateLimited):
        await client.pull(tries=3, name="other")


async def test_a_hub_that_redirects_in_circles_is_left(client: Client, hub: FakeHub) -> None:
    hub.circles = True
    with pytest.raises(InvalidRequest, match="more than 5 times"):
        await client.pull()


async def test_a_taken_name_is_refused_before_anything_is_asked(client: Client, hub: FakeHub) -> None:
    await client.pull()
    hub.seen.clear()
    with pytest.raises(InvalidRequest, match="already"):
        await client.pull()
    assert hub.seen == []
    await client.pull(replace=True)


async def test_a_hub_without_checksums_or_without_the_api_is_refused(client: Client, hub: FakeHub) -> None:
    hub.listing = lambda siblings: [{"rfilename": sibling["rfilename"]} for sibling in siblings]
    with pytest.raises(InvalidRequest, match="neither size nor checksum"):
        await client.pull()
    hub.listing = lambda siblings: ["no sibling"]  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(InvalidRequest, match="does not answer like a Hugging Face hub"):
        await client.pull()
    with pytest.raises(InvalidRequest, match="no http or https address"):
        Hub("file:///etc", client.egress)


async def test_a_full_disk_is_told_before_the_weights_are_fetched(
    client: Client, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("freehold.operations.catalogue.shelf.SPARE_BYTES", 1 << 60)
    with pytest.raises(SetupError, match="GB free"):
        await client.pull()
    assert hub.ranges_asked == []


def test_the_command_pulls_and_prints_what_came(
    hub: FakeHub, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    token = tmp_path / "token"
    token.write_text("secret\n")
    words = ["models", "pull", "org/tiny@v1", "--hub", hub.url, "--token-file", str(token), "--name", "mine"]
    assert main([*words, "--data", str(data), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["name"], shown["revision"], shown["problem"]) == ("mine", "c0ffee", "")
    assert hub.seen[0] == ("hub", "/api/models/org/tiny/revision/v1", "Bearer secret")


def test_the_command_takes_a_gguf_file_behind_a_colon(
    quantised: FakeHub, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "pull", "org/tiny@v1:Q8_0", "--hub", quantised.url, "--data", str(data), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["name"], shown["format"], shown["problem"]) == ("tiny", "Q8_0", "")
    assert quantised.seen[0][1] == "/api/models/org/tiny/revision/v1"


def test_the_command_tells_a_failure_in_one_line(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "pull", "org/tiny", "--hub", "ftp://x", "--data", str(data)]) == 1
    told = capsys.readouterr().err
    assert told.startswith("freehold: ")
    assert told.count("\n") == 1
