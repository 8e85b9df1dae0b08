"""espeak-ng: 135 languages and accents in 105 timbres, ready on any machine. A formant synthesizer: clear, not human.

A voice's id is the accent, as `en-US`, or the accent and a timbre, as `en-US+f3`. Two runs of one clause are alike but
not the same to the sample (its flutter runs on), so what broke off may be tried again from where it was heard to.
"""

import contextlib
import re
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from freehold.contracts.errors import InvalidRequest
from freehold.voice.espeak_pool import EspeakFacts, EspeakPool, EspeakVoice
from freehold.voice.sound import from_pcm16
from freehold.voice.synthesizer import Clause, Piece, Prosody, Voice, WordMark

LICENCE = "GPL-3.0-or-later (espeak-ng)"
FIRST = "en-US"

# OpenAI's voices: who sounds like a woman or a man there does here, and the lowest is the lowest.
PRESETS = {
    "alloy": "en-US+f4",
    "ash": "en-US+m3",
    "ballad": "en-GB-x-rp+m2",
    "coral": "en-US+f2",
    "echo": "en-US+m1",
    "fable": "en-GB-x-rp+m7",
    "onyx": "en-US+m8",
    "nova": "en-US+f5",
    "sage": "en-US+f1",
    "shimmer": "en-US+belinda",
    "verse": "en-US+Michael",
    "marin": "en-US+f3",
    "cedar": "en-US+m5",
}

# Where espeak-ng's own name of a language is no BCP 47 tag, or one that means something else.
TAGS = {
    "ca-ba": "ca-x-balear",
    "ca-nw": "ca-x-northwest",
    "ca-va": "ca-valencia",
    "cmn": "zh",
    "cmn-latn-pinyin": "zh-Latn-pinyin",
    "en-us-nyc": "en-US-x-nyc",
    "piqd": "tlh",
    "py": "art-x-pyash",
    "qdb": "art-x-belter",
    "ru-cl": "ru-x-classic",
}

# Words a minute. Measured on espeak-ng 1.52: the pace follows them within a tenth, as pauses shrink more than words do.
USUAL_RATE = 175
MIN_RATE, MAX_RATE = 80, 900

# Measured likewise, the mean of four voices: its pitch against the median of the fundamental frequency in semitones.
PITCHES = (0, 10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 99)
SEMITONES = (-6.1, -5.2, -4.3, -3.55, -2.9, -1.6, 0.0, 1.65, 3.35, 4.25, 5.15, 7.0, 8.7)
SEMITONES_PER_RANGE = 2.3  # what a doubled range adds to the median
MAX_RANGE = 2.0


def native_speed(speed: float) -> float:
    """The pace nearest to `speed` that espeak-ng has itself; the rest is for whoever changes its samples."""
    return min(max(speed, MIN_RATE / USUAL_RATE), MAX_RATE / USUAL_RATE)


def native(prosody: Prosody) -> Prosody:
    """The part of a prosody that espeak-ng does itself: paces from 0.46 to 5.1, and about half an octave each way."""
    return replace(
        prosody,
        speed=native_speed(prosody.speed),
        range=min(max(prosody.range, 0.0), MAX_RANGE),
        pitch=min(max(prosody.pitch, SEMITONES[0]), SEMITONES[-1]),
    )


