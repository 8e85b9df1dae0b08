"""What requests say about sampling: every name is read, every bound held, what contradicts itself refused by name."""

from dataclasses import fields
from typing import Any

import msgspec
import pytest

from freehold.contracts.errors import InvalidRequest
from freehold.engine.requests.sampling import Beams, Dry, Sampling
from freehold.engine.requests.sampling_fields import Bounds, SamplingDefaults, read_sampling
from freehold.engine.requests.wire import ChatRequest, CompletionRequest
from tiny_model import make_tokenizer

TOKENIZER = make_tokenizer()
ENDS = frozenset({4})
CHAT = {"model": "tiny", "messages": [{"role": "user", "content": "hello"}]}
TEXT = {"model": "tiny", "prompt": "hello"}


def encode(text: str) -> list[int]:
    return TOKENIZER.encode(text, add_special_tokens=False).ids


def read(body: dict[str, Any], **defaults: float) -> Sampling:
    request = msgspec.convert(body, ChatRequest if "messages" in body else CompletionRequest)
    request.refuse_unsupported()
    bounds = Bounds(
        room=200,
        vocab_size=300,
        end_token_ids=ENDS,
        encode=encode,
        defaults=SamplingDefaults(**defaults),  # pyright: ignore[reportArgumentType]
    )
    return read_sampling(request, bounds)


