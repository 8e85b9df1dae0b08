"""Capitals, continents and highest points, answered from the given facts."""

import random
import re

from freehold.forge.corpus.facts import Facts
from freehold.forge.dialogues import Turn, dialogue, exchange, lines, pick, surface

_ASKS = {
    "capital": lines("""
        what is the capital of {country} / what's the capital of {country} / capital of {country} / the capital of {country} / {country} capital / ~what the capital of {country} is / name the capital of {country}
        which city is the capital of {country} / what is {country}'s capital / capital city of {country} / do you know the capital of {country} / #the capital of {country} / what is the capital city of {country}
        tell me {country}'s capital / {country}, what is its capital / where does the government of {country} sit / quiz: capital of {country} / i forgot the capital of {country} / the capital of {country} is
    """),
    "continent": lines("""
        on which continent is {country} / which continent is {country} on / where is {country} / in which part of the world is {country} / where does {country} lie / what continent is {country} in / ~where {country} is / {country}, where is that
        is {country} in europe or asia / continent of {country} / where on earth is {country} / where in the world is {country} / where can i find {country} / which continent does {country} belong to
    """),
    "highest point": lines("""
        what is the highest point of {country} / what's the highest mountain in {country} / highest point of {country} / highest mountain of {country} / which is the highest mountain in {country} / ~what the highest point of {country} is
        where is {country} highest / tallest mountain in {country} / name the highest point of {country} / how is the highest mountain of {country} called
    """),
}
_ANSWERS = {
    "capital": "The capital of {country} is {value}.",
    "continent": "{country} is in {value}.",
    "highest point": "The highest point of {country} is {value}.",
}
_NEXT = lines(
    "and {country} / what about {country} / and of {country} / how about {country} / and for {country} / now {country} / and {country}?"
)
_BACK = lines(
    "{value} is the capital of which country / which country has the capital {value} / of which country is {value} the capital / {value}, capital of what / where is {value}"
)
_WITH_ARTICLE = re.compile(
    r"United |Netherlands|Philippines|Czech Republic|Maldives|Bahamas|Gambia|Congo|.*(?:Islands|Republic|Emirates)$"
)


def _named(country: str) -> str:
    """The country as it stands inside a sentence: the factbook writes "Bahamas, The"."""
    plain, comma, rest = country.partition(", ")
    plain = f"{rest} {plain}" if comma and rest != "The" else plain
    return f"the {plain}" if _WITH_ARTICLE.match(plain) else plain


def _answer(field: str, country: str, value: str) -> str:
    text = _ANSWERS.get(field, "The {field} of {country} is {value}.")
    if re.search(r"(?:Islands|Philippines|Maldives|Bahamas|Emirates|States|Netherlands)$", country):
        text = text.replace("{country} is in", "{country} are in")
    filled = text.replace("{field}", field).replace("{country}", _named(country)).replace("{value}", value)
    return filled[0].upper() + filled[1:].replace("..", ".")


def _segment(rng: random.Random, facts: Facts) -> list[Turn]:
    """A fact about a country, sometimes the same of another, or asked backwards."""
    country, field, value = rng.choice(facts.places)
    if field == "capital" and rng.random() < 0.12:
        question = pick(rng, _BACK, value=value)
        return exchange(surface(rng, question, careful=True), f"{value} is the capital of {_named(country)}.")
    asks = _ASKS.get(field, ("what is the {field} of {country}",))
    question = pick(rng, asks, country=_named(country), field=field)
    turns = exchange(surface(rng, question, careful=rng.random() < 0.8), _answer(field, country, value))
    if rng.random() < 0.3:
        other, other_field, other_value = rng.choice(facts.places)
        if other_field == field:
            question = pick(rng, _NEXT, country=_named(other))
            turns += exchange(surface(rng, question, careful=True), _answer(field, other, other_value))
    return turns


DIALOGUE = dialogue(3.0, _segment)
