"""Public names to providers: configured ones first, renamed where asked, unknown ones refused with the nearest."""

import json

import pytest

from freehold.contracts.errors import InvalidRequest, ModelNotFound, SetupError
from freehold.contracts.models import Endpoint, ModelInfo
from freehold.contracts.wire import Call
from freehold.gateway.route import Routes, Target
from freehold.gateway.settings import GatewaySettings, ProviderSettings


class Local:
    """Two local models that answer at once."""

    def models(self) -> list[ModelInfo]:
        chat = [ModelInfo(id=name, kind="chat", owned_by="freehold") for name in ("starter", "tiny")]
        return [*chat, ModelInfo(id="minilm", kind="embedding", owned_by="freehold")]

    async def endpoint(self, name: str) -> Endpoint:
        return Endpoint(url=f"http://{name}/v1")


def routes(**providers: ProviderSettings) -> Routes:
    return Routes(GatewaySettings(providers=providers), Local())


CHAT = "chat/completions"
VENDOR = ProviderSettings(url="http://vendor/v1", models={"big": "vendor-big-2026", "tiny": "vendor-tiny"})


async def test_a_configured_provider_hides_a_local_model_of_the_same_name() -> None:
    found = routes(vendor=VENDOR)
    assert [(info.id, info.owned_by) for info in found.models()] == [
        ("big", "vendor"),
        ("tiny", "vendor"),
        ("starter", "freehold"),
        ("minilm", "freehold"),
    ]
    assert (await found.find("tiny", CHAT)).model == "vendor-tiny"
    assert (await found.find("starter", CHAT)).model == "starter"


async def test_the_same_worker_is_one_provider() -> None:
    found = routes()
    assert (await found.find("tiny", CHAT)).provider is (await found.find("tiny", CHAT)).provider


async def test_an_unknown_model_names_the_nearest() -> None:
    with pytest.raises(ModelNotFound) as caught:
        await routes(vendor=VENDOR).find("startr", CHAT)
    assert "starter" in caught.value.hint


def test_two_providers_may_not_claim_one_name() -> None:
    with pytest.raises(SetupError, match="big"):
        routes(one=VENDOR, two=VENDOR)


async def test_only_the_models_name_changes_on_the_way() -> None:
    body = b'{"temperature": 0.70, "model": "big", "future": {"a": [1, null, "\\u00e9"]}}'
    target = await routes(vendor=VENDOR).find("big", CHAT)
    sent = target.address(Call(endpoint="chat/completions", body=body, model="big"))
    assert json.loads(sent.body) == json.loads(body) | {"model": "vendor-big-2026"}
    assert b"0.70" in sent.body  # numbers are not re-read
    assert sent.model == "vendor-big-2026"


async def test_a_body_whose_name_fits_is_the_very_same_bytes() -> None:
    call = Call(endpoint="chat/completions", body=b'{"model":   "starter"}', model="starter")
    target: Target = await routes().find("starter", CHAT)
    assert target.address(call).body is call.body


@pytest.mark.parametrize(("model", "endpoint"), [("minilm", CHAT), ("starter", "embeddings")])
async def test_a_model_of_another_kind_is_refused(model: str, endpoint: str) -> None:
    with pytest.raises(InvalidRequest, match="is a model for"):
        await routes().find(model, endpoint)
