"""The torch executor's logits against the transformers library, on random weights of several shapes."""

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from freehold.engine.kv_cache import KVCache
from freehold.nn import FlatBatch, Segment
from freehold.nn.torch.executor import TorchExecutor

BASE = {
    "vocab_size": 128,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 256,
}
LLAMA3_ROPE = {
    "rope_type": "llama3",
    "rope_theta": 500_000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
SHAPES = {
    "grouped": {},
    "multi-query, tied": {"num_key_value_heads": 1, "tie_word_embeddings": True},
    "multi-head": {"num_key_value_heads": 4},
    "explicit head_dim": {"head_dim": 24},
    "llama 3.1 positions": {"rope_parameters": LLAMA3_ROPE},
}


@pytest.fixture(params=list(SHAPES), ids=list(SHAPES))
def reference(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[LlamaForCausalLM, Path]:
    """A transformers model and the folder it was saved to."""
    torch.manual_seed(0)
    model = LlamaForCausalLM(LlamaConfig(**(BASE | SHAPES[request.param]))).eval()
    model.save_pretrained(tmp_path)
    return model, tmp_path


def _run(executor: TorchExecutor, tokens: list[int], chunks: list[int]) -> np.ndarray:
    """Logits at every position, computed in chunks of the given lengths over one cache."""
    slots = KVCache(executor.cache_slots).reserve(len(tokens))
    assert slots is not None
    rows, start = [], 0
    for length in chunks:
        end = start + length
        batch = FlatBatch(
            tokens_T=np.array(tokens[start:end]),
            positions_T=np.arange(start, end),
            slots_T=slots[start:end],
            segments=(Segment(start=0, end=length, context_slots=slots[:end]),),
            logit_rows_R=np.arange(length),
        )
        rows.append(executor.forward(batch))
        start = end
    return np.concatenate(rows)


def test_logits_match_transformers_however_the_prompt_is_cut(reference: tuple[LlamaForCausalLM, Path]) -> None:
    model, folder = reference
    tokens = torch.randint(0, 128, (1, 100), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected = model(tokens).logits[0].numpy()
    executor = TorchExecutor(folder, cache_slots=256)
    for chunks in ([100], [37, 1, 1, 61], [1] * 100):
        found = _run(executor, tokens[0].tolist(), chunks)
        np.testing.assert_allclose(found, expected, atol=2e-5, rtol=1e-4)
