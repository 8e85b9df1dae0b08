"""Speech for tests of recognition, made by flite: voices that no engine of ours has."""

import os
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest


@lru_cache(maxsize=256)
def flite(text: str, voice: str = "slt") -> bytes:
    """A WAV file, 16 kHz, 16 bit, one channel, of `text` by one of flite's voices: slt, rms, awb, kal16."""
    if shutil.which("flite") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("flite is missing.")
        pytest.skip("flite is missing: apt-get install flite")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "said.wav"
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(file)], check=True, timeout=60)
        return file.read_bytes()
