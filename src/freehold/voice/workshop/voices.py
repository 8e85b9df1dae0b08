"""What is told of voices: a sample's profile, whether two recordings have one speaker, whose mark a sound has.

Refuses samples that are too short, too long, or in which nobody speaks. Knows no HTTP.
"""

from collections.abc import Sequence

import numpy as np
import soxr

from freehold.contracts.audio.voices import MAX_SAMPLE_SECONDS, MIN_SAMPLE_SECONDS, SpeakerMatch, VoiceProfile
from freehold.contracts.errors import InvalidRequest
from freehold.voice.likeness.embedding import SpeakerNetwork
from freehold.voice.likeness.profile import measure
from freehold.voice.likeness.verification import match, refuse_silence
from freehold.voice.sound import HEARING_RATE, Samples, Sound
from freehold.voice.watermark.detect import Detection, detect, identify
from freehold.voice.watermark.voices import voice_key

MIN_SPEECH_SECONDS = 1.0


def profile(sample: Sound) -> VoiceProfile:
    """The voice of a sample. Raises `InvalidRequest`."""
    if not MIN_SAMPLE_SECONDS <= sample.seconds <= MAX_SAMPLE_SECONDS:
        text = f"The sample is {sample.seconds:.1f} s long."
        hint = f"It lasts from {MIN_SAMPLE_SECONDS:g} to {MAX_SAMPLE_SECONDS:g} seconds."
        raise InvalidRequest(text, param="sample", hint=hint)
    refuse_silence(_at_16khz(sample), "sample", MIN_SPEECH_SECONDS)
    found = measure(sample.samples, sample.rate)
    if found is None:
        raise InvalidRequest("There is too little voice in the sample.", param="sample", hint="Speak a few sentences.")
    return found


def compare(reference: Sound, candidate: Sound, network: SpeakerNetwork | None) -> SpeakerMatch:
    """Whether both have one speaker. Raises `InvalidRequest`."""
    return match(_at_16khz(reference), _at_16khz(candidate), network)


def provenance(sound: Sound, key: bytes, voices: Sequence[str]) -> tuple[Detection, str | None]:
    """Whether the key's mark is there; and where it is, which of these voices' marks, if one is."""
    found = detect(sound.samples, sound.rate, key)
    if not found.detected or not voices:
        return found, None
    named = identify(sound.samples, sound.rate, {voice: voice_key(key, voice) for voice in voices}, found.speed)
    return found, named[0] if named else None


def _at_16khz(sound: Sound) -> Samples:
    if sound.rate == HEARING_RATE:
        return sound.samples
    return soxr.resample(sound.samples, sound.rate, HEARING_RATE).astype(np.float32)
