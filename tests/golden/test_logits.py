"""Every architecture's logits against the transformers library, on random weights with every odd feature on."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from transformers import PreTrainedModel

from golden.conftest import FamilyModel
from golden.decoding import OpenExecutor, greedy, in_chunks, step
from golden.families import FAMILIES, VOCABULARY

PROMPT = np.random.default_rng(1).integers(3, VOCABULARY, 100).tolist()
OTHER = np.random.default_rng(2).integers(3, VOCABULARY, 57).tolist()
NEW_TOKENS = 24


def expected(model: PreTrainedModel, tokens: list[int]) -> np.ndarray:
    """What transformers computes at every position."""
    with torch.no_grad():
        return model(torch.tensor([tokens])).logits[0].numpy()


def assert_close(found: np.ndarray, wanted: np.ndarray) -> None:
    """Within 1e-4 of the largest logit, everywhere."""
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-4 * float(np.abs(wanted).max()))


@pytest.mark.parametrize("family", FAMILIES)
def test_logits_match_transformers_however_the_prompt_is_cut(
    family: str, family_model: Callable[[str], FamilyModel], open_executor: OpenExecutor
) -> None:
    model, folder = family_model(family)
    executor, wanted = open_executor(folder), expected(model, PROMPT)
    for chunks in ([100], [37, 1, 1, 61]):
        assert_close(in_chunks(executor, PROMPT, chunks), wanted)


@pytest.mark.parametrize("family", FAMILIES)
def test_two_sequences_in_one_batch_do_not_touch(
    family: str, family_model: Callable[[str], FamilyModel], open_executor: OpenExecutor
) -> None:
    model, folder = family_model(family)
    executor = open_executor(folder)
    first, second = step(executor, [PROMPT[:-5], OTHER], [0, 0])
    assert_close(first, expected(model, PROMPT[:-5]))
    assert_close(second, expected(model, OTHER))
    (third,) = step(executor, [PROMPT[-5:]], [len(PROMPT) - 5])
    assert_close(third, expected(model, PROMPT)[-5:])


@pytest.mark.parametrize("family", FAMILIES)
def test_greedy_tokens_equal_those_of_transformers(
    family: str, family_model: Callable[[str], FamilyModel], open_executor: OpenExecutor
) -> None:
    model, folder = family_model(family)
    for prompt, tokens in zip((PROMPT, OTHER), greedy(open_executor(folder), [PROMPT, OTHER], NEW_TOKENS), strict=True):
        likeliest = expected(model, prompt + tokens[:-1])[len(prompt) - 1 :].argmax(-1)
        assert tokens == likeliest.tolist()
