"""Beam search: exact where all answers can be listed, Hugging Face's where not, and tidy with its pages."""

import itertools
from collections.abc import Sequence as Row
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import LlamaConfig, LlamaForCausalLM

from engine.loops import Loop, greedy, held_pages
from engine.oracle_executor import continuation, logits_after
from freehold.engine.loop.beam import Search
from freehold.engine.loop.engine import Engine
from freehold.engine.loop.scheduler import Limits
from freehold.engine.loop.sequence import Output, Sequence
from freehold.engine.requests.sampling import Beams, Sampling
from freehold.nn.numpy_executor import NumpyExecutor

END = 2
Found = tuple[tuple[int, ...], float]


def beams(width: int, kept: int = 1, **fields: Any) -> Beams:
    return Beams(width=width, kept=kept, **fields)


def found(outputs: Row[Output]) -> list[Found]:
    """The results of a search that ended: tokens and the sum of their log-probabilities."""
    (last,) = [output for output in outputs if output.finish_reason is not None]
    results = [tuple(one.token for one in beam if one.token is not None) for beam in last.beams]
    totals = [sum(one.logprob.logprob for one in beam if one.logprob is not None) for beam in last.beams]
    return list(zip(results, totals, strict=True))


def log_softmax(logits: np.ndarray) -> np.ndarray:
    shifted = logits.astype(np.float64) - logits.max()
    return shifted - np.log(np.exp(shifted).sum())


def exhaustive(prompt: list[int], allowed: Row[int], longest: int, penalty: float) -> list[Found]:
    """Every answer over `allowed`, best first."""
    scored: list[tuple[float, Found]] = []

    def grow(tokens: tuple[int, ...], total: float) -> None:
        if tokens and (tokens[-1] == END or len(tokens) == longest):
            scored.append((total / len(tokens) ** penalty, (tokens, total)))
            return
        row = log_softmax(logits_after(np.array([*prompt, *tokens], np.int32))[list(allowed)])
        for token, logprob in zip(allowed, row, strict=True):
            grow((*tokens, token), total + logprob)

    grow((), 0.0)
    return [one for _, one in sorted(scored, key=lambda entry: -entry[0])]


@settings(max_examples=25, deadline=None)
@given(
    prompt=st.lists(st.integers(0, 63), min_size=1, max_size=40),
    longest=st.integers(1, 4),
    penalty=st.sampled_from([0.0, 0.6, 1.0, 2.0]),
)
def test_a_beam_as_wide_as_all_answers_finds_the_best_of_them(prompt: list[int], longest: int, penalty: float) -> None:
    allowed = (END, 7, 9)
    search = Sampling(
        max_tokens=longest,
        allowed_token_ids=allowed,
        stop_token_ids=frozenset({END}),
        top_logprobs=0,
        beams=beams(64, 4, length_penalty=penalty),
    )
    one = Sequence(prompt, search)
    loop = Loop(pages=512, running=128)
    loop.run(one)
    expected = exhaustive(prompt, allowed, longest, penalty)[:4]
    mine = found(loop.outputs[one])
    assert [tokens for tokens, _ in mine] == [tokens for tokens, _ in expected]
    np.testing.assert_allclose([total for _, total in mine], [total for _, total in expected], atol=1e-4)
    assert loop.engine.cache.free_pages == 512


def test_one_beam_is_the_greedy_answer() -> None:
    loop = Loop()
    one = Sequence([3, 4, 5], Sampling(max_tokens=30, top_logprobs=0, beams=beams(1)))
    loop.run(one)
    [(tokens, _)] = found(loop.outputs[one])
    assert list(tokens) == continuation([3, 4, 5], 30)


@pytest.mark.parametrize("pages", [14, 20, 512])
@pytest.mark.parametrize("running", [1, 3, 64])
def test_want_of_room_changes_no_result(pages: int, running: int) -> None:
    def answers(loop: Loop) -> list[list[Found]]:
        prompts = [[number] * 30 for number in (5, 6)]
        asked = [Sequence(prompt, Sampling(max_tokens=40, top_logprobs=0, beams=beams(4, 4))) for prompt in prompts]
        beside = greedy([8] * 20, 50)
        loop.run(*asked, beside)
        loop.assert_answered(beside)
        held_pages(loop)
        assert loop.engine.cache.free_pages == loop.engine.cache.pages
        assert loop.scheduler.waiting.requests == loop.scheduler.waiting.tokens == 0
        return [found(loop.outputs[one]) for one in asked]

    assert answers(Loop(pages=pages, running=running)) == answers(Loop(pages=4096))


