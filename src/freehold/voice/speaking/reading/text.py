"""Text as it is spoken: normalised, and cut into clauses of which the first is short, so that sound comes early.

Normalising only leaves characters out and makes white space one character, so that each keeps its place in the input:
control and format characters (not the joiners that Persian and Indic scripts need), emoji and pictographs, and
Markdown's marks for emphasis, code, headings, lists, quotations, rules and links, whose text stays. It never spells
out or rewrites. Knows no SSML.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator

from freehold.voice.speaking.reading.passage import Passage

MAX_CHARACTERS = 250
WHOLE_CHARACTERS = 60  # a text up to this length is one clause, and so is a sentence that is shorter than this
FIRST_CHARACTERS = 80
FIRST_MIN_CHARACTERS = 8
FIRST_SENTENCE_CHARACTERS = 120

PARAGRAPH, SENTENCE, PAUSE = 3, 2, 1

_JOINERS = "\u200c\u200d"
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b05-\u2b55\ufe0e\ufe0f\u20e3\U000e0020-\U000e007f]\u200d?")
_LINE_MARKS = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]+|[-*+•][ \t]+|>[ \t]?)+|^[ \t]*(?:```|~~~).*$|^[ \t]*[-*_=]{3,}[ \t]*$", re.M
)
_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t].*$", re.M)
# What is left out is in groups, what lies between them stays.
_INLINE_MARKS = (
    re.compile(r"(!?\[)[^\[\]\n]*(\]\([^()\s]*\))"),
    re.compile(r"(\*\*|__)(?=\S)[^\n]*?(?<=\S)(\1)"),
    re.compile(r"(?<!\w)([*_])(?=[^\s*_])[^*_\n]*(?<=[^\s*_])(\1)(?!\w)"),
    re.compile(r"(~~)(?=\S)[^~\n]*(~~)"),
    re.compile(r"(`+)(?!`)[^`\n]*(`+)"),
)

_CLOSERS = r"[\"'”’»)\]}」』）】]*"
_BOUNDARY = re.compile(
    rf"(?P<paragraph>\n)|(?P<wide>[。！？।॥]+{_CLOSERS}[ \n]?)|(?P<end>[.!?؟]+{_CLOSERS}(?:[ \n]|$))"
    rf"|(?P<pause>[,;:،؛…]+{_CLOSERS} |[、，；：…]| [–—-] |—)"
)
_TOKEN_BEFORE = re.compile(r"[\w.]+$")
_TITLE_WORDS = (
    "mr mrs ms dr prof sr jr st vs gen col sgt capt lt rev hon mt approx inc ltd dept est ca bzw vgl evtl ggf mme mlle "
    "sra srta jan feb apr jun jul aug sep sept oct nov dec"
)
_TITLES = frozenset(_TITLE_WORDS.split())
_BEFORE_NUMBERS = frozenset(("no", "nr", "fig", "vol", "p", "pp", "ch", "art", "abs", "núm"))


def normalise(passage: Passage, *, markdown: bool = True) -> Passage:
    """The passage as it is spoken. A blank line, and one line of a list, end with a line feed; other white space is
    one blank.
    """
    text = passage.text
    dropped, breaks = _marks(text) if markdown else (set(), set())
    for match in _EMOJI.finditer(text):
        dropped.update(range(*match.span()))
    characters: list[str] = []
    offsets: list[int] = []
    gap_at, feeds = -1, 0
    for at, character in enumerate(text):
        if character.isspace():
            gap_at = at if gap_at < 0 else gap_at
            feeds += (character == "\n") * (2 if at in breaks else 1)
        elif at not in dropped and not _is_silent(character):
            if gap_at >= 0 and characters:
                characters.append("\n" if feeds > 1 else " ")
                offsets.append(passage.offsets[gap_at])
            gap_at, feeds = -1, 0
            characters.append(character)
            offsets.append(passage.offsets[at])
    return Passage(text="".join(characters), offsets=offsets)


def _is_silent(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn") and character not in _JOINERS


def _marks(text: str) -> tuple[set[int], set[int]]:
    """The places of Markdown's marks, and of the line feeds that end more than a line."""
    dropped: set[int] = set()
    breaks: set[int] = set()
    for match in _LINE_MARKS.finditer(text):
        dropped.update(range(*match.span()))
        breaks.add(match.start() - 1)
    breaks.update(match.end() for match in _HEADING.finditer(text))
    for pattern in _INLINE_MARKS:
        for match in pattern.finditer(text):
            dropped.update(range(*match.span(1)), range(*match.span(2)))
    return dropped, breaks


