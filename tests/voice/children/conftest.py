"""Children written for the tests, run as processes of their own."""

import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

PROLOGUE = """
import json, sys, time
read, write = sys.stdin.buffer, sys.stdout.buffer
def say(message, payload=b""):
    line = {**message, "bytes": len(payload)} if payload else message
    write.write(json.dumps(line).encode() + b"\\n" + payload)
    write.flush()
"""


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], list[str]]:
    """The command of a child with this body. It may use `say(message, payload)` and `read`."""

    def write(body: str) -> list[str]:
        path = tmp_path / f"child{len(list(tmp_path.iterdir()))}.py"
        path.write_text(PROLOGUE + textwrap.dedent(body))
        return [sys.executable, str(path)]

    return write


@pytest.fixture
def served(tmp_path: Path) -> Callable[[str], list[str]]:
    """The command of a child on `serving.serve_pipe` whose `serve(message, payload)` has this body."""

    def write(body: str) -> list[str]:
        path = tmp_path / f"served{len(list(tmp_path.iterdir()))}.py"
        head = "import os, sys, time\nfrom freehold.contracts.errors import InvalidRequest, Unavailable\n"
        head += "from freehold.voice.children.serving import claim_pipes, serve_pipe\ndef serve(message, payload):\n"
        tail = '\nserve_pipe(claim_pipes(), {"kind": "test"}, serve)\n'
        path.write_text(head + textwrap.indent(textwrap.dedent(body), "    ") + tail)
        return [sys.executable, str(path)]

    return write
