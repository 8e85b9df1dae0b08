"""A machine where nothing is right, and one where all is: every check must tell them apart and name the fix."""

import json
import re
import socket
import uuid
from collections.abc import Generator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from freehold.cli import main
from freehold.foundation.database import DatabaseSettings
from freehold.foundation.embedded_postgres import EmbeddedPostgres
from freehold.operations.catalogue.record import ModelRecord, sha256_of, write_record
from freehold.operations.checks import CHECKS, Finding
from freehold.operations.machine import Machine, Place
from plain_model import make_plain_model
from shared_postgres import external, run_on

pytestmark = pytest.mark.network

GIB = 1 << 30


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


class Quiet(BaseHTTPRequestHandler):
    """Answers 501 to everything."""

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def taken_port() -> Generator[int]:
    """A port where a web server listens that is no Freehold."""
    with HTTPServer(("127.0.0.1", 0), Quiet) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def database_settings(postgres: EmbeddedPostgres) -> Generator[DatabaseSettings]:
    name = f"test_{uuid.uuid4().hex}"
    run_on(postgres, f"CREATE DATABASE {name}")
    yield external(postgres, name)
    run_on(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def good(tmp_path: Path, database_settings: DatabaseSettings) -> Machine:
    model = make_plain_model(tmp_path / "builtin" / "starter")
    write_record(model, ModelRecord(source="", files={"config.json": sha256_of(model / "config.json")}))
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "index.html").write_text("")
    (tmp_path / "data").mkdir()
    place = Place(
        data=tmp_path / "data",
        host="127.0.0.1",
        port=free_port(),
        cache_tokens=1024,
        web=tmp_path / "web",
        builtin=tmp_path / "builtin",
        database=database_settings,
    )
    return Machine(
        place=place,
        python=(3, 12, 0),
        system="Linux",
        architecture="aarch64",
        libc="glibc",
        kernel="6.1.0",
        memory_bytes=8 * GIB,
        free_bytes=100 * GIB,
        native_library="libfreehold.so",
        compiler="c++",
        missing_for_sound=(),
    )


@pytest.fixture
def broken(tmp_path: Path, taken_port: int) -> Machine:
    """Every check must find fault with it, those that are yet to be written too."""
    (tmp_path / "file").write_text("in the way")
    place = Place(
        data=tmp_path / "file" / "data",
        host="127.0.0.1",
        port=taken_port,
        cache_tokens=1024,
        web=tmp_path / "nowhere",
        builtin=tmp_path / "nowhere",
    )
    return Machine(
        place=place,
        python=(3, 9, 0),
        system="Plan9",
        architecture="mips",
        libc="",
        kernel="4",
        memory_bytes=GIB // 8,
        free_bytes=GIB // 8,
        native_library="",
        compiler="",
        missing_for_sound=("av", "freehold_espeak"),
    )


async def look(name: str, machine: Machine) -> Finding:
    return await CHECKS[name].look(machine)


def names_a_command(finding: Finding) -> bool:
    return re.search(r"`[^`]+`", finding.fix) is not None


@pytest.mark.parametrize("name", CHECKS)
async def test_every_check_finds_the_fault_and_names_the_command_that_mends_it(name: str, broken: Machine) -> None:
    finding = await look(name, broken)
    assert finding.status in ("warning", "failed")
    assert finding.text
    assert names_a_command(finding), finding


@pytest.mark.parametrize("name", CHECKS)
async def test_every_check_is_content_with_a_good_machine(name: str, good: Machine) -> None:
    finding = await look(name, good)
    assert finding.status == "ok", finding
    assert finding.text
    assert finding.fix == ""


