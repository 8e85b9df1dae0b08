"""`freehold transcribe`: what is said in a recording, as text, captions or JSON, by a model of a running server."""

import argparse
import asyncio
import sys
from contextlib import AsyncExitStack, aclosing
from pathlib import Path

from freehold.api.settings import ApiSettings
from freehold.app import SCHEMAS
from freehold.cli.chat import CONTROL
from freehold.cli.options import add_server_options, read_settings
from freehold.cli.server_visit import chosen, connect, given_key
from freehold.cli.sound_client import SoundClient
from freehold.contracts.audio.hearing import FORMATS
from freehold.contracts.errors import SetupError
from freehold.contracts.forms import Upload
from freehold.foundation.settings import Settings

EXAMPLES = """\
  freehold transcribe meeting.mp3
  freehold transcribe film.mkv --format srt -o film.srt
  freehold transcribe interview.wav --format diarized_json
  freehold transcribe rede.ogg --model faster-whisper-small --language de --translate"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Recording, format, language, file, server and key."""
    parser.add_argument("recording", type=Path, metavar="FILE", help="a sound or video file")
    parser.add_argument("--format", default="text", choices=FORMATS, help="default: %(default)s")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: standard output")
    parser.add_argument("--model", default="pocketsphinx", metavar="NAME", help="default: %(default)s")
    parser.add_argument("--language", default="", metavar="CODE", help="what is spoken, for instance en")
    parser.add_argument("--prompt", default="", metavar="TEXT", help="words that help, for models that heed them")
    parser.add_argument("--translate", action="store_true", help="into English")
    add_server_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write down, as it is found where that is text for a terminal."""
    settings = read_settings(arguments, SCHEMAS)
    try:
        upload = Upload(data=arguments.recording.expanduser().read_bytes(), name=arguments.recording.name)
    except OSError as error:
        raise SetupError(f"{arguments.recording} cannot be read: {error.strerror}.") from error
    asyncio.run(_work(arguments, settings, upload))
    return 0


async def _work(arguments: argparse.Namespace, settings: Settings, upload: Upload) -> None:
    url = arguments.url or f"http://127.0.0.1:{settings.part(ApiSettings).port}"
    client = SoundClient(url, given_key(arguments, settings))
    fields = {"model": arguments.model, "language": arguments.language, "prompt": arguments.prompt}
    fields = {name: value for name, value in fields.items() if value}
    async with AsyncExitStack() as held:
        await connect(client, settings, held)
        await chosen(client, arguments.model, "transcription")
        if arguments.format == "text" and not arguments.output and not arguments.translate:
            await _print_pieces(client, upload, fields)
            return
        fields["response_format"] = arguments.format
        text = (await client.transcript(upload, fields, translate=arguments.translate)).decode()
    if arguments.output is None:
        print(text.translate(CONTROL).rstrip("\n"))
        return
    try:
        arguments.output.write_text(text)
    except OSError as error:
        raise SetupError(
            f"{arguments.output} cannot be written: {error.strerror}.", hint="Choose another -o."
        ) from error


async def _print_pieces(client: SoundClient, upload: Upload, fields: dict[str, str]) -> None:
    async with aclosing(client.transcript_pieces(upload, fields)) as pieces:
        async for piece in pieces:
            sys.stdout.write(piece.translate(CONTROL))
            sys.stdout.flush()
    print()
