"""A text that is still being written, in clauses that can be spoken: the first one as early as sounds natural.

The first clause ends at a comma or a stop, or between words where there is none for long; the second may end at a
comma once it is a sentence's length, for the first one soon has been said; all others are sentences. Where a clause
ends depends on the text alone, never on the pieces in which it came. Knows what is read out of Markdown, and no SSML.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from freehold.voice.speaking.reading.passage import Passage, whole
from freehold.voice.speaking.reading.text import (
    FIRST_CHARACTERS,
    FIRST_MIN_CHARACTERS,
    MAX_CHARACTERS,
    PARAGRAPH,
    PAUSE,
    SENTENCE,
    WHOLE_CHARACTERS,
    between_words,
    boundaries,
    normalise,
)

# Marks of Markdown that have begun and not ended: a link, code, emphasis.
_OPEN_MARKS = re.compile(
    r"\[[^\[\]\n]*$|\[[^\[\]\n]*\]\([^()\s]*$|(?<!`)`[^`\n]*$|(?<![\w*])\*(?=[^\s*])[^*\n]*$|(?<!\w)_(?=[^\s_])[^_\n]*$"
)
_STRONG = re.compile(r"\*\*|__|~~")


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of the text, as it was written, and where in the text it begins, in characters."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """Where in the text it ends."""
        return self.start + len(self.text)


class Clauses:
    """One text. The clauses put together are the text; none is empty or over `MAX_CHARACTERS`."""

    def __init__(self) -> None:
        self._pending = ""
        self._start = 0  # of what is pending, in the text
        self._count = 0

    def feed(self, delta: str) -> list[Clause]:
        """The clauses that are certain once this has come, too."""
        found: list[Clause] = []
        for character in delta:
            self._pending += character
            if self._may_end():
                found += self._taken()
        return found

    def flush(self) -> list[Clause]:
        """The rest, as the text ends here."""
        return [self._take(len(self._pending))] if self._pending else []

    def _may_end(self) -> bool:
        """Whether a look is worth its time: within a word no clause ends, unless it is too long."""
        pending = self._pending
        return (len(pending) > 1 and not pending[-2].isalnum()) or len(pending) > self._longest

    @property
    def _longest(self) -> int:
        return MAX_CHARACTERS if self._count else FIRST_CHARACTERS

    def _taken(self) -> Iterator[Clause]:
        while (end := self._end()) is not None:
            yield self._take(end)

    def _take(self, end: int) -> Clause:
        clause = Clause(self._pending[:end], self._start)
        self._pending = self._pending[end:]
        self._start += end
        self._count += 1
        return clause

    def _end(self) -> int | None:
        """Where the next clause ends in what is pending; None as long as more text could change that."""
        spoken = normalise(whole(self._pending))
        places = [(end, strength) for end, strength in boundaries(spoken.text) if end < len(spoken.text)]
        end = next((end for end, strength in places if self._is_end(spoken, end, strength)), None)
        if end is None and self._count == 0:
            end = self._gap(spoken)
        written = None if end is None else self._written_end(spoken, end)
        if written is not None and written <= MAX_CHARACTERS:
            return written
        if len(self._pending) <= MAX_CHARACTERS:
            return None
        strongest = max((strength for _, strength in places), default=0)
        last = max((end for end, strength in places if strength == strongest), default=0)
        written = self._written_end(spoken, last) if last else MAX_CHARACTERS + 1
        return written if written <= MAX_CHARACTERS else between_words(self._pending, 0, MAX_CHARACTERS)

    def _is_end(self, spoken: Passage, end: int, strength: int) -> bool:
        if strength == PARAGRAPH:
            return True
        weakest, shortest = SENTENCE, FIRST_MIN_CHARACTERS
        if self._count == 0:
            weakest = PAUSE
        elif self._count == 1 and strength == PAUSE:
            weakest, shortest = PAUSE, WHOLE_CHARACTERS
        return strength >= weakest and end >= shortest and not _is_marked(self._pending[: spoken.offsets[end - 1] + 1])

    def _gap(self, spoken: Passage) -> int | None:
        """The first end of a word that is late enough for a first clause."""
        text = spoken.text
        gap = text.find(" ", WHOLE_CHARACTERS, len(text) - 1) + 1
        if gap:
            return gap
        return between_words(text, 0, FIRST_CHARACTERS) if len(text) > FIRST_CHARACTERS else None

    def _written_end(self, spoken: Passage, end: int) -> int:
        """The place in what is pending of an end in what is spoken of it: behind the white space."""
        at = spoken.offsets[end - 1] + 1
        while at < len(self._pending) and self._pending[at].isspace():
            at += 1
        return at


def _is_marked(text: str) -> bool:
    """Whether a mark of Markdown is still open at the text's end."""
    line = text.rpartition("\n")[2]
    return _OPEN_MARKS.search(line) is not None or any(line.count(mark) % 2 for mark in set(_STRONG.findall(line)))
