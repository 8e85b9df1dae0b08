"""What holds for every effect: bounds, form, and no harm from odd sounds."""

import json
import subprocess
import sys
from typing import Any

import jsonschema
import msgspec
import numpy as np
import pytest

from freehold.foundation.registry import UnknownEntry
from freehold.voice.effects import EFFECTS
from freehold.voice.sound import Samples, Sound

# Parameters with which each effect does something.
USED: dict[str, dict[str, Any]] = {
    "bandwidth": {"level": 0.0},
    "denoise": {"strength": 0.5},
    "formant": {"ratio": 1.3},
    "loudness": {"target": -20.0},
    "pitch": {"semitones": 3.0},
    "resample": {"rate": 22_050},
    "tempo": {"speed": 1.7},
    "trim": {"padding": 0.0},
    "volume": {"decibels": 20.0},
    "whisper": {},
}
LENGTH_CHANGES = {"tempo", "trim", "resample", "bandwidth"}


def a_buzz(seconds: float, rate: int) -> Samples:
    at = np.arange(int(seconds * rate)) / rate
    return np.sum([np.sin(2 * np.pi * 140 * part * at) / part for part in range(1, 20)], axis=0).astype(np.float32) / 4


ODD_SOUNDS = {
    "empty": np.zeros(0, np.float32),
    "one sample": np.ones(1, np.float32),
    "seven samples": np.full(7, -0.5, np.float32),
    "silence": np.zeros(9_000, np.float32),
    "full scale": np.ones(9_000, np.float32),
    "square wave": np.sign(np.sin(np.arange(9_000) * 0.2)).astype(np.float32),
    "click": np.eye(1, 9_000, 4_000, dtype=np.float32)[0],
    "noise": np.random.default_rng(3).uniform(-1, 1, 9_000).astype(np.float32),
    "whisper of noise": np.random.default_rng(3).uniform(-1e-5, 1e-5, 9_000).astype(np.float32),
}


def test_every_effect_is_among_those_tested_here() -> None:
    assert set(EFFECTS) == set(USED)


@pytest.mark.parametrize("name", EFFECTS)
@pytest.mark.parametrize("rate", [8_000, 48_000])
@pytest.mark.parametrize("odd", ODD_SOUNDS)
def test_odd_sounds_stay_sounds(name: str, rate: int, odd: str) -> None:
    effect, given = EFFECTS[name], ODD_SOUNDS[odd].copy()
    found = effect.apply(Sound(samples=given, rate=rate), effect.parameters(**USED[name]))
    assert found.samples.dtype == np.float32
    assert found.samples.ndim == 1
    assert np.isfinite(found.samples).all()
    assert np.abs(found.samples).max(initial=0.0) <= 1.05
    np.testing.assert_array_equal(given, ODD_SOUNDS[odd])


@pytest.mark.parametrize("name", EFFECTS)
@pytest.mark.parametrize("rate", [8_000, 24_000, 44_100])
def test_rate_and_length_stay_where_that_is_promised(name: str, rate: int) -> None:
    effect, given = EFFECTS[name], Sound(samples=a_buzz(0.7, rate), rate=rate)
    found = effect.apply(given, effect.parameters(**USED[name]))
    if name in LENGTH_CHANGES:
        assert found.rate >= given.rate or name == "resample"
    else:
        assert (found.rate, len(found.samples)) == (given.rate, len(given.samples))
        assert not np.array_equal(found.samples, given.samples)


@pytest.mark.parametrize("name", EFFECTS)
def test_the_same_sound_always_becomes_the_same(name: str) -> None:
    effect, given = EFFECTS[name], Sound(samples=a_buzz(0.7, 16_000), rate=16_000)
    first, second = (effect.apply(given, effect.parameters(**USED[name])).samples for _ in range(2))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(
    "name", sorted(set(EFFECTS) - {"denoise", "loudness", "trim", "whisper", "resample", "bandwidth"})
)
def test_what_changes_by_an_amount_changes_nothing_by_default(name: str) -> None:
    effect, given = EFFECTS[name], Sound(samples=a_buzz(0.7, 16_000), rate=16_000)
    assert effect.apply(given, effect.parameters()).samples is given.samples


def test_an_unknown_effect_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownEntry) as caught:
        EFFECTS["tempi"]
    assert "tempo" in caught.value.hint


NUMBERS = [
    (name, field.encode_name, field.type.ge, field.type.le)
    for name in EFFECTS
    for field in msgspec.inspect.type_info(EFFECTS[name].parameters).fields  # type: ignore[union-attr]
    if isinstance(field.type, msgspec.inspect.FloatType | msgspec.inspect.IntType)
]


@pytest.mark.parametrize(("name", "field", "least", "most"), NUMBERS)
def test_every_number_has_bounds_in_python_in_json_and_in_the_schema(
    name: str, field: str, least: float, most: float
) -> None:
    parameters = EFFECTS[name].parameters
    schema = msgspec.json.schema(parameters)
    for inside in (least, most):
        assert getattr(parameters(**{field: inside}), field) == inside
        jsonschema.validate({field: inside}, schema)
    for outside in (least - 1, most + 1):
        with pytest.raises(ValueError, match=f"{field} must lie between"):
            parameters(**{field: outside})
        with pytest.raises(msgspec.ValidationError, match=field):
            msgspec.json.decode(json.dumps({field: outside}), type=parameters)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({field: outside}, schema)
    with pytest.raises(ValueError, match=field):
        parameters(**{field: float("nan")})


@pytest.mark.parametrize("name", EFFECTS)
def test_unknown_parameters_are_refused(name: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="reverb"):
        msgspec.json.decode(b'{"reverb": 1}', type=EFFECTS[name].parameters)


def test_denoising_draws_in_no_plotting_library_and_no_player() -> None:
    code = (
        "import sys, numpy; from freehold.voice.effects.denoise import EFFECT, Denoise; "
        "from freehold.voice.sound import Sound; "
        "EFFECT.apply(Sound(samples=numpy.ones(999, 'f4'), rate=16000), Denoise()); "
        "sys.exit(any(name in sys.modules for name in ('pyrnnoise', 'matplotlib', 'audiolab', 'av')))"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