def test_the_names_of_checks_differ() -> None:
    assert len({check.name for check in CHECKS.values()}) == len(CHECKS)


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        ({"architecture": "x86_64"}, "ok", "glibc"),
        ({"kernel": "5.15-microsoft-standard-WSL2"}, "ok", "WSL2"),
        ({"kernel": "4.4.0-19041-Microsoft"}, "failed", "WSL1"),
        ({"libc": ""}, "failed", "without glibc"),
        ({"system": "Windows"}, "failed", "not supported"),
        ({"system": "Darwin", "architecture": "arm64"}, "ok", "macOS"),
        ({"architecture": "riscv64"}, "failed", "only x86-64 and arm64"),
    ],
)
async def test_the_platforms_are_told_apart(good: Machine, change: dict[str, str], status: str, told: str) -> None:
    machine = replace(good, **change)  # pyright: ignore[reportArgumentType]
    finding = await look("platform", machine)
    assert (finding.status, told in finding.text) == (status, True)
    assert finding.status == "ok" or names_a_command(finding)


async def test_macos_needs_a_database_of_its_own(good: Machine) -> None:
    place = replace(good.place, database=DatabaseSettings())
    finding = await look("platform", replace(good, system="Darwin", place=place))
    assert finding.status == "failed"
    assert "FREEHOLD_DATABASE__URL" in finding.fix


async def test_little_room_is_a_warning_and_almost_none_a_failure(good: Machine) -> None:
    assert (await look("disk", replace(good, free_bytes=2 * GIB))).status == "warning"
    assert (await look("disk", replace(good, free_bytes=GIB // 2))).status == "failed"


async def test_a_changed_built_in_file_is_found(good: Machine) -> None:
    config = good.place.builtin / "starter" / "config.json"
    config.write_text(config.read_text() + " ")
    finding = await look("builtin_models", good)
    assert f"{config} is not what was shipped." in finding.text
    (good.place.builtin / "starter" / "model.safetensors").write_bytes(b"version https://git-lfs.github.com/spec/v1")
    finding = await look("builtin_models", good)
    assert "model.safetensors" in finding.text
    assert names_a_command(finding)


async def test_data_of_a_newer_freehold_is_told(good: Machine) -> None:
    (good.place.data / "VERSION").write_text("9999\n")
    finding = await look("database", good)
    assert "newer Freehold" in finding.text
    assert names_a_command(finding)


async def test_a_database_that_does_not_answer_is_told(good: Machine) -> None:
    nobody = DatabaseSettings(url=f"postgresql://user:password@127.0.0.1:{free_port()}/x", connect_timeout_seconds=2)
    finding = await look("database", replace(good, place=replace(good.place, database=nobody)))
    assert finding.status == "failed"
    assert "password" not in finding.text


async def test_a_port_that_freehold_itself_holds_is_fine(good: Machine) -> None:
    class Live(Quiet):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"status":"live"}')

    with HTTPServer(("127.0.0.1", 0), Live) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        finding = await look("port", replace(good, place=replace(good.place, port=server.server_port)))
        thread.join(10)
    assert finding.status == "ok"
    assert "a Freehold is running" in finding.text


@pytest.mark.parametrize("port", [70000, -1])
async def test_a_number_that_is_no_port_is_told(good: Machine, port: int) -> None:
    finding = await look("port", replace(good, place=replace(good.place, port=port)))
    assert finding.status == "failed"
    assert names_a_command(finding)


def test_the_machine_is_looked_at_without_changing_it(tmp_path: Path) -> None:
    place = Place(data=tmp_path / "a" / "b", host="127.0.0.1", port=1, cache_tokens=1, web=tmp_path)
    machine = Machine.look(place)
    assert machine.memory_bytes > 0
    assert machine.free_bytes > 0
    assert list(tmp_path.iterdir()) == []


def test_the_command_fails_when_a_check_does(
    tmp_path: Path, taken_port: int, database_settings: DatabaseSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "freehold.toml"
    config.write_text(f'[database]\nurl = "{database_settings.url}"\n')
    words = ["doctor", "--data", str(tmp_path / "data"), "--config", str(config), "--port", str(taken_port)]
    assert main([*words, "--json"]) == 1
    shown = json.loads(capsys.readouterr().out)
    found = {check["name"]: check for check in shown["checks"]}
    assert shown["ok"] is False
    assert found["port"]["status"] == "failed"
    assert found["database"]["status"] == "ok"
    assert main(words) == 1
    assert "fix: `freehold serve --port" in capsys.readouterr().out
    assert not (tmp_path / "data").exists()
