"""One live server for all client tests: a tiny random model beside the built-ins, and two vendors behind it."""

from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from clients.customers import Customer
from clients.gateway_vendors import Vendors
from live_server import LiveServer
from tiny_model import make_model

# A token of an answer costs a thousandth of a dollar.
CONFIG = """
[gateway.providers.acme]
url = "{url}/acme/v1"
vendor = "acme"
api_key = "acme-secret"

[gateway.providers.acme.models]
gpt = "good"
gpt-long = "long"
gpt-embed = "vectors"
gpt-breaks = "breaks"
gpt-hangs = "hangs"
gpt-spent = "spent"

[gateway.providers.claude]
kind = "anthropic"
url = "{url}/claude/v1"
vendor = "other"
api_key = "claude-secret"
models = {{ claude = "good", claude-breaks = "breaks", claude-hangs = "hangs", claude-spent = "spent" }}

[[gateway.prices]]
vendor = "acme"
model = "good"
since = "2024-01-01"
input_per_million = 0.0
output_per_million = 1000.0

[[gateway.prices]]
vendor = "other"
model = "good"
since = "2024-01-01"
input_per_million = 0.0
output_per_million = 1000.0

[gateway.tiers]
poor = {{ limits = [{{ meter = "usd", window = "month", amount = 0.012 }}] }}
single = {{ limits = [{{ meter = "parallel", amount = 1 }}] }}
metered = {{ limits = [{{ meter = "requests", amount = 100 }}, {{ meter = "tokens", amount = 1000000 }}] }}
"""


@pytest.fixture(scope="session")
def vendors() -> Generator[Vendors]:
    with Vendors().serving() as running:
        yield running


@pytest.fixture(scope="session")
def server(open_folder: Path, vendors: Vendors) -> Generator[LiveServer]:
    data = open_folder / "live"
    make_model(data / "models" / "tiny")
    file = data / "freehold.toml"
    file.write_text(CONFIG.format(url=vendors.url))
    running = LiveServer.start(data, "--config", str(file))
    yield running
    running.stop()


@pytest.fixture
def somebody(server: LiveServer) -> Callable[..., Customer]:
    """Makes a new customer, in a tier if one is named."""
    return lambda tier="": Customer.of(server, tier)


@pytest.fixture
def customer(server: LiveServer) -> Customer:
    return Customer.of(server)
