import argparse
import importlib
import subprocess
import sys

import pytest

from freehold.cli import COMMANDS, build_parser, main

HEAVY = ("fastapi", "aiohttp", "sqlalchemy", "torch", "rich", "tokenizers")


def modules_after(*commands: list[str]) -> set[str]:
    """What a fresh interpreter has imported once the commands are over."""
    code = (
        "import sys\nfrom freehold.cli import main\n"
        f"for words in {commands!r}:\n    try:\n        main(words)\n    except SystemExit:\n        pass\n"
        "sys.stderr.write(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    return set(done.stderr.split())


def test_help_imports_nothing_heavy() -> None:
    assert not modules_after(["--help"]) & set(HEAVY)


def test_the_commands_of_the_control_plane_never_import_torch() -> None:
    commands = [[command, "--help"] for command in COMMANDS if command not in ("train", "worker")]
    assert not modules_after(*commands) & {"torch", "triton", "transformers"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_examples_that_parse(command: str) -> None:
    module = importlib.import_module(f"freehold.cli.{command}")
    parser = build_parser(command)
    assert module.EXAMPLES.strip()
    with pytest.raises(SystemExit) as ended:
        parser.parse_args([command, "--help"])
    assert ended.value.code == 0


def test_ctrl_c_ends_a_command_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(arguments: argparse.Namespace) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("freehold.cli.list.run", interrupted)
    assert main(["list"]) == 130
