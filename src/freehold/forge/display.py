"""What a person sees of a run: a progress bar on a terminal, a plain line now and then elsewhere."""

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

PLAIN_EVERY_SECONDS = 20.0


class Display:
    """Progress of one run. Used as a context manager, so that an interrupted bar leaves the terminal whole."""

    def __init__(self, title: str) -> None:
        self._console = Console(soft_wrap=True)
        self._terminal = sys.stdout.isatty()
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
        self._bar = Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=self._console)
        self._task = self._bar.add_task(title, total=1.0)
        self._title = title
        self._began = self._said_at = time.monotonic()
        self._from: float | None = None

    def __enter__(self) -> Self:
        if self._terminal:
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bar.stop()

    def show(self, progress: float, step: int, loss: float, tokens_per_second: float) -> None:
        """One step is over."""
        if self._from is None:
            self._from, self._began = progress, time.monotonic()
        text = f"step {step}  loss {loss:.3f}  {tokens_per_second:,.0f} tok/s"
        if self._terminal:
            self._bar.update(self._task, completed=progress, description=f"{self._title}  {text}")
        elif time.monotonic() - self._said_at >= PLAIN_EVERY_SECONDS:
            self._said_at = time.monotonic()
            self.say(f"{text}  {progress:.1%}  {self._remaining(progress)} left")

    def _remaining(self, progress: float) -> str:
        done = progress - (self._from or 0.0)
        seconds = (time.monotonic() - self._began) * (1 - progress) / done if done > 0 else 0.0
        return f"{seconds / 60:.0f} min"

    def say(self, line: str) -> None:
        """A line of its own."""
        (self._bar.console if self._terminal else self._console).print(escape(line), highlight=False)
        sys.stdout.flush()
