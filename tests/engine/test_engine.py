"""The loop: many sequences together give what each gives alone, and every slot comes back."""

import random
from pathlib import Path

import numpy as np
import pytest

from freehold.contracts.errors import RateLimited
from freehold.engine.engine import Engine
from freehold.engine.scheduler import Limits
from freehold.engine.sequence import Output, Sampling, Sequence
from freehold.nn.torch.executor import TorchExecutor
from freehold.operations.catalogue.folders import BUILTIN

TIE = 1e-4


@pytest.fixture(scope="module")
def executor(model_folder: Path) -> TorchExecutor:
    return TorchExecutor(model_folder, cache_slots=4096)


def run(engine: Engine, sequences: list[Sequence]) -> dict[Sequence, list[Output]]:
    """Turn the engine until nothing is left."""
    outputs: dict[Sequence, list[Output]] = {sequence: [] for sequence in sequences}
    for sequence in sequences:
        engine.scheduler.add(sequence)
    while engine.scheduler.has_work:
        for sequence, output in engine.step():
            outputs[sequence].append(output)
    return outputs


def greedy(prompt: list[int], max_tokens: int = 24) -> Sequence:
    return Sequence(prompt, Sampling(max_tokens=max_tokens, temperature=0.0, top_logprobs=2))


def prompts(count: int) -> list[list[int]]:
    rng = random.Random(7)
    return [[rng.randrange(5, 290) for _ in range(rng.randrange(1, 90))] for _ in range(count)]


@pytest.fixture(params=["tiny", "starter"])
def any_executor(request: pytest.FixtureRequest, executor: TorchExecutor) -> TorchExecutor:
    """Random weights, and the built-in chat model."""
    return executor if request.param == "tiny" else TorchExecutor(BUILTIN / "starter", cache_slots=64 * 128)


def test_sixty_four_greedy_sequences_equal_each_alone_but_for_ties(any_executor: TorchExecutor) -> None:
    executor = any_executor
    together = [greedy(prompt) for prompt in prompts(64)]
    outputs = run(Engine(executor, Limits(step_tokens=100)), together)
    ties = tokens = 0
    for sequence in together:
        alone = greedy(sequence.tokens[: sequence.prompt_length])
        expected = run(Engine(executor, Limits()), [alone])[alone]
        for mine, theirs in zip(outputs[sequence], expected, strict=True):
            tokens += 1
            if mine.token != theirs.token:
                assert theirs.logprob is not None
                (_, first), (_, second) = theirs.logprob.top
                assert abs(first - second) < TIE
                ties += 1
                break
    assert tokens > 64
    assert ties <= tokens / 100


def test_every_slot_comes_back(executor: TorchExecutor) -> None:
    engine = Engine(executor, Limits())
    before = engine.cache.free_pages
    run(engine, [greedy(prompt) for prompt in prompts(20)])
    assert engine.cache.free_pages == before


def test_a_removed_sequence_returns_its_slots_at_once(executor: TorchExecutor) -> None:
    engine = Engine(executor, Limits())
    before = engine.cache.free_pages
    sequence = greedy([9] * 40)
    engine.scheduler.add(sequence)
    engine.step()
    assert engine.cache.free_pages < before
    engine.scheduler.remove(sequence)
    assert engine.cache.free_pages == before
    assert not engine.scheduler.has_work


def test_a_step_never_exceeds_its_token_budget_and_decoding_goes_first(executor: TorchExecutor) -> None:
    engine = Engine(executor, Limits(step_tokens=16))
    short, long = greedy([9]), greedy([8] * 100)
    engine.scheduler.add(short)
    engine.step()
    engine.scheduler.add(long)
    for _ in range(5):
        batch = engine.scheduler.next_batch()
        assert sum(part.end - part.start for part in batch.slices) <= 16
        assert batch.slices[0].sequence is short
        engine.step()
    assert len(short.tokens) == 1 + 6  # the long prompt never stalled it


def test_waiting_sequences_are_admitted_in_order_as_room_appears(model_folder: Path) -> None:
    small = TorchExecutor(model_folder, cache_slots=128)
    sequences = [greedy([9] * 20, max_tokens=30) for _ in range(6)]
    outputs = run(Engine(small, Limits()), sequences)
    assert all(len(found) == 30 or found[-1].finish_reason for found in outputs.values())


def test_what_can_never_fit_is_refused(executor: TorchExecutor) -> None:
    engine = Engine(executor, Limits(waiting=1))
    with pytest.raises(RateLimited, match="cache holds"):
        engine.scheduler.check(greedy([9], max_tokens=5000))
    engine.scheduler.add(greedy([9]))
    with pytest.raises(RateLimited, match="waiting"):
        engine.scheduler.check(greedy([9]))


def test_a_seed_reproduces_whatever_else_is_in_the_batch(executor: TorchExecutor) -> None:
    def sampled(seed: int) -> Sequence:
        return Sequence([9, 10, 11], Sampling(max_tokens=20, temperature=1.0, top_p=0.9, seed=seed))

    alone = sampled(5)
    run(Engine(executor, Limits()), [alone])
    crowd = [greedy(prompt) for prompt in prompts(8)]
    again, other = sampled(5), sampled(6)
    run(Engine(executor, Limits()), [*crowd, again, other])
    assert again.tokens == alone.tokens
    assert other.tokens != alone.tokens


def test_prompt_logprobs_equal_those_of_generation(executor: TorchExecutor) -> None:
    generated = greedy([9, 10, 11], max_tokens=10)
    outputs = run(Engine(executor, Limits()), [generated])[generated]
    scored = Sequence(generated.tokens, Sampling(max_tokens=1, top_logprobs=0, prompt_logprobs=True))
    (first,) = run(Engine(executor, Limits(step_tokens=4)), [scored])[scored]
    assert len(first.prompt) == len(generated.tokens)
    assert first.prompt[0] is None
    expected = [output.logprob.logprob for output in outputs if output.logprob]
    found = [entry.logprob for entry in first.prompt[3:] if entry]
    np.testing.assert_allclose(found, expected, atol=1e-4)
