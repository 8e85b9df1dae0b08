"""README and tutorials run: their Python and shell blocks are executed against a real server."""

import re
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from flite import flite
from freehold.foundation.settings import child_environment
from freehold.surface.voices.phrases import PHRASES
from live_server import KEY, LiveServer
from tiny_model import make_model

pytestmark = pytest.mark.network

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    ROOT / "README.md",
    *sorted((ROOT / "docs" / "tutorials").glob("*.md")),
    *sorted((ROOT / "docs" / "guides").glob("*.md")),
]
BLOCK = re.compile(r"^```(python|sh)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
# Set-up that runs before the tests do, and what needs the internet.
ELSEWHERE = ("git clone", "make ", "freehold models pull", "freehold serve", "source ", "pip install")


def blocks() -> list[tuple[str, str, str]]:
    """(document, language, code) of every block."""
    return [
        (str(document.relative_to(ROOT)), found.group(1), found.group(2))
        for document in DOCUMENTS
        for found in BLOCK.finditer(document.read_text())
    ]


@pytest.fixture(scope="module")
def server(open_folder: Path) -> Generator[LiveServer]:
    running = LiveServer.start(open_folder / "documents")
    make_model(open_folder / "models" / "my-llama")
    (open_folder / "recording.wav").write_bytes(flite("The weather is nice today, and the train is on time."))
    (open_folder / "consent.wav").write_bytes(flite(PHRASES["en"], "rms"))
    (open_folder / "sample.wav").write_bytes(flite("The weather is nice today, and the train is on time.", "rms"))
    yield running
    running.stop()


def _localised(code: str, server: LiveServer, home: Path) -> str:
    """The block with this server's address and key, and a home folder of the test's."""
    replaced = code.replace("http://localhost:8000", server.address).replace("http://127.0.0.1:8000", server.address)
    return replaced.replace("fh-your-key", KEY).replace("~/", f"{home}/")


def _run(command: list[str], server: LiveServer, home: Path) -> str:
    binaries = str(Path(sys.executable).parent)
    environment = child_environment(
        FREEHOLD_DATA=str(server.data), FREEHOLD_API__PORT=server.address.rpartition(":")[2]
    )
    environment |= {"PATH": f"{binaries}:{environment['PATH']}"}
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, timeout=100, env=environment, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.parametrize(("document", "language", "code"), blocks())
def test_every_block_runs(document: str, language: str, code: str, server: LiveServer, open_folder: Path) -> None:
    code = _localised(code, server, open_folder)
    if language == "python":
        assert _run([sys.executable, "-c", code], server, open_folder).strip()
        return
    lines = [line for line in code.replace("\\\n", " ").splitlines() if line and not line.startswith(("#", *ELSEWHERE))]
    for line in lines:
        _run(["bash", "-c", line], server, open_folder)


def test_readme_shows_the_two_commands_and_every_link_leads_somewhere() -> None:
    readme = (ROOT / "README.md").read_text()
    assert "make serve" in readme
    assert "make test" in readme
    for document in [*DOCUMENTS, ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_command_and_setting_is_in_the_reference() -> None:
    from freehold.app import SCHEMAS
    from freehold.cli import COMMANDS
    from freehold.foundation.settings import load

    commands = (ROOT / "docs" / "reference" / "commands.md").read_text()
    settings = (ROOT / "docs" / "reference" / "settings.md").read_text()
    for command in COMMANDS:
        assert f"## freehold {command}" in commands
    for key in load(SCHEMAS).keys():  # noqa: SIM118 - not a mapping
        assert f"`{key}`" in settings


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="argparse words its help a little differently elsewhere")
def test_the_reference_is_what_the_code_says() -> None:
    check = [sys.executable, str(ROOT / "scripts" / "reference.py"), "--check"]
    done = subprocess.run(check, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
