"""One tiny model for all engine tests."""

from pathlib import Path

import pytest
import torch

from tiny_model import make_model

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("models") / "tiny")
