"""Phrasing templates: `(a|b|)` picks one alternative, `{x}` is a slot, and a leading mark wraps a line in a frame.

Marks: `~` an embedded clause ("~how old you are"), `#` a noun phrase ("#your age"), `^` what somebody wants to do
("^stop the server"), `&` what somebody wants the model to do ("&write a poem"). `@` stands for the product's name.
Refuses nested parentheses: they are not parsed.
"""

import random
import re
from collections.abc import Sequence
from functools import cache

PRODUCT = "(Freehold|Freehold|Freehold|it|this)"
FRAMES = {
    "~": tuple(
        f"{frame} "
        for frame in (
            "tell me",
            "please tell me",
            "can you tell me",
            "could you tell me",
            "could you please tell me",
            "do you know",
            "i want to know",
            "i'd like to know",
            "i would like to know",
            "i was wondering",
            "i wonder",
            "any idea",
            "explain",
            "i'm curious",
            "would you mind telling me",
            "can i ask",
            "may i ask",
            "i don't know",
            "remind me",
            "i need to know",
            "do you happen to know",
            "just tell me",
            "say",
            "can you explain",
            "i am trying to find out",
            "could you let me know",
            "you haven't told me",
            "what i want to know is",
            "are you able to tell me",
            "i forgot",
        )
    ),
    "#": (
        "",
        "",
        "",
        "",
        "",
        "",
        "what about ",
        "how about ",
        "tell me about ",
        "tell me more about ",
        "and ",
        "question about ",
        "i have a question about ",
        "info on ",
        "can you tell me about ",
        "explain ",
        "i want to know about ",
        "can you say something about ",
        "what can you tell me about ",
        "about ",
        "could you tell me about ",
        "please explain ",
        "let's talk about ",
        "i'd like to hear about ",
        "what should i know about ",
        "i am asking about ",
        "give me some information about ",
    ),
    "^": (
        "how do i ",
        "how do i ",
        "how do i ",
        "how to ",
        "how to ",
        "how can i ",
        "how can i ",
        "how do you ",
        "i want to ",
        "i need to ",
        "i'd like to ",
        "what is the command to ",
        "is there a way to ",
        "can i ",
        "can you show me how to ",
        "show me how to ",
        "help me ",
        "what do i type to ",
        "how would i ",
        "tell me how to ",
        "is it possible to ",
        "please help me ",
        "i am trying to ",
        "any way to ",
        "how should i ",
        "what do i have to do to ",
        "what's the best way to ",
        "do you know how to ",
        "could you explain how to ",
        "how does one ",
        "what is the right way to ",
        "where do i go to ",
        "i don't know how to ",
        "can we ",
        "how are people supposed to ",
        "what are the steps to ",
    ),
    "&": (
        "can you ",
        "can you ",
        "can you ",
        "are you able to ",
        "could you ",
        "do you know how to ",
        "will you ",
        "is it possible for you to ",
        "would you ",
        "i want you to ",
        "i need you to ",
        "please ",
        "can you please ",
        "could you please ",
        "can u ",
        "i'd like you to ",
        "do you ever ",
        "i wonder if you can ",
        "",
        "",
        "would you be able to ",
        "are you smart enough to ",
        "tell me if you can ",
        "you can't ",
    ),
}
_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")


def lines(block: str | Sequence[str]) -> tuple[str, ...]:
    """The phrasings of a block: one a line, or several on a line parted by " / "."""
    if not isinstance(block, str):
        return tuple(block)
    parts = (part.strip() for line in block.splitlines() for part in line.split(" / "))
    return tuple(part for part in parts if part)


def words(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


@cache
def _parts(template: str) -> tuple[str | tuple[str, ...], ...]:
    pieces = _CHOICE.split(template.replace("@", PRODUCT))
    return tuple(tuple(piece.split("|")) if place % 2 else piece for place, piece in enumerate(pieces))


def fill(rng: random.Random, template: str, **slots: object) -> str:
    """The template with its alternatives chosen and its slots filled."""
    text = "".join(part if isinstance(part, str) else rng.choice(part) for part in _parts(template))
    for name, value in slots.items():
        text = text.replace("{" + name + "}", str(value))
    return text.strip() if "  " not in text else " ".join(text.split())


def phrase(rng: random.Random, template: str, **slots: object) -> str:
    """One phrasing: the line in a frame that suits its mark, with alternatives and slots filled."""
    mark = template[0]
    if mark in FRAMES:
        return fill(rng, rng.choice(FRAMES[mark]) + template[1:], **slots)
    return fill(rng, template, **slots)


def pick(rng: random.Random, block: Sequence[str], **slots: object) -> str:
    """One line of the block, phrased; a marked line is likelier, for it covers many wordings."""
    line = rng.choice(block)
    if line[0] not in FRAMES and rng.random() < 0.35:
        line = rng.choice(block)
    return phrase(rng, line, **slots)
