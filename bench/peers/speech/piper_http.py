"""Piper's own HTTP server in a virtual environment of its own, as its README starts it: Flask, a thread a connection.

No voice is at hand offline, so it gets one with random weights: `medium` has the shape of Piper's medium voices and
costs what they cost for a second of sound; `tiny` costs next to nothing, which flatters the server. Both give noise.
"""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.machine import CACHE, ROOT
from bench.peers.gateways.process import free_port, running
from bench.peers.speech.target import Target, answers

VERSION = "1.8.0"
FOLDER = CACHE / "speech" / f"piper-{VERSION}"
PACKAGE = f"piper-tts[http]=={VERSION}"
WRITER = FOLDER / "onnx"  # writes the voice; not beside the server, which would do more with it
PATH = "/synthesize"
RATE = 22_050  # Hz
WAV_HEADER_BYTES = 44


def install() -> Path:
    """Its Python; 0.3 GB the first time."""
    python = FOLDER / "bin/python"
    if not (FOLDER / "installed").is_file():
        print(f"Installing Piper {VERSION} in {FOLDER} …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
        pip = [str(FOLDER / "bin/pip"), "install", "--quiet"]
        subprocess.run([*pip, PACKAGE], check=True)
        subprocess.run([*pip, "--target", str(WRITER), "onnx<2"], check=True)
        (FOLDER / "installed").touch()
    return python


def voice(size: str) -> Path:
    """The random voice of this size, made once. Our own torch writes it, with Piper's and onnx's modules beside it."""
    path = FOLDER / "voices" / f"en_US-random-{size}.onnx"
    if not path.is_file():
        path.parent.mkdir(exist_ok=True)
        [modules] = FOLDER.glob("lib/python3*/site-packages")
        own = os.pathsep.join([str(ROOT), *sys.path[1:], str(WRITER), str(modules)])
        command = [sys.executable, "-m", "bench.peers.speech.random_voice", size, str(path)]
        subprocess.run(command, check=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": own})
    return path


@contextmanager
def start(size: str, folder: Path) -> Generator[Target]:
    """The server with one of the random voices."""
    python, port = install(), free_port()
    command = [str(python), "-m", "piper.http_server", "--host", "127.0.0.1", "--port", str(port)]
    ready = partial(answers, port, PATH, {"text": "Ready."})
    with running([*command, "-m", str(voice(size))], folder, ready) as process:
        yield Target(
            name=f"Piper {VERSION}, {size} voice of random weights",
            running=process,
            port=port,
            path=PATH,
            body=lambda text: {"text": text},
            sound_seconds=lambda count: max(0, count - WAV_HEADER_BYTES) / 2 / RATE,
        )
