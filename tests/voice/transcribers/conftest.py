"""Flite's speech, and models made for these tests, once per session."""

import io
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

import tiny_whisper
from freehold.voice.sound import HEARING_RATE, Samples


@pytest.fixture(scope="session")
def sentences() -> list[str]:
    return (Path(__file__).parent / "sentences.txt").read_text().splitlines()


@pytest.fixture(scope="session")
def say() -> Callable[[str, str], Samples]:
    """Flite's voice saying a text, at 16 kHz. Built upon diphones and clustered units: never espeak's own rules."""
    if shutil.which("flite") is None and not os.getenv("CI"):
        pytest.skip("flite is not installed")

    def spoken(voice: str, text: str) -> Samples:
        wave = subprocess.run(["flite", "-voice", voice, "-t", text, "-o", "/dev/stdout"], stdout=-1, check=True).stdout
        samples, rate = soundfile.read(io.BytesIO(wave), dtype="float32")
        return soxr.resample(samples, rate, HEARING_RATE).astype(np.float32)

    return spoken


@pytest.fixture(scope="session")
def whisper_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_whisper.write_ct2(tmp_path_factory.mktemp("ct2"))


@pytest.fixture(scope="session")
def ggml_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_whisper.write_ggml(tmp_path_factory.mktemp("ggml"))


@pytest.fixture(scope="session")
def crashing_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_whisper.write_ggml(tmp_path_factory.mktemp("ggml32"), crashing=True)


@pytest.fixture(scope="session")
def murmur() -> Samples:
    """Two seconds of noise: what the tiny models are given."""
    return (0.05 * np.random.default_rng(3).standard_normal(2 * HEARING_RATE)).astype(np.float32)
