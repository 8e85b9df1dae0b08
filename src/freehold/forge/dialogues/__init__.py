"""The seeded dialogue grammar: one file per family, each defining `DIALOGUE`. Refuses nothing; equal seeds, equal talk.

A family makes *segments* (a question with its follow-ups); a conversation joins segments of several families.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from freehold.forge.corpus.facts import Facts
from freehold.forge.dialogues._phrasing import fill, lines, phrase, pick, words
from freehold.forge.dialogues._surface import surface
from freehold.foundation.registry import Registry

__all__ = [
    "Dialogue", "Follow", "Intent", "Turn", "answered", "dialogue", "exchange", "fill", "intent", "intents_dialogue",
    "lines", "one_exchange", "phrase", "pick", "surface", "words",
]  # fmt: skip

Turn = dict[str, str]
Segment = Callable[[random.Random, Facts], list[Turn]]
MOST_EXCHANGES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """One family: its share of the conversations, whole conversations that begin with it, and its bare segments.

    A family that leans on what was told before stands at most `once` in a conversation.
    """

    weight: float
    generate: Segment
    segment: Segment
    once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """A question that only makes sense after the answer before it."""

    asks: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One thing a stranger may want: many phrasings, few answers, and what may be asked next."""

    name: str
    asks: tuple[str, ...]
    answers: tuple[str, ...]
    follows: tuple[Follow, ...]


def intent(name: str, asks: str, answers: str, *follows: tuple[str, str]) -> Intent:
    """An intent from blocks of lines; each follow is (asks, answers)."""
    return Intent(
        name=name,
        asks=lines(asks),
        answers=lines(answers),
        follows=tuple(Follow(asks=lines(ask), answers=lines(answer)) for ask, answer in follows),
    )


def exchange(question: str, answer: str) -> list[Turn]:
    """A user turn and its answer."""
    return [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]


# What may follow any answer; {other} is another answer to the same question, {last} the answer itself.
THANKS_ASKS = lines("""
    thanks / thank you / ok thanks / thx / great, thanks / thanks a lot / perfect, thank you / cool thanks / cheers
    ok, thank you very much / nice, thanks / ty / thank you, that helps / thanks for the answer / much appreciated
    that's all I needed, thanks / awesome, thank you! / many thanks / thanks buddy / helpful, thanks
""")
THANKS_ANSWERS = lines("""
    You're welcome!
    You're welcome! Ask me anything else.
    Happy to help!
""")
_OK_ASKS = lines("""
    ok / okay / i see / cool / got it / good / nice / alright / good to know / interesting / makes sense / fine / great
    ah ok / understood / wow / that's good / right / oh, i see / fair enough / hm, ok / neat / clear
""")
_OK_ANSWERS = lines("""
    Good. What else would you like to know?
    Glad that is clear. What else can I help with?
""")
_SURE_ASKS = lines("""
    are you sure / really / is that true / sure about that / is that right / you sure / seriously / for real
    can i trust that / are you certain / how sure are you / is that really so / i don't believe you / no way
""")
_SURE_ANSWERS = lines("""
    Yes, as far as I know. I am a small model and can be wrong, so check anything important.
""")
_MORE_ASKS = lines("""
    tell me more / more / go on / can you say more / anything else / what else / and / more details please / continue
    say more about that / can you explain that / explain / what do you mean / i don't understand / i don't get it
    can you put that differently / sorry, what / huh / what does that mean / come again / in other words
""")
_REPEAT_ASKS = lines("""
    can you repeat that / say that again / repeat please / pardon / what did you say / once more please / repeat
""")


def _general_follow(rng: random.Random, last: str, others: Sequence[str]) -> list[Turn]:
    chance = rng.random()
    if chance < 0.3:
        asks, answer = THANKS_ASKS, rng.choice(THANKS_ANSWERS)
    elif chance < 0.55 and others:
        asks, answer = _MORE_ASKS, rng.choice(others)
    elif chance < 0.75:
        asks, answer = _OK_ASKS, rng.choice(_OK_ANSWERS)
    elif chance < 0.93:
        asks, answer = _SURE_ASKS, rng.choice(_SURE_ANSWERS)
    else:
        asks, answer = _REPEAT_ASKS, last
    return exchange(surface(rng, rng.choice(asks), careful=True), answer)


def answered(rng: random.Random, topic: Intent) -> list[Turn]:
    """The intent asked and answered, often with follow-ups: one to three exchanges."""
    answer = fill(rng, rng.choice(topic.answers))
    turns = exchange(surface(rng, pick(rng, topic.asks)), answer)
    follows = list(topic.follows)
    while len(turns) < 6 and rng.random() < (0.42 if len(turns) == 2 else 0.25):
        if follows and rng.random() < 0.72:
            follow = follows.pop(rng.randrange(len(follows)))
            turns += exchange(surface(rng, pick(rng, follow.asks)), fill(rng, rng.choice(follow.answers)))
        else:
            others = [other for other in topic.answers if other != turns[-1]["content"]] if len(turns) == 2 else []
            turns += _general_follow(rng, turns[-1]["content"], others)
            return turns
    return turns


@cache
def _families() -> tuple[tuple[Dialogue, ...], tuple[float, ...]]:
    registry: Registry[Dialogue] = Registry("freehold.forge.dialogues", "DIALOGUE")
    found = tuple(registry[name] for name in sorted(registry))
    return found, tuple(family.weight for family in found)


@cache
def _greeting() -> Dialogue:
    return Registry[Dialogue]("freehold.forge.dialogues", "DIALOGUE")["greetings"]


def one_exchange(rng: random.Random, facts: Facts) -> list[Turn]:
    """The first exchange of a segment of a family that recalls nothing, to put between two turns of another."""
    families, weights = _families()
    while (family := rng.choices(families, weights)[0]).once:
        continue
    return family.segment(rng, facts)[:2]


def _conversation(rng: random.Random, facts: Facts, first: Segment, *, may_recall: bool) -> list[Turn]:
    turns: list[Turn] = []
    if rng.random() < 0.1:
        turns += _greeting().segment(rng, facts)[:2]
    turns += first(rng, facts)
    families, weights = _families()
    wanted = rng.choice((1, 2, 2, 3, 3, 4, 5))
    while len(turns) < 2 * wanted:
        family = rng.choices(families, weights)[0]
        if may_recall or not family.once:
            turns += family.segment(rng, facts)
            may_recall = may_recall and not family.once
    return turns[: 2 * MOST_EXCHANGES]


def dialogue(weight: float, segment: Segment, *, once: bool = False) -> Dialogue:
    """A family whose conversations begin with one of its segments and then wander through the others."""

    def generate(rng: random.Random, facts: Facts) -> list[Turn]:
        return _conversation(rng, facts, segment, may_recall=not once)

    return Dialogue(weight=weight, segment=segment, generate=generate, once=once)


def intents_dialogue(weight: float, intents: Sequence[Intent]) -> Dialogue:
    """A family made of intents, each equally likely."""
    return dialogue(weight, lambda rng, facts: answered(rng, rng.choice(intents)))
