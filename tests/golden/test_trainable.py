"""The decoder that the forge trains computes what the executors do, and refuses what it does not have."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from freehold.contracts.errors import InvalidRequest
from freehold.forge.attention import Cache
from freehold.nn.numpy_executor import NumpyExecutor
from freehold.nn.torch.weights import load
from golden.conftest import FamilyModel
from golden.decoding import CACHE_PAGES, in_chunks
from golden.families import VOCABULARY

PROMPT = np.random.default_rng(4).integers(3, VOCABULARY, 80).tolist()


@pytest.mark.parametrize("family", ["llama", "llama-multi-query-tied", "llama-3.1", "llama-linear", "qwen2-yarn"])
def test_training_and_serving_compute_the_same(family: str, family_model: Callable[[str], FamilyModel]) -> None:
    _, folder = family_model(family)
    decoder = load(folder)
    with torch.inference_mode():
        positions = torch.arange(len(PROMPT)).unsqueeze(0)
        trained = decoder.logits(decoder(torch.tensor([PROMPT]), positions, Cache().attend))[0].numpy()
    served = in_chunks(NumpyExecutor(folder, cache_pages=CACHE_PAGES), PROMPT, [len(PROMPT)])
    np.testing.assert_allclose(trained, served, rtol=0, atol=1e-5 * float(np.abs(served).max()))


@pytest.mark.parametrize(
    ("family", "named"),
    [("gemma2", "attention_softcap"), ("mixtral", "experts"), ("falcon", "parallel"), ("phi3", "rope")],
)
def test_what_cannot_be_trained_is_named(family: str, named: str, family_model: Callable[[str], FamilyModel]) -> None:
    _, folder = family_model(family)
    with pytest.raises(InvalidRequest, match=named):
        load(folder)
