"""The import rules hold, and each of them would notice a breach: one is planted in a copy of the sources."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAYERS = "Each layer imports only lower ones, and the parts on one line never import each other"
TORCH = "The control plane never reaches torch, triton or transformers"
WEB = "Web frameworks only at the edges"
SQL = "SQL only in each part's store"
ENDPOINTS = "Endpoints never import each other"
PROVIDERS = "Providers never import each other"
COMPARISONS = "Comparators and judges never import each other"
ARCHITECTURES = "Architectures never import each other"
ENCODERS = "Encoders never import each other"
TOOL_CALLS = "Tool-call formats never import each other"
SOUND = "Engines and effects for sound never import each other"
GPL = "Programs under the GPL are spoken to over a pipe, never imported"
CYCLES = "No import cycle at any depth"
PLUGINS = (ENDPOINTS, PROVIDERS, COMPARISONS, ARCHITECTURES, ENCODERS, TOOL_CALLS, SOUND)
RULES = (LAYERS, TORCH, WEB, SQL, *PLUGINS, GPL, CYCLES)
FORMAT = "freehold.engine.answers.tool_calls.hermes"
COMPARATOR = "freehold.rollouts.comparators.chat"
SYNTHESIZER = "freehold.voice.synthesizers.espeak"
PROVIDER = "freehold.gateway.providers.openai"

# The file, the line added to it, and the rule that must break. A file that does not exist is made.
BREACHES = {
    "a lower layer imports a higher one": ("contracts/errors.py", "import freehold.gateway.route", LAYERS),
    "a part imports its neighbour": ("gateway/pipeline.py", "import freehold.accounts.keys", LAYERS),
    "a top-level package has no layer": ("planted/__init__.py", "", LAYERS),
    "the API reaches torch by way of the forge": ("api/health.py", "import freehold.forge.trainer", TORCH),
    "a command reaches torch inside a function": ("cli/planted.py", "def run():\n    import torch", TORCH),
    "the engine's own loop imports torch": ("engine/loop/engine.py", "import torch", TORCH),
    "the gateway speaks a web framework": ("gateway/pipeline.py", "import starlette.requests", WEB),
    "a file beside the edge speaks a web framework": ("foundation/planted.py", "import fastapi", WEB),
    "SQL beside the store": ("accounts/keys.py", "from sqlalchemy import select", SQL),
    "SQL in an endpoint": ("api/web/session.py", "import psycopg", SQL),
    "SQL beside a store within a part": ("surface/voices/custom.py", "import sqlalchemy", SQL),
    "an endpoint imports an endpoint": ("api/openai/models.py", "import freehold.api.openai.embeddings", ENDPOINTS),
    "a page imports an endpoint": ("api/web/session.py", "from freehold.api.openai import models", ENDPOINTS),
    "a provider imports a provider": ("gateway/providers/planted.py", f"import {PROVIDER}", PROVIDERS),
    "a judge imports a comparator": ("rollouts/judges/planted.py", f"import {COMPARATOR}", COMPARISONS),
    "rollouts import the gateway": ("rollouts/planted.py", "import freehold.gateway.route", LAYERS),
    "an architecture imports an architecture": ("models/planted.py", "import freehold.models.llama", ARCHITECTURES),
    "an encoder imports an encoder": ("models/encoders/planted.py", "import freehold.models.encoders.bert", ENCODERS),
    "the native executor imports torch": ("native/planted.py", "import torch", TORCH),
    "the executors import the native one": ("nn/planted.py", "import freehold.native.library", LAYERS),
    "a format imports a format": ("engine/answers/tool_calls/planted.py", f"import {FORMAT}", TOOL_CALLS),
    "an engine imports an engine": ("voice/synthesizers/planted.py", f"import {SYNTHESIZER}", SOUND),
    "a program under the GPL is imported": ("voice/planted.py", "import espeakng_loader", GPL),
    "the voice speaks a web framework": ("voice/sound.py", "import starlette", WEB),
    "the voice imports the engine": ("voice/planted.py", "import freehold.engine.prompts", LAYERS),
    "two files import each other": ("gateway/settings.py", "import freehold.gateway.route", CYCLES),
}  # fmt: skip


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python files of the package and the rules, elsewhere."""
    folder = tmp_path_factory.mktemp("copy")
    for path in (ROOT / "src").rglob("*.py"):
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    shutil.copyfile(ROOT / "pyproject.toml", folder / "pyproject.toml")
    return folder


def broken_rules(folder: Path) -> tuple[list[str], str]:
    """The names of the rules that do not hold in `folder`, and what the linter said."""
    linter = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    environment = os.environ | {"PYTHONPATH": str(folder / "src"), "COLUMNS": "200"}
    done = subprocess.run(linter, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
    said = " ".join((done.stdout + done.stderr).split())
    broken = [rule for rule in RULES if f"{rule} BROKEN" in said]
    assert done.returncode == (1 if broken else 0), said
    return broken, said


def test_the_sources_keep_every_rule(copy: Path) -> None:
    broken, said = broken_rules(copy)
    assert broken == [], said
    assert f"Contracts: {len(RULES)} kept, 0 broken" in said


def test_every_rule_has_a_planted_breach() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {contract["name"] for contract in contracts} == {rule for _, _, rule in BREACHES.values()}


@pytest.mark.parametrize("breach", BREACHES)
def test_a_planted_breach_is_noticed(copy: Path, breach: str) -> None:
    name, line, rule = BREACHES[breach]
    file = copy / "src" / "freehold" / name
    before = file.read_text() if file.exists() else None
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"{before or ''}\n{line}\n")
    try:
        broken, said = broken_rules(copy)
    finally:
        _restore(file, before)
    assert rule in broken, said


def _restore(file: Path, before: str | None) -> None:
    if before is not None:
        file.write_text(before)
    elif file.name == "__init__.py":
        shutil.rmtree(file.parent)
    else:
        file.unlink()
