"""Executors under test, and tiny models that are built once."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from transformers import PreTrainedModel

from freehold.contracts.errors import SetupError
from freehold.native.executor import NativeExecutor
from freehold.nn import Executor
from freehold.nn.numpy_executor import NumpyExecutor
from golden import building
from golden.decoding import CACHE_PAGES, OpenExecutor

FamilyModel = tuple[PreTrainedModel, Path]


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def family_model(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], FamilyModel]:
    """A family's transformers model and the folder it was saved to."""
    made: dict[str, FamilyModel] = {}

    def make(family: str) -> FamilyModel:
        if family not in made:
            folder = tmp_path_factory.mktemp(family)
            made[family] = building.write(family, folder), folder
        return made[family]

    return make


def _numpy(path: Path) -> Executor:
    return NumpyExecutor(path, cache_pages=CACHE_PAGES)


def _native(path: Path) -> Executor:
    try:
        return NativeExecutor(path, cache_pages=CACHE_PAGES, threads=1, weights="f32", cache="f32")
    except SetupError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(error.message)


@pytest.fixture(params=[_numpy, _native], ids=["numpy", "native"])
def open_executor(request: pytest.FixtureRequest) -> OpenExecutor:
    return request.param
