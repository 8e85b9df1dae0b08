"""Whether two recordings have one speaker, on flite's four voices, and by a network in WeSpeaker's layout."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from freehold.contracts.errors import InvalidRequest, SetupError
from freehold.voice.likeness.embedding import SpeakerNetwork
from freehold.voice.likeness.fbank import fbank
from freehold.voice.likeness.verification import match
from freehold.voice.sound import Samples
from tiny_speaker import write_speaker
from tiny_voices import write_piper
from voice.effects.measures import speech

OTHER = "A young doctor measured three silver coins at half past nine, and nobody here forgot the long bridge."
VOICES = ("slt", "rms", "awb", "kal16")


def said(voice: str, text: str = OTHER) -> Samples:
    return speech(voice, text).samples


@pytest.mark.parametrize("voice", VOICES)
def test_a_voice_is_its_own_whatever_it_says(voice: str) -> None:
    found = match(speech(voice).samples, said(voice))
    assert found.is_match
    assert found.is_advisory
    assert found.similarity > found.threshold


@pytest.mark.parametrize(("one", "other"), list(combinations(VOICES, 2)))
def test_two_voices_are_not_one_even_with_the_same_words(one: str, other: str) -> None:
    for text in (OTHER, "Something else entirely is being said in this one, for a little while."):
        found = match(said(one), said(other, text))
        assert not found.is_match
        assert 0 <= found.similarity < found.threshold


def test_a_recording_in_which_nobody_speaks_is_refused_by_its_name() -> None:
    hiss = np.random.default_rng(5).normal(0, 0.01, 48_000).astype(np.float32)
    for pair, param in (((hiss, said("slt")), "reference"), ((said("slt"), hiss[:0]), "candidate")):
        with pytest.raises(InvalidRequest, match="Nobody speaks") as caught:
            match(*pair)
        assert caught.value.param == param


def test_a_network_decides_by_its_own_threshold_and_is_no_advice(tmp_path: Path) -> None:
    strict = SpeakerNetwork(write_speaker(tmp_path / "strict", threshold=0.99999), 1)
    usual = SpeakerNetwork(write_speaker(tmp_path / "usual"), 1)
    same, different = match(said("slt"), said("slt"), strict), match(said("slt"), said("kal16"), strict)
    assert (same.is_match, same.is_advisory, same.method) == (True, False, "strict")
    assert same.similarity == pytest.approx(1.0, abs=1e-4)
    assert (different.is_match, different.threshold) == (False, 0.99999)
    assert match(said("slt"), said("kal16"), usual).threshold == 0.5


def test_the_network_sees_bands_without_their_mean(tmp_path: Path) -> None:
    network = SpeakerNetwork(write_speaker(tmp_path), 1)
    bands = fbank(said("rms"))
    sizes = np.abs(bands - bands.mean(axis=0)).sum(axis=0)
    expected = sizes @ np.random.default_rng(11).normal(0, 1, (80, 16)).astype(np.float32)
    found = network.embed(said("rms"))
    assert found is not None
    np.testing.assert_allclose(found, expected / np.linalg.norm(expected), atol=1e-3)
    assert network.embed(said("rms")[:8_000]) is None


def test_a_graph_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="does not tell speakers apart"):
        SpeakerNetwork(write_speaker(tmp_path / "bands", bands=40), 1)
    folder = write_piper(tmp_path / "piper")
    (folder / "speaker.json").write_text("{}")
    with pytest.raises(SetupError, match="does not tell speakers apart"):
        SpeakerNetwork(folder, 1)
    (folder / "speaker.json").write_text('{"threshold": "high"}')
    with pytest.raises(SetupError, match=r"speaker\.json is not understood"):
        SpeakerNetwork(folder, 1)
