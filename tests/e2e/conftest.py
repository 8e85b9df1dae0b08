"""Headless Chromium in front of a live server whose model speaks a script, so that a page's text can be foretold."""

import json
import os
import shutil
from collections.abc import Generator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Browser, BrowserContext, Playwright, expect, sync_playwright

from freehold.nn.torch.decoder import Decoder
from freehold.nn.torch.weights import save
from live_server import LiveServer
from page_watch import Watch
from tiny_model import SPEC, make_tokenizer

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Each piece is a token of its own, for the model knows nothing but which token follows which.
ANSWER = [
    "Good day",
    ", I",
    " am",
    " **tiny**",
    ".\n\n",
    "```python\n",
    "print('hello')\n",
    "```\n\n",
    "Anything",
    " else?",
]
ENDLESS = ["On", " and", " on it", " goes", ",\n"]
# A message with this word gets the endless answer: the template hands the model another first token.
ENDLESS_WORD = "forever"
TEMPLATE = (
    "{% for message in messages %}<|user|>{{ message.content }}<|end|>{% endfor %}"
    "{% if '" + ENDLESS_WORD + "' in messages[-1].content %}<|system|>{% else %}<|assistant|>{% endif %}"
)


expect.set_options(timeout=15_000)


def make_speaking_model(folder: Path) -> Path:
    """A model folder whose greedy continuation is `ANSWER`, or `ENDLESS` over and over."""
    folder.mkdir(parents=True)
    tokenizer = make_tokenizer()
    tokenizer.add_tokens([*ANSWER, *ENDLESS])
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"chat_template": TEMPLATE, "bos_token": "<|begin|>", "eos_token": "<|end|>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    decoder = Decoder(replace(SPEC, vocab_size=tokenizer.get_vocab_size(), context_length=8192))
    decoder.initialise(torch.Generator().manual_seed(0))
    assert decoder.output is not None
    with torch.no_grad():
        for name, weight in decoder.named_parameters():
            if name.endswith(("o.weight", "down.weight", "output.weight")):
                weight.zero_()  # nothing but the last token's own embedding reaches the output
        for text in (["<|assistant|>", *ANSWER, "<|end|>"], ["<|system|>", *ENDLESS, ENDLESS[0]]):
            ids = [tokenizer.token_to_id(piece) for piece in text]
            for before, after in pairwise(ids):
                decoder.output.weight[after] += 1000 * decoder.embedding.weight[before]
    save(decoder, folder, torch.float32)
    return folder


@pytest.fixture(scope="module")
def server(open_folder: Path, request: pytest.FixtureRequest) -> Generator[LiveServer]:
    data = open_folder / Path(request.path).stem
    make_speaking_model(data / "models" / "tiny")
    running = LiveServer.start(data)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def playwright() -> Generator[Playwright]:
    """Lasts one module only: while it is open, its event loop keeps others from running in this thread."""
    if shutil.which(CHROMIUM) is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CHROMIUM} is missing.")
        pytest.skip(f"{CHROMIUM} is missing: apt-get install chromium")
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Generator[Browser]:
    opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield opened
    opened.close()


@pytest.fixture
def context(browser: Browser, server: LiveServer) -> Generator[BrowserContext]:
    """A browser profile of its own; whatever a test does, the page must not complain."""
    made = browser.new_context(base_url=server.address, viewport={"width": 1280, "height": 800}, color_scheme="light")
    watch = Watch(made, server.address)
    yield made
    watch.check(made)
    made.close()
