"""How finished what somebody says sounds, by its words alone: what may be an end in speech is an end of a phrase.

H. Sacks, E. Schegloff and G. Jefferson, "A simplest systematics for the organization of turn-taking", 1974: speakers
change where a unit is complete. A unit is not complete after a word that needs another one (the closed classes of the
grammars: conjunctions, articles, prepositions, possessives, auxiliaries), nor after "um" (H. Clark and J. Fox Tree,
"Using uh and um in spontaneous speaking", 2002). Transcribers leave punctuation out, or end whatever they hear with a
full stop: a mark counts less than the last word. Knows no sound: intonation says more, where there is a model for it.
"""

from collections.abc import Sequence

from freehold.voice.conversation.listening.backchannel import HUM, spoken_words
from freehold.voice.conversation.listening.grammars import FILLERS, GRAMMARS, Grammar

SURELY_FINISHED, SURELY_UNFINISHED = 0.9, 0.15
SHORTEST_WAIT_MS = 200
UNKNOWN = 0.65  # an ordinary last word, and no mark
FEW_WORDS = 0.5
DICTATED_DIGITS = 10  # a telephone number is most likely complete


def likely_finished(text: str, language: str = "") -> float:
    """How probably the turn ends with this text, 0 to 1. Without a known language it is taken from the words."""
    words = spoken_words(text)
    if not words:
        return FEW_WORDS
    grammar = GRAMMARS.get(language[:2].lower()) or _likeliest(words)
    is_question = text.rstrip().endswith("?")
    asks = is_question or words[0] in grammar.asking
    if tuple(words) in grammar.complete:
        return 0.95
    if words[-1] in FILLERS or (len(words) > 1 and HUM.fullmatch(words[-1])):
        return 0.1
    if words[-1] in grammar.open_words and not (
        words[-1] in grammar.stranded and asks and len(words) > (1 if is_question else 2)
    ):
        return 0.3 if words[-1] in grammar.stranded else 0.1
    if is_question:
        return 0.95
    if _is_dictated(words, grammar):
        return 0.3
    return _by_mark(text, words, grammar)


def wait_ms(text: str, language: str, longest_wait_ms: int) -> int:
    """How much silence ends a turn with this text: 200 ms if it is surely finished, the longest if surely not."""
    unsure = (SURELY_FINISHED - likely_finished(text, language)) / (SURELY_FINISHED - SURELY_UNFINISHED)
    shortest = min(SHORTEST_WAIT_MS, longest_wait_ms)
    if shortest <= 0:
        return 0
    return round(shortest * (longest_wait_ms / shortest) ** min(max(unsure, 0.0), 1.0))


def _likeliest(words: Sequence[str]) -> Grammar:
    """The language most of whose closed classes are there; English where none is."""

    def shared(grammar: Grammar) -> int:
        return sum(word in grammar.open_words or word in grammar.asking for word in words) + (
            2 * (tuple(words) in grammar.complete)
        )

    return max(GRAMMARS.values(), key=shared)


def _is_dictated(words: Sequence[str], grammar: Grammar) -> bool:
    """Whether it ends within a number or a spelled word: three or more single digits or letters, and not many."""
    count = 0
    for word in reversed(words):
        if not (word in grammar.numbers or (len(word) == 1 and word.isalnum())):
            break
        count += 1
    ending = len(words[-1]) if words[-1].isdigit() else 0
    return 3 <= count < DICTATED_DIGITS or (count <= 1 and 3 <= ending < DICTATED_DIGITS and ending != 4)


def _by_mark(text: str, words: Sequence[str], grammar: Grammar) -> float:
    """By what stands at the end, where the last word is an ordinary one."""
    end = text.rstrip()
    if end.endswith((",", "…", "...", "-", "–", ":", ";")):
        return SURELY_UNFINISHED
    if end.endswith((".", "!", "。", "！", "？")):
        return 0.9 if len(words) > 1 else 0.75
    if words[0] in grammar.asking and len(words) > 2:
        return 0.85
    return UNKNOWN if len(words) > 2 else FEW_WORDS
