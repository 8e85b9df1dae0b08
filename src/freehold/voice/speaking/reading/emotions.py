"""How it is said: the eight emotions, and what is understood of free-text instructions, as one prosody.

One vocabulary holds on every engine, for what an engine does not control is done to its sound. Of `instructions` a
small table of English words is understood (moods, pace, pitch, loudness, liveliness); all else is passed over, and so
is a word that is denied ("don't whisper", "not too fast"). Which way each emotion goes follows Scherer, "Vocal
communication of emotion", Speech Communication 40 (2003).
"""

import re

from freehold.contracts.audio.speaking import MAX_PITCH_SEMITONES, MAX_SPEED, MIN_SPEED, Emotion, SpeechRequest
from freehold.voice.synthesizer import Prosody

MAX_RANGE = 3.0
MIN_VOLUME_DB, MAX_VOLUME_DB = -96.0, 12.0
DENIAL_REACH = 2  # words between a denial and what is denied

EMOTIONS: dict[Emotion, Prosody] = {
    "neutral": Prosody(),
    "happy": Prosody(speed=1.08, pitch=2.0, range=1.3, volume=1.0),
    "sad": Prosody(speed=0.85, pitch=-2.0, range=0.65, volume=-3.0),
    "angry": Prosody(speed=1.1, pitch=1.0, range=1.4, volume=4.0),
    "excited": Prosody(speed=1.18, pitch=3.0, range=1.5, volume=3.0),
    "fearful": Prosody(speed=1.15, pitch=3.0, range=1.15, volume=-2.0),
    "calm": Prosody(speed=0.9, pitch=-1.0, range=0.8, volume=-1.0),
    "whisper": Prosody(speed=0.95, whisper=True),
}

_MOODS: dict[Emotion, str] = {
    "happy": "happy happily cheerful cheerfully joyful joyfully upbeat friendly warm warmly bright smiling",
    "sad": "sad sadly sorrowful gloomy melancholy melancholic mournful grieving",
    "angry": "angry angrily furious furiously annoyed irritated aggressive",
    "excited": "excited excitedly enthusiastic enthusiastically energetic energetically thrilled ecstatic",
    "fearful": "fearful fearfully afraid scared frightened nervous nervously anxious terrified",
    "calm": "calm calmly soothing relaxed gentle gently serene peaceful peacefully",
    "whisper": "whisper whispers whispering whispered",
}
_MOOD_OF: dict[str, Emotion] = {word: mood for mood, words in _MOODS.items() for word in words.split()}

_MANNERS: tuple[tuple[str, Prosody], ...] = (
    ("slow slowly slower", Prosody(speed=0.8)),
    ("fast faster quick quickly rapid rapidly", Prosody(speed=1.25)),
    ("loud loudly louder shout shouting", Prosody(volume=4.0)),
    ("quiet quietly quieter soft softly", Prosody(volume=-4.0)),
    ("deep deeper low lower", Prosody(pitch=-3.0)),
    ("high higher", Prosody(pitch=3.0)),
    ("monotone monotonous flat robotic", Prosody(range=0.4)),
    ("expressive expressively animated lively dramatic dramatically", Prosody(range=1.4)),
)
_MANNER_OF = {word: number for number, (words, _) in enumerate(_MANNERS) for word in words.split()}

_DENIALS = frozenset(("not", "no", "never", "without", "don't", "dont", "avoid", "isn't", "less"))
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def prosody_of(request: SpeechRequest) -> Prosody:
    """What `emotion`, `instructions`, `speed` and `pitch` make together. A named emotion goes over one in the
    instructions.
    """
    mood, manner = understand(request.instructions or "")
    asked = EMOTIONS[request.emotion or mood or "neutral"]
    own = Prosody(speed=request.speed or 1.0, pitch=request.pitch or 0.0)
    return combine(combine(asked, manner), own)


def understand(instructions: str) -> tuple[Emotion | None, Prosody]:
    """The first mood that is named, and each manner once."""
    words = _WORD.findall(instructions.lower().replace("’", "'"))
    mood: Emotion | None = None
    manners: dict[int, Prosody] = {}
    for at, word in enumerate(words):
        if _DENIALS.intersection(words[max(0, at - DENIAL_REACH) : at]):
            continue
        mood = mood or _MOOD_OF.get(word)
        if word in _MANNER_OF:
            manners[_MANNER_OF[word]] = _MANNERS[_MANNER_OF[word]][1]
    together = Prosody()
    for manner in manners.values():
        together = combine(together, manner)
    return mood, together


def combine(first: Prosody, second: Prosody) -> Prosody:
    """Both at once, within the bounds of what can still be understood."""
    return Prosody(
        speed=_within(first.speed * second.speed, MIN_SPEED, MAX_SPEED),
        pitch=_within(first.pitch + second.pitch, -MAX_PITCH_SEMITONES, MAX_PITCH_SEMITONES),
        range=_within(first.range * second.range, 0.0, MAX_RANGE),
        volume=_within(first.volume + second.volume, MIN_VOLUME_DB, MAX_VOLUME_DB),
        whisper=first.whisper or second.whisper,
    )


def _within(value: float, low: float, high: float) -> float:
    return round(min(max(value, low), high), 4)