def changed(body: dict[str, Any]) -> dict[str, Any]:
    """What a request changes in the engine's sampling, beside one that says nothing."""
    plain, asked = read(CHAT if "messages" in body else TEXT), read(body)
    return {
        one.name: getattr(asked, one.name)
        for one in fields(Sampling)
        if getattr(asked, one.name) != getattr(plain, one.name)
    }


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"temperature": 0.5}, {"temperature": 0.5}),
        ({"top_k": 5}, {"top_k": 5}),
        ({"top_k": -1}, {}),
        ({"top_p": 0.5}, {"top_p": 0.5}),
        ({"min_p": 0.5}, {"min_p": 0.5}),
        ({"typical_p": 0.5}, {"typical_p": 0.5}),
        ({"presence_penalty": 1}, {"presence_penalty": 1}),
        ({"frequency_penalty": -1}, {"frequency_penalty": -1}),
        ({"repetition_penalty": 1.2}, {"repetition_penalty": 1.2}),
        ({"xtc_probability": 0.5, "xtc_threshold": 0.2}, {"xtc_probability": 0.5, "xtc_threshold": 0.2}),
        ({"dry_base": 2}, {}),
        ({"logit_bias": {"7": 3}}, {"logit_bias": {7: 3}}),
        ({"allowed_token_ids": [7, 8]}, {"allowed_token_ids": (7, 8)}),
        ({"seed": -3}, {"seed": -3}),
        ({"max_tokens": 7}, {"max_tokens": 7}),
        ({"min_tokens": 7}, {"min_tokens": 7}),
        ({"stop_token_ids": [9]}, {"stop_token_ids": frozenset({4, 9})}),
        ({"stop_token_ids": [9], "ignore_eos": True}, {"stop_token_ids": frozenset({9})}),
        ({"ignore_eos": True}, {"stop_token_ids": frozenset()}),
        ({"logprobs": True, "top_logprobs": 20}, {"top_logprobs": 20}),
        ({"prompt_logprobs": 0}, {"prompt_logprobs": True}),
        ({"prompt_logprobs": 3}, {"prompt_logprobs": True, "prompt_top_logprobs": 3}),
        ({"n": 2, "best_of": 5}, {"top_logprobs": 0}),  # what competes is scored
        ({"stop": ["a", "b"], "skip_special_tokens": False, "truncate_prompt_tokens": 5, "echo": True}, {}),
        ({"use_beam_search": True, "n": 3}, {"beams": Beams(width=3, kept=3)}),
        (
            {"use_beam_search": True, "n": 3, "best_of": 5, "length_penalty": 0.5, "early_stopping": True},
            {"beams": Beams(width=5, kept=3, length_penalty=0.5, early_stopping=True)},
        ),
    ],
)
def test_each_parameter_changes_what_it_should_and_nothing_else(
    asked: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert changed(CHAT | asked) == expected


def test_dry_breakers_are_the_tokens_that_end_their_texts() -> None:
    dry = read(CHAT | {"dry_multiplier": 0.8, "dry_sequence_breakers": ["\n", "!"]}).dry
    assert dry == Dry(multiplier=0.8, breakers=frozenset({encode("\n")[0], encode("!")[0]}))
    default = read(CHAT | {"dry_multiplier": 0.8, "dry_base": 2, "dry_allowed_length": 3}).dry
    assert default is not None
    assert (default.base, default.allowed_length) == (2, 3)
    assert default.breakers == frozenset({encode(text)[0] for text in ("\n", ":", '"', "*")})


def test_bad_words_are_meant_at_a_start_and_after_a_space() -> None:
    assert set(read(CHAT | {"bad_words": ["how"]}).bad_words) == {tuple(encode("how")), tuple(encode(" how"))}


def test_text_completions_have_their_documented_limit_and_score_an_echoed_prompt() -> None:
    assert read(TEXT).max_tokens == 16
    assert read(CHAT).max_tokens == 200
    assert changed(TEXT | {"echo": True, "logprobs": 2}) == {
        "top_logprobs": 2,
        "prompt_logprobs": True,
        "prompt_top_logprobs": 2,
    }
    assert changed(TEXT | {"echo": True}) == {}
    assert changed(TEXT | {"logprobs": 2}) == {"top_logprobs": 2}


def test_a_model_s_defaults_hold_until_a_request_says_otherwise() -> None:
    defaults = {
        "temperature": 0.6,
        "top_k": 20,
        "top_p": 0.9,
        "min_p": 0.1,
        "typical_p": 0.8,
        "repetition_penalty": 1.1,
    }
    quiet = read(CHAT, **defaults)
    assert {name: getattr(quiet, name) for name in defaults} == defaults
    asked = dict.fromkeys(defaults, 1.0) | {"top_k": 1, "min_p": 0.0}
    loud = read(CHAT | asked, **defaults)
    assert {name: getattr(loud, name) for name in defaults} == asked
    beams = read(CHAT | {"use_beam_search": True}, length_penalty=0.7).beams
    assert beams is not None
    assert beams.length_penalty == 0.7


@pytest.mark.parametrize(
    ("asked", "param"),
    [
        ({"min_tokens": 8, "max_tokens": 7}, "min_tokens"),
        ({"stop_token_ids": [300]}, "stop_token_ids"),
        ({"stop_token_ids": [-1]}, "stop_token_ids"),
        ({"allowed_token_ids": [300]}, "allowed_token_ids"),
        ({"logit_bias": {"300": 1}}, "logit_bias"),
        ({"logit_bias": {"x": 1}}, "logit_bias"),
        ({"n": 3, "best_of": 2}, "best_of"),
        ({"best_of": 2, "stream": True}, "best_of"),
        ({"use_beam_search": True, "stream": True}, "use_beam_search"),
        ({"use_beam_search": True, "stop": "x"}, "stop"),
        ({"prompt_logprobs": 1, "stream": True}, "prompt_logprobs"),
        ({"continue_final_message": True, "add_generation_prompt": True}, "continue_final_message"),
        ({"top_logprobs": 2}, "top_logprobs"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(asked: dict[str, Any], param: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read(CHAT | asked)
    assert caught.value.param == param


@pytest.mark.parametrize(
    "asked",
    [
        {"min_tokens": -1},
        {"typical_p": 0},
        {"typical_p": 1.1},
        {"dry_multiplier": -1},
        {"dry_base": 0.5},
        {"dry_allowed_length": 0},
        {"dry_sequence_breakers": [""]},
        {"xtc_probability": 2},
        {"allowed_token_ids": []},
        {"bad_words": [""]},
        {"prompt_logprobs": 21},
        {"best_of": 0},
        {"length_penalty": "long"},
        {"early_stopping": "never"},
        {"truncate_prompt_tokens": -2},
        {"logprobs": True, "top_logprobs": 21},
    ],
)
def test_every_bound_is_held(asked: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError, match=next(reversed(asked))):
        read(CHAT | asked)
