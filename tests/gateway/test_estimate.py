"""Token counts that nobody reports: a bound that holds, and estimates that come near."""

import base64
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

import freehold.builtin
from freehold.gateway.ledger.estimate import (
    AUDIO_CHARACTERS_PER_TOKEN,
    DOCUMENT_TOKENS,
    IMAGE_TOKENS,
    SAMPLE_CHARACTERS,
    TEMPLATE_TOKENS,
    TOOLS_TOKENS,
    TYPICAL_IMAGE_TOKENS,
    TokenCounter,
    input_bound,
)

BUILTIN = Path(freehold.builtin.__file__).parent
STARTER = Tokenizer.from_file(str(BUILTIN / "starter" / "tokenizer.json"))
MINILM = Tokenizer.from_file(str(BUILTIN / "minilm" / "tokenizer.json"))
MINILM.no_truncation()
MINILM.no_padding()
COUNTER = TokenCounter()

TEXT = (
    st.text() | st.text(alphabet='aé漢🙂\u0301"\\/\n\t 0{}<|>\u200d\ufdfa각') | st.sampled_from(["<|user|>", "a" * 300])
)
DATA = base64.b64encode(random.Random(5).randbytes(60_000)).decode()
PNG = f"data:image/png;base64,{DATA}"
TOOLS = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}]


def chat(*contents: Any, **more: Any) -> bytes:
    messages = [{"role": "user", "content": content} for content in contents]
    return json.dumps({"model": "m", "messages": messages} | more).encode()


def beyond_text(part: dict[str, Any]) -> int:
    """What a part adds to the bound of the same message without the part's base64 bytes."""
    body = chat([{"type": "text", "text": "What is this?"}, part])
    return input_bound(body) - TEMPLATE_TOKENS - len(body.replace(DATA.encode(), b""))


@pytest.mark.parametrize("tokenizer", [STARTER, MINILM], ids=["starter", "minilm"])
@settings(deadline=None)
@given(texts=st.lists(TEXT, min_size=1, max_size=4), ascii_only=st.booleans())
def test_the_bound_is_never_below_the_tokens_of_a_conversation(
    tokenizer: Tokenizer, texts: list[str], ascii_only: bool
) -> None:
    turns = [{"role": "user", "content": text} for text in texts]
    body = json.dumps({"messages": turns}, ensure_ascii=ascii_only).encode()
    rendered = "<|begin|>" + "".join(f"<|user|>{text}<|end|>" for text in texts) + "<|assistant|>"
    assert input_bound(body) >= len(tokenizer.encode(rendered).ids)


@settings(deadline=None)
@given(texts=st.lists(TEXT, min_size=1, max_size=5))
def test_the_bound_is_never_below_the_tokens_of_texts_to_embed(texts: list[str]) -> None:
    body = json.dumps({"input": texts}).encode()
    assert input_bound(body) >= sum(len(MINILM.encode(text).ids) for text in texts)


@settings(deadline=None)
@given(text=TEXT)
def test_text_in_parts_is_bounded_like_text_alone(text: str) -> None:
    body = chat([{"type": "text", "text": text}])
    assert input_bound(body) == len(body) + TEMPLATE_TOKENS


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image_url", "image_url": {"url": PNG}},
        {"type": "image_url", "image_url": {"url": PNG, "detail": "high"}},
        {"type": "input_image", "image_url": PNG},
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": DATA}},
        {"type": "tool_result", "content": [{"type": "image", "source": {"type": "base64", "data": DATA}}]},
    ],
)
def test_an_image_counts_by_its_allowance_not_by_its_bytes(part: dict[str, Any]) -> None:
    assert IMAGE_TOKENS - 30 <= beyond_text(part) <= IMAGE_TOKENS


