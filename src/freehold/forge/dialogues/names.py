"""What the user tells about themselves, recalled some turns later in the same conversation."""

import random

from freehold.forge.corpus.facts import Facts
from freehold.forge.dialogues import Turn, dialogue, exchange, lines, one_exchange, pick, surface, words

NAMES = words(
    "Anna Ben Clara David Emma Felix Grace Henry Ida Jack Karen Leo Maria Nina Oscar Paul Quinn Rosa Sam Tom Uma Victor Wendy Xenia Yusuf Zoe Ali Bea Carlos Diana Elif Fatima George Hannah Ivan Julia Kofi Laura Mohamed Nora Olga Pedro Priya Ravi "
    "Sara Tariq Ursula Vera Will Yara Adam Bella Chen Daniel Ella Frank Gina Hugo Irene James Kate Liam Mia Noah Olivia Peter Rachel Simon Tina Alex Maya Lucas Sofia Amir Lena Max Eva Jonas Mona Erik Lisa Bob Alice Mark Lucy John Mary Mike Jane Steve Amy Kim Lee Omar "
    "Aisha Hiro Yuki Wei Mei Raj Anita Dmitri Katya Pablo Lucia Marco Giulia Pierre Chloe Hans Greta Lars Astrid Sean Fiona Ian Isla Kwame Ama Tunde Zainab Juan Carmen Jose Ines Andre Bianca Nikos Eleni Viktor Petra Tomas Jana Piotr Ewa Arthur Ruby Stella Theo"
)
_START = words("B Br C Ch D Dr F G H J K L M N P R S T Tr V W Z Sh Th")
_MIDDLE = words("a e i o u ai ee o a e")
_END = words("n l r s m nda lio ra ti ko na rik mor len vin to sha dy bel")
COLOURS = words("red blue green yellow orange purple pink black white brown grey gold silver violet turquoise")
CITIES = words(
    "London Paris Berlin Madrid Rome Vienna Oslo Lisbon Athens Dublin Prague Warsaw Cairo Lagos Nairobi Tokyo Delhi Mumbai Beijing Seoul Sydney Toronto Chicago Boston Lima Bogota Havana Hamburg Munich Lyon Porto Milan Zurich Geneva Krakow Istanbul Dubai Bangkok Hanoi Manila"
)
ANIMALS = words("dog cat horse elephant lion tiger rabbit owl dolphin fox bear penguin wolf turtle frog")
FOODS = words("pizza pasta rice soup bread cheese chocolate salad curry sushi fish apples bananas pancakes potatoes")
_TELL_NAME = lines("""
    my name is {x} / i am {x} / i'm {x} / call me {x} / you can call me {x} / this is {x} / hi, i'm {x} / hello, my name is {x} / hello i am {x} / hey, {x} here / my name's {x} / please call me {x} / they call me {x} / people call me {x}
    remember my name: {x} / remember my name is {x} / please remember that my name is {x} / name: {x} / i am called {x} / let me introduce myself: {x} / hi there, my name is {x} / my first name is {x} / it's {x} / by the way, i'm {x} / btw my name is {x}
    nice to meet you, i'm {x} / good morning, my name is {x} / you are talking to {x} / {x} is my name
    {x} here / it's me, {x} / me {x} / i go by {x} / i go by the name of {x} / everyone calls me {x} / my friends call me {x} / my parents named me {x} / my mates call me {x} / you may call me {x} / just call me {x} / feel free to call me {x} / the name's {x} / the name is {x}
    allow me to introduce myself, i am {x} / may i introduce myself: {x} / pleased to meet you, i am {x} / howdy, i'm {x} / yo, i'm {x} / hiya, {x} here / hi bot, my name is {x} / good evening, i'm {x} / good afternoon, i am {x} / before we start: my name is {x} / so you know, i'm {x} / fyi i'm {x}
    note my name: {x} / don't forget, my name is {x} / keep in mind that i'm {x} / save my name: {x} / i want you to call me {x} / i'd like to be called {x} / for the record, my name is {x} / my nickname is {x} / my given name is {x} / user name: {x} / you're chatting with {x} / you're speaking with {x} / it is {x} who writes to you / {x}, that's me
""")
_ASK_NAME = lines("""
    what is my name / what's my name / do you remember my name / do you know my name / who am i / what am i called / tell me my name / can you tell me my name / my name? / what was my name / do you still know my name / say my name / ~what my name is
    what name did i give you / how did i introduce myself / which name did i tell you / have you forgotten my name / and my name / so what's my name again / what did i say my name was / do you know who i am / did you forget my name / remember me
    name? mine i mean / what was i called again / what do they call me / by what name do i go / how am i called / how do you call me / who am i again / who is talking to you / who are you talking to / whom are you talking to / say who i am / still know who i am / still know my name / know my name / u remember my name / u know my name
    you know my name, right / you haven't forgotten my name, have you / test: what's my name / let's see if you remember my name / let's test your memory: my name / quick test, my name / i bet you forgot my name / i forgot my own name, what is it / what name did i tell you / i told you my name, what was it / i told you who i am, remember / how should you address me / address me by name / greet me by name / call me by my name / please recall my name / recall my name / repeat my name / my name was / which name is mine
""")
_UNKNOWN_NAME = lines("You have not told me your name yet.")
_KINDS: dict[str, tuple[tuple[str, ...], str]] = {
    "favourite colour": (tuple(COLOURS), "favo(u|u|)rite colo(u|u|)r"),
    "favourite city": (tuple(CITIES), "favo(u|u|)rite city"),
    "favourite animal": (tuple(ANIMALS), "favo(u|u|)rite animal"),
    "favourite food": (tuple(FOODS), "favo(u|u|)rite food"),
}
_TELL_THING = lines("""
    my @thing is {x} / remember that my @thing is {x} / please remember: my @thing is {x} / {x} is my @thing / i think my @thing is {x} / my @thing? {x}. / just so you know, my @thing is {x} / note that my @thing is {x} / my @thing has always been {x}
    i'll tell you my @thing: {x}
    of all, {x} is my @thing / keep in mind that my @thing is {x} / fyi my @thing is {x} / don't forget: my @thing is {x} / for the record, my @thing is {x} / my @thing would be {x} / since childhood my @thing is {x} / mine is {x}, my @thing i mean / i'd say my @thing is {x} / save this: my @thing is {x}
""")
_ASK_THING = lines("""
    what is my @thing / what's my @thing / do you remember my @thing / which is my @thing / what was my @thing / tell me my @thing / do you know my @thing / and my @thing / ~what my @thing is / my @thing? / what did i say my @thing was / do you still know my @thing
    have you forgotten my @thing / can you recall my @thing
    what did i tell you about my @thing / i told you my @thing, what was it / i bet you forgot my @thing / quick test: my @thing / still know my @thing / you know my @thing, right / repeat my @thing / name my @thing / remember my @thing / what @thing did i name / test: what's my @thing
""")
_TELL_CITY = lines(
    "i live in {x} / i am from {x} / i'm from {x} / my home is {x} / i come from {x} / my city is {x} / i live in {x} now / home for me is {x}"
)
_ASK_CITY = lines(
    "where do i live / where am i from / which city am i from / what is my city / do you remember where i live / what city do i live in / where is my home / do you know where i live / and where do i live"
)


