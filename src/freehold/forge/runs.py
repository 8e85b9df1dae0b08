"""The folder of one training run: `config.json`, `metrics.jsonl`, `samples.jsonl` and `status.json`.

Any program may tail these; nothing but this file writes them.
"""

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from freehold.contracts.errors import SetupError
from freehold.forge.recipe import Recipe
from freehold.foundation.clock import Clock
from freehold.foundation.settings import default_data_folder


def runs_folder() -> Path:
    """`runs` in the default data folder."""
    return default_data_folder() / "runs"


def new_run_folder(recipe: str, clock: Clock) -> Path:
    """A folder name that says which recipe and when."""
    now = datetime.fromtimestamp(clock.unix_seconds(), UTC)
    return runs_folder() / f"{recipe}-{now:%Y%m%d-%H%M%S}"


def newest_run_folder(recipe: str) -> Path:
    """The run of this recipe that was started last. Raises `SetupError` when there is none."""
    found = sorted(path.parent for path in runs_folder().glob(f"{recipe}-*/config.json"))
    if not found:
        raise SetupError(
            f"No run of '{recipe}' in {runs_folder()}.", hint="Name one with --out, or leave out --resume."
        )
    return found[-1]


def origin(model: Path) -> dict[str, Any]:
    """What is recorded of the model a run goes on from: its weights' SHA-256, its training, and its own origin."""
    digest = hashlib.sha256((model / "model.safetensors").read_bytes()).hexdigest()
    record = json.loads((model / "recipe.json").read_text())
    trained = {name: record["trained"][name] for name in ("step", "tokens", "seconds")}
    return {"sha256": digest, **trained, "began_with": record["recipe"].get("began_with")}


class RunLog:
    """Appends to the files of one run."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self._clock = folder, clock
        self.started_at = clock.unix_seconds()

    def configure(self, recipe: Recipe, begin_with: Path | None = None) -> None:
        """Write the whole recipe, replacing an earlier one, and what weights the run began with."""
        body = recipe.as_dict()
        if begin_with is not None:
            body["began_with"] = origin(begin_with)
        (self.folder / "config.json").write_text(json.dumps(body, indent=2) + "\n")

    def _append(self, name: str, values: dict[str, Any]) -> None:
        with (self.folder / name).open("a") as file:
            file.write(json.dumps({"at": round(self._clock.unix_seconds(), 3), **values}, ensure_ascii=False) + "\n")

    def metrics(self, step: int, **values: float) -> None:
        """One line of numbers for a step."""
        self._append("metrics.jsonl", {"step": step, **values})

    def sample(self, step: int, prompt: str, text: str) -> None:
        """What the model answers at a step."""
        self._append("samples.jsonl", {"step": step, "prompt": prompt, "text": text})

    def status(self, state: str, **values: Any) -> None:
        """Replace status.json: running, interrupted, finished or failed."""
        times = {"started_at": self.started_at, "updated_at": self._clock.unix_seconds()}
        body = {"state": state, "pid": os.getpid(), **times, **values}
        partial = self.folder / "status.json.partial"
        partial.write_text(json.dumps(body, indent=2) + "\n")
        partial.replace(self.folder / "status.json")
