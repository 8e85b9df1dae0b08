"""`freehold voices`: lend your voice to a running server, make voices of it, take it back; approve those of others."""

import argparse
import asyncio
import uuid
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from freehold.api.settings import ApiSettings
from freehold.app import SCHEMAS
from freehold.cli.accounts_visit import print_json
from freehold.cli.options import add_server_options, read_settings
from freehold.cli.server_client import ANSWER_TIMEOUT_SECONDS, JSON, MAX_LIST_BYTES, SHORT_TIMEOUT_SECONDS, ServerClient
from freehold.cli.server_visit import connect, given_key
from freehold.contracts.errors import ProviderFailed, SetupError
from freehold.contracts.forms import UNKNOWN, Upload, write_form
from freehold.foundation.settings import Settings

EXAMPLES = """\
  freehold voices phrases
  freehold voices consent consent.wav --language en --name Ada
  freehold voices create sample.wav --consent cons_… --name "Ada reads"
  freehold voices list
  freehold voices waiting
  freehold voices approve voice_…
  freehold voices withdraw cons_…"""

MEDIA_TYPES = {
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".aac": "audio/aac",
    ".flac": "audio/flac",
    ".webm": "audio/webm",
    ".m4a": "audio/mp4",
    ".mp4": "audio/mp4",
}
CONSENTS, VOICES, ADMIN = "/v1/audio/voice_consents", "/v1/audio/voices", "/admin/v1/voices"

Act = Callable[["VoicesClient", argparse.Namespace], Awaitable[Any]]
Line = Callable[[dict[str, Any]], str]


class VoicesClient(ServerClient):
    """One server, asked for consents and voices. Prints nothing."""

    async def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """The answer to a request in JSON. Raises what the server refuses with."""
        content = None if body is None else msgspec.json.encode(body)
        return await self._answer(method, path, content, JSON, SHORT_TIMEOUT_SECONDS)

    async def upload(self, path: str, name: str, recording: Upload, fields: dict[str, str]) -> dict[str, Any]:
        """The answer to a form with a recording in it."""
        media_type, body = write_form(fields.items(), {name: recording}, uuid.uuid4().hex)
        return await self._answer("POST", path, body, media_type, ANSWER_TIMEOUT_SECONDS)

    async def _answer(
        self, method: str, path: str, body: bytes | None, media_type: str, seconds: float
    ) -> dict[str, Any]:
        response = await self.send(method, path, seconds, body, media_type)
        try:
            await self.refuse_error(response)
            return msgspec.json.decode(await response.whole(MAX_LIST_BYTES, seconds), type=dict[str, Any])
        except msgspec.DecodeError as error:
            raise ProviderFailed(f"{self.url} answers what is no JSON: {error}.", hint="Check --url.") from error
        finally:
            response.close()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command per act."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    _add(
        acts,
        "phrases",
        "what has to be said to lend a voice",
        _phrases,
        lambda one: f"{one['language']}  {one['phrase']}",
    )
    consent = _add(acts, "consent", "lend your voice: a recording of the phrase", _consent, _consent_line)
    consent.add_argument("recording", type=Path, metavar="FILE", help="a sound file in which you say the phrase")
    consent.add_argument("--language", required=True, metavar="TAG", help="for instance en or pt-BR")
    _add(acts, "consents", "your consents", _consents, _consent_line)
    withdraw = _add(acts, "withdraw", "take a consent back, with every voice made by it", _withdraw, _gone_line)
    withdraw.add_argument("id", metavar="CONSENT")
    create = _add(acts, "create", "make a voice from a sample of up to half a minute", _create, _voice_line)
    create.add_argument("sample", type=Path, metavar="FILE", help="a sound file in which you speak")
    create.add_argument("--consent", required=True, metavar="CONSENT", help="the id of your consent")
    create.add_argument("--base-voice", default="", metavar="ID", help="a preset to start from where no engine clones")
    create.add_argument("--shared", action="store_true", help="everybody in your organisation may speak with it")
    for act in (consent, create):
        act.add_argument("--name", required=True, help="what it is called")
    _add(acts, "list", "the custom voices that you may speak with", _list, _entry_line)
    delete = _add(acts, "delete", "delete a voice and its sample", _delete, _gone_line)
    _add(acts, "waiting", "voices that wait for an administrator", _waiting, _admin_line)
    approve = _add(acts, "approve", "let a voice speak, once both recordings were listened to", _approve, _admin_line)
    reject = _add(acts, "reject", "never let a voice speak", _reject, _admin_line)
    reject.add_argument("--reason", default="", help="what its owner is told")
    for act in (delete, approve, reject):
        act.add_argument("id", metavar="VOICE")


