"""Who speaks for a person where the engine cannot clone: how its preset is brought near them.

A preset is measured once, on the sample sentence of its language. Knows no queue: whoever asks has the engine's turn.
"""

import asyncio
from collections import OrderedDict
from contextlib import aclosing
from dataclasses import dataclass, replace

import numpy as np

from freehold.contracts.audio.voices import VoiceProfile
from freehold.voice.likeness.imitation import Imitation, imitate
from freehold.voice.likeness.profile import measure
from freehold.voice.shaping import shape
from freehold.voice.sound import Samples
from freehold.voice.speaking.sample_texts import sample_sentence
from freehold.voice.synthesizer import Clause, Prosody, Synthesizer

MAX_MEASURED = 256  # presets, least recently used first to go


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """A clause as the engine is given it, and what is done to its samples afterwards."""

    clause: Clause
    rest: Prosody = Prosody()
    imitation: Imitation | None = None

    @property
    def is_native(self) -> bool:
        """Whether the engine does all of it, so that its pieces may leave as they come."""
        return self.rest == Prosody() and self.imitation is None

    def worked(self, samples: Samples, rate: int) -> Samples:
        """The whole clause, finished. `rate` is in Hz."""
        moved = samples if self.imitation is None else imitate(samples, rate, self.imitation)
        return shape(moved, rate, self.rest)


class StandIns:
    """Of one started synthesizer."""

    def __init__(self, synthesizer: Synthesizer) -> None:
        self._synthesizer = synthesizer
        self._measured: OrderedDict[str, VoiceProfile | None] = OrderedDict()
        self._languages: dict[str, str] = {}

    async def direct(self, clause: Clause) -> Direction:
        """What the engine says of a clause. Raises what it raises, where its preset must be measured first."""
        if clause.reference is None or self._synthesizer.clones:
            own = self._synthesizer.native(clause.prosody)
            return Direction(clause=replace(clause, prosody=own), rest=clause.prosody.beyond(own))
        asked = replace(clause.prosody, pitch=0.0, range=1.0)  # the imitation sets both
        own = self._synthesizer.native(asked)
        imitation = Imitation(
            target=clause.reference.profile,
            preset=await self._profile(clause.voice),
            semitones=clause.prosody.pitch,
            movement=clause.prosody.range,
        )
        given = replace(clause, prosody=own, reference=None)
        return Direction(clause=given, rest=asked.beyond(own), imitation=imitation)

    async def _profile(self, voice: str) -> VoiceProfile | None:
        if voice in self._measured:
            self._measured.move_to_end(voice)
            return self._measured[voice]
        clause = Clause(text=sample_sentence(self._language(voice)), voice=voice)
        async with aclosing(self._synthesizer.speak(clause)) as pieces:
            said = [piece.samples async for piece in pieces]
        samples = np.concatenate([np.zeros(0, np.float32), *said])
        profile = await asyncio.to_thread(measure, samples, self._synthesizer.rate)
        self._measured[voice] = profile
        while len(self._measured) > MAX_MEASURED:
            self._measured.popitem(last=False)
        return profile

    def _language(self, voice: str) -> str:
        if not self._languages:
            self._languages = {known.id: known.language for known in self._synthesizer.voices()}
        return self._languages.get(voice, "en")
