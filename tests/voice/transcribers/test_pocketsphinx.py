"""PocketSphinx hears a stretch as it is, whatever it heard before."""

from collections.abc import Sequence
from io import BytesIO

import numpy as np
import pytest
import soundfile

from flite import flite
from freehold.voice.sound import Samples
from freehold.voice.transcriber import HeardSegment, Wish
from freehold.voice.transcribers.pocketsphinx import PocketSphinx


@pytest.fixture(scope="module")
def sphinx() -> PocketSphinx:
    return PocketSphinx()


def said(text: str, voice: str, noise: float) -> Samples:
    samples, _ = soundfile.read(BytesIO(flite(text, voice)), dtype="float32")
    return samples + np.random.default_rng(0).normal(0, noise, len(samples)).astype(np.float32)


def heard(sphinx: PocketSphinx, samples: Samples) -> Sequence[HeardSegment]:
    return list(sphinx.hear(samples, Wish()))


def test_what_was_heard_before_changes_nothing(sphinx: PocketSphinx) -> None:
    ours = said("the ship left the harbour in the rain", "slt", 0.01)
    alone = heard(sphinx, ours)
    heard(sphinx, said("call me back at nine tomorrow morning", "kal16", 0.05))
    assert heard(sphinx, ours) == alone
    assert alone
