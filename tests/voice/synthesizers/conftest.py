"""Each engine that speaks, opened on a small model and started."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

import pytest

from freehold.voice.synthesizer import Synthesizer
from freehold.voice.synthesizers import SYNTHESIZERS
from tiny_chatterbox import write_chatterbox
from tiny_voices import write_kokoro, write_piper

FOLDERS: dict[str, Callable[[Path], Path]] = {
    "chatterbox": write_chatterbox,
    "espeak": lambda folder: folder,
    "kokoro": write_kokoro,
    "piper": lambda folder: write_piper(folder, speakers=["anna", "bob"]),
}

Opened = Callable[..., Awaitable[Synthesizer]]


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncGenerator[Opened]:
    """Opens and starts an engine by its name; all are closed at the end."""
    running: list[Synthesizer] = []

    async def start(name: str, folder: Path | None = None, *, workers: int = 1) -> Synthesizer:
        model = folder if folder is not None else FOLDERS[name](tmp_path)
        synthesizer = SYNTHESIZERS[name](model, workers=workers)
        running.append(synthesizer)
        await synthesizer.start()
        return synthesizer

    yield start
    for synthesizer in running:
        await synthesizer.close()
