"""Anthropic's Python client against the gateway: a vendor in its own wire, one in OpenAI's, and a local worker."""

from collections.abc import Callable
from typing import Any

import anthropic
import pytest
from anthropic.types import Message, MessageParam, ToolParam, ToolUseBlock

from clients.customers import Customer, until
from clients.gateway_vendors import CITY, INPUT_TOKENS, OUTPUT_TOKENS, TEXT, Vendors

pytestmark = pytest.mark.network

EVERY_MODEL = pytest.mark.parametrize("model", ["claude", "gpt", "tiny"])
EVERY_VENDOR = pytest.mark.parametrize("vendor", ["claude", "gpt"])
PROVIDERS = {"gpt": "acme", "claude": "claude", "tiny": "local"}
WEATHER: ToolParam = {
    "name": "weather",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}},
}


def said(customer: Customer) -> list[MessageParam]:
    return [{"role": "user", "content": customer.topic}]


def text_of(message: Message) -> str:
    return "".join(block.text for block in message.content if block.type == "text")


def micro_usd(row: dict[str, Any]) -> int:
    return (row["cost"] or {"micro_usd": 0})["micro_usd"]


@EVERY_MODEL
def test_a_whole_message_has_its_text_its_usage_its_request_id_and_one_row(customer: Customer, model: str) -> None:
    message = customer.anthropic().messages.create(model=model, messages=said(customer), max_tokens=9)
    assert message.stop_reason in ("end_turn", "max_tokens")
    assert text_of(message) == TEXT or model == "tiny"
    [row] = customer.rows(1)
    assert message._request_id == row["request_id"]
    assert (row["provider"], row["endpoint"], row["outcome"]) == (PROVIDERS[model], "messages", "answered")
    assert not row["estimated"]
    counted = (message.usage.input_tokens, message.usage.output_tokens)
    assert (row["input_tokens"], row["output_tokens"]) == counted
    assert counted == (INPUT_TOKENS, OUTPUT_TOKENS) or model == "tiny"


@EVERY_MODEL
def test_a_stream_says_the_same(customer: Customer, model: str) -> None:
    fixed: dict[str, Any] = {"model": model, "messages": said(customer), "max_tokens": 9}
    fixed["extra_body"] = {"temperature": 0}  # of which the client knows no more
    whole = customer.anthropic().messages.create(**fixed)
    with customer.anthropic().messages.stream(**fixed) as stream:
        pieces = list(stream.text_stream)
        final = stream.get_final_message()
    assert "".join(pieces) == text_of(final) == text_of(whole)
    assert (final.stop_reason, final.usage.output_tokens) == (whole.stop_reason, whole.usage.output_tokens)
    first, second = customer.rows(2)
    assert [second["stream"], second["estimated"], second["outcome"]] == [True, False, "answered"]
    assert (first["input_tokens"], first["output_tokens"]) == (second["input_tokens"], second["output_tokens"])


@EVERY_VENDOR
@pytest.mark.parametrize("streams", [False, True])
def test_a_tool_is_used_and_its_result_comes_back(customer: Customer, vendor: str, streams: bool) -> None:
    client, messages = customer.anthropic(), said(customer)
    fixed: dict[str, Any] = {"model": vendor, "tools": [WEATHER], "max_tokens": 50}
    if streams:
        with client.messages.stream(messages=messages, **fixed) as stream:
            message = stream.get_final_message()
    else:
        message = client.messages.create(messages=messages, **fixed)
    assert message.stop_reason == "tool_use"
    [use] = message.content
    assert isinstance(use, ToolUseBlock)
    assert (use.name, use.input) == ("weather", CITY)
    call: Any = {"type": "tool_use", "id": use.id, "name": use.name, "input": use.input}
    messages.append({"role": "assistant", "content": [call]})
    result: Any = {"type": "tool_result", "tool_use_id": use.id, "content": "sunny"}
    messages.append({"role": "user", "content": [result]})
    assert text_of(client.messages.create(messages=messages, **fixed)) == "It is sunny"
    assert [row["outcome"] for row in customer.rows(2)] == ["answered"] * 2


