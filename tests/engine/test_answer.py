"""Requests to a loaded model, in process: what each parameter does to the text, tokens and scores that come back."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from freehold.contracts.errors import ContextLengthExceeded, InvalidRequest
from freehold.engine.answers.answer import Answer, Piece
from freehold.engine.answers.completion_bodies import CompletionBodies
from freehold.engine.answers.model import Model, read_defaults
from freehold.engine.loop.engine import Engine, EngineThread
from freehold.engine.loop.scheduler import Limits
from freehold.engine.prompts import Prompts
from freehold.engine.requests.terms import Terms
from freehold.engine.requests.wire import ChatRequest, CompletionRequest
from freehold.foundation.clock import SystemClock
from freehold.nn.numpy_executor import NumpyExecutor
from tiny_model import make_tokenizer

LETTERS = make_tokenizer().encode("a b c d e f g h i j k l m n o p q r s t u v w x y z").ids
LONG = {"max_tokens": 30, "temperature": 0, "ignore_eos": True, "allowed_token_ids": LETTERS}
MESSAGES = [{"role": "user", "content": "hello there"}]


class Asked:
    """A request and what came of it."""

    def __init__(self, model: Model, request: CompletionRequest | ChatRequest, answer: Answer) -> None:
        self._model, self._request, self._answer = model, request, answer
        self.prompts = [choice.prompt for choice in answer.choices]
        self.pieces: list[Piece] = []

    async def read(self) -> "Asked":
        self.pieces = [piece async for piece in self._answer.pieces()]
        return self

    @property
    def usage(self) -> int:
        return self._answer.completion_tokens

    def text(self, index: int = 0) -> str:
        return "".join(piece.text for piece in self.pieces if piece.index == index)

    def tokens(self, index: int = 0) -> list[int]:
        return [token for piece in self.pieces if piece.index == index for token in piece.tokens]

    def logprob(self, index: int = 0) -> float:
        """The mean over the choice's tokens."""
        entries = [entry.logprob for piece in self.pieces if piece.index == index for entry in piece.logprobs]
        return float(np.mean(entries))

    def reason(self, index: int = 0) -> str | None:
        return [piece.finish_reason for piece in self.pieces if piece.index == index][-1]


class Asker:
    """A loaded model to ask."""

    def __init__(self, model: Model, thread: EngineThread) -> None:
        self.model, self.thread = model, thread

    async def completion(self, prompt: Any = "hello there", **fields: Any) -> Asked:
        request = msgspec.convert({"model": "tiny", "prompt": prompt} | fields, CompletionRequest)
        return await Asked(self.model, request, self.model.answer_completion(request, Terms(), None)).read()

    async def body(self, **fields: Any) -> dict[str, Any]:
        request = msgspec.convert({"model": "tiny", "prompt": "hello there"} | fields, CompletionRequest)
        answer = self.model.answer_completion(request, Terms(), None)
        return await CompletionBodies(self.model, request, answer, identifier="1", created=0).whole()

    async def chat(self, messages: list[dict[str, str]], **fields: Any) -> Asked:
        request = msgspec.convert({"model": "tiny", "messages": messages} | fields, ChatRequest)
        prompt = self.model.chat_prompt(request)
        answer = self.model.answer_chat(request, prompt, Terms(), None, shows_marks=False)
        return await Asked(self.model, request, answer).read()


@pytest.fixture
async def asker(model_folder: Path) -> AsyncGenerator[Asker]:
    executor = NumpyExecutor(model_folder, cache_pages=512)
    thread = EngineThread(Engine(executor, Limits()), asyncio.get_running_loop())
    thread.start()
    yield Asker(Model(model_folder, executor.spec, Prompts(model_folder, SystemClock()), thread), thread)
    await asyncio.to_thread(thread.stop)


async def test_a_stop_string_ends_the_text_before_or_behind_itself(asker: Asker) -> None:
    text = (await asker.completion(**LONG)).text()
    stop = text[8:10]
    assert text.count(stop) >= 1
    without = await asker.completion(**LONG, stop=stop)
    assert (without.text(), without.reason()) == (text[: text.index(stop)], "stop")
    behind = await asker.completion(**LONG, stop=stop, include_stop_str_in_output=True)
    assert (behind.text(), behind.reason()) == (text[: text.index(stop) + 2], "stop")


async def test_until_min_tokens_no_stop_string_and_no_end_token_ends_the_text(asker: Asker) -> None:
    free = await asker.completion(**LONG)
    stop, end = free.text()[:2], free.tokens()[0]
    assert (await asker.completion(**LONG, stop=stop)).text() == ""
    late = await asker.completion(**LONG, stop=stop, min_tokens=12)
    assert late.text().startswith(free.text()[:6])
    ended = await asker.completion(**LONG, stop_token_ids=[end])
    assert (ended.tokens(), ended.reason()) == ([end], "stop")
    later = await asker.completion(**LONG, stop_token_ids=[end], min_tokens=5)
    assert len(later.tokens()) >= 6
    assert end not in later.tokens()[:5]


