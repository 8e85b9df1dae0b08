"""A question answered by copying the sentence of a short passage that answers it."""

import random

from freehold.forge.corpus.facts import Facts
from freehold.forge.dialogues import Turn, dialogue, exchange, fill, lines, surface, words
from freehold.forge.dialogues.names import ANIMALS, CITIES, COLOURS, FOODS, NAMES

_DAYS = words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
_THINGS = words(
    "boat car bicycle coat house bag book hat lamp chair door kite box cup phone table scarf tent drum clock"
)
_JOBS = words("teacher doctor farmer baker driver cook nurse painter gardener engineer pilot sailor judge tailor")
_ROOMS = words(
    "kitchen garden office library garage attic hall school station market museum harbour church cellar park"
)
_PARTS = words("pump door roof engine printer window heater bridge lift tower fence gate oven road wheel")
_MONTHS = words("January February March April May June July August September October November December")
_DEEDS = words("painted cleaned sold bought found built repaired opened closed moved broke washed designed borrowed")
# Each sentence and the questions that it answers.
_SENTENCES = {
    "{name} has a {colour} {thing}.": "what colour is {name}'s {thing} / which colour is the {thing} of {name} / what does {name} have",
    "{name} lives in {city}.": "where does {name} live / in which city does {name} live / what city does {name} live in",
    "{name} works as a {job}.": "what is {name}'s job / what does {name} work as / what does {name} do for a living",
    "The {thing} is in the {room}.": "where is the {thing} / in which place is the {thing} / where can i find the {thing}",
    "The meeting is on {day} at {hour} o'clock.": "when is the meeting / on which day is the meeting / at what time is the meeting",
    "The {part} was repaired on {day}.": "when was the {part} repaired / on which day was the {part} repaired",
    "{name} likes to eat {food}.": "what does {name} like to eat / which food does {name} like / what does {name} eat",
    "{name} bought {count} {animal}s at the market.": "how many {animal}s did {name} buy / what did {name} buy / where did {name} buy the {animal}s",
    "The ticket costs {count} euros.": "how much does the ticket cost / what is the price of the ticket / how many euros is the ticket",
    "The train to {city} leaves from platform {count}.": "from which platform does the train leave / where does the train go / what platform is the train to {city}",
    "{name} lost a {thing} in {city}.": "what did {name} lose / where did {name} lose the {thing} / who lost a {thing}",
    "The {animal} belongs to {name}.": "who owns the {animal} / to whom does the {animal} belong / whose is the {animal}",
    "{name} {deed} the {part} on {day}.": "who {deed} the {part} / what happened to the {part} on {day}",
    "The new office is in {city}.": "where is the new office / in which city is the new office / what is in {city}",
    "The shop opens at {hour} o'clock.": "when does the shop open / at what time does the shop open / what time does the shop open",
    "The password of the {room} is {code}.": "what is the password of the {room} / which password does the {room} have / tell me the password of the {room}",
    "{name} was born in {month} {year}.": "when was {name} born / in which year was {name} born / in which month was {name} born / what is the birthday of {name}",
    "The {room} is {count} metres long.": "how long is the {room} / what is the length of the {room} / how many metres is the {room}",
    "The {part} weighs {count} kilos.": "how heavy is the {part} / what does the {part} weigh / how much does the {part} weigh",
    "{name} and {other} are friends.": "who is {name}'s friend / who are friends / who is friends with {other}",
    "The key is under the {thing}.": "where is the key / under what is the key / where did they put the key",
    "The project {code} starts in {month}.": "when does the project start / when does {code} start / in which month does {code} start / what is the project called",
    "The company {code} was founded by {name}.": "who founded the company / who founded {code} / what company did {name} found",
    "The company {code} makes {thing}s.": "what does the company make / what does {code} make / which company makes {thing}s",
    "The {animal} sleeps in the {room}.": "where does the {animal} sleep / what sleeps in the {room} / who sleeps in the {room}",
    "{name} is {count} years old.": "how old is {name} / what is the age of {name} / what age is {name}",
    "The river near {city} is called {code}.": "what is the river called / what is the name of the river / which river is near {city}",
    "The winner of the race was {name}.": "who won the race / who was the winner / who was the winner of the race",
    "{name} travelled to {city} by {vehicle}.": "how did {name} travel / where did {name} travel / how did {name} get to {city} / who went to {city}",
    "The {thing} was a gift from {name}.": "who gave the {thing} / from whom was the {thing} / what was a gift from {name}",
    "The report must be ready by {day}.": "when must the report be ready / what is the deadline / by which day must the report be ready",
    "The {part} is made of {material}.": "what is the {part} made of / of what is the {part} made / which material is the {part}",
    "The soup contains {food} and salt.": "what is in the soup / what does the soup contain",
    "The library closes at {hour} in the evening.": "when does the library close / until when is the library open / at what time does the library close",
    "The contract was signed by {name} in {month}.": "who signed the contract / when was the contract signed / in which month was the contract signed",
    "{name}'s favourite colour is {colour}.": "what is {name}'s favourite colour / which colour does {name} like best / what colour does {name} like",
    "There are {count} children in the class of {name}.": "how many children are in the class / how many children has {name}'s class / whose class is it",
    "The {animal} is called {code}.": "what is the {animal} called / what is the name of the {animal} / what is the {animal}'s name",
    "Because of the {weather}, the {room} was closed.": "why was the {room} closed / what was closed / what was the reason that the {room} was closed",
    "{name} called {other} on {day} about the {thing}.": "who called {other} / when did {name} call / what was the call about / whom did {name} call",
    "The server uses port {port}.": "which port does the server use / what is the port of the server / what port is it in the text",
    "The machine in the {room} costs {count} euros a day.": "how much does the machine cost / what does the machine cost a day / where is the machine",
}  # fmt: skip
_FORMS = lines("""
    Passage: {text} Question: {ask}
    Passage: {text} Question: {ask}
    Passage: {text} {ask}
    passage: {text} {ask}
    Read this: {text} {ask}
    {text} {ask}
    Here is a text: {text} {ask}
    Text: {text} Question: {ask}
    {ask} Passage: {text}
    Answer from the passage. Passage: {text} Question: {ask}
    Answer the question from this passage: {text} {ask}
    Use the passage to answer. {text} Question: {ask}
    Context: {text} Question: {ask}
    I read this: {text} Now my question: {ask}
    Please answer from this text: "{text}" {ask}
    "{text}" {ask}
""")
_NEXT = lines(
    "{ask} / and {ask} / ok, {ask} / from the same passage: {ask} / and in that text, {ask} / next question: {ask}"
)


