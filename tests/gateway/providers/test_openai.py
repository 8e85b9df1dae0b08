"""The OpenAI provider: where it asks, as whom, and what a worker of our own is told besides."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from aiohttp import web
from openai import AsyncAzureOpenAI

from freehold.contracts.models import Endpoint
from freehold.contracts.usage import Usage
from freehold.contracts.wire import Call
from freehold.gateway.providers.openai import PROVIDER
from freehold.gateway.settings import GatewaySettings
from vendor_server import Vendor, vendor_server

pytestmark = pytest.mark.network

SETTINGS = GatewaySettings(connect_timeout_seconds=2, answer_timeout_seconds=2, silence_timeout_seconds=1)
BODY = b'{"model": "gpt-4o", "messages": []}'
WORKERS_HEADERS = {"x-freehold-deadline": "9", "x-freehold-trace": "t"}


def call(endpoint: str = "chat/completions", body: bytes = BODY) -> Call:
    headers = WORKERS_HEADERS | {"x-freehold-other": "no"}
    return Call(endpoint=endpoint, body=body, model="gpt-4o", request_id="req_7", tenant="ada", headers=headers)


@pytest.fixture
async def vendor() -> AsyncGenerator[Vendor]:
    async with vendor_server() as running:
        yield running


async def ask(vendor: Vendor, endpoint: Endpoint) -> None:
    vendor.answers(b"{}", content_type="application/json")
    provider = PROVIDER(endpoint, SETTINGS)
    await provider.send(call())
    await provider.close()


async def test_azures_deployments_are_asked_as_openais_own_package_asks_them(vendor: Vendor) -> None:
    root = vendor.url.removesuffix("/v1")
    await ask(
        vendor,
        Endpoint(
            url=f"{root}/openai/deployments/gpt-4o",
            headers=(("api-key", "secret"),),
            query=(("api-version", "2024-10-21"),),
        ),
    )
    vendor.answers(b'{"id": "c", "choices": []}', content_type="application/json")
    async with AsyncAzureOpenAI(azure_endpoint=root, api_key="secret", api_version="2024-10-21") as package:
        await package.chat.completions.create(model="gpt-4o", messages=[])
    ours, theirs = vendor.sent
    assert (ours.path, ours.query) == (theirs.path, theirs.query)
    assert ours.headers["api-key"] == theirs.headers["api-key"] == "secret"
    assert "authorization" not in ours.headers


async def test_azures_v1_takes_its_key_and_version_along(vendor: Vendor) -> None:
    root = vendor.url.removesuffix("/v1")
    key, version = (("api-key", "secret"),), (("api-version", "preview"),)
    await ask(vendor, Endpoint(url=f"{root}/openai/v1/", headers=key, query=version))
    (sent,) = vendor.sent
    assert (sent.path, sent.query) == ("/openai/v1/chat/completions", [("api-version", "preview")])
    assert sent.headers["api-key"] == "secret"


async def test_the_endpoints_own_headers_win_in_whatever_case(vendor: Vendor) -> None:
    own = (("Authorization", "Basic x"), ("X-Request-Id", "fixed"))
    await ask(vendor, Endpoint(url=vendor.url, api_key="secret", headers=own))
    (sent,) = vendor.sent
    assert (sent.headers["authorization"], sent.headers["x-request-id"]) == ("Basic x", "fixed")


async def test_a_worker_is_told_who_asks_and_a_vendor_is_not(vendor: Vendor, tmp_path: Path) -> None:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", vendor.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    socket = tmp_path / "worker.sock"
    await web.UnixSite(runner, str(socket)).start()
    await ask(vendor, Endpoint(url="http://worker/v1", socket_path=socket))
    await ask(vendor, Endpoint(url=vendor.url))
    await runner.cleanup()
    told, untold = ({k: v for k, v in sent.headers.items() if k.startswith("x-freehold")} for sent in vendor.sent)
    assert told == WORKERS_HEADERS | {"x-freehold-tenant": "ada"}
    assert untold == {}


@pytest.mark.parametrize("body", [b'{"input": 5}', b"no JSON"])
async def test_speech_whose_text_cannot_be_read_is_not_metered(vendor: Vendor, body: bytes) -> None:
    vendor.answers(b"ID3", content_type="audio/mpeg")
    vendor.answers(b"ID3", content_type="audio/mpeg")
    provider = PROVIDER(Endpoint(url=vendor.url), SETTINGS)
    odd = await provider.send(call("audio/speech", body))
    plain = await provider.send(call("audio/speech", '{"input": "Grüße"}'.encode()))
    assert (odd.usage, plain.usage) == (None, Usage(characters=5))
    assert await odd.keep(10) == await plain.keep(10) == b"ID3"
    await provider.close()