class EspeakSynthesizer:
    """Implements `Synthesizer` on a pool of processes, each of which speaks one clause at a time."""

    name = "espeak"
    clones = False
    default_voice = PRESETS["marin"]

    def __init__(self, workers: int) -> None:
        self.rate = 22_050
        self.parallel = workers
        self.presets = dict(PRESETS)
        self._pool = EspeakPool(workers)
        self._voices: Sequence[Voice] = ()
        self._accents: dict[str, EspeakVoice] = {}
        self._variants: dict[str, EspeakVoice] = {}

    async def start(self) -> None:
        """Start the first process. Raises `SetupError` with the fix."""
        await self._pool.start()
        facts = self._pool.facts
        self.rate = facts.rate
        self._accents = {_accent_id(voice).lower(): voice for voice in facts.voices}
        self._variants = {_variant_id(voice).lower(): voice for voice in facts.variants}
        self._voices = list_voices(facts)

    def voices(self) -> Sequence[Voice]:
        """Every accent, and every accent in every timbre; the main accent of a language before its others."""
        return self._voices

    @property
    def pids(self) -> list[int]:
        """Of the processes that run."""
        return self._pool.pids

    def native(self, prosody: Prosody) -> Prosody:
        """As the function of that name says."""
        return native(prosody)

    async def speak(self, clause: Clause) -> AsyncGenerator[Piece]:
        """Pieces from 60 ms to half a second, growing. Ends in a pause where the text ends in punctuation.

        Beyond what `native` says, the nearest that espeak-ng has is spoken. Raises `InvalidRequest` for an unknown
        voice, and `Unavailable` where the process ended: the next call has a new one.
        """
        request = self._request(clause)
        # Its own volume is in coarse steps below -14 dB and clips above +2 dB.
        gain = np.float32(10.0 ** (clause.prosody.volume / 20.0))
        async with contextlib.aclosing(self._pool.ask(request)) as answers:
            async for answer, data in answers:
                words = [WordMark(text_start=at, text_length=n, seconds=when) for at, n, when in answer["words"]]
                yield Piece(samples=from_pcm16(data) * gain, words=words)

    async def close(self) -> None:
        """End the processes."""
        await self._pool.close()

    def _request(self, clause: Clause) -> dict[str, Any]:
        prosody = native(clause.prosody)
        semitones = prosody.pitch - SEMITONES_PER_RANGE * (prosody.range - 1.0)
        return {
            "type": "speak",
            "text": clause.text,
            "voice": self._identifier(clause.voice, whisper=prosody.whisper),
            "rate": round(USUAL_RATE * prosody.speed),
            "pitch": round(float(np.interp(semitones, SEMITONES, PITCHES))),
            "range": round(50 * prosody.range),
        }

    def _identifier(self, voice_id: str, *, whisper: bool) -> str:
        """espeak-ng's name of a voice. Raises `InvalidRequest`."""
        accent_id, plus, variant_id = voice_id.lower().partition("+")
        accent, variant = self._accents.get(accent_id), self._variants.get(variant_id)
        if accent is None or (plus and variant is None):
            hint = f"Such as {self.default_voice}, or {FIRST}."
            raise InvalidRequest(f"espeak-ng has no voice '{voice_id[:100]}'.", param="voice", hint=hint)
        if whisper:
            variant = self._variants["whisperf" if variant and variant.gender == "female" else "whisper"]
        return accent.identifier + (f"+{variant.identifier}" if variant else "")


def list_voices(facts: EspeakFacts) -> list[Voice]:
    """Every accent, plain and in each timbre."""
    listed: list[Voice] = []
    for accent in sorted(facts.voices, key=_order):
        accent_id, language = _accent_id(accent), language_tag(accent)
        listed.append(_voice(accent_id, accent.name, language, accent.gender))
        for variant in facts.variants:
            name = f"{accent.name}, {variant.name}"
            listed.append(_voice(f"{accent_id}+{_variant_id(variant)}", name, language, variant.gender))
    return listed


def language_tag(accent: EspeakVoice) -> str:
    """The accent's BCP 47 tag, in the case that RFC 5646 recommends."""
    name = accent.languages[0] if accent.languages else _accent_id(accent)
    if name in TAGS:
        return TAGS[name]
    first, *others = name.split("-")
    private = others.index("x") if "x" in others else len(others)
    return "-".join([first, *map(_subtag, others[:private]), *others[private:]])


def _subtag(text: str) -> str:
    if re.fullmatch("[a-z]{2}", text):
        return text.upper()
    return text.title() if re.fullmatch("[a-z]{4}", text) else text


def _order(accent: EspeakVoice) -> tuple[bool, bool, str]:
    accent_id = _accent_id(accent)
    return accent_id != FIRST, "-" in accent_id, accent_id


def _accent_id(accent: EspeakVoice) -> str:
    return accent.identifier.rpartition("/")[2]


def _variant_id(variant: EspeakVoice) -> str:
    return variant.identifier.replace(" ", "_")


def _voice(voice_id: str, name: str, language: str, gender: str) -> Voice:
    return Voice(id=voice_id, name=name, language=language, kind="preset", licence=LICENCE, gender=gender)


def open_espeak(folder: Path, *, workers: int) -> EspeakSynthesizer:
    """There is nothing to load: `folder` may be empty."""
    return EspeakSynthesizer(max(1, workers))


SYNTHESIZER = open_espeak
