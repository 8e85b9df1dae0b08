"""Tokens to text: nothing split, nothing leaked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.engine.answers.text import Detokeniser, StopStrings, TokenBytes
from tiny_model import make_tokenizer

TOKENIZER = make_tokenizer()


@given(st.text(max_size=60))
def test_streamed_text_equals_the_text(text: str) -> None:
    detokeniser = Detokeniser(TOKENIZER)
    pieces = [detokeniser.feed(token) for token in TOKENIZER.encode(text, add_special_tokens=False).ids]
    assert "".join(pieces) + detokeniser.finish() == text
    if "\ufffd" not in text:
        assert not any("\ufffd" in piece for piece in pieces)


@given(st.lists(st.integers(0, TOKENIZER.get_vocab_size() - 1), max_size=60))
def test_any_tokens_give_some_text_and_never_shrink(tokens: list[int]) -> None:
    detokeniser = Detokeniser(TOKENIZER)
    streamed = "".join(detokeniser.feed(token) for token in tokens) + detokeniser.finish()
    assert streamed.replace("\ufffd", "") == TOKENIZER.decode(tokens).replace("\ufffd", "")


@given(st.text("ab<|", max_size=40), st.lists(st.text("ab<|", min_size=1, max_size=4), min_size=1, max_size=3))
def test_stop_strings_never_leak_and_never_swallow(text: str, stops: list[str]) -> None:
    filter_ = StopStrings(tuple(stops))
    shown, stopped = "", False
    for character in text:
        released = filter_.feed(character)
        shown += released.text
        if released.stopped:
            stopped = True
            break
    if not stopped:
        shown += filter_.finish()
    found = [position for stop in stops if (position := text.find(stop)) >= 0]
    assert stopped == bool(found)
    assert not any(stop in shown for stop in stops)
    assert text.startswith(shown)
    if not found:
        assert shown == text


@given(st.text("ab<|", max_size=40), st.text("ab<|", min_size=1, max_size=4), st.integers(1, 5))
def test_an_included_stop_string_is_the_end_of_the_text(text: str, stop: str, length: int) -> None:
    filter_ = StopStrings((stop,), included=True)
    shown = ""
    for start in range(0, len(text), length):
        released = filter_.feed(text[start : start + length])
        shown += released.text
        if released.stopped:
            assert shown == text[: text.index(stop) + len(stop)]
            return
    assert shown + filter_.finish() == text
    assert stop not in text


def test_special_tokens_show_on_wish() -> None:
    tokens = TOKENIZER.encode("<|user|>hello<|end|>").ids
    texts = [
        "".join(detokeniser.feed(token) for token in tokens) + detokeniser.finish()
        for detokeniser in (Detokeniser(TOKENIZER), Detokeniser(TOKENIZER, skip_special_tokens=False))
    ]
    assert texts == ["hello", "<|user|>hello<|end|>"]


@pytest.mark.parametrize("text", ["Hello", "naïve café", "🙂", "漢字", "a\nb\t "])
def test_token_bytes_join_to_the_text(text: str) -> None:
    tokens = TOKENIZER.encode(text, add_special_tokens=False).ids
    assert b"".join(TokenBytes(TOKENIZER).of(token) for token in tokens).decode() == text
