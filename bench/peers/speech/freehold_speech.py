"""Ours: `freehold serve` as it is installed, with the built-in voice, its watermark, keys and the ledger."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.peers.gateways.process import free_port, running
from bench.peers.speech.target import Target, answers

NAME = "Freehold, espeak"
KEY = "bench-key-0123456789abcdef"
PATH = "/v1/audio/speech"
BYTES_PER_SECOND = 48_000  # of pcm


@contextmanager
def start(folder: Path) -> Generator[dict[str, Target]]:
    """One server, with a target for each audio format; its worker is warm."""
    port, headers = free_port(), {"authorization": f"Bearer {KEY}"}
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "freehold", "serve", "--port", str(port), "--data", str(folder / "data")]
    ready = partial(answers, port, PATH, _body("pcm", "Ready."), headers)
    with running(command, folder, ready, {"FREEHOLD_ADMIN_KEY": KEY}) as process:
        yield {
            audio_format: Target(
                name=NAME,
                running=process,
                port=port,
                path=PATH,
                body=partial(_body, audio_format),
                sound_seconds=lambda count: count / BYTES_PER_SECOND,
                headers=headers,
            )
            for audio_format in ("pcm", "mp3", "opus")
        }


def _body(audio_format: str, text: str) -> dict[str, str]:
    return {"model": "espeak", "voice": "alloy", "input": text, "response_format": audio_format}
