"""The vendors' official clients for Node, each file of tests in a process of its own."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from clients.gateway_vendors import Vendors
from live_server import KEY, LiveServer

pytestmark = [pytest.mark.network, pytest.mark.slow]

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
ANTHROPIC, ANTHROPIC_0 = "@anthropic-ai/sdk", "anthropic-sdk-0"


@pytest.fixture(scope="module")
def path() -> str:
    """A PATH that leads to Node first; the packages are installed unless they are as the lock file wants them."""
    folder = subprocess.run([ROOT / "scripts" / "node-path"], capture_output=True, text=True, check=True).stdout.strip()
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    lock, installed = FOLDER / "package-lock.json", FOLDER / "node_modules" / ".installed"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        command = ["npm", "ci", "--silent", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=FOLDER, env={**os.environ, "PATH": path}, check=True, timeout=100)
        installed.touch()
    return path


@pytest.mark.parametrize(
    ("tests", "anthropic"),
    [
        ("openai.test.mjs", ANTHROPIC),
        ("audio.test.mjs", ANTHROPIC),
        ("realtime.test.mjs", ANTHROPIC),
        ("anthropic.test.mjs", ANTHROPIC),
        ("anthropic.test.mjs", ANTHROPIC_0),
    ],
)
def test_nodes_clients_see_what_they_would_of_the_vendors(
    server: LiveServer, vendors: Vendors, path: str, tests: str, anthropic: str
) -> None:
    rig = json.dumps({"address": server.address, "adminKey": KEY, "vendors": vendors.url, "anthropic": anthropic})
    command = ["node", "--test", "--test-timeout=30000", tests]
    environment = {**os.environ, "PATH": path, "FREEHOLD_TEST_RIG": rig}
    done = subprocess.run(
        command, cwd=FOLDER, env=environment, capture_output=True, text=True, timeout=110, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# pass 0" not in done.stdout
