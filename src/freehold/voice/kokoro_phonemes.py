"""espeak-ng's phonemes as Kokoro was taught them, and cut to what it takes at once.

Kokoro-82M v1.0 learnt from misaki (https://github.com/hexgrad/misaki), whose `misaki/espeak.py` says how espeak-ng's
IPA becomes its alphabet: one letter for a diphthong or an affricate, and no length in American English. For Japanese
and Chinese misaki has rules of its own, which espeak-ng only comes near to.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from freehold.voice.espeak_pool import PhonemeClause

MAX_TOKENS = 510
TIE = "\u0361"
SYLLABIC = "\u0329"

# The letters of a voice's language (its name's first) with espeak-ng's voice and the BCP 47 tag.
LANGUAGES = {
    "a": ("gmw/en-US", "en-US"),
    "b": ("gmw/en", "en-GB"),
    "e": ("roa/es", "es"),
    "f": ("roa/fr", "fr-FR"),
    "h": ("inc/hi", "hi"),
    "i": ("roa/it", "it"),
    "j": ("jpx/ja", "ja"),
    "p": ("roa/pt-BR", "pt-BR"),
    "z": ("sit/cmn", "zh"),
}

DIPHTHONGS = {
    f"a{TIE}ɪ": "I",
    f"a{TIE}ʊ": "W",
    f"e{TIE}ɪ": "A",
    f"ɔ{TIE}ɪ": "Y",
    f"o{TIE}ʊ": "O",
    f"ə{TIE}ʊ": "Q",
    f"d{TIE}ʒ": "ʤ",
    f"t{TIE}ʃ": "ʧ",
    f"d{TIE}z": "ʣ",
    f"t{TIE}s": "ʦ",
}
ENGLISH = {
    f"ə{TIE}l": "ᵊl",
    "ʔˌn\u0329": "tᵊn",
    "ʔn": "tᵊn",
    "ʔ": "t",
    "ɚ": "əɹ",
    "ɐ": "ə",
    "r": "ɹ",
    "x": "k",
    "ç": "k",
    "ɬ": "l",
    "ʲ": "",
    "\u0303": "",
}
AMERICAN = {"ɜːɹ": "ɜɹ", "ɜː": "ɜɹ", "ɪə": "iə", "ɾ": "T", "ː": ""}
BRITISH = {f"e{TIE}ə": "ɛː", "iə": "ɪə"}

MARKS = str.maketrans("，。！？；：、", ",.!?;:,")


def kokoro_text(clauses: Sequence[PhonemeClause], letter: str) -> str:
    """One line in Kokoro's alphabet. `letter` is that of the voice's language."""
    parts = [_in_alphabet(clause.ipa, letter) + clause.mark.translate(MARKS) for clause in clauses]
    return " ".join(parts)


def _in_alphabet(ipa: str, letter: str) -> str:
    text = _replaced(ipa, DIPHTHONGS)
    if letter in "ab":
        text = _replaced(text, ENGLISH)
        text = re.sub(rf"(\S){SYLLABIC}", r"ᵊ\1", text)
        text = _replaced(text, AMERICAN if letter == "a" else BRITISH)
    return text.replace(TIE, "").replace(SYLLABIC, "").replace("-", "")


def _replaced(text: str, changes: Mapping[str, str]) -> str:
    for old, new in changes.items():
        text = text.replace(old, new)
    return text


def token_runs(text: str, vocabulary: Mapping[str, int]) -> Iterator[list[int]]:
    """Token ids in runs of at most `MAX_TOKENS`, cut after a mark, else at a space. Unknown letters are left out."""
    known = "".join(letter for letter in text if letter in vocabulary).strip()
    while known:
        cut = len(known) if len(known) <= MAX_TOKENS else _cut(known[:MAX_TOKENS])
        run, known = known[:cut].strip(), known[cut:].strip()
        if run:
            yield [vocabulary[letter] for letter in run]


def _cut(text: str) -> int:
    for marks in (".!?…", ";:,—", " "):
        if (last := _last(text, marks)) > 0:
            return last + 1
    return len(text)


def _last(text: str, marks: Iterable[str]) -> int:
    return max(text.rfind(mark) for mark in marks)
