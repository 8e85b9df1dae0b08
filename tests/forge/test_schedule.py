"""The learning rate as a function of progress."""

import dataclasses

import pytest

from freehold.contracts.errors import SetupError
from freehold.forge.recipe import Recipe
from freehold.forge.schedule import learning_rate


@pytest.mark.parametrize("schedule", ["wsd", "cosine"])
def test_a_schedule_warms_up_peaks_and_ends_at_its_floor(recipe: Recipe, schedule: str) -> None:
    training = dataclasses.replace(recipe.training, schedule=schedule, warmup_share=0.1, decay_share=0.4)
    rates = [learning_rate(training, at / 100) for at in range(101)]
    assert max(rates) <= training.peak_learning_rate
    assert rates[10] == pytest.approx(training.peak_learning_rate)
    assert 0 < rates[0] < rates[5] < rates[10] >= rates[60] > rates[90] > rates[100]
    assert rates[100] == pytest.approx(training.peak_learning_rate * training.floor_ratio)
    assert learning_rate(training, 1.7) == rates[100]


def test_an_unknown_schedule_is_refused(recipe: Recipe) -> None:
    with pytest.raises(SetupError, match="polka"):
        learning_rate(dataclasses.replace(recipe.training, schedule="polka"), 0.5)
