"""OpenAI's Python client against the gateway: a vendor in its own wire, one in Anthropic's, and a local worker."""

import json
from collections.abc import Callable
from typing import Any

import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam, ChatCompletionToolUnionParam

from clients.customers import Customer, until
from clients.gateway_vendors import CITY, INPUT_TOKENS, OUTPUT_TOKENS, TEXT, Vendors
from live_server import KEY, LiveServer

pytestmark = pytest.mark.network

EVERY_MODEL = pytest.mark.parametrize("model", ["gpt", "claude", "tiny"])
EVERY_VENDOR = pytest.mark.parametrize("vendor", ["gpt", "claude"])
PROVIDERS = {"gpt": "acme", "claude": "claude", "tiny": "local"}
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
WEATHER: list[ChatCompletionToolUnionParam] = [
    {"type": "function", "function": {"name": "weather", "parameters": PARAMETERS}}
]


def said(customer: Customer) -> list[ChatCompletionMessageParam]:
    return [{"role": "user", "content": customer.topic}]


def written(chunks: Any) -> str:
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def micro_usd(row: dict[str, Any]) -> int:
    return (row["cost"] or {"micro_usd": 0})["micro_usd"]


@EVERY_MODEL
def test_a_whole_answer_has_its_text_its_usage_its_request_id_and_one_row(customer: Customer, model: str) -> None:
    answer = customer.openai().chat.completions.create(model=model, messages=said(customer), max_tokens=9)
    assert answer.choices[0].finish_reason in ("stop", "length")
    assert answer.choices[0].message.content == TEXT or model == "tiny"
    assert answer.usage is not None
    [row] = customer.rows(1)
    assert answer._request_id == row["request_id"]
    assert (row["provider"], row["outcome"], row["estimated"]) == (PROVIDERS[model], "answered", False)
    counted = (answer.usage.prompt_tokens, answer.usage.completion_tokens)
    assert (row["input_tokens"], row["output_tokens"]) == counted
    assert counted == (INPUT_TOKENS, OUTPUT_TOKENS) or model == "tiny"


@EVERY_MODEL
@pytest.mark.parametrize("options", [{}, {"stream_options": {"include_usage": True}}])
def test_a_stream_says_the_same_and_its_usage_only_if_asked(
    customer: Customer, model: str, options: dict[str, Any]
) -> None:
    fixed: dict[str, Any] = {"model": model, "messages": said(customer), "max_tokens": 9, "temperature": 0}
    whole = customer.openai().chat.completions.create(**fixed)
    chunks = list(customer.openai().chat.completions.create(**fixed, stream=True, **options))
    assert written(chunks) == whole.choices[0].message.content
    usages = [chunk.usage for chunk in chunks if chunk.usage is not None]
    assert len(usages) == len(options)
    first, second = customer.rows(2)
    assert [second["stream"], second["estimated"], second["outcome"]] == [True, False, "answered"]
    assert first["output_tokens"] == second["output_tokens"]
    assert all(usage.completion_tokens == second["output_tokens"] for usage in usages)


@EVERY_VENDOR
@pytest.mark.parametrize("streams", [False, True])
def test_a_tool_is_called_and_its_result_comes_back(customer: Customer, vendor: str, streams: bool) -> None:
    client, messages = customer.openai(), said(customer)
    fixed: dict[str, Any] = {"model": vendor, "tools": WEATHER, "max_tokens": 50}
    if streams:
        with client.chat.completions.stream(messages=messages, **fixed) as stream:
            message = stream.get_final_completion().choices[0].message
    else:
        message = client.chat.completions.create(messages=messages, **fixed).choices[0].message
    assert message.tool_calls is not None
    [call] = message.tool_calls
    assert call.type == "function"
    assert (call.function.name, json.loads(call.function.arguments)) == ("weather", CITY)
    messages.append({"role": "assistant", "tool_calls": [call.model_dump(include={"id", "type", "function"})]})  # pyright: ignore
    messages.append({"role": "tool", "tool_call_id": call.id, "content": "sunny"})
    answer = client.chat.completions.create(messages=messages, **fixed)
    assert answer.choices[0].message.content == "It is sunny"
    assert [row["outcome"] for row in customer.rows(2)] == ["answered"] * 2