def test_beams_share_the_pages_of_their_prompt() -> None:
    loop = Loop(pages=512)
    loop.add(Sequence(list(range(40)) * 4, Sampling(max_tokens=20, beams=beams(8, 8))))
    for _ in range(6):
        loop.step()
    running = len(loop.scheduler.running)
    assert running > 1
    assert running + loop.scheduler.waiting.requests == 8
    assert sorted(held_pages(loop).values())[-10:] == [running] * 10  # a prompt of ten pages
    assert max(loop.executor.steps[1:]) <= 8 * 16  # none of which is computed again


def test_every_step_of_a_search_is_heard_of() -> None:
    loop = Loop()
    one = Sequence([3] * 20, Sampling(max_tokens=20, beams=beams(4)))
    loop.run(one)
    assert len(loop.outputs[one]) == 20


def test_a_cancelled_search_returns_its_pages_at_once() -> None:
    loop = Loop(pages=64)
    one = Sequence([3] * 20, Sampling(max_tokens=20, beams=beams(8, 8)))
    loop.add(one)
    for _ in range(5):
        loop.step()
    assert loop.engine.cache.free_pages < 64
    loop.remove(one)
    assert loop.engine.cache.free_pages == 64
    assert not loop.scheduler.has_work
    assert all(output.finish_reason is None for output in loop.outputs[one])


def test_early_stopping_takes_the_first_answers_and_without_it_better_ones_are_awaited() -> None:
    def lengths(*, early: bool) -> list[int]:
        wanted = beams(2, 2, early_stopping=early, length_penalty=2.0)
        search = Search(Sampling(max_tokens=5, stop_token_ids=frozenset({END}), beams=wanted))
        unlikely = [(8, -9.0), (9, -9.1), (10, -9.2), (11, -9.3)]
        search.advance([[(5, -0.2), (END, -2.0), (6, -2.5)]])
        search.advance([[(7, -0.4), (END, -1.0), (8, -3.0)], unlikely])
        if not search.finished:
            search.advance([[(END, -0.1), (7, -3.0)], unlikely])
        assert search.finished
        return [len(one) for one in search.results()]

    assert lengths(early=True) == [2, 1]
    assert lengths(early=False) == [3, 2]


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LlamaForCausalLM]:
    """A Llama with random weights, as a folder and in transformers."""
    folder = tmp_path_factory.mktemp("models") / "llama"
    torch.manual_seed(4)
    config = LlamaConfig(
        vocab_size=50,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=256,
        initializer_range=0.6,
        bos_token_id=1,
        eos_token_id=END,
        pad_token_id=END,
        tie_word_embeddings=False,
    )
    model = LlamaForCausalLM(config).eval()
    model.save_pretrained(folder)
    return folder, model


def up_to_end(tokens: list[int]) -> list[int]:
    return tokens[: tokens.index(END) + 1] if END in tokens else tokens


@pytest.mark.parametrize("width", [2, 5])
@pytest.mark.parametrize(("penalty", "early"), [(1.0, False), (0.0, False), (2.0, False), (1.0, True), (-1.0, True)])
def test_results_are_those_of_transformers(
    reference: tuple[Path, LlamaForCausalLM], width: int, penalty: float, early: bool
) -> None:
    folder, model = reference
    engine = Engine(NumpyExecutor(folder, cache_pages=256), Limits())
    for seed in range(4):
        prompt = np.random.default_rng(seed).integers(3, 50, 20).tolist()
        theirs: Any = model.generate(  # pyright: ignore[reportAttributeAccessIssue]
            torch.tensor([prompt]),
            attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
            num_beams=width,
            num_return_sequences=width,
            length_penalty=penalty,
            early_stopping=early,
            max_new_tokens=24,
            do_sample=False,
            output_scores=True,
            return_dict_in_generate=True,
        )
        search = Beams(width=width, kept=width, length_penalty=penalty, early_stopping=early)
        one = Sequence(prompt, Sampling(max_tokens=24, stop_token_ids=frozenset({END}), top_logprobs=0, beams=search))
        engine.scheduler.check(one)
        engine.add(one)
        outputs: list[Output] = []
        while engine.scheduler.has_work:
            outputs += [output for _, output in engine.step()]
        mine = found(outputs)
        expected = [up_to_end(row[len(prompt) :]) for row in theirs.sequences.tolist()]
        assert [list(tokens) for tokens, _ in mine] == expected
        scores = [total / len(tokens) ** penalty for tokens, total in mine]
        np.testing.assert_allclose(scores, theirs.sequences_scores.numpy(), rtol=1e-4)


def test_the_reference_ends_some_answers_by_itself(reference: tuple[Path, LlamaForCausalLM]) -> None:
    _, model = reference
    prompts = torch.tensor([np.random.default_rng(seed).integers(3, 50, 20).tolist() for seed in range(4)])
    options = {"num_beams": 5, "num_return_sequences": 5, "max_new_tokens": 24, "do_sample": False}
    rows = model.generate(prompts, **options)  # pyright: ignore[reportAttributeAccessIssue]
    assert END in list(itertools.chain(*rows[:, 20:].tolist()))