def _add(acts: Any, name: str, text: str, do: Act, line: Line) -> argparse.ArgumentParser:
    act: argparse.ArgumentParser = acts.add_parser(name, help=text)
    act.set_defaults(do=do, line=line)
    act.add_argument("--json", action="store_true", help="print JSON")
    add_server_options(act)
    return act


def run(arguments: argparse.Namespace) -> int:
    """Ask the server, and print a line for each thing."""
    found = asyncio.run(_work(arguments, read_settings(arguments, SCHEMAS)))
    if arguments.json:
        print_json(found)
        return 0
    for one in found.get("data", [found]):
        print(arguments.line(one))
    return 0


async def _work(arguments: argparse.Namespace, settings: Settings) -> dict[str, Any]:
    url = arguments.url or f"http://127.0.0.1:{settings.part(ApiSettings).port}"
    client = VoicesClient(url, given_key(arguments, settings))
    async with AsyncExitStack() as held:
        await connect(client, settings, held)
        return await arguments.do(client, arguments)


async def _phrases(client: VoicesClient, arguments: argparse.Namespace) -> dict[str, Any]:
    return await client.ask("GET", f"{CONSENTS}/phrases")


async def _consents(client: VoicesClient, arguments: argparse.Namespace) -> dict[str, Any]:
    return await client.ask("GET", f"{CONSENTS}?limit=100")


async def _consent(client: VoicesClient, arguments: argparse.Namespace) -> dict[str, Any]:
    fields = {"name": arguments.name, "language": arguments.language}
    return await client.upload(CONSENTS, "recording", _read(arguments.recording), fields)


async def _withdraw(client: VoicesClient, arguments: argparse.Namespace) -> dict[str, Any]:
    return await client.ask("DELETE", f"{CONSENTS}/{quote(arguments.id, safe='')}")


async def _create(client: VoicesClient, arguments: argparse.Namespace) -> dict[str, Any]:
    fields = {"name": arguments.name, "consent": arguments.consent, "base_voice": arguments.base_voice}
    fields["shared"] = str(arguments.shared).lower()
    return await client.upload(VOICES, "audio_sample", _read(arguments.sample), fields)


async def _list(client: VoicesClient, arguments: argparse.Namespace) -> dict[str, Any]:
    return await client.ask("GET", f"{VOICES}?kind=custom")


async def _delete(client: VoicesClient, arguments: argparse.Namespace) -> dict[str, Any]:
    return await client.ask("DELETE", f"{VOICES}/{quote(arguments.id, safe='')}")


async def _waiting(client: VoicesClient, arguments: argparse.Namespace) -> dict[str, Any]:
    return await client.ask("GET", f"{ADMIN}?{urlencode({'status': 'pending_approval', 'limit': 100})}")


async def _approve(client: VoicesClient, arguments: argparse.Namespace) -> dict[str, Any]:
    return await client.ask("POST", f"{ADMIN}/{quote(arguments.id, safe='')}/approve")


async def _reject(client: VoicesClient, arguments: argparse.Namespace) -> dict[str, Any]:
    return await client.ask("POST", f"{ADMIN}/{quote(arguments.id, safe='')}/reject", {"reason": arguments.reason})


def _read(file: Path) -> Upload:
    media_type = MEDIA_TYPES.get(file.suffix.lower(), UNKNOWN)
    try:
        return Upload(data=file.expanduser().read_bytes(), name=file.name, media_type=media_type)
    except OSError as error:
        raise SetupError(f"{file} cannot be read: {error.strerror}.") from error


def _consent_line(consent: dict[str, Any]) -> str:
    return f"{consent['id']}  {consent['language']:6}  {consent['name']}"


def _voice_line(voice: dict[str, Any]) -> str:
    return f"{voice['id']}  {voice['freehold']['status']:16}  {voice['name']}"


def _entry_line(entry: dict[str, Any]) -> str:
    return f"{entry['id']}  {entry['status']:16}  {entry['model']:12}  {entry['name']} ({entry['label']})"


def _admin_line(voice: dict[str, Any]) -> str:
    alike = f"{voice['similarity']:.2f} by {voice['matched_by']}"
    return f"{voice['id']}  {voice['status']:16}  {voice['owner_id']}  {voice['name']} ({alike})"


def _gone_line(gone: dict[str, Any]) -> str:
    return f"Deleted {gone['id']}."
