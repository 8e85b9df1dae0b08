"""`freehold serve`: the whole server in one command."""

import argparse
import asyncio
import errno
import gc
import os
import resource
import socket
import sys
import webbrowser
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import uvloop

from freehold import __version__
from freehold.api.settings import ApiSettings, GeneralSettings
from freehold.app import SCHEMAS, Parts, create_app, data_folder, open_parts
from freehold.cli.options import add_settings_options, read_settings
from freehold.contracts.errors import FreeholdError, SetupError
from freehold.foundation.http_server import HttpServer, listen_privately
from freehold.foundation.settings import Settings
from freehold.foundation.tasks import TaskSupervisor
from freehold.foundation.telemetry import configure_logging
from freehold.gateway.settings import GatewaySettings
from freehold.operations.catalogue.folders import TEXT_KINDS

EXAMPLES = """\
  freehold serve
  freehold serve --port 9000 --data ~/freehold-data
  freehold serve --host 0.0.0.0            open to other machines
  FREEHOLD_ADMIN_KEY=$(openssl rand -hex 24) freehold serve"""

DRAIN_SECONDS = 10
FOLLOW_SECONDS = 1.0
OPEN_FILES = 65_536
YOUNG_OBJECTS = 10_000  # new objects before the first look for cycles


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen, where to keep data."""
    parser.add_argument("--host", help="the address to listen on (default: 127.0.0.1, this machine only)")
    parser.add_argument("--port", type=int, help="the TCP port (default: 8000)")
    parser.add_argument("--open", action=argparse.BooleanOptionalAction, help="open the web page when ready")
    add_settings_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    settings = _read(arguments)
    data = data_folder(settings)
    _make_folder(data)
    configure_logging(level=settings.part(GeneralSettings).log_level, file=data / "logs" / "server.jsonl")
    api = settings.part(ApiSettings)
    listening = _listen(api.host, api.port)
    _allow_many_connections()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(settings, listening, partial(_read, arguments)))
    except OSError as error:
        raise _disk_error(error, data) from error
    finally:
        listening.close()
    return 0


def _read(arguments: argparse.Namespace) -> Settings:
    overrides = {"api.host": arguments.host, "api.port": arguments.port, "api.open_browser": arguments.open}
    return read_settings(arguments, SCHEMAS, overrides)


async def _serve(settings: Settings, listening: socket.socket, read: Callable[[], Settings]) -> None:
    _say(f"Freehold {__version__}\n  starting the database …")
    async with open_parts(settings) as parts:
        server = HttpServer(create_app(parts), drain_seconds=DRAIN_SECONDS)
        _spare_garbage_collector()
        _say(_welcome(parts, listening))
        background = TaskSupervisor()
        background.start("announce", _announce_ready(parts, listening))
        background.start("settings file", _follow_file(parts, read))
        try:
            with closing(listen_privately(parts.workers.gateway_socket)) as private:
                await server.serve_on(listening, private)
        finally:
            await background.close()
        _say("Stopping: running requests may finish, data is kept …")
    _say("Stopped.")


def _allow_many_connections() -> None:
    """Every open stream holds a connection on either side; the usual soft limit is 1,024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if most == resource.RLIM_INFINITY else min(OPEN_FILES, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _spare_garbage_collector() -> None:
    """What is loaded now stays: it need not be looked through again and again while requests are served."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 50)


def _welcome(parts: Parts, listening: socket.socket) -> str:
    address = _address(listening)
    lines = [f"  data      {parts.data}", f"  web       {address}", f"  api       {address}/v1"]
    if parts.first_key:
        lines += [
            f"  admin key {parts.first_key}",
            "            shown this once: keep it. `freehold keys create` makes another.",
        ]
    return "\n".join(lines)


async def _announce_ready(parts: Parts, listening: socket.socket) -> None:
    """Say which models are ready, or which are not and why."""
    for info in parts.workers.models():
        if not (info.builtin and info.kind in TEXT_KINDS):
            label = f", {info.label}" if info.label else ""
            _say(f"  model     {info.id} ({info.kind}{label}), loaded when first asked for")
            continue
        try:
            await parts.workers.endpoint(info.id)
            _say(f"  model     {info.id} ({info.kind}, {info.label}) ready")
        except FreeholdError as error:
            _say(f"  model     {info.id}: {error.public_message()}")
    _say(f"Ready: open {_address(listening)} and sign in with the key. Ctrl-C stops.")
    if parts.settings.part(ApiSettings).open_browser:
        await asyncio.to_thread(webbrowser.open, _address(listening))


async def _follow_file(parts: Parts, read: Callable[[], Settings]) -> None:
    """Take the gateway's tables anew whenever the settings file changes; a mistake in it changes nothing."""
    file = parts.settings.file
    if file is None:
        return
    seen = _stamp(file)
    while True:
        await asyncio.sleep(FOLLOW_SECONDS)
        if (stamp := _stamp(file)) == seen:
            continue
        seen = stamp
        try:
            parts.gateway.configuration.reload_file(read().part(GatewaySettings))
            _say(f"  settings  {file} taken anew: providers, routes, tiers, limits, prices, models")
        except SetupError as error:
            _say(f"  settings  {file} is not taken, the former settings hold: {error.public_message()}")


def _stamp(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - compared, not bound
    return f"http://{shown}:{port}"


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except OverflowError as error:
        raise SetupError(f"{port} is not a port.", hint="Ports are 0 to 65535.") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            text = f"Port {port} is taken: another program, perhaps another Freehold, listens there."
            raise SetupError(text, hint=f"Stop it, or run `freehold serve --port {port + 1}`.") from error
        raise SetupError(f"{host}:{port} cannot be used: {error.strerror}.", hint="Check --host and --port.") from error


def _make_folder(data: Path) -> None:
    try:
        # As root the database runs as another user, who must be able to pass through.
        data.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
        (data / "logs").mkdir(exist_ok=True, mode=0o700)
        probe = data / ".write-test"
        probe.write_bytes(b"freehold")
        probe.unlink()
    except OSError as error:
        raise _disk_error(error, data) from error


def _disk_error(error: OSError, data: Path) -> SetupError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return SetupError(f"The disk of {data} is full.", hint="Free some space, or choose another place with --data.")
    text = f"The data folder {data} cannot be used: {error.strerror or error}."
    return SetupError(text, hint="Give it write access, or choose another place with --data.")


def _say(text: str) -> None:
    print(text, file=sys.stdout, flush=True)
