"""Rows of logits, by the library and by numpy: the same answers."""

from unittest.mock import patch

import numpy as np
import pytest

from freehold.native import rows
from freehold.native.library import Library
from freehold.nn import Float32


@pytest.fixture(params=["library", "numpy"])
def native(request: pytest.FixtureRequest, library: Library) -> Library | None:
    return library if request.param == "library" else None


@pytest.fixture(autouse=True)
def _no_other_library(native: Library | None):
    with patch.object(rows, "load_library", lambda: native):
        yield


def ranked(row: Float32, count: int) -> list[int]:
    return sorted(range(len(row)), key=lambda i: (-row[i], i))[:count]


@pytest.mark.parametrize("size", [1, 5, 16, 63, 1000, 4099])
@pytest.mark.parametrize("count", [1, 5, 40, 1000])
def test_the_likeliest_come_in_order_and_of_equals_the_smaller_id_first(size: int, count: int) -> None:
    generator = np.random.default_rng(size)
    logits = np.stack([generator.standard_normal(size), generator.integers(0, 7, size)]).astype(np.float32)
    count = min(count, size)
    ids, values = rows.likeliest(logits, count)
    for row, row_ids, row_values in zip(logits, ids, values, strict=True):
        assert row_ids.tolist() == ranked(row, count)
        assert np.array_equal(row_values, row[row_ids])


def test_masked_logits_are_never_among_the_likeliest_while_others_are_left() -> None:
    logits = np.full(500, -np.inf, dtype=np.float32)
    logits[[400, 17, 80]] = 1.0, 3.0, 1.0
    assert rows.likeliest(logits, 3)[0].tolist() == [17, 80, 400]


@pytest.mark.parametrize("size", [1, 16, 33, 50_000])
def test_log_sum_exp_is_that_of_float64(size: int) -> None:
    logits = (np.random.default_rng(size).standard_normal((3, size)) * 20).astype(np.float32)
    logits[1, : size // 2] = -np.inf
    wanted = np.log(np.exp(logits.astype(np.float64)).sum(axis=1))
    np.testing.assert_allclose(rows.log_sum_exp(logits), wanted, rtol=2e-6, atol=2e-6)


@pytest.mark.parametrize("count", [0, 5])
def test_more_than_a_row_has_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="of 4 logits"):
        rows.likeliest(np.zeros((1, 4), dtype=np.float32), count)


def test_other_arrays_are_refused() -> None:
    with pytest.raises(ValueError, match="float32"):
        rows.log_sum_exp(np.zeros((1, 4)))  # pyright: ignore[reportArgumentType]