def _slots(rng: random.Random) -> dict[str, str]:
    name, other = rng.sample(NAMES, 2)
    chosen = {
        "city": CITIES, "colour": COLOURS, "animal": ANIMALS[:9], "food": FOODS, "day": _DAYS, "thing": _THINGS, "job": _JOBS,
        "room": _ROOMS, "part": _PARTS, "month": _MONTHS, "deed": _DEEDS, "vehicle": ("train", "bus", "ship", "car", "plane"),
        "material": ("wood", "iron", "glass", "stone", "steel", "gold"), "weather": ("rain", "snow", "storm", "heat", "fog"),
    }  # fmt: skip
    made_up = "".join(rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in range(rng.randint(2, 3)))
    return {slot: rng.choice(values) for slot, values in chosen.items()} | {
        "name": name, "other": other, "code": made_up.capitalize(), "count": str(rng.randint(2, 60)),
        "hour": str(rng.randint(1, 12)), "year": str(rng.randint(1900, 2020)), "port": str(rng.randint(1000, 9999)),
    }  # fmt: skip


def _segment(rng: random.Random, facts: Facts) -> list[Turn]:
    """A passage of two to four sentences, and one or two questions about it."""
    pairs: list[tuple[str, str]] = []
    for sentence in rng.sample(tuple(_SENTENCES), rng.randint(2, 4)):
        slots = _slots(rng)
        ask = fill(rng, rng.choice(lines(_SENTENCES[sentence])), **slots)
        pairs.append((fill(rng, sentence, **slots), ask))
    text = " ".join(sentence for sentence, _ in pairs)
    (answer, ask), (other_answer, other_ask), *_ = rng.sample(pairs, len(pairs))
    question = rng.choice(_FORMS).replace("{text}", text).replace("{ask}", surface(rng, ask, careful=True))
    turns = exchange(question, answer)
    if rng.random() < 0.35:
        follow = surface(rng, rng.choice(_NEXT).replace("{ask}", other_ask), careful=True)
        turns += exchange(follow, other_answer)
    return turns


DIALOGUE = dialogue(3.4, _segment)
