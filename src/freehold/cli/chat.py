"""`freehold chat`: talk to a model of a running server, in the terminal or from a script."""

import argparse
import asyncio
import sys
from contextlib import AsyncExitStack, aclosing, suppress
from dataclasses import dataclass, field

from freehold.api.settings import ApiSettings
from freehold.app import SCHEMAS
from freehold.cli.chat_client import ChatClient, Message
from freehold.cli.options import add_server_options, read_settings
from freehold.cli.server_visit import chosen, connect, given_key
from freehold.contracts.errors import FreeholdError, InvalidRequest

EXAMPLES = """\
  freehold chat
  freehold chat "What is the capital of France?"
  git diff | freehold chat
  freehold chat --model llama --url https://ai.example.org --key-file ~/.freehold-key

Without a key, FREEHOLD_KEY or the setting admin_key is used; on the server's own machine a temporary key is made."""

COMMANDS = """\
  /new            begin a new conversation
  /model          list the models
  /model NAME     talk to another model from now on
  /help           this list
Ctrl-C stops an answer, Ctrl-D leaves."""

# A model's text must not steer the terminal.
CONTROL = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}


@dataclass(slots=True, kw_only=True)
class Conversation:
    """What was said, to which model."""

    client: ChatClient
    model: str
    messages: list[Message] = field(default_factory=list)

    async def say(self, text: str) -> None:
        """Print the answer as it comes; what was said until it is stopped stays part of the conversation."""
        self.messages.append({"role": "user", "content": text})
        pieces: list[str] = []
        try:
            async with aclosing(self.client.answer(self.model, self.messages)) as answer:
                async for piece in answer:
                    pieces.append(piece)
                    print(piece.translate(CONTROL), end="", flush=True)
        finally:
            if pieces:
                print(flush=True)
                self.messages.append({"role": "assistant", "content": "".join(pieces)})
            else:
                self.messages.pop()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Message, model, server and key."""
    parser.add_argument("message", nargs="?", metavar="MESSAGE", help="ask this and leave (also: standard input)")
    parser.add_argument("--model", default="starter", metavar="NAME", help="default: %(default)s")
    add_server_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """One answer, or a conversation until Ctrl-D."""
    settings = read_settings(arguments, SCHEMAS)
    message = _message(arguments)
    url = arguments.url or f"http://127.0.0.1:{settings.part(ApiSettings).port}"
    with asyncio.Runner() as runner:
        held = AsyncExitStack()
        try:
            client = ChatClient(url, given_key(arguments, settings))
            runner.run(connect(client, settings, held))
            conversation = Conversation(client=client, model=runner.run(chosen(client, arguments.model)))
            if message is None:
                _talk(runner, conversation)
            else:
                runner.run(conversation.say(message))
        finally:
            runner.run(held.aclose())
    return 0


def _message(arguments: argparse.Namespace) -> str | None:
    """What to ask once; None for a conversation at the terminal."""
    if arguments.message is None and sys.stdin.isatty():
        return None
    text = arguments.message if arguments.message is not None else sys.stdin.read()
    if not text.strip():
        raise InvalidRequest("The message is empty.", hint='Say something: freehold chat "Hello"')
    return text


def _talk(runner: asyncio.Runner, conversation: Conversation) -> None:
    """Read and answer until Ctrl-D."""
    with suppress(ImportError):
        import readline  # noqa: F401 - gives input() line editing and history
    print(f"Talking to {conversation.model} at {conversation.client.url}. /help lists what else there is.")
    while True:
        try:
            line = input("> ").strip()
        except EOFError:
            print()
            return
        except KeyboardInterrupt:
            print("\nCtrl-D leaves.")
            continue
        if not line:
            continue
        try:
            if line.startswith("/"):
                _command(runner, conversation, line)
            else:
                runner.run(conversation.say(line))
        except KeyboardInterrupt:
            print("(stopped)")
        except FreeholdError as error:
            sys.stderr.write(f"{error.public_message()}\n")


def _command(runner: asyncio.Runner, conversation: Conversation, line: str) -> None:
    word, _, argument = line.partition(" ")
    if word == "/new":
        conversation.messages.clear()
        print("A new conversation.")
    elif word == "/model" and argument:
        conversation.model = runner.run(chosen(conversation.client, argument.strip()))
        print(f"Talking to {conversation.model}.")
    elif word == "/model":
        for name in runner.run(conversation.client.models()):
            print(f"{'*' if name == conversation.model else ' '} {name}")
    else:
        print(COMMANDS)