def is_speakable(text: str) -> bool:
    """Whether there is anything but punctuation, white space and marks."""
    return any(unicodedata.category(character)[0] not in "PZCM" for character in text)


def clauses(text: str) -> list[str]:
    """Normalised text in pieces that make it up again. None is empty or over `MAX_CHARACTERS`.

    They end at sentences, else at commas and the like, else between words; never within a number or after a common
    abbreviation, unless a single word is too long.
    """
    if len(text) <= WHOLE_CHARACTERS and "\n" not in text:
        return [text] if text else []
    places = list(boundaries(text))
    pieces: list[str] = []
    start = 0
    while start < len(text):
        end = (_first_end if start == 0 else _next_end)(text, places, start)
        pieces.append(text[start:end])
        start = end
    return pieces


Boundary = tuple[int, int]  # where the next clause may begin, and how strong the boundary is


def boundaries(text: str) -> Iterator[Boundary]:
    """The places in a normalised text where a clause may end, in order."""
    for match in _BOUNDARY.finditer(text):
        kind, end = match.lastgroup, match.end()
        if text[end - 1] == "\n":
            yield end, PARAGRAPH
        elif kind == "wide" or (kind == "end" and _ends_sentence(text, match.start(), end)):
            yield end, SENTENCE
        elif kind == "pause":
            yield end, PAUSE


def _ends_sentence(text: str, start: int, end: int) -> bool:
    """Whether the full stop, or what else stands at `start`, is more than an abbreviation's."""
    following = text[end : end + 1]
    if text[start] != "." or not following:
        return True
    found = _TOKEN_BEFORE.search(text, max(0, start - 24), start)
    token = found.group() if found else ""
    if following.islower() or "." in token or token.lower() in _TITLES:
        return False
    if token.lower() in _BEFORE_NUMBERS and following.isdigit():
        return False
    is_initial = len(token) == 1 and token.isupper()
    is_ordinal = token.isdigit() and len(token) <= 2
    return not (is_initial or is_ordinal)


def _first_end(text: str, boundaries: list[Boundary], start: int) -> int:
    near = [end for end, _ in boundaries if start + FIRST_MIN_CHARACTERS <= end <= start + FIRST_CHARACTERS]
    feeds = [end for end, strength in boundaries if strength == PARAGRAPH and end <= start + FIRST_CHARACTERS]
    if near or feeds:
        return min(near + feeds)
    sentence = next((end for end, strength in boundaries if strength >= SENTENCE), len(text))
    if sentence - start <= FIRST_SENTENCE_CHARACTERS:
        return sentence
    return between_words(text, start, start + FIRST_CHARACTERS)


def _next_end(text: str, boundaries: list[Boundary], start: int) -> int:
    limit = min(start + MAX_CHARACTERS, len(text))
    window = boundaries[bisect_right(boundaries, (start, PARAGRAPH)) : bisect_right(boundaries, (limit, PARAGRAPH))]
    feed = next((end for end, strength in window if strength == PARAGRAPH), None)
    sentences = [end for end, strength in window if strength >= SENTENCE and end <= (feed or limit)]
    long_enough = next((end for end in sentences if end - start >= WHOLE_CHARACTERS), None)
    if long_enough is not None:
        return long_enough
    if feed is not None or limit == len(text):
        return feed or limit
    if sentences:
        return sentences[-1]
    return window[-1][0] if window else between_words(text, start, limit)


def between_words(text: str, start: int, limit: int) -> int:
    """The end of the last word that ends before `limit`; `limit` itself where there is but one, if possible not
    within its digits or before a mark that belongs to a letter.
    """
    if limit >= len(text):
        return len(text)
    gap = max(text.rfind(" ", start + 1, limit), text.rfind("\n", start + 1, limit))
    if gap > 0:
        return gap + 1
    for end in range(limit, start + 1, -1):
        before, after = text[end - 1], text[end]
        if not (before in ".,:" or before.isdigit() or unicodedata.category(after)[0] == "M" or after in _JOINERS):
            return end
    return limit
