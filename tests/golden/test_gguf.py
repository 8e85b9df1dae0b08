"""Every architecture from a GGUF file of llama.cpp's own converter equals the same model from its safetensors files."""

from collections.abc import Callable

import numpy as np
import pytest

from golden.conftest import FamilyModel
from golden.decoding import OpenExecutor, in_chunks
from golden.families import CONVERTED, VOCABULARY
from golden.make_gguf import FIXTURES

PROMPT = np.random.default_rng(3).integers(3, VOCABULARY, 90).tolist()


@pytest.mark.parametrize("family", CONVERTED)
def test_a_gguf_file_computes_what_its_safetensors_do(
    family: str, family_model: Callable[[str], FamilyModel], open_executor: OpenExecutor
) -> None:
    _, folder = family_model(family)
    wanted = in_chunks(open_executor(folder), PROMPT, [50, 40])
    found = in_chunks(open_executor(FIXTURES / f"{family}.gguf"), PROMPT, [50, 40])
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-5 * float(np.abs(wanted).max()))