def _name(rng: random.Random) -> str:
    if rng.random() < 0.7:
        return rng.choice(NAMES)
    return rng.choice(_START) + rng.choice(_MIDDLE) + rng.choice(_END)


def _between(rng: random.Random, facts: Facts) -> list[Turn]:
    turns: list[Turn] = []
    for _ in range(rng.choice((0, 0, 1, 1, 1, 2, 2))):
        turns += one_exchange(rng, facts)
    return turns


def _told(rng: random.Random) -> tuple[str, str, str, str]:
    """What is told and what is asked later, each with its answer."""
    chance = rng.random()
    if chance < 0.5:
        name = _name(rng)
        told = rng.choice((f"Nice to meet you, {name}!", f"Hello, {name}! How can I help you?"))
        return pick(rng, _TELL_NAME, x=name), told, pick(rng, _ASK_NAME), f"Your name is {name}."
    if chance < 0.65:
        city = rng.choice(CITIES)
        return (
            pick(rng, _TELL_CITY, x=city),
            f"I will remember: you live in {city}.",
            pick(rng, _ASK_CITY),
            f"You live in {city}.",
        )
    thing, (values, spoken) = rng.choice(list(_KINDS.items()))
    value = rng.choice(values)
    asks = (rng.choice(_TELL_THING).replace("@thing", spoken), rng.choice(_ASK_THING).replace("@thing", spoken))
    tell, ask = (pick(rng, (line,), x=value) for line in asks)
    return tell, f"I will remember: your {thing} is {value}.", ask, f"Your {thing} is {value}."


def _segment(rng: random.Random, facts: Facts) -> list[Turn]:
    """Something told and recalled zero to two exchanges later, or asked without having been told."""
    if rng.random() < 0.1:
        return exchange(surface(rng, pick(rng, _ASK_NAME)), rng.choice(_UNKNOWN_NAME))
    tell, told, ask, answer = _told(rng)
    turns = exchange(surface(rng, tell + ".", careful=True), told) + _between(rng, facts)
    return turns + exchange(surface(rng, ask), answer)


DIALOGUE = dialogue(3.4, _segment, once=True)
