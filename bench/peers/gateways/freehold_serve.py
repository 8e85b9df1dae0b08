"""Ours: `freehold serve` as it is installed, with keys, limits, prices and the ledger on."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.peers.gateways.process import free_port, running
from bench.peers.gateways.question import MODEL, Gateway, Kind, Question, body, is_answered
from bench.peers.gateways.upstream import Upstream

NAME = "Freehold"
KEY = "bench-key-0123456789abcdef"
PROVIDER = """
[gateway.providers.{kind}]
url = "{url}"
api_key = "sk-up"
vendor = "openai"
models = {{ "{kind}" = "{model}" }}
"""
# Nothing here is ever reached; all of it is counted for every request.
RULES = """
[[gateway.limits]]
meter = "requests"
amount = 100_000_000
subject = "key"
window = "minute"

[[gateway.limits]]
meter = "tokens"
amount = 10_000_000_000
subject = "person"
window = "minute"

[[gateway.limits]]
meter = "parallel"
amount = 1_000_000
subject = "key"

[[gateway.limits]]
meter = "usd"
amount = 100_000_000
subject = "all"
window = "month"

[[gateway.prices]]
vendor = "openai"
model = "gpt-4o-mini"
since = "2024-07-18"
input_per_million = 0.15
cached_input_per_million = 0.075
output_per_million = 0.60
"""


@contextmanager
def start(upstream: Upstream, folder: Path) -> Generator[Gateway]:
    """A server with its embedded database and its built-in models, which stay idle."""
    port = free_port()
    folder.mkdir(parents=True)
    settings = folder / "settings.toml"
    providers = [PROVIDER.format(kind=kind, url=url, model=MODEL) for kind, url in upstream.base_urls.items()]
    settings.write_text("".join(providers) + RULES)
    url, headers = f"http://127.0.0.1:{port}/v1/chat/completions", {"authorization": f"Bearer {KEY}"}
    questions: dict[Kind, Question] = {
        kind: Question(url=url, body=body(kind, kind), headers=headers) for kind in upstream.base_urls
    }
    command = [sys.executable, "-m", "freehold", "serve", "--port", str(port)]
    command += ["--config", str(settings), "--data", str(folder / "data")]
    ready = partial(is_answered, questions["whole"])
    with running(command, folder, ready, {"FREEHOLD_ADMIN_KEY": KEY}) as process:
        yield Gateway(name=NAME, running=process, questions=questions)