async def test_a_stop_token_has_no_text_unless_it_is_asked_for(asker: Asker) -> None:
    free = await asker.completion(**LONG)
    first = free.tokens()[0]
    hidden = await asker.completion(**LONG, stop_token_ids=[first], logprobs=0)
    shown = await asker.completion(**LONG, stop_token_ids=[first], logprobs=0, include_stop_str_in_output=True)
    assert hidden.usage == shown.usage == 1
    assert (hidden.text(), shown.text()) == ("", free.text()[:1])
    assert [len(asked.pieces[-1].logprobs) for asked in (hidden, shown)] == [0, 1]


async def test_special_tokens_show_only_when_they_are_not_skipped(asker: Asker) -> None:
    fields = {"max_tokens": 3, "temperature": 0, "logit_bias": {"1": 100}}
    assert (await asker.completion(**fields)).text() == ""
    assert (await asker.completion(**fields, skip_special_tokens=False)).text() == "<|user|>" * 3


async def test_bad_words_never_appear_and_only_allowed_tokens_do(asker: Asker) -> None:
    free = await asker.completion(**LONG)
    word = free.text()[3:6].strip()
    clean = await asker.completion(**LONG, bad_words=[word])
    assert word not in clean.text()
    assert clean.text() != free.text()
    some = await asker.completion(**{**LONG, "allowed_token_ids": [20, 21, 22]})
    assert set(some.tokens()) <= {20, 21, 22}


async def test_best_of_shows_the_likeliest_and_counts_all(asker: Asker) -> None:
    fields = {"max_tokens": 12, "seed": 5, "temperature": 1.5, "ignore_eos": True, "logprobs": 0}
    all_six = await asker.completion(**fields, n=6)
    means = sorted((all_six.logprob(index) for index in range(6)), reverse=True)
    best = await asker.completion(**fields, n=2, best_of=6)
    assert [best.logprob(0), best.logprob(1)] == pytest.approx(means[:2])
    assert {piece.index for piece in best.pieces} == {0, 1}
    assert (best.usage, len(best.prompts)) == (72, 2)


async def test_best_of_holds_for_each_prompt(asker: Asker) -> None:
    fields = {"max_tokens": 8, "seed": 5, "temperature": 1.5, "ignore_eos": True, "logprobs": 0}
    both = await asker.completion(["hello", "how are you"], **fields, n=2, best_of=4)
    for place, prompt in enumerate(["hello", "how are you"]):
        alone = await asker.completion(prompt, **fields, n=2, best_of=4)
        assert [both.text(2 * place), both.text(2 * place + 1)] == [alone.text(0), alone.text(1)]


async def test_beams_are_returned_best_first_and_share_their_request_s_shape(asker: Asker) -> None:
    fields = {"max_tokens": 10, "use_beam_search": True, "ignore_eos": True, "logprobs": 2}
    beams = await asker.completion(**fields, n=3, best_of=5)
    assert {piece.index for piece in beams.pieces} == {0, 1, 2}
    means = [beams.logprob(index) for index in range(3)]
    assert means == sorted(means, reverse=True)
    greedy = await asker.completion(max_tokens=10, temperature=0, ignore_eos=True, logprobs=2)
    assert means[0] >= greedy.logprob()
    assert beams.usage == 30
    assert all(len(entry.top) == 2 for piece in beams.pieces for entry in piece.logprobs)
    one = await asker.completion(max_tokens=10, use_beam_search=True, ignore_eos=True)
    assert one.text() == greedy.text()
    few = await asker.completion(max_tokens=1, use_beam_search=True, n=4, allowed_token_ids=[9, 10])
    assert sorted(len(few.tokens(index)) for index in range(4)) == [0, 0, 1, 1]
    assert [few.reason(index) for index in range(4)] == ["length"] * 4


async def test_nothing_is_left_behind_by_any_kind_of_answer(asker: Asker) -> None:
    free = asker.thread.free_pages
    for fields in ({"n": 3}, {"n": 1, "best_of": 3}, {"use_beam_search": True, "n": 3}, {"stop": "e"}):
        await asker.completion(**LONG, **fields)
    request = msgspec.convert({"model": "tiny", "prompt": "hi", "use_beam_search": True, "n": 4}, CompletionRequest)
    asker.model.answer_completion(request, Terms(), None).cancel()
    for _ in range(200):
        if asker.thread.in_flight == 0 and asker.thread.free_pages == free:
            return
        await asyncio.sleep(0.02)
    pytest.fail("pages are still held")


