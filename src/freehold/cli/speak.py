"""`freehold speak`: a text into a sound file, by a voice of a running server."""

import argparse
import asyncio
import sys
from contextlib import AsyncExitStack, aclosing
from pathlib import Path
from typing import Any, BinaryIO, get_args

from freehold.api.settings import ApiSettings
from freehold.app import SCHEMAS
from freehold.cli.options import add_server_options, read_settings
from freehold.cli.server_visit import chosen, connect, given_key
from freehold.cli.sound_client import SoundClient
from freehold.contracts.audio.speaking import AudioFormat, Emotion
from freehold.contracts.errors import InvalidRequest, SetupError
from freehold.foundation.settings import Settings

EXAMPLES = """\
  freehold speak "Good morning." -o morning.mp3
  freehold speak "Guten Morgen." --language de -o morgen.wav
  freehold speak "I am so happy!" --voice nova --emotion happy --speed 1.1 -o happy.opus
  fortune | freehold speak > fortune.mp3
  freehold speak --voices --language fr
  freehold speak "Hello" --model my-piper-voice --url https://ai.example.org --key-file ~/.freehold-key -o hello.flac"""

SUFFIXES = {"ogg": "opus", "raw": "pcm"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Text, voice, manner, file, server and key."""
    parser.add_argument("text", nargs="?", metavar="TEXT", help="what to say (also: standard input)")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="where the sound goes (default: standard output)"
    )
    parser.add_argument(
        "--format", choices=get_args(AudioFormat), help="the sound's format (default: as the file's name says, or mp3)"
    )
    parser.add_argument("--model", default="espeak", metavar="NAME", help="default: %(default)s")
    parser.add_argument("--voice", default="alloy", metavar="ID", help="default: %(default)s")
    parser.add_argument("--language", default="", metavar="TAG", help="for instance de or pt-BR")
    parser.add_argument("--speed", type=float, metavar="FACTOR", help="0.25 to 4")
    parser.add_argument("--pitch", type=float, metavar="SEMITONES", help="-12 to 12")
    parser.add_argument("--emotion", choices=get_args(Emotion))
    parser.add_argument("--voices", action="store_true", help="list the model's voices instead")
    add_server_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Speak, or list the voices."""
    settings = read_settings(arguments, SCHEMAS)
    text = "" if arguments.voices else _text(arguments)
    if not arguments.voices and arguments.output is None and sys.stdout.isatty():
        raise SetupError("A terminal cannot play sound.", hint="Name a file with -o, or pipe it to a player.")
    asyncio.run(_work(arguments, settings, text))
    return 0


def _text(arguments: argparse.Namespace) -> str:
    if arguments.text is None and sys.stdin.isatty():
        raise InvalidRequest("There is nothing to say.", hint='For instance: freehold speak "Hello" -o hello.mp3')
    text = arguments.text if arguments.text is not None else sys.stdin.read()
    if not text.strip():
        raise InvalidRequest("The text is empty.", hint='For instance: freehold speak "Hello" -o hello.mp3')
    return text


async def _work(arguments: argparse.Namespace, settings: Settings, text: str) -> None:
    url = arguments.url or f"http://127.0.0.1:{settings.part(ApiSettings).port}"
    client = SoundClient(url, given_key(arguments, settings))
    async with AsyncExitStack() as held:
        await connect(client, settings, held)
        await chosen(client, arguments.model, "speech")
        if arguments.voices:
            async with aclosing(client.voices(arguments.model, arguments.language)) as voices:
                async for voice in voices:
                    print(f"{voice.id:28}  {voice.language:8}  {voice.gender:7}  {voice.kind:8}  {voice.name}".rstrip())
        elif arguments.output is None:
            await _speak(client, _request(arguments, text), sys.stdout.buffer)
        else:
            await _speak_into(client, _request(arguments, text), arguments.output)


def _request(arguments: argparse.Namespace, text: str) -> dict[str, Any]:
    suffix = arguments.output.suffix.lower().removeprefix(".") if arguments.output else ""
    suffix = SUFFIXES.get(suffix, suffix)
    by_name = suffix if suffix in get_args(AudioFormat) else "mp3"
    request: dict[str, Any] = {
        "model": arguments.model,
        "input": text,
        "voice": arguments.voice,
        "response_format": arguments.format or by_name,
    }
    for name in ("language", "speed", "pitch", "emotion"):
        if getattr(arguments, name):
            request[name] = getattr(arguments, name)
    return request


async def _speak_into(client: SoundClient, request: dict[str, Any], path: Path) -> None:
    """Into a file that appears whole: what breaks off leaves none."""
    partial = path.with_name(f".{path.name}.part")
    try:
        with partial.open("wb") as file:
            await _speak(client, request, file)
        partial.replace(path)
    except OSError as error:
        raise SetupError(f"{path} cannot be written: {error.strerror}.", hint="Choose another -o.") from error
    finally:
        partial.unlink(missing_ok=True)


async def _speak(client: SoundClient, request: dict[str, Any], file: BinaryIO) -> None:
    async with aclosing(client.speech(request)) as sound:
        async for chunk in sound:
            file.write(chunk)
    file.flush()
