"""The custom voice of a request, as what an engine speaks with. Refuses a sample that is no WAV file of ours."""

import base64
import binascii
import hashlib
import io
import wave

import numpy as np

from freehold.contracts.audio.voices import MAX_SAMPLE_SECONDS, SAMPLE_RATE, ReferenceVoice
from freehold.contracts.errors import InvalidRequest
from freehold.voice.sound import Samples, from_pcm16
from freehold.voice.synthesizer import Reference

PARAM = "reference_voice.sample"
HINT = "It is a WAV file in base64: 24 kHz, 16 bit, one channel."


def read_reference(voice: ReferenceVoice) -> Reference:
    """Raises `InvalidRequest` for a sample of another kind, or one that is too long."""
    if not voice.sample:
        return Reference(voice=voice.id, profile=voice.profile, sample=np.zeros(0, np.float32))
    try:
        data = base64.b64decode(voice.sample, validate=True)
    except binascii.Error as error:
        raise InvalidRequest("The sample is not base64.", param=PARAM, hint=HINT) from error
    digest = hashlib.sha256(data).hexdigest()
    return Reference(voice=voice.id, profile=voice.profile, digest=digest, sample=_read_wave(data))


def _read_wave(data: bytes) -> Samples:
    try:
        with wave.open(io.BytesIO(data)) as file:
            shape = file.getnchannels(), file.getsampwidth(), file.getframerate()
            pcm = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise InvalidRequest(f"The sample is no WAV file: {error}.", param=PARAM, hint=HINT) from error
    if shape != (1, 2, SAMPLE_RATE):
        raise InvalidRequest("The sample is of another kind of WAV.", param=PARAM, hint=HINT)
    if len(pcm) > 2 * SAMPLE_RATE * MAX_SAMPLE_SECONDS:
        raise InvalidRequest(f"The sample is longer than {MAX_SAMPLE_SECONDS:.0f} s.", param=PARAM)
    return from_pcm16(pcm)
