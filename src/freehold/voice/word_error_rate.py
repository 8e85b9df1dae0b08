"""Word error rate: how many words of a reference were heard wrong, in the least number of edits (Levenshtein).

Words are compared in lower case and without punctuation; numbers stay as they are written, so "7" is not "seven".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

WORD = re.compile(r"\w+(?:['’]\w+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Errors by their kind. `words` counts the reference's."""

    words: int = 0
    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0

    @property
    def errors(self) -> int:
        """All of them."""
        return self.substitutions + self.deletions + self.insertions

    @property
    def rate(self) -> float:
        """Errors per word of the reference; over 1 where much was invented, and the insertions for an empty one."""
        return self.errors / max(1, self.words)

    def __add__(self, other: "Score") -> "Score":
        return Score(
            words=self.words + other.words,
            substitutions=self.substitutions + other.substitutions,
            deletions=self.deletions + other.deletions,
            insertions=self.insertions + other.insertions,
        )


def normalised(text: str) -> list[str]:
    """The words that are compared."""
    return [word.replace("’", "'") for word in WORD.findall(text.lower())]


def word_error_rate(reference: str, heard: str) -> Score:
    """How `heard` differs from `reference`. Scores of several texts add up with `+`."""
    wanted, found = normalised(reference), normalised(heard)
    row = [Score(words=0, insertions=count) for count in range(len(found) + 1)]
    for word in wanted:
        row = _next_row(row, word, found)
    return row[-1]


def _next_row(above: Sequence[Score], word: str, found: Sequence[str]) -> list[Score]:
    """The best edits once one more word of the reference has been read, for each prefix of what was heard."""
    row = [above[0] + Score(words=1, deletions=1)]
    for at, other in enumerate(found):
        replaced = above[at] + Score(words=1, substitutions=int(word != other))
        deleted = above[at + 1] + Score(words=1, deletions=1)
        inserted = row[at] + Score(insertions=1)
        row.append(min((replaced, deleted, inserted), key=lambda score: score.errors))
    return row
