"""LiteLLM's proxy in a virtual environment of its own, as its documentation sets it up for production.

A master key, no database, no logging, no callbacks; `httptools`, which it does not install by itself, makes uvicorn
faster. The model is one that its price list knows: a missing price costs it 14 % more. Its Rust core does not
answer for OpenAI's models (docs.litellm.ai/docs/proxy/rust_gateway).
"""

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.machine import CACHE, CORES
from bench.peers.gateways.process import free_port, running
from bench.peers.gateways.question import MODEL, Gateway, Kind, Question, body, is_answered
from bench.peers.gateways.upstream import Upstream

NAME = "LiteLLM"
VERSION = "1.108.7"
FOLDER = CACHE / "gateways" / f"litellm-{VERSION}"
KEY = "sk-bench-0123456789abcdef"
# Which is faster depends on the kind of answer, so both are measured. One worker was slower in both.
SERVERS = {
    # uvicorn kills a worker that takes longer to start.
    "uvicorn": ["--num_workers", str(CORES), "--timeout_worker_healthcheck", "120"],
    "Granian": ["--num_workers", str(CORES), "--run_granian"],
}
ENVIRONMENT = {
    "LITELLM_MODE": "PRODUCTION",  # reads no .env
    "LITELLM_LOG": "ERROR",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # does not fetch prices
}
CONFIGURATION = """
model_list: [{models}]
litellm_settings: {{request_timeout: 600, set_verbose: false}}
general_settings: {{master_key: {key}, disable_error_logs: true, disable_spend_logs: true}}
"""
MODEL_ENTRY = "{{model_name: {kind}, litellm_params: {{model: openai/{model}, api_base: '{url}', api_key: sk-up}}}}"


def install() -> Path:
    """The program; 0.8 GB the first time."""
    program = FOLDER / "bin/litellm"
    if not program.is_file():
        print(f"Installing LiteLLM {VERSION} in {FOLDER} …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
        packages = [f"litellm[proxy]=={VERSION}", "httptools"]
        subprocess.run([str(FOLDER / "bin/pip"), "install", "--quiet", *packages], check=True)
    return program


@contextmanager
def start(server: str, upstream: Upstream, folder: Path) -> Generator[Gateway]:
    """With a worker a core, on one of `SERVERS`."""
    program, port = install(), free_port()
    entries = [MODEL_ENTRY.format(kind=kind, model=MODEL, url=url) for kind, url in upstream.base_urls.items()]
    folder.mkdir(parents=True)
    configuration = folder / "config.yaml"
    configuration.write_text(CONFIGURATION.format(models=", ".join(entries), key=KEY))
    url, headers = f"http://127.0.0.1:{port}/v1/chat/completions", {"authorization": f"Bearer {KEY}"}
    questions: dict[Kind, Question] = {
        kind: Question(url=url, body=body(kind, kind), headers=headers) for kind in upstream.base_urls
    }
    command = [str(program), "--config", str(configuration), "--host", "127.0.0.1", "--port", str(port)]
    command += ["--telemetry", "False", *SERVERS[server]]
    with running(command, folder, partial(is_answered, questions["whole"]), ENVIRONMENT) as process:
        name = f"{NAME} {VERSION}, {server}, {CORES} workers"
        yield Gateway(name=name, running=process, questions=questions)
