"""Encoders on numpy against the transformers library, on random weights of each family."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from freehold.contracts.errors import InvalidRequest
from freehold.engine.embedding.encoder_vectors import EncoderVectors
from freehold.nn.encoder import Encoder, EncoderInput
from tiny_encoder import FAMILIES, make_encoder

torch.set_num_threads(1)

TEXTS = [[1, 4, 6, 7, 8, 9, 2], [1, 10, 11, 12, 13, 2], [1, 2], [1, *([5] * 30), 2]]


def inputs(texts: list[list[int]]) -> list[EncoderInput]:
    return [EncoderInput(tokens=text, types=[0] * len(text)) for text in texts]


@pytest.mark.parametrize("family", FAMILIES)
def test_hidden_states_equal_those_of_transformers_alone_and_in_a_batch(family: str, tmp_path: Path) -> None:
    model = make_encoder(tmp_path, family)
    found = Encoder(tmp_path).hidden(inputs(TEXTS))
    for text, states in zip(TEXTS, found, strict=True):
        with torch.no_grad():
            expected = model(input_ids=torch.tensor([text]), attention_mask=torch.ones(1, len(text))).last_hidden_state
        np.testing.assert_allclose(states, expected[0].numpy(), atol=2e-5)


@pytest.mark.parametrize("family", FAMILIES)
def test_scores_of_pairs_equal_those_of_transformers(family: str, tmp_path: Path) -> None:
    model = make_encoder(tmp_path, family, classifies=True)
    types = [0, 0, 0, 0, 1, 1, 1] if family == "bert" else [0] * 7
    with torch.no_grad():
        expected = model(input_ids=torch.tensor([TEXTS[0]]), token_type_ids=torch.tensor([types])).logits
    found = Encoder(tmp_path).scores([EncoderInput(tokens=TEXTS[0], types=types)])
    np.testing.assert_allclose(found, expected.numpy(), atol=2e-5)


def test_the_tanh_gelu_is_computed_as_such(tmp_path: Path) -> None:
    model = make_encoder(tmp_path, "bert", hidden_act="gelu_new")
    with torch.no_grad():
        expected = model(input_ids=torch.tensor([TEXTS[1]])).last_hidden_state[0].numpy()
    np.testing.assert_allclose(Encoder(tmp_path).hidden(inputs([TEXTS[1]]))[0], expected, atol=2e-5)


def test_the_folder_says_whether_the_first_state_or_the_mean_is_the_vector(tmp_path: Path) -> None:
    make_encoder(tmp_path, "bert")
    states = Encoder(tmp_path).hidden(inputs(TEXTS))
    mean = EncoderVectors(tmp_path).embed(TEXTS)
    (tmp_path / "1_Pooling").mkdir()
    pooling = {"word_embedding_dimension": 48, "pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
    (tmp_path / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    first = EncoderVectors(tmp_path).embed(TEXTS)
    for row, state in enumerate(states):
        np.testing.assert_allclose(mean[row], state.mean(0) / np.linalg.norm(state.mean(0)), atol=1e-6)
        np.testing.assert_allclose(first[row], state[0] / np.linalg.norm(state[0]), atol=1e-6)
    pooling = {"pooling_mode_max_tokens": True}
    (tmp_path / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    with pytest.raises(InvalidRequest, match="pooling_mode_max_tokens"):
        EncoderVectors(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hidden_act": "relu"}, "Activation 'relu'"),
        ({"model_type": "mpnet"}, "encoder 'mpnet'"),
        ({"vocab_size": None}, "vocab_size|TypeError"),
        ({"hidden_size": 64}, "config.json says"),
    ],
)
def test_a_folder_that_would_be_computed_wrongly_is_refused(
    change: dict[str, object], message: str, tmp_path: Path
) -> None:
    make_encoder(tmp_path, "bert")
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | change))
    with pytest.raises(InvalidRequest, match=message):
        Encoder(tmp_path)
