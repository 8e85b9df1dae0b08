"""What changes a sound, one file each: a registry."""

from freehold.foundation.registry import Registry
from freehold.voice.effect import AnyEffect

EFFECTS: Registry[AnyEffect] = Registry("freehold.voice.effects", "EFFECT")
