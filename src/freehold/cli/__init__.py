"""The `freehold` command: one module per verb, imported when its verb is used.

Each module defines `HELP` (one line), `EXAMPLES` (text), `add_arguments(parser)` and `run(arguments) -> int`.
"""

import argparse
import importlib
import sys

from freehold.contracts.errors import FreeholdError

COMMANDS = {
    "serve": "run the server: API, web app, database and workers",
    "chat": "talk to a model in the terminal",
    "speak": "say a text, into a sound file",
    "transcribe": "write down what is said in a recording",
    "wyoming": "let Home Assistant speak and listen with a running server",
    "voices": "lend your voice, make voices of it, take it back; approve those of others",
    "bench": "measure a model: word error rate",
    "models": "list, show, import and pull models",
    "people": "add, change, disable and list people; make teams",
    "keys": "create, list, rotate and revoke API keys",
    "provider": "add, test and list servers that answer requests",
    "route": "public model names with several targets; explain the smart route",
    "rollout": "move a route to another provider step by step, with gates",
    "capture": "write mirrored requests and their answers as training data",
    "compare": "compare two models on your own prompts, with a rollout's gates",
    "judge": "how far a model that judges answers agrees with people",
    "limit": "limits and budgets",
    "costs": "what requests cost and saved, from the ledger",
    "prices": "show vendors' prices and compute what a request costs",
    "train": "train, evaluate and export a model",
    "doctor": "check this machine and name the fix for what is wrong",
    "config": "explain settings",
    "list": "list the entries of a plug-in folder",
    "worker": "run one model as a server of its own",
}


def build_parser(command: str | None = None) -> argparse.ArgumentParser:
    """The parser; only `command`'s own module is imported, so that `--help` stays quick."""
    parser = argparse.ArgumentParser(
        prog="freehold", description="Own your AI instead of renting it: the OpenAI API on your own hardware."
    )
    parser.add_argument("--version", action="store_true", help="print the version")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, text in COMMANDS.items():
        if name != command:
            commands.add_parser(name, help=text, add_help=False)
            continue
        module = importlib.import_module(f"freehold.cli.{name}")
        child = commands.add_parser(
            name,
            help=text,
            description=text[0].upper() + text[1:] + ".",
            epilog=f"examples:\n{module.EXAMPLES}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(child)
        child.set_defaults(execute=module.run)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run one command; errors that Freehold knows are one line on stderr and exit status 1."""
    words = sys.argv[1:] if argv is None else argv
    command = next((word for word in words if not word.startswith("-")), None)
    arguments = build_parser(command).parse_args(words)
    if arguments.version:
        from freehold import __version__

        print(f"freehold {__version__}")
        return 0
    if arguments.command is None:
        build_parser().print_help()
        return 2
    try:
        return arguments.execute(arguments)
    except FreeholdError as error:
        sys.stderr.write(f"freehold: {error.public_message()}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 141
