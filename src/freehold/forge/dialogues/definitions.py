"""The meaning of a common word, answered from the given facts."""

import random

from freehold.forge.corpus.facts import Facts
from freehold.forge.dialogues import Turn, dialogue, exchange, lines, pick, surface, words

_NOUN_ASKS = lines("""
    what is {a} / what's {a} / what is {a} exactly / what are {many} / explain what {a} is / tell me what {a} is / ~what {a} is / do you know what {a} is / describe {a}
    what do people mean by {a} / i don't know what {a} is / my son asked me what {a} is / what sort of thing is {a} / so what is {a}
""")
_ANY_ASKS = lines("""
    what does {word} mean / what does "{word}" mean / what does the word {word} mean / define {word} / define the word {word} / meaning of {word} / the meaning of {word} / definition of {word} / {word} meaning / what is the meaning of {word}
    what is the definition of {word} / what's the definition of {word} / give me a definition of {word} / explain {word} / explain the word {word} / can you explain {word} / what is meant by {word} / {word}? / {word} definition / i don't know the word {word}
    can you define {word} / could you define {word} for me / please define {word} / ~what {word} means / ~what the word {word} means / look up {word} / the word {word}, what does it mean / what do you understand by {word} / and {word} / what about {word}
    i don't understand the word {word} / how would you define {word} / tell me the meaning of {word} / in a text i found the word {word}. what does it mean / {word} = / dictionary: {word} / do you know the word {word} / say what {word} means
""")
_NEXT_ASKS = lines("""
    and {word} / what about {word} / and what is {word} / and what does {word} mean / how about {word} / next: {word} / now {word} / and the word {word} / also {word} / and define {word}
""")
_SPELL_ASKS = lines("""
    what kind of word is that / is that a noun / which part of speech is it / noun or verb / what part of speech / is it a verb
""")


# Nouns without a plural: no article before them.
_MASS = frozenset(
    words(
        "bread coffee tea milk water rice sugar salt butter cheese honey meat sand snow ice rain music money furniture gold "
        "silver iron wood paper glass juice soup wine beer oil smoke air weather news luck love hope fear anger peace poetry "
        "art science history information knowledge electricity energy health time work sleep hair wool cotton leather plastic "
        "metal rubber lightning thunder fog wind grass corn wheat flour chocolate"
    )
)
_UNHEARD = (
    ("br", "gl", "kr", "pl", "sn", "tw", "v", "z", "qu", "dr"),
    ("a", "e", "i", "o", "u"),
    ("mbl", "rv", "zz", "pt", "nd", "x", "lg"),
    ("ic", "ine", "ol", "ent", "ive", "ock", "um"),
)


def _counted(word: str, part: str, text: str) -> bool:
    """Whether the word takes an article."""
    return part == "noun" and text.split(" ")[0] in ("a", "an", "one") and word not in _MASS


def _article(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


def _question(rng: random.Random, word: str, part: str, text: str) -> str:
    if _counted(word, part, text) and rng.random() < 0.5:
        plural = word + "es" if word.endswith(("s", "x", "ch", "sh")) else word + "s"
        if word.endswith("y") and word[-2] not in "aeiou":
            plural = word[:-1] + "ies"
        return surface(rng, pick(rng, _NOUN_ASKS, a=_article(word), many=plural), careful=rng.random() < 0.8)
    return surface(rng, pick(rng, _ANY_ASKS, word=word), careful=rng.random() < 0.8)


def _answer(word: str, part: str, text: str) -> str:
    if word in _MASS:
        return f"{word.capitalize()} is {text}."
    if _counted(word, part, text):
        return f"{_article(word).capitalize()} is {text}."
    if part == "verb":
        verb = text if text.startswith("to ") else f"to {text}"
        return f"To {word} means {verb}."
    return f"{word.capitalize()} means: {text}."


def _segment(rng: random.Random, facts: Facts) -> list[Turn]:
    """A word defined, sometimes with its part of speech or a next word."""
    if rng.random() < 0.08:
        word = "".join(rng.choice(sounds) for sounds in _UNHEARD)
        return exchange(surface(rng, pick(rng, _ANY_ASKS, word=word), careful=True), f"I do not know the word {word}.")
    word, part, text = rng.choice(facts.definitions)
    turns = exchange(_question(rng, word, part, text), _answer(word, part, text))
    chance = rng.random()
    if chance < 0.15:
        turns += exchange(surface(rng, rng.choice(_SPELL_ASKS)), f"The word {word} is used as {_article(part)} here.")
    elif chance < 0.4:
        word, part, text = rng.choice(facts.definitions)
        turns += exchange(surface(rng, pick(rng, _NEXT_ASKS, word=word), careful=True), _answer(word, part, text))
    return turns


DIALOGUE = dialogue(5.0, _segment)
