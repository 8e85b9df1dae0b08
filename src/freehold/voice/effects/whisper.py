"""The same words, whispered (`signal/whisper.py`). Hides nobody: the mouth that speaks can still be told."""

from freehold.voice.effect import Effect
from freehold.voice.effects._parameters import Parameters
from freehold.voice.signal.whisper import whisper
from freehold.voice.sound import Sound


class Whisper(Parameters, frozen=True, kw_only=True):
    """There is nothing to choose."""


def apply(sound: Sound, parameters: Whisper) -> Sound:
    """The sound in the same rate and length."""
    return Sound(samples=whisper(sound.samples, sound.rate), rate=sound.rate)


EFFECT = Effect(summary="Turns a voice into a whisper.", parameters=Whisper, apply=apply)
