"""Whether two recordings are of one speaker. Without a network that was taught it, only advice: people must decide.

The classical answer compares vowels and pitch (`hearing/voiceprints.py`), which the room and the microphone change
about as much as another person does. Knows no consent and keeps nothing.
"""

from freehold.contracts.audio.voices import SpeakerMatch
from freehold.contracts.errors import InvalidRequest
from freehold.voice.hearing.vad import probabilities, speech
from freehold.voice.hearing.voiceprints import Voiceprints, difference, features
from freehold.voice.likeness.embedding import SpeakerNetwork
from freehold.voice.sound import HEARING_RATE, Samples

# Of the criterion in `voiceprints`. Measured on flite's four voices, other words each time: up to 1.0 for one voice,
# from 2.3 on for two; and up to 2.4 for one voice with white noise 30 dB below in only one of the recordings.
SAME_VOICE = 1.6
CLASSICAL = "cepstra and pitch"
THRESHOLD = 0.5
MIN_SPEECH_SECONDS = 1.0
MIN_VOICED_FRAMES = 60


def match(reference_16khz: Samples, candidate_16khz: Samples, network: SpeakerNetwork | None = None) -> SpeakerMatch:
    """Whether both are of one speaker. Raises `InvalidRequest` for a recording in which too little is said."""
    for samples, param in ((reference_16khz, "reference"), (candidate_16khz, "candidate")):
        refuse_silence(samples, param, MIN_SPEECH_SECONDS)
    if network is None:
        return _classical(reference_16khz, candidate_16khz)
    first, second = network.embed(reference_16khz), network.embed(candidate_16khz)
    if first is None or second is None:
        param = "reference" if first is None else "candidate"
        raise InvalidRequest("Nothing can be told of the speaker.", param=param, hint="Record it again.")
    cosine = min(max(float(first @ second), 0.0), 1.0)
    return _answer(cosine, network.threshold, network.name, is_advisory=False)


def speech_seconds(samples_16khz: Samples) -> float:
    """For how long somebody speaks."""
    stretches = speech(probabilities(samples_16khz), len(samples_16khz))
    return sum(end - start for start, end in stretches) / HEARING_RATE


def refuse_silence(samples_16khz: Samples, param: str, least_seconds: float) -> None:
    """Raise `InvalidRequest` where nobody speaks for that long."""
    spoken = speech_seconds(samples_16khz)
    if spoken < least_seconds:
        text = "Nobody speaks in the recording." if not spoken else f"Somebody speaks for {spoken:.1f} s only."
        raise InvalidRequest(text, param=param, hint=f"At least {least_seconds:g} s of speech are needed.")


def _classical(reference_16khz: Samples, candidate_16khz: Samples) -> SpeakerMatch:
    prints: list[Voiceprints] = []
    for samples, param in ((reference_16khz, "reference"), (candidate_16khz, "candidate")):
        voiced, _ = features(samples)
        if len(voiced) < MIN_VOICED_FRAMES:
            raise InvalidRequest("There is too little voice in the recording.", param=param, hint="Record it again.")
        prints.append(Voiceprints.of([voiced]))
    apart = max(float(difference(*prints)[0]), 0.0)
    return _answer(2.0 ** (-apart / SAME_VOICE), THRESHOLD, CLASSICAL, is_advisory=True)


def _answer(similarity: float, threshold: float, method: str, *, is_advisory: bool) -> SpeakerMatch:
    return SpeakerMatch(
        similarity=round(similarity, 4),
        threshold=threshold,
        is_match=similarity >= threshold,
        method=method,
        is_advisory=is_advisory,
    )
