"""DRY against its definition, token by token."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from freehold.engine.loop.penalties import dry_penalties
from freehold.engine.requests.sampling import DRY_LONGEST, Dry


def naive(tokens: list[int], dry: Dry) -> dict[int, float]:
    """What each token loses, after the original's loop (oobabooga/text-generation-webui#5677)."""
    longest: dict[int, int] = {}
    if tokens[-1] in dry.breakers:
        return {}
    for place in range(len(tokens) - 1):
        length = 0
        while (
            length < DRY_LONGEST
            and length <= place
            and tokens[place - length] == tokens[-1 - length]
            and tokens[place - length] not in dry.breakers
        ):
            length += 1
        following = tokens[place + 1]
        if length >= dry.allowed_length and following not in dry.breakers:
            longest[following] = max(longest.get(following, 0), length)
    return {token: dry.multiplier * dry.base ** (length - dry.allowed_length) for token, length in longest.items()}


@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=80),
    st.integers(1, 4),
    st.frozensets(st.integers(0, 5), max_size=1),
)
def test_dry_costs_what_its_definition_says(tokens: list[int], allowed_length: int, breakers: frozenset[int]) -> None:
    dry = Dry(multiplier=0.8, base=1.5, allowed_length=allowed_length, breakers=breakers)
    ids, losses = dry_penalties(np.array(tokens, np.int32), dry)
    expected = naive(tokens, dry)
    assert set(ids.tolist()) == set(expected)
    assert len(set(ids.tolist())) == len(ids)
    np.testing.assert_allclose(losses, [expected[token] for token in ids.tolist()], rtol=1e-4)


def test_a_text_that_only_repeats_costs_no_more_than_the_longest_repetition() -> None:
    ids, losses = dry_penalties(np.full(3000, 7, np.int32), Dry(multiplier=1.0, base=4.0, allowed_length=1))
    assert ids.tolist() == [7]
    assert losses[0] == np.float32(4.0) ** (DRY_LONGEST - 1)
    assert np.isfinite(losses[0])
