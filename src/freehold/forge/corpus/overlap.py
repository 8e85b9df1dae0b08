"""Whether two texts share phrasing: digests of word five-grams. Knows no files of prompts, only text and digests."""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from freehold.contracts.errors import SetupError

WORDS_PER_GRAM = 5
WORD = re.compile(r"[a-z0-9']+")

# Five-grams of the hand-written evaluation prompts, as digests: data code keeps them out without ever reading one.
EXCLUDED_DIGESTS = Path(__file__).parent / "excluded_digests.txt"


def words(text: str) -> list[str]:
    """Lower-case runs of letters, digits and apostrophes."""
    return WORD.findall(text.lower())


def digests(text: str) -> set[str]:
    """One 8-byte BLAKE2 digest (hex) for each run of five words; none for a shorter text."""
    found = words(text)
    grams = (" ".join(found[at : at + WORDS_PER_GRAM]) for at in range(len(found) - WORDS_PER_GRAM + 1))
    return {hashlib.blake2b(gram.encode(), digest_size=8).hexdigest() for gram in grams}


def write_digests(texts: Iterable[str], path: Path) -> int:
    """Write the sorted digests of all texts, one a line; returns how many."""
    found: set[str] = set()
    for text in texts:
        found |= digests(text)
    path.write_text("".join(f"{digest}\n" for digest in sorted(found)))
    return len(found)


def read_digests(path: Path) -> frozenset[str]:
    """The digests of a file that `write_digests` wrote."""
    try:
        return frozenset(path.read_text().split())
    except OSError as error:
        raise SetupError(f"Cannot read {path}: {error.strerror}.", hint="Write it: freehold train digests.") from error
