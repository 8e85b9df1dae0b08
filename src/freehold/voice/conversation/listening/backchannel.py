"""Whether somebody only shows that they listen: "yeah", "mhm", "ja genau", "d'accord". By words alone, no model.

The words are continuers and assessments: E. Schegloff, "Discourse as an interactional achievement", 1982; V. Yngve, "On
getting a word in edgewise", 1970. A whole utterance must consist of them. Refuses what may want the turn: a "no" or
"wait" in any of the languages, and "um", which announces more (H. Clark and J. Fox Tree, 2002).
"""

import re
import unicodedata

MAX_WORDS = 4

SIGNALS = {
    "en": """yeah|yea|yep|yup|yes|ya|okay|ok|o k|right|alright|all right|sure|of course|i see|i know|i understand
        |got it|gotcha|exactly|absolutely|definitely|true|indeed|that's right|that's true|nice|cool|great|good
        |very good|wow|really|makes sense|that makes sense|fair enough|go on|go ahead|uh huh|uh hum|um hum|mm hm
        |mm hmm|perfect""",
    "de": """ja|jaja|jo|jep|genau|okay|klar|na klar|alles klar|ist klar|richtig|stimmt|das stimmt|gut|sehr gut
        |na gut|ach so|achso|ach ja|ach|aha|verstehe|ich verstehe|eben|natürlich|in ordnung|super|toll|prima
        |wirklich|ach wirklich|echt|so so|weiter|ganz genau|jawohl""",
    "es": """sí|ya|vale|claro|claro que sí|exacto|exactamente|de acuerdo|bueno|bien|muy bien|ya veo|entiendo
        |ya entiendo|ajá|eso|eso es|así es|cierto|verdad|es verdad|perfecto|okey|correcto|por supuesto|sigue|siga
        |genial""",
    "fr": """oui|ouais|mouais|d'accord|okay|ok|c'est ça|exactement|exact|bien sûr|je vois|je comprends|voilà
        |ah bon|tout à fait|c'est vrai|vrai|bon|bien|très bien|compris|en effet|parfait|vas y|allez y|continuez
        |absolument|super""",
    "it": """sì|già|certo|ma certo|esatto|esattamente|d'accordo|va bene|bene|molto bene|ho capito|capito|capisco
        |giusto|vero|è vero|ecco|perfetto|appunto|infatti|okay|avanti|bello""",
    "pt": """sim|pois|pois é|pois sim|claro|certo|exato|exatamente|tá|tá bom|tá bem|está bem|está bom|beleza
        |entendi|sei|isso|isso mesmo|com certeza|é verdade|verdade|perfeito|de acordo|bom|muito bem|uhum|aham
        |ótimo""",
    "nl": """ja|jaja|jep|oké|okee|precies|klopt|dat klopt|goed|is goed|heel goed|prima|juist|inderdaad
        |ik snap het|snap ik|ik begrijp het|zeker|natuurlijk|o ja|oh ja|ah zo|echt|echt waar|mooi|tuurlijk|ga door""",
    "pl": """tak|okej|dobrze|dobra|jasne|rozumiem|racja|zgadza się|dokładnie|pewnie|oczywiście|świetnie|właśnie
        |prawda|to prawda|serio|super|aha|ok""",
}

HUM = re.compile(r"m+(?:h+m+)*h*|h+m+|a+h+(?:a+h*)?|o+h+|u+h+[uh]*[hm]+|a+ha+m")
DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
WORD = re.compile(r"\w+(?:'\w+)*")
APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "‘": "'", "`": "'"})
LETTERS = str.maketrans({"ł": "l", "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe"})


def spoken_words(text: str) -> list[str]:
    """The words of a transcript in lower case, without marks and accents, which transcribers put as they like."""
    decomposed = unicodedata.normalize("NFKD", text.translate(APOSTROPHES).casefold().translate(LETTERS))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return WORD.findall(DRAWN_OUT.sub(r"\1", plain))


def phrases(lines: str) -> frozenset[tuple[str, ...]]:
    """Phrases of a text with bars between them."""
    return frozenset(tuple(spoken_words(phrase)) for phrase in lines.split("|"))


_SIGNALS = frozenset[tuple[str, ...]]().union(*(phrases(lines) for lines in SIGNALS.values()))
_LONGEST = max(map(len, _SIGNALS))


def is_backchannel(text: str) -> bool:
    """Whether all of it is a listener's signals, in whatever language; nothing at all is none."""
    words = spoken_words(text)
    return 0 < len(words) <= MAX_WORDS and _are_signals(words)


def _are_signals(words: list[str]) -> bool:
    if not words:
        return True
    if HUM.fullmatch(words[0]) and _are_signals(words[1:]):
        return True
    starts = range(1, min(len(words), _LONGEST) + 1)
    return any(tuple(words[:length]) in _SIGNALS and _are_signals(words[length:]) for length in starts)
