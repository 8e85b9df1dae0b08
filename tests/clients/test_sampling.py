"""Sampling as the official `openai` client asks for it: OpenAI's parameters by name, vLLM's in `extra_body`."""

from typing import Any

import httpx2 as httpx
import openai
import pytest
from openai.types.chat import ChatCompletion, ChatCompletionMessageParam
from prometheus_client.parser import text_string_to_metric_families

from live_server import LiveServer

pytestmark = pytest.mark.network

HELLO: list[ChatCompletionMessageParam] = [{"role": "user", "content": "hello there"}]
ONLY = {"allowed_token_ids": list(range(40, 60)), "ignore_eos": True}


def chat(server: LiveServer, extra: dict[str, Any], **options: Any) -> ChatCompletion:
    options = {"max_tokens": 16, "temperature": 0} | options
    return server.client().chat.completions.create(
        model="tiny", messages=HELLO, extra_body={**ONLY, "return_token_ids": True, **extra}, **options
    )


def tokens(answer: ChatCompletion, index: int = 0) -> list[int]:
    choice = answer.choices[index]
    assert choice.model_extra is not None
    return choice.model_extra["token_ids"]


@pytest.mark.parametrize(
    "extra",
    [
        {"allowed_token_ids": [70, 71]},
        {"repetition_penalty": 3.0},
        {"dry_multiplier": 8.0, "dry_allowed_length": 1, "dry_sequence_breakers": []},
        {"stop_token_ids": list(range(40, 50)), "min_tokens": 3},
    ],
)
def test_what_changes_the_likeliest_token_changes_the_answer(server: LiveServer, extra: dict[str, Any]) -> None:
    assert tokens(chat(server, extra)) != tokens(chat(server, {}))


@pytest.mark.parametrize(
    "extra",
    [
        {"top_k": 1, "min_p": 0.5, "typical_p": 0.5},
        {"xtc_probability": 0.5},
        {"repetition_penalty": 1.0, "dry_multiplier": 0.0, "min_tokens": 0, "bad_words": []},
        {"truncate_prompt_tokens": 200, "skip_special_tokens": True, "prompt_logprobs": 1},
        {"use_beam_search": True},
    ],
)
def test_what_does_not_change_it_leaves_the_answer(server: LiveServer, extra: dict[str, Any]) -> None:
    assert tokens(chat(server, extra)) == tokens(chat(server, {}))


def test_beams_come_best_first(server: LiveServer) -> None:
    answer = chat(server, {"use_beam_search": True, "best_of": 6, "length_penalty": 1.0}, n=3, logprobs=True)
    totals = [sum(one.logprob for one in choice.logprobs.content or []) for choice in answer.choices if choice.logprobs]
    assert totals == sorted(totals, reverse=True)
    assert len({tuple(tokens(answer, index)) for index in range(3)}) == 3
    assert answer.usage is not None
    assert answer.usage.completion_tokens == 48


def test_beams_cannot_be_streamed(server: LiveServer) -> None:
    with pytest.raises(openai.BadRequestError, match="'use_beam_search' cannot be combined with 'stream'"):
        chat(server, {"use_beam_search": True}, stream=True)


def test_the_best_of_many_completions_is_returned_and_all_are_counted(server: LiveServer) -> None:
    options = {"model": "tiny", "prompt": "hello", "max_tokens": 6, "seed": 1, "logprobs": 0, "extra_body": ONLY}
    every = server.client().completions.create(**options, n=4)  # pyright: ignore
    [best] = (answer := server.client().completions.create(**options, best_of=4)).choices  # pyright: ignore
    assert sum(best.logprobs.token_logprobs) == pytest.approx(
        max(sum(one.logprobs.token_logprobs) for one in every.choices)
    )
    assert answer.usage.completion_tokens == 24


def test_a_prompt_is_scored_in_vllm_s_shape(server: LiveServer) -> None:
    answer = chat(server, {"prompt_logprobs": 1})
    assert answer.model_extra is not None
    scores, prompt = answer.model_extra["prompt_logprobs"], answer.model_extra["prompt_token_ids"]
    assert len(scores) == len(prompt)
    assert scores[0] is None
    assert all(str(token) in one for token, one in zip(prompt[1:], scores[1:], strict=True))


def test_the_server_s_metrics_hold_those_of_its_workers_under_vllm_s_names(server: LiveServer) -> None:
    def generated() -> float:
        text = httpx.get(f"{server.address}/metrics", timeout=10).text
        families = {family.name: family for family in text_string_to_metric_families(text)}
        samples = families["vllm:generation_tokens"].samples
        return next(sample.value for sample in samples if sample.labels["model_name"] == "tiny")

    chat(server, {})
    before = generated()
    chat(server, {}, max_tokens=9)
    assert generated() == before + 9
