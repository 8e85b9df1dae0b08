"""Keeps invented text out: engines that were taught on subtitles write some where nobody speaks.

Looks at text and measures alone, whatever the engine. Refuses to repair: a segment stays whole or goes.
Thresholds are those of OpenAI's whisper (`transcribe.py`: no speech over 0.6 with a mean logprob under -1).
"""

import zlib
from collections.abc import Sequence

from freehold.voice.transcriber import HeardSegment

NO_SPEECH_PROBABILITY = 0.6
MIN_LOGPROB = -1.0
MAX_REPEATS = 4  # of a phrase in a row; people do say "no, no, no, no"
MAX_PHRASE_WORDS = 12
MAX_COMPRESSION_RATIO = 2.4  # whisper's own bound
MIN_COMPRESSED_CHARACTERS = 40  # shorter text says nothing by how it compresses


def is_invented(segment: HeardSegment) -> bool:
    """Whether nobody is likely to have said it: no letter or digit, improbable over silence, or a phrase in a loop."""
    text = segment.text
    if not any(character.isalnum() for character in text):
        return True
    improbable = segment.avg_logprob is not None and segment.avg_logprob < MIN_LOGPROB
    if improbable and segment.no_speech_prob > NO_SPEECH_PROBABILITY:
        return True
    return repeats(text.lower().split()) > MAX_REPEATS or _compresses_too_well(text)


def repeats(words: Sequence[str]) -> int:
    """How often the phrase that is repeated most stands in a row. Phrases have up to 12 words."""
    most = 1 if words else 0
    for length in range(1, min(MAX_PHRASE_WORDS, len(words) // 2) + 1):
        row = 0
        for at in range(length, len(words)):
            row = row + 1 if words[at] == words[at - length] else 0
            most = max(most, 1 + row // length)
    return most


def _compresses_too_well(text: str) -> bool:
    """The sign of a loop in languages that write no spaces."""
    data = text.encode()
    return len(text) >= MIN_COMPRESSED_CHARACTERS and len(data) / len(zlib.compress(data)) > MAX_COMPRESSION_RATIO
