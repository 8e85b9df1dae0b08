"""The angles of rotary positions (RoFormer, arXiv 2104.09864) for every scaling that a spec can name, in numpy."""

import math

import numpy as np
from numpy.typing import NDArray

from freehold.models import FrequencyFactors, LinearScaling, Llama3Scaling, Rope, YarnScaling
from freehold.nn import Float32

Float64 = NDArray[np.float64]


def rotary_tables(rope: Rope, head_dim: int) -> tuple[Float32, float]:
    """Angle per position of each pair of dimensions, float32 [dims/2], and what cosines and sines are multiplied by.

    Raises `ValueError` when the checkpoint's factors are not one for each pair.
    """
    dims = rope.dims or head_dim
    frequencies = rope.theta ** -(np.arange(0, dims, 2, dtype=np.float64) / dims)
    match rope.scaling:
        case None:
            return frequencies.astype(np.float32), 1.0
        case LinearScaling(factor=factor):
            return (frequencies / factor).astype(np.float32), 1.0
        case Llama3Scaling() as scaling:
            return _llama3(frequencies, scaling).astype(np.float32), 1.0
        case YarnScaling() as scaling:
            return _yarn(frequencies, scaling, rope.theta).astype(np.float32), scaling.magnitude
        case FrequencyFactors(factors=factors, magnitude=magnitude):
            if len(factors) != len(frequencies):
                raise ValueError(f"{len(factors)} rotary factors for {len(frequencies)} pairs of dimensions")
            return (frequencies / np.array(factors, dtype=np.float64)).astype(np.float32), magnitude


def _llama3(frequencies: Float64, scaling: Llama3Scaling) -> Float64:
    """Long waves are slowed by `factor`, short ones kept, those between blended."""
    waves = scaling.original_context_length * frequencies / (2 * math.pi)  # in the original context
    blend = (waves - scaling.low_freq_factor) / (scaling.high_freq_factor - scaling.low_freq_factor)
    return _blend(frequencies / scaling.factor, frequencies, blend)


def _yarn(frequencies: Float64, scaling: YarnScaling, theta: float) -> Float64:
    """As Llama 3, but blended along the dimensions, between the pairs that turn `beta_slow` and `beta_fast` times."""
    pairs = len(frequencies)

    def pair_turning(turns: float) -> float:
        return pairs * math.log(scaling.original_context_length / (turns * 2 * math.pi)) / math.log(theta)

    first = max(math.floor(pair_turning(scaling.beta_fast)), 0)
    last = min(math.ceil(pair_turning(scaling.beta_slow)), 2 * pairs - 1)
    slowed = (np.arange(pairs) - first) / max(last - first, 1e-3)
    return _blend(frequencies, frequencies / scaling.factor, slowed)


def _blend(from_zero: Float64, to_one: Float64, share: Float64) -> Float64:
    share = np.clip(share, 0.0, 1.0)
    return (1 - share) * from_zero + share * to_one
