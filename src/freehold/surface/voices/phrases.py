"""The words by which somebody lends their voice, by language, and whether somebody has said them.

Any deviation fails but in case, punctuation and spacing, which nobody hears. The words are such as the built-in
transcriber tells apart; "this computer" is the one that the voice stays on.
"""

import unicodedata
from collections.abc import Mapping

from freehold.contracts.errors import ConsentPhraseMismatch, InvalidRequest

PHRASES: Mapping[str, str] = {
    "de": "Das ist meine eigene Stimme, und ich bin damit einverstanden, dass dieser Computer mit ihr spricht.",
    "en": "This is my own voice and I agree that this computer may speak with it.",
    "es": "Esta es mi propia voz y estoy de acuerdo con que este ordenador hable con ella.",
    "fr": "C'est ma propre voix et j'accepte que cet ordinateur parle avec elle.",
    "it": "Questa è la mia voce e accetto che questo computer parli con essa.",
    "nl": "Dit is mijn eigen stem en ik vind het goed dat deze computer ermee spreekt.",
    "pl": "To jest mój własny głos i zgadzam się, żeby ten komputer nim mówił.",
    "pt": "Esta é a minha própria voz e aceito que este computador fale com ela.",
}
MAX_TOLD_CHARACTERS = 300


def primary(language: str) -> str:
    """The language of a BCP 47 tag, without its region: de of de-AT."""
    return language.replace("_", "-").partition("-")[0].lower()


def phrase_for(language: str) -> str:
    """The phrase in a language. Raises `InvalidRequest` for one that has none."""
    phrase = PHRASES.get(primary(language))
    if phrase is None:
        hint = f"There are phrases in {', '.join(PHRASES)}."
        raise InvalidRequest(f"There is no phrase of consent in '{language[:50]}'.", param="language", hint=hint)
    return phrase


def refuse_other_words(heard: str, phrase: str) -> None:
    """Raise `ConsentPhraseMismatch`, with what was heard, unless it is the phrase."""
    if _words(heard) != _words(phrase):
        said = f'"{heard.strip()[:MAX_TOLD_CHARACTERS]}"' if heard.strip() else "no words"
        text = f'The recording does not say the phrase. Heard: {said}. Wanted: "{phrase}"'
        hint = "Record exactly these words, close to the microphone and without noise."
        raise ConsentPhraseMismatch(text, param="recording", hint=hint)


def _words(text: str) -> list[str]:
    """The words, without case and without all that is neither letter, digit nor accent."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign if sign.isalnum() or unicodedata.combining(sign) else " " for sign in plain).split()
