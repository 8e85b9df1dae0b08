"""Activation functions on numpy, float32 in and out, by their names in a spec."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from freehold.models import Activation

Float32 = NDArray[np.float32]


def silu(x: Float32) -> Float32:
    """x·sigmoid(x) (arXiv 1702.03118)."""
    small = np.exp(-np.abs(x))
    return (x * np.where(x < 0, small, 1) / (1 + small)).astype(np.float32, copy=False)


def gelu_tanh(x: Float32) -> Float32:
    """GELU by its approximation with tanh (arXiv 1606.08415)."""
    return np.float32(0.5) * x * (1 + np.tanh(np.float32(0.7978845608) * (x + np.float32(0.044715) * x**3)))


def gelu(x: Float32) -> Float32:
    """GELU, x·Φ(x) (arXiv 1606.08415)."""
    return np.float32(0.5) * x * (1 + erf(x * np.float32(0.7071067812)))


def erf(x: Float32) -> Float32:
    """The error function within 2e-7 (Abramowitz and Stegun, 7.1.26)."""
    wide = np.abs(x.astype(np.float64))
    t = 1 / (1 + 0.3275911 * wide)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return (np.sign(x) * (1 - series * np.exp(-wide * wide))).astype(np.float32)


ACTIVATIONS: Mapping[Activation, Callable[[Float32], Float32]] = {"silu": silu, "gelu": gelu, "gelu_tanh": gelu_tanh}