@EVERY_MODEL
def test_each_mistake_raises_its_own_class(customer: Customer, vendors: Vendors, model: str) -> None:
    fixed: dict[str, Any] = {"messages": said(customer), "max_tokens": 9}
    create = customer.anthropic().messages.create
    with pytest.raises(anthropic.AuthenticationError) as unknown:
        customer.anthropic(api_key="fh-wrong").messages.create(model=model, **fixed)
    with pytest.raises(anthropic.NotFoundError, match="does not exist") as missing:
        create(model=f"{model}-none", **fixed)
    with pytest.raises(anthropic.BadRequestError) as bad:
        create(model=model, messages=said(customer), max_tokens="many")  # pyright: ignore
    assert [error.value.type for error in (unknown, missing, bad)] == [
        "authentication_error",
        "not_found_error",
        "invalid_request_error",
    ]
    assert all(error.value.request_id for error in (unknown, missing, bad))
    assert customer.statuses == [401, 404, 400]
    assert vendors.topics[customer.topic].asked == 0
    [row] = customer.rows(1)
    assert (row["status"], row["input_tokens"], micro_usd(row)) == (400, 0, 0)


@EVERY_VENDOR
def test_a_spent_budget_is_a_rate_limit_error_that_is_not_tried_again(
    somebody: Callable[..., Customer], vendors: Vendors, vendor: str
) -> None:
    poor = somebody("poor")
    client = poor.anthropic(max_retries=3)
    client.messages.create(model=vendor, messages=said(poor), max_tokens=10)
    with pytest.raises(anthropic.RateLimitError, match="used up"):
        client.messages.create(model=vendor, messages=said(poor), max_tokens=10)
    assert poor.statuses == [200, 429]
    assert vendors.topics[poor.topic].asked == 1
    [row] = poor.rows(1)
    assert micro_usd(row) == OUTPUT_TOKENS * 1000


def test_a_limit_of_requests_is_waited_for_as_retry_after_says(
    somebody: Callable[..., Customer], vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    single = somebody("single")
    fixed: dict[str, Any] = {"messages": said(single), "max_tokens": 9}
    held = single.anthropic().messages.create(model="claude-hangs", stream=True, **fixed)
    naps: list[float] = []

    def nap(seconds: float) -> None:
        monkeypatch.undo()
        naps.append(seconds)
        held.close()
        until(lambda: vendors.topics[single.topic].running == 0)

    monkeypatch.setattr("anthropic._base_client.time.sleep", nap)
    assert text_of(single.anthropic(max_retries=1).messages.create(model="claude", **fixed)) == TEXT
    assert naps == [1.0]
    assert single.statuses == [200, 429, 200]
    assert vendors.topics[single.topic].asked == 2
    assert sorted(row["outcome"] for row in single.rows(2)) == ["answered", "cancelled"]


@EVERY_MODEL
def test_what_is_left_of_the_limits_and_the_request_id_stand_in_the_headers(
    somebody: Callable[..., Customer], model: str
) -> None:
    metered = somebody("metered")
    answer = metered.anthropic().messages.with_raw_response.create(model=model, messages=said(metered), max_tokens=9)
    assert answer.headers["x-ratelimit-remaining-requests"] == "99"
    assert answer.headers["request-id"] == answer.headers["x-request-id"] == answer.parse()._request_id


def test_models_of_every_kind_are_listed(customer: Customer) -> None:
    client = customer.anthropic()
    assert {"gpt", "claude", "tiny"} <= {model.id for model in client.models.list()}
    with pytest.raises(anthropic.NotFoundError):
        client.models.retrieve("none")


@EVERY_VENDOR
def test_a_stream_that_breaks_raises_after_what_came_and_is_not_repeated(
    customer: Customer, vendors: Vendors, vendor: str
) -> None:
    seen: list[str] = []
    fixed: dict[str, Any] = {"messages": said(customer), "max_tokens": 50}
    with (
        customer.anthropic().messages.stream(model=f"{vendor}-breaks", **fixed) as stream,
        pytest.raises(anthropic.APIStatusError, match="broke off"),
    ):
        seen.extend(stream.text_stream)
    assert seen
    assert TEXT.startswith("".join(seen))
    assert vendors.topics[customer.topic].asked == 1
    assert customer.rows(1)[0]["outcome"] == "failed"


@pytest.mark.parametrize("vendor", ["claude", "gpt"])
def test_closing_a_stream_frees_the_vendor(customer: Customer, vendors: Vendors, vendor: str) -> None:
    fixed: dict[str, Any] = {"messages": said(customer), "max_tokens": 50}
    stream = customer.anthropic().messages.create(model=f"{vendor}-hangs", stream=True, **fixed)
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
    impatient = customer.anthropic(timeout=0.5, max_retries=0)
    with pytest.raises(anthropic.APITimeoutError):
        impatient.messages.create(model=f"{vendor}-hangs", messages=said(customer), max_tokens=50)
    topic = vendors.topics[customer.topic]
    until(lambda: topic.hung_up == 1)
    assert (topic.asked, topic.running) == (1, 0)
    assert customer.rows(1)[0]["outcome"] == "cancelled"
