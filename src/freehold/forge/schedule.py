"""Learning rate as a pure function of progress, the share of the run that is over. Knows no clock and no step."""

import math

from freehold.contracts.errors import SetupError
from freehold.forge.recipe import Training


def _wsd(training: Training, progress: float) -> float:
    """Warm up, stay, decay linearly (arXiv 2404.06395, 2405.18392)."""
    into_decay = (progress - (1 - training.decay_share)) / training.decay_share
    return 1 - (1 - training.floor_ratio) * max(0.0, into_decay)


def _cosine(training: Training, progress: float) -> float:
    """Warm up, then half a cosine down to the floor."""
    after = max(0.0, progress - training.warmup_share) / (1 - training.warmup_share)
    return training.floor_ratio + (1 - training.floor_ratio) * (1 + math.cos(math.pi * after)) / 2


SCHEDULES = {"wsd": _wsd, "cosine": _cosine}


def learning_rate(training: Training, progress: float) -> float:
    """The rate at `progress` in [0, 1]; values outside are clamped. Raises `SetupError` for an unknown schedule."""
    progress = min(max(progress, 0.0), 1.0)
    if training.schedule not in SCHEDULES:
        raise SetupError(f"No schedule is called '{training.schedule}'.", hint=f"Known: {', '.join(SCHEDULES)}.")
    warmup = min(1.0, progress / training.warmup_share) if training.warmup_share else 1.0
    return training.peak_learning_rate * min(max(warmup, 1e-3), SCHEDULES[training.schedule](training, progress))
