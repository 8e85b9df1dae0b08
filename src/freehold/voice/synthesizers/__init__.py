"""Engines that speak, one file each: a registry."""

from freehold.foundation.registry import Registry
from freehold.voice.synthesizer import Open

SYNTHESIZERS: Registry[Open] = Registry("freehold.voice.synthesizers", "SYNTHESIZER")