def test_an_image_that_is_only_named_has_the_same_allowance() -> None:
    assert beyond_text({"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}) == IMAGE_TOKENS


def test_the_allowance_of_an_image_can_be_named() -> None:
    body = chat([{"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}])
    assert input_bound(body, image_tokens=48_169) - input_bound(body) == 48_169 - IMAGE_TOKENS


def test_images_of_a_responses_request_count_in_messages_and_in_outputs_of_calls() -> None:
    image = {"type": "input_image", "image_url": PNG}
    items = [
        {"type": "message", "role": "user", "content": [image]},
        {"type": "function_call_output", "output": [image]},
    ]
    body = json.dumps({"model": "m", "input": items}).encode()
    assert 2 * IMAGE_TOKENS < input_bound(body) < 2 * IMAGE_TOKENS + 1000


def test_audio_counts_by_its_length() -> None:
    part = {"type": "input_audio", "input_audio": {"data": DATA, "format": "mp3"}}
    assert beyond_text(part) == len(DATA) // AUDIO_CHARACTERS_PER_TOKEN


def test_a_document_counts_by_its_bytes_and_one_that_is_only_named_by_the_longest_context() -> None:
    held = {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": DATA}}
    assert beyond_text(held) == len(DATA)
    assert beyond_text({"type": "file", "file": {"file_id": "file_1"}}) == DOCUMENT_TOKENS


def test_a_document_of_text_is_text() -> None:
    assert beyond_text({"type": "document", "source": {"type": "text", "data": "Some text."}}) == 0
    assert beyond_text({"type": "document", "source": {"type": "text", "data": DATA}}) == len(DATA)


@pytest.mark.parametrize(
    "body",
    [
        chat(PNG),
        chat([{"type": "text", "text": PNG}]),
        chat(json.dumps({"type": "image_url", "image_url": {"url": PNG}})),
        chat("x", tools=[{"type": "image_url", "image_url": {"url": PNG}}]),
        chat([{"type": "tool_use", "input": {"type": "image_url", "image_url": {"url": PNG}}}]),
        chat([{"type": "image_url", "image_url": {"url": f"https://{DATA}"}}]),
    ],
)
def test_base64_that_a_model_reads_as_text_counts_in_full(body: bytes) -> None:
    assert input_bound(body) >= len(body)


def test_tools_add_what_vendors_say_about_them() -> None:
    assert input_bound(chat("x", tools=TOOLS)) == len(chat("x", tools=TOOLS)) + TEMPLATE_TOKENS + TOOLS_TOKENS


KEYS = st.sampled_from(["type", "content", "image_url", "source", "data", "url", "file", "messages", "input", "tools"])
KINDS = st.sampled_from(["image_url", "document", "input_audio", "text", "base64", "data:x"])
LEAVES = st.none() | st.integers() | KINDS
BODIES = st.recursive(LEAVES, lambda inner: st.dictionaries(KEYS, inner) | st.lists(inner))


@settings(deadline=None)
@given(body=BODIES)
def test_no_body_raises(body: Any) -> None:
    data = json.dumps({"messages": [body], "type": 1}).encode()
    assert input_bound(data) >= 0
    assert COUNTER.count_chat(data) >= 0


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b'{"type"', b'{"type":"\xff"}', b'{"messages":7,"type":1}', b'{"type":' + b"[" * 100_000]
)
def test_garbage_is_bounded_and_counted_and_raises_nothing(body: bytes) -> None:
    assert input_bound(body) >= len(body)
    assert TokenCounter().count_chat(body) >= 0


def test_deep_contents_raise_nothing() -> None:
    body = b'{"messages":' + b'{"type":"x","content":' * 400 + b'"x"' + b"}" * 401
    assert input_bound(body) >= len(body)
    assert TokenCounter().count_chat(body) >= 0


@settings(deadline=None)
@given(text=TEXT)
def test_a_text_is_counted_with_the_starters_tokenizer(text: str) -> None:
    assert COUNTER.count_text(text) == len(STARTER.encode(text, add_special_tokens=False).ids)


def test_a_long_text_is_counted_from_a_sample() -> None:
    words = (BUILTIN / "starter" / "README.md").read_text().split()
    text = " ".join(random.Random(7).choices(words, k=80_000))
    assert len(text) > 2 * SAMPLE_CHARACTERS
    exact = len(STARTER.encode(text, add_special_tokens=False).ids)
    encoded: list[int] = []

    class Watched(TokenCounter):
        def _encode(self, text: str) -> int:
            encoded.append(len(text))
            return super()._encode(text)

    assert abs(Watched().count_text(text) - exact) < 0.03 * exact
    assert sum(encoded) <= SAMPLE_CHARACTERS


def test_a_conversation_is_counted_near_its_template() -> None:
    texts = ["What is a freehold?", "Property owned outright.", "And a leasehold?"]
    rendered = "<|begin|>" + "".join(f"<|user|>{text}<|end|>" for text in texts) + "<|assistant|>"
    exact = len(STARTER.encode(rendered, add_special_tokens=False).ids)
    assert exact <= COUNTER.count_chat(chat(*texts)) <= exact + 4 * len(texts) + 4


def test_system_tools_and_tool_calls_are_counted() -> None:
    plain = COUNTER.count_chat(chat("Hi"))
    assert COUNTER.count_chat(chat("Hi", system="Answer in rhyme, and be brief.")) > plain + 5
    assert COUNTER.count_chat(chat("Hi", tools=TOOLS)) > plain + 10
    call = {"role": "assistant", "tool_calls": [{"type": "function", "function": {"name": "look", "arguments": "{}"}}]}
    assert COUNTER.count_chat(json.dumps({"messages": [call]}).encode()) > COUNTER.count_chat(b'{"messages":[{}]}')


def test_ids_roles_and_bytes_of_media_are_not_counted() -> None:
    image = [{"type": "image_url", "image_url": {"url": PNG}}]
    assert COUNTER.count_chat(chat(image)) == COUNTER.count_chat(chat([])) + TYPICAL_IMAGE_TOKENS
    result = [{"type": "tool_result", "tool_use_id": "toolu_0123456789", "content": "ok"}]
    assert COUNTER.count_chat(chat(result)) == COUNTER.count_chat(chat("ok"))


def test_arguments_of_a_tool_are_counted_whatever_they_are_called() -> None:
    call = {"type": "tool_use", "name": "save", "input": {"data": "It is so. " * 20}}
    assert COUNTER.count_chat(chat([call])) > COUNTER.count_chat(chat([])) + 50


def test_a_document_of_text_is_counted_as_text() -> None:
    document = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "It is so. " * 20}}
    assert COUNTER.count_chat(chat([document])) > COUNTER.count_chat(chat([])) + 50


def test_an_answer_counts_the_token_that_ends_it() -> None:
    assert COUNTER.count_answer("Yes.") == COUNTER.count_text("Yes.") + 1
