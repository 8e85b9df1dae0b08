"""A clause on its way to sound: what of it is said aloud, by whom, and where to go on when the voice breaks off."""

import re
from dataclasses import dataclass, replace

from freehold.voice.conversation.answering.ahead import Ahead
from freehold.voice.conversation.answering.clauses import Clause
from freehold.voice.conversation.stages import Saying, SpokenPiece, SpokenWord
from freehold.voice.speaking.reading.passage import Passage, whole
from freehold.voice.speaking.reading.text import is_speakable, normalise

# Marks whose other half is in another clause, which nobody wants to hear.
_HALF_MARKS = re.compile(r"\*\*|~~|`+")
_WORD = re.compile(r"[^\s,.;:!?…)\]}»”’]\S*")


def sayable(clause: Clause) -> Passage | None:
    """The clause as it is said, with the place in the text of each character; None where there is nothing to say."""
    spoken = normalise(whole(clause.text))
    dropped = {at for match in _HALF_MARKS.finditer(spoken.text) for at in range(*match.span())}
    kept = [at for at in range(len(spoken.text)) if at not in dropped]
    text = "".join(spoken.text[at] for at in kept)
    passage = Passage(text=text, offsets=[clause.start + spoken.offsets[at] for at in kept]).stripped()
    return passage if is_speakable(passage.text) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """A passage being spoken. `voice` is how, whatever its own text; `end` is the place in the text behind it all."""

    passage: Passage
    end: int
    voice: Saying
    sound: Ahead[SpokenPiece]

    def placed(self, word: SpokenWord, began_ms: float) -> SpokenWord:
        """A word of the passage and its time as one of the whole text and the whole sound."""
        offsets = self.passage.offsets
        first = min(max(word.text_start, 0), len(offsets) - 1)
        last = min(max(first, word.text_start + word.text_length - 1), len(offsets) - 1)
        return replace(
            word,
            text_start=offsets[first],
            text_length=offsets[last] + 1 - offsets[first],
            start_ms=began_ms + word.start_ms,
            end_ms=began_ms + word.end_ms,
        )

    def rest(self, spoken_until: int, further_characters: float) -> Passage | None:
        """What is left to say where all before `spoken_until` is said, and of what follows about so many characters.

        Begins with a word; one that was not said to its end is said again. None where nothing is left.
        """
        text, offsets = self.passage.text, self.passage.offsets
        start = next((at for at, place in enumerate(offsets) if place >= spoken_until), len(offsets))
        for word in _WORD.finditer(text, start):
            if word.end() - start > further_characters:
                left = self.passage.part(word.start(), len(text))
                return left if is_speakable(left.text) else None
        return None