async def test_token_ids_and_prompt_scores_come_in_vllm_s_shape(asker: Asker) -> None:
    body = await asker.body(max_tokens=3, temperature=0, ignore_eos=True, prompt_logprobs=2, return_token_ids=True)
    [choice] = body["choices"]
    prompt = asker.model.prompts.encode_text("hello there")
    assert choice["prompt_token_ids"] == prompt
    assert len(choice["token_ids"]) == 3
    assert choice["logprobs"] is None
    assert choice["prompt_logprobs"][0] is None
    for token, scores in zip(prompt[1:], choice["prompt_logprobs"][1:], strict=True):
        assert 2 <= len(scores) <= 3
        mine = scores[str(token)]
        assert mine["rank"] >= 1
        assert mine["decoded_token"] == asker.model.token_bytes.of(token).decode(errors="replace")
        assert all(one["logprob"] >= mine["logprob"] for one in scores.values() if one["rank"] == 1)
    assert msgspec.json.encode(body)


async def test_an_echo_comes_first_whatever_follows(asker: Asker) -> None:
    plain = await asker.completion(**LONG)
    echoed = await asker.completion(**LONG, echo=True)
    assert echoed.text() == "hello there" + plain.text()
    silent = await asker.completion(max_tokens=0, echo=True, logprobs=0)
    assert (silent.text(), silent.reason(), silent.usage) == ("hello there", "length", 0)


async def test_a_message_can_be_continued_and_echoed(asker: Asker) -> None:
    said = [*MESSAGES, {"role": "assistant", "content": "I am fine "}]
    plain = await asker.chat(said, **LONG, continue_final_message=True)
    expected = "<|begin|><|user|>hello there<|end|><|assistant|>I am fine "
    tokenizer = asker.model.prompts.tokenizer
    assert tokenizer.decode(plain.prompts[0], skip_special_tokens=False) == expected
    echoed = await asker.chat(said, **LONG, continue_final_message=True, echo=True)
    assert echoed.text() == "I am fine " + plain.text()
    bare = await asker.chat(MESSAGES, **LONG, add_generation_prompt=False)
    assert not tokenizer.decode(bare.prompts[0], skip_special_tokens=False).endswith("<|assistant|>")
    with pytest.raises(InvalidRequest, match="empty"):
        await asker.chat([*MESSAGES, {"role": "assistant", "content": " "}], continue_final_message=True)


async def test_a_prompt_is_cut_only_on_request_and_keeps_its_end(asker: Asker) -> None:
    long = list(range(5, 205)) * 2
    with pytest.raises(ContextLengthExceeded, match=r"400 tokens.*256 tokens"):
        await asker.completion(long, max_tokens=4)
    assert (await asker.completion(long, max_tokens=4, truncate_prompt_tokens=7)).prompts == [long[-7:]]
    assert (await asker.completion(long, max_tokens=4, truncate_prompt_tokens=-1)).prompts == [long[-252:]]
    assert (await asker.completion(long[:5], max_tokens=4, truncate_prompt_tokens=7)).prompts == [long[:5]]
    with pytest.raises(InvalidRequest, match="empty"):
        await asker.completion(long, truncate_prompt_tokens=0)


async def test_dry_and_penalties_break_a_loop(asker: Asker) -> None:
    stuck = {"max_tokens": 30, "temperature": 0, "ignore_eos": True, "logit_bias": {"50": 30, "51": 30}}
    loop = (await asker.completion(**stuck)).tokens()
    assert set(loop) <= {50, 51}
    for fields in ({"dry_multiplier": 10, "dry_base": 4}, {"frequency_penalty": 2}, {"repetition_penalty": 10}):
        assert (await asker.completion(**stuck, **fields)).tokens() != loop


def test_defaults_come_from_generation_config(tmp_path: Path) -> None:
    path = tmp_path / "generation_config.json"
    path.write_text('{"temperature": 0.6, "top_k": 20, "typical_p": 0.9, "length_penalty": 0.5, "min_p": null}')
    defaults = read_defaults(tmp_path)
    assert (defaults.temperature, defaults.top_k, defaults.typical_p, defaults.min_p) == (0.6, 20, 0.9, 0.0)
    assert defaults.length_penalty == 0.5
    path.write_text('{"do_sample": false, "temperature": 0.6}')
    assert read_defaults(tmp_path).temperature == 0
    path.write_text('{"temperature": "warm"}')
    with pytest.raises(InvalidRequest, match=r"generation_config\.json"):
        read_defaults(tmp_path)


async def test_a_slow_reader_gets_the_same_answer_in_fewer_pieces(asker: Asker) -> None:
    quick = await asker.completion(**LONG, logprobs=1)
    request = msgspec.convert({"model": "tiny", "prompt": "hello there", "logprobs": 1} | LONG, CompletionRequest)
    slow = Asked(asker.model, request, asker.model.answer_completion(request, Terms(), None))
    while asker.thread.in_flight:
        await asyncio.sleep(0.01)
    await slow.read()
    assert len(slow.pieces) == 1
    assert (slow.text(), slow.tokens(), slow.reason()) == (quick.text(), quick.tokens(), quick.reason())
    assert slow.logprob() == pytest.approx(quick.logprob())
