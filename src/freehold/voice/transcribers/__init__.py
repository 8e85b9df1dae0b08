"""Engines that listen, one file each: a registry."""

from freehold.foundation.registry import Registry
from freehold.voice.transcriber import Open

TRANSCRIBERS: Registry[Open] = Registry("freehold.voice.transcribers", "TRANSCRIBER")
