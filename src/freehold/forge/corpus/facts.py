"""What the dialogue grammar may state: short definitions and facts about countries that do not date."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from freehold.forge.corpus.everyday import DEFINITIONS, PLACES
from freehold.forge.corpus.overlap import words
from freehold.forge.corpus.records import records

FACTS_FILE = "facts.jsonl.zst"
DEFINITIONS_KEPT = 900
LONGEST_DEFINITION = 72
LONGEST_PLACE = 30
# Rarer words are unlikely to be asked for; the most frequent are function words, which a dictionary explains badly.
FAMILIAR = range(2, 300)

ENTRY = re.compile(r"^([a-z]{3,12}) \((noun|verb|adjective)\): ([^.]+)\.")
UNSUITABLE = re.compile(
    r"\(|;|informal|slang|offensive|sexual|genitals|drug|derog|\bGod\b|prostitut|kill|genus|skin rich"
)
# Plurals and participles: the dictionary holds only a rare meaning of them.
INFLECTED = re.compile(r"(ed|ing|[^s]s)$")
CONTINENTS = {
    "Africa": "Africa",
    "Asia": "Asia",
    "Central America and the Caribbean": "North America",
    "Europe": "Europe",
    "Middle East": "Asia",
    "North America": "North America",
    "Oceania": "Oceania",
    "South America": "South America",
    "Southeast Asia": "Asia",
}
HIGHEST = re.compile(r"highest point: ([^\d;,(]+?) ?(?:\([^)]*\) )?[\d,]+ ?m?\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`definitions` are (word, part of speech, definition); `places` are (country, field, value).

    Fields: capital, continent, highest point.
    """

    definitions: tuple[tuple[str, str, str], ...]
    places: tuple[tuple[str, str, str], ...]


def _definitions(facts_file: Path, familiar: Counter[str]) -> Iterator[tuple[str, str, str]]:
    """Short entries of familiar words with one sense only, the most familiar first.

    A word with several senses is left to the everyday list: the file does not say which one is meant.
    """
    senses: dict[str, list[tuple[str, str]]] = {}
    for document in records(facts_file, "wn/"):
        match = ENTRY.match(document.text)
        if match:
            senses.setdefault(match[1], []).append((match[2], match[3]))
    everyday = {word for word, _, _ in DEFINITIONS}
    singular = (word for word in senses if not INFLECTED.search(word))
    for word in sorted(singular, key=lambda word: (-familiar[word], word)):
        part, text = senses[word][0]
        fitting = len(text.split()) > 2 and len(text) <= LONGEST_DEFINITION and not UNSUITABLE.search(text)
        if len(senses[word]) == 1 and fitting and familiar[word] in FAMILIAR and word not in everyday:
            yield word, part, text


def _place(text: str) -> tuple[str, str, str] | None:
    """One factbook line as a fact, or None for a field that is not kept."""
    country, _, rest = text.partition(". ")
    field, _, value = rest.partition(": ")
    if field == "Capital" and value.startswith("name: "):
        capital = re.split(r"[;(,]", value.removeprefix("name: "))[0].strip()
        return (country, "capital", capital) if capital and "none" not in capital else None
    if field == "Map references":
        continent = CONTINENTS.get(value.rstrip("."))
        return (country, "continent", continent) if continent else None
    match = HIGHEST.search(value) if field == "Elevation" else None
    suitable = match and "unnamed" not in match[1] and len(match[1]) <= LONGEST_PLACE
    return (country, "highest point", match[1].strip()) if match and suitable else None


def _familiar(corpus: Path) -> Counter[str]:
    """How often each word stands in the stories."""
    counts: Counter[str] = Counter()
    for document in records(corpus / "stories.jsonl.zst"):
        counts.update(words(document.text))
    return counts


def read_facts(corpus: Path | None) -> Facts:
    """The facts of a corpus folder after the everyday ones; only the everyday ones without a folder."""
    if corpus is None:
        return Facts(definitions=DEFINITIONS, places=PLACES)
    found = list(_definitions(corpus / FACTS_FILE, _familiar(corpus)))
    everyday = {(country, field) for country, field, _ in PLACES}
    lines = (_place(document.text) for document in records(corpus / FACTS_FILE, "factbook/"))
    places = [place for place in lines if place and place[:2] not in everyday]
    return Facts(definitions=DEFINITIONS + tuple(found[:DEFINITIONS_KEPT]), places=PLACES + tuple(places))