@EVERY_MODEL
def test_each_mistake_raises_its_own_class(customer: Customer, vendors: Vendors, model: str) -> None:
    create = customer.openai().chat.completions.create
    with pytest.raises(openai.AuthenticationError) as unknown:
        customer.openai(api_key="fh-wrong").chat.completions.create(model=model, messages=said(customer))
    with pytest.raises(openai.NotFoundError, match="does not exist") as missing:
        create(model=f"{model}-none", messages=said(customer))
    with pytest.raises(openai.BadRequestError) as bad:
        create(model=model, messages=said(customer), max_tokens=9, temperature="hot")  # pyright: ignore
    assert [unknown.value.code, missing.value.code] == ["invalid_api_key", "model_not_found"]
    assert all(error.value.request_id for error in (unknown, missing, bad))
    assert customer.statuses == [401, 404, 400]
    assert vendors.topics[customer.topic].asked == 0
    [row] = customer.rows(1)
    assert (row["status"], row["input_tokens"], micro_usd(row)) == (400, 0, 0)


@EVERY_VENDOR
def test_a_spent_budget_is_insufficient_quota_and_not_tried_again(
    somebody: Callable[..., Customer], vendors: Vendors, vendor: str
) -> None:
    poor = somebody("poor")
    client = poor.openai(max_retries=3)
    client.chat.completions.create(model=vendor, messages=said(poor), max_tokens=10)
    with pytest.raises(openai.RateLimitError, match="used up") as spent:
        client.chat.completions.create(model=vendor, messages=said(poor), max_tokens=10)
    assert (spent.value.code, spent.value.type) == ("insufficient_quota", "insufficient_quota")
    assert poor.statuses == [200, 429]
    assert vendors.topics[poor.topic].asked == 1
    [row] = poor.rows(1)
    assert micro_usd(row) == OUTPUT_TOKENS * 1000


@EVERY_VENDOR
def test_a_vendors_spent_account_is_insufficient_quota_and_nobody_tries_again(
    customer: Customer, vendors: Vendors, vendor: str
) -> None:
    with pytest.raises(openai.RateLimitError) as spent:
        customer.openai(max_retries=2).chat.completions.create(model=f"{vendor}-spent", messages=said(customer))
    assert spent.value.code == "insufficient_quota"
    [row] = customer.rows(1)
    assert (row["status"], row["output_tokens"]) == (429, 0)
    assert (customer.statuses, vendors.topics[customer.topic].asked) == ([429], 1)


