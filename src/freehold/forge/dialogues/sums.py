"""Small sums, right by construction: plus, minus and times."""

import random

from freehold.forge.corpus.facts import Facts
from freehold.forge.dialogues import Turn, dialogue, exchange, lines, pick, surface, words

_WORDS = words("zero one two three four five six seven eight nine ten eleven twelve")
_SIGNS = {
    "+": ("+", "plus", "and", "added to"),
    "-": ("-", "minus", "−", "take away"),
    "*": ("*", "times", "x", "×", "multiplied by"),
}
_SHOWN = {"+": "+", "-": "−", "*": "×"}
_ASKS = lines("""
    what is {sum} / what's {sum} / {sum} / {sum} = / {sum}=? / how much is {sum} / calculate {sum} / can you calculate {sum} / what does {sum} make / {sum} is / tell me {sum} / what do you get for {sum} / compute {sum}
    please calculate {sum} / solve {sum} / how much does {sum} make / what is the result of {sum} / do you know what {sum} is / quick: {sum} / ~what {sum} is / math question: {sum} / {sum} makes / {sum} equals what / work out {sum}
    my homework: {sum} / i need {sum} / give me {sum} / what would {sum} be / {sum}, please
""")
_STORIES = {
    "+": lines("""
        I have {a} apples and get {b} more. How many do I have / {a} birds sit on a tree and {b} more come. How many are there / Tom has {a} coins and Ann has {b}. How many together
        there are {a} cups and {b} plates. how many things is that / add {a} and {b} / the sum of {a} and {b} / what is the sum of {a} and {b}
    """),
    "-": lines("""
        I have {a} apples and eat {b}. How many are left / {a} birds sit on a tree and {b} fly away. How many stay / I had {a} coins and lost {b}. How many do I still have / subtract {b} from {a}
        the difference between {a} and {b} / {a} less {b}
    """),
    "*": lines("""
        {a} boxes with {b} apples each. How many apples / I buy {a} bags with {b} eggs each. How many eggs / multiply {a} by {b} / the product of {a} and {b} / {a} children have {b} books each. how many books
    """),
}
_NEXT = {"+": lines("and plus {b} / now add {b} / add {b} / plus {b} / and {b} more / + {b}"),
         "-": lines("now minus {b} / and minus {b} / take away {b} / subtract {b} / less {b} / - {b}")}  # fmt: skip


def _numbers(rng: random.Random, sign: str) -> tuple[int, int]:
    if sign == "*":
        return rng.randint(0, 10), rng.randint(0, 10)
    top = rng.choice((10, 10, 20, 20, 50))
    a, b = rng.randint(0, top), rng.randint(0, min(top, 20))
    return (max(a, b), min(a, b)) if sign == "-" else (a, b)


def result(a: int, sign: str, b: int) -> int:
    """The right result of the sum."""
    return {"+": a + b, "-": a - b, "*": a * b}[sign]


def _answer(a: int, sign: str, b: int) -> str:
    return f"{a} {_SHOWN[sign]} {b} = {result(a, sign, b)}."


def _written(rng: random.Random, a: int, sign: str, b: int) -> str:
    if a <= 12 and b <= 12 and rng.random() < 0.2:
        return f"{_WORDS[a]} {rng.choice(_SIGNS[sign][1:2])} {_WORDS[b]}"
    shown = rng.choice(_SIGNS[sign])
    gap = " " if len(shown) > 1 or rng.random() < 0.6 else ""
    return f"{a}{gap}{shown}{gap}{b}"


def _segment(rng: random.Random, facts: Facts) -> list[Turn]:
    """A sum, sometimes continued with its result or followed by another."""
    sign = rng.choice("+++--**")
    a, b = _numbers(rng, sign)
    if rng.random() < 0.2:
        question = pick(rng, _STORIES[sign], a=a, b=b)
    else:
        question = pick(rng, _ASKS, sum=_written(rng, a, sign, b))
    turns = exchange(surface(rng, question, careful=True), _answer(a, sign, b))
    while len(turns) < 6 and rng.random() < 0.3:
        a = result(a, sign, b)
        sign, b = rng.choice("+-"), rng.randint(1, 9)
        if a > 40 or (sign == "-" and b > a):
            break
        turns += exchange(surface(rng, pick(rng, _NEXT[sign], b=b), careful=True), _answer(a, sign, b))
    return turns


DIALOGUE = dialogue(3.2, _segment)
