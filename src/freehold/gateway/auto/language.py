"""The language of a text, guessed: by its script, and for Latin letters by counting frequent short words.

Good enough to prefer a model that knows the language; no identification of names, code or mixed texts. Refuses nothing:
what it cannot tell is `UNDETERMINED`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping

UNDETERMINED = "und"  # ISO 639-2
READ_CHARACTERS = 400
SAMPLED_LETTERS = 64

_BEYOND_LATIN = re.compile("[^\\W\\d_\u0000-\u024f\u1e00-\u1eff]")
_LATIN_WORD = re.compile("[a-z\u00df-\u024f\u1e00-\u1eff]+")
_SCRIPTS: Mapping[str, str] = {
    "CJK": "zh",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "CYRILLIC": "ru",
    "ARABIC": "ar",
    "GREEK": "el",
    "HEBREW": "he",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "THAI": "th",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
}
# Letters that the script's commonest language does not have.
_LETTERS: Mapping[str, tuple[str, frozenset[str]]] = {
    "ru": ("uk", frozenset("іїєґ")),
    "ar": ("fa", frozenset("پچژگ")),
}
_FREQUENT: Mapping[str, str] = {
    "en": "the of and to is in that it for you with this what how are i my can do does please write on not be have an",
    "de": "der die das und ist ich nicht ein eine einen wie was mit für auf zu den dem von im es mir bitte kann wir "
    "auch sind schreibe schreib oder wenn hat über warum welche aus zum",
    "fr": "le la les des et est un une je il que qui dans pour pas du en sur avec ce mon ma comment quel quelle où "
    "pourquoi au ça écris sont nous vous plus qu",
    "es": "el los las y es un una que en por para con no se del lo mi cómo qué cuál dónde cuándo al como está escribe "
    "quién son más su por cuánto hay sobre",
    "it": "il lo gli di e è un una che in per con non si del della le mi come cosa qual quale dove quando perché sono "
    "scrivi al dei delle più chi ho nel",
    "pt": "o os as e é um uma que em para com não se do da dos das no na meu minha como qual onde quando por são você "
    "escreva ao mais quem à pelo sobre",
    "nl": "de het een en is van ik niet dat die in op te met voor zijn hoe wat mijn je kan aan er ook schrijf waarom",
    "pl": "i w nie na się jest to z do co jak jaki że czy po dla o napisz mój proszę dlaczego od przez są",
    "tr": "ve bir bu ne nasıl için ile mi da de çok benim neden olarak var değil yaz kadar",
    "sv": "och att det är en ett jag inte som på för med hur vad kan du av till min skriv varför den har",
}
_LANGUAGES_OF: Mapping[str, tuple[str, ...]] = {
    word: tuple(language for language, words in _FREQUENT.items() if word in words.split())
    for word in {word for words in _FREQUENT.values() for word in words.split()}
}


def guess_language(text: str) -> str:
    """An ISO 639-1 code, or `UNDETERMINED`. Reads the first `READ_CHARACTERS` only."""
    head = text[:READ_CHARACTERS].lower()
    words = _LATIN_WORD.findall(head)
    beyond = [] if head.isascii() else _BEYOND_LATIN.findall(head)
    return _by_script(beyond) if len(beyond) > len(words) else _by_words(words)


def _by_script(letters: list[str]) -> str:
    scripts = Counter(unicodedata.name(letter, "").partition(" ")[0] for letter in letters[:SAMPLED_LETTERS])
    # Japanese is written with Chinese characters, too; nobody else writes kana.
    kana = scripts["HIRAGANA"] + scripts["KATAKANA"]
    language = "ja" if kana else _SCRIPTS.get(scripts.most_common(1)[0][0], UNDETERMINED)
    other, marks = _LETTERS.get(language, (language, frozenset[str]()))
    return other if marks.intersection(letters) else language


def _by_words(words: list[str]) -> str:
    hits = Counter(language for word in words for language in _LANGUAGES_OF.get(word, ()))
    if not hits:
        return UNDETERMINED
    most = max(hits.values())
    return next(language for language in _FREQUENT if hits[language] == most)
