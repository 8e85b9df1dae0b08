"""`freehold wyoming`: a bridge by which Home Assistant speaks and listens with the models of a running server."""

import argparse
import asyncio
import ipaddress
import signal
import socket
import sys
from collections.abc import Generator
from contextlib import AsyncExitStack, closing, contextmanager

from freehold.api.settings import ApiSettings
from freehold.app import SCHEMAS
from freehold.cli.options import add_server_options, read_settings
from freehold.cli.server_visit import chosen, connect, given_key
from freehold.cli.sound_client import SoundClient
from freehold.contracts.errors import SetupError
from freehold.foundation.clock import SystemClock
from freehold.foundation.settings import Settings
from freehold.foundation.tasks import TaskSupervisor

EXAMPLES = """\
  freehold wyoming
  freehold wyoming --host 0.0.0.0 --key-file ~/.freehold-home-key
  freehold wyoming --speech-model my-piper-voice --transcription-model faster-whisper-small
  freehold wyoming --url https://ai.example.org --key-file ~/.freehold-key --port 10301

Then, in Home Assistant: Settings > Devices & services > Add integration > Wyoming Protocol, with host and port.
Wyoming has no passwords and no encryption: whoever reaches the port speaks and listens with this command's key, within
its limits and budgets. Keep it within a network that you trust."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen, which models, server and key."""
    text = "the address to listen on (default: %(default)s, this machine only); anybody who reaches it may use it"
    parser.add_argument("--host", default="127.0.0.1", help=text)
    parser.add_argument("--port", type=int, default=10300, help="the TCP port (default: %(default)s)")
    text = "the model that speaks (default: the first that the server lists)"
    parser.add_argument("--speech-model", default="", metavar="NAME", help=text)
    text = "the model that listens (default: the first that the server lists)"
    parser.add_argument("--transcription-model", default="", metavar="NAME", help=text)
    text = "who speaks where no voice is asked for (default: %(default)s)"
    parser.add_argument("--voice", default="alloy", metavar="ID", help=text)
    text = "what the model that listens understands, as en,de (default: en for pocketsphinx, else Whisper's)"
    parser.add_argument("--languages", default="", metavar="CODES", help=text)
    add_server_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Answer until Ctrl-C."""
    try:
        import wyoming  # noqa: F401 – needed later; here it can be said what is missing
    except ImportError as error:
        text = f"What the Wyoming protocol needs is not installed: {error}."
        raise SetupError(text, hint="pip install 'freehold[offline]'") from error
    from freehold.cli.wyoming_bridge import listen

    settings = read_settings(arguments, SCHEMAS)
    with closing(listen(arguments.host, arguments.port)) as listening:
        asyncio.run(_serve(arguments, settings, listening))
    return 0


async def _serve(arguments: argparse.Namespace, settings: Settings, listening: socket.socket) -> None:
    from freehold.cli.wyoming_bridge import Bridge
    from freehold.cli.wyoming_offer import Choice, Service, read_offer

    url = arguments.url or f"http://127.0.0.1:{settings.part(ApiSettings).port}"
    client = SoundClient(url, given_key(arguments, settings))
    choice = Choice(
        speech_model=arguments.speech_model,
        transcription_model=arguments.transcription_model,
        voice=arguments.voice,
        languages=[code for code in arguments.languages.replace(",", " ").split() if code],
    )
    async with AsyncExitStack() as held:
        await connect(client, settings, held)
        for kind, model in (("speech", choice.speech_model), ("transcription", choice.transcription_model)):
            if model:
                await chosen(client, model, kind)
        offer = await read_offer(client, choice)
        _say(f"Asks {url}: speech by {offer.speech_model or '-'}, transcription by {offer.transcription_model or '-'}")
        _warn(arguments.host)
        tasks = TaskSupervisor()
        bridge = Bridge(Service(client, choice, offer, tasks, SystemClock()), tasks)
        with _signals() as stopped:
            _say(f"Wyoming at {_address(listening)}. Ctrl-C stops.")
            await bridge.serve(listening, stopped)
    _say("Stopped.")


@contextmanager
def _signals() -> Generator[asyncio.Event]:
    """Set by Ctrl-C or SIGTERM, so that what is held is given back in order."""
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    for number in signals:
        loop.add_signal_handler(number, stopped.set)
    try:
        yield stopped
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


def _warn(host: str) -> None:
    try:
        is_closed = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_closed = host == "localhost"
    if not is_closed:
        sys.stderr.write(
            "Warning: Wyoming has no passwords. Whoever reaches this port speaks and listens with this command's key.\n"
        )


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _say(text: str) -> None:
    print(text, flush=True)