def test_a_limit_of_requests_is_waited_for_as_retry_after_says(
    somebody: Callable[..., Customer], vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    single = somebody("single")
    held = single.openai().chat.completions.create(model="gpt-hangs", messages=said(single), stream=True)
    naps: list[float] = []

    def nap(seconds: float) -> None:
        monkeypatch.undo()
        naps.append(seconds)
        held.close()
        until(lambda: vendors.topics[single.topic].running == 0)

    monkeypatch.setattr("openai._base_client.time.sleep", nap)
    answer = single.openai(max_retries=1).chat.completions.create(model="gpt", messages=said(single))
    assert answer.choices[0].message.content == TEXT
    assert naps == [1.0]
    assert single.statuses == [200, 429, 200]
    assert vendors.topics[single.topic].asked == 2
    assert sorted(row["outcome"] for row in single.rows(2)) == ["answered", "cancelled"]


@EVERY_MODEL
def test_what_is_left_of_the_limits_stands_in_openais_headers(somebody: Callable[..., Customer], model: str) -> None:
    metered = somebody("metered")
    ask = metered.openai().chat.completions.with_raw_response.create
    answers = [ask(model=model, messages=said(metered), max_tokens=9) for _ in range(2)]
    left = [answer.headers["x-ratelimit-remaining-requests"] for answer in answers]
    assert left == ["99", "98"]
    assert answers[0].headers["x-ratelimit-limit-requests"] == "100"
    assert answers[0].headers["x-ratelimit-limit-tokens"] == "1000000"
    assert answers[0].headers["x-ratelimit-reset-requests"].endswith("s")
    assert answers[0].headers["x-request-id"] == answers[0].parse()._request_id


@pytest.mark.parametrize(("model", "width"), [("gpt-embed", 2), ("minilm", 384)])
def test_embeddings_come_from_vendors_and_from_workers(customer: Customer, model: str, width: int) -> None:
    answer = customer.openai().embeddings.create(model=model, input=["a harbour", "a sonnet"])
    assert [len(one.embedding) for one in answer.data] == [width] * 2
    [row] = customer.rows(1)
    assert (row["input_tokens"], row["endpoint"]) == (answer.usage.prompt_tokens, "embeddings")


def test_models_of_every_kind_are_listed_and_retrieved(customer: Customer) -> None:
    client = customer.openai()
    owners = {model.id: model.owned_by for model in client.models.list()}
    assert (owners["gpt"], owners["claude"]) == ("acme", "claude")
    assert "tiny" in owners
    assert client.models.retrieve("claude").id == "claude"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("none")
    assert customer.rows(0) == []


@EVERY_VENDOR
def test_a_stream_that_breaks_raises_after_what_came_and_is_not_repeated(
    customer: Customer, vendors: Vendors, vendor: str
) -> None:
    stream = customer.openai().chat.completions.create(model=f"{vendor}-breaks", messages=said(customer), stream=True)
    seen: list[Any] = []
    with pytest.raises(openai.APIError, match="broke off"):
        seen.extend(stream)
    assert written(seen)
    assert TEXT.startswith(written(seen))
    assert vendors.topics[customer.topic].asked == 1
    assert customer.rows(1)[0]["outcome"] == "failed"


@EVERY_VENDOR
def test_closing_a_stream_frees_the_vendor(customer: Customer, vendors: Vendors, vendor: str) -> None:
    stream = customer.openai().chat.completions.create(model=f"{vendor}-hangs", messages=said(customer), stream=True)
    next(iter(stream))
    topic = vendors.topics[customer.topic]
    assert topic.running == 1
    stream.close()
    until(lambda: topic.hung_up == 1)
    assert (topic.asked, topic.running) == (1, 0)
    [row] = customer.rows(1)
    assert (row["outcome"], row["estimated"]) == ("cancelled", True)


@EVERY_VENDOR
def test_a_client_that_waits_no_longer_frees_the_vendor(customer: Customer, vendors: Vendors, vendor: str) -> None:
    impatient = customer.openai(timeout=0.5, max_retries=0)
    with pytest.raises(openai.APITimeoutError):
        impatient.chat.completions.create(model=f"{vendor}-hangs", messages=said(customer))
    topic = vendors.topics[customer.topic]
    until(lambda: topic.hung_up == 1)
    assert (topic.asked, topic.running) == (1, 0)
    assert customer.rows(1)[0]["outcome"] == "cancelled"


def test_the_administrators_own_calls_stand_in_the_ledger_too(server: LiveServer, vendors: Vendors) -> None:
    answer = server.client(KEY).chat.completions.create(model="gpt", messages=[{"role": "user", "content": "admin"}])
    rows = server.http().get("/v1/usage", params={"rows": "true", "organisation_id": "*", "limit": 1000}).json()
    assert [row["request_id"] for row in rows["data"]].count(answer._request_id) == 1
    assert vendors.topics["admin"].asked == 1
