"""What a caller says, prepared before anybody calls: flite's speech as messages of 40 ms, and a quiet room between.

The true beginning and end of the voice are known from its samples. Noise of the room lies under all of it.
"""

import base64
import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
import soxr

from bench.machine import ROOT
from freehold.voice.conversation.listening.g711 import MU_LAW
from freehold.voice.sound import to_pcm16

FRAME_SECONDS = 0.04
RATES = {"audio/pcm": 24_000, "audio/pcmu": 8_000}
BYTES_PER_SECOND = {"audio/pcm": 48_000, "audio/pcmu": 8_000}
VOICE = "slt"
ROOM_LEVEL = 1e-3  # the noise's RMS of full scale: -60 dB
ROOM_SECONDS = 2.0
WINDOW_SECONDS = 0.01
AUDIBLE = 0.01  # of the loudest window's RMS: what is softer is no voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A text as messages to send one by one, and where in them the voice begins and ends, in seconds."""

    text: str
    messages: Sequence[str]
    voice_begins: float
    voice_ends: float


def require_flite() -> None:
    """Install flite where that is allowed. Raises where there is none."""
    subprocess.run([ROOT / "scripts/system-packages", "flite"], check=True)


@cache
def line(text: str, audio_format: str = "audio/pcm") -> Line:
    """The text, spoken."""
    samples = _spoken(text, RATES[audio_format])
    begins, ends = _bounds(samples, RATES[audio_format])
    return Line(text=text, messages=_messages(samples, audio_format), voice_begins=begins, voice_ends=ends)


@cache
def room(audio_format: str = "audio/pcm") -> Sequence[str]:
    """Messages of nobody speaking, to be repeated."""
    return _messages(np.zeros(int(ROOM_SECONDS * RATES[audio_format]), np.float32), audio_format)


@cache
def nothing() -> Sequence[str]:
    """A message of a microphone that is switched off: zeros."""
    return (_append(bytes(int(FRAME_SECONDS * BYTES_PER_SECOND["audio/pcm"]))),)


def _spoken(text: str, rate: int) -> np.ndarray:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "line.wav"
        subprocess.run(["flite", "-voice", VOICE, "-t", text, "-o", str(path)], check=True)
        samples, own_rate = soundfile.read(path, dtype="float32")
    return np.asarray(soxr.resample(samples, own_rate, rate), np.float32)


def _bounds(samples: np.ndarray, rate: int) -> tuple[float, float]:
    """Seconds of the first and the last window with a voice."""
    size = int(WINDOW_SECONDS * rate)
    windows = samples[: len(samples) // size * size].reshape(-1, size)
    loudness = np.sqrt(np.mean(windows**2, axis=1))
    voiced = np.flatnonzero(loudness > AUDIBLE * loudness.max())
    return float(voiced[0]) * WINDOW_SECONDS, float(voiced[-1] + 1) * WINDOW_SECONDS


def _messages(samples: np.ndarray, audio_format: str) -> tuple[str, ...]:
    """Whole frames: the last one is filled with the room."""
    size = int(FRAME_SECONDS * RATES[audio_format])
    filled = np.zeros(-(-len(samples) // size) * size, np.float32)
    filled[: len(samples)] = samples
    filled += np.random.default_rng(0).normal(0, ROOM_LEVEL, len(filled)).astype(np.float32)
    encode = MU_LAW.encode if audio_format == "audio/pcmu" else to_pcm16
    return tuple(_append(encode(frame)) for frame in filled.reshape(-1, size))


def _append(sound: bytes) -> str:
    return json.dumps({"type": "input_audio_buffer.append", "audio": base64.b64encode(sound).decode()})
