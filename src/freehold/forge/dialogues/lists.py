"""Short lists, opposites, rhymes and counting."""

import random

from freehold.forge.corpus.facts import Facts
from freehold.forge.dialogues import Turn, dialogue, exchange, lines, pick, surface

_LISTS = {
    "days of the week": "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday and Sunday",
    "months": "January, February, March, April, May, June, July, August, September, October, November and December",
    "seasons": "spring, summer, autumn and winter",
    "colours": "red, orange, yellow, green, blue and violet",
    "planets": "Mercury, Venus, Earth, Mars, Jupiter, Saturn, Uranus and Neptune",
    "continents": "Africa, Antarctica, Asia, Australia, Europe, North America and South America",
    "fruits": "apple, banana, orange, pear, grape and cherry",
    "vegetables": "carrot, potato, onion, tomato, bean and cabbage",
    "animals": "dog, cat, horse, cow, sheep and lion",
    "birds": "robin, eagle, owl, duck, crow and swan",
    "senses": "sight, hearing, smell, taste and touch",
    "oceans": "Pacific, Atlantic, Indian, Arctic and Southern Ocean",
    "directions": "north, east, south and west",
    "vowels": "a, e, i, o and u",
    "instruments": "piano, guitar, violin, flute, drum and trumpet",
    "sports": "football, tennis, swimming, running, cycling and skiing",
    "metals": "iron, gold, silver, copper, tin and lead",
    "flowers": "rose, tulip, lily, daisy, violet and sunflower",
    "trees": "oak, pine, birch, maple, willow and apple tree",
    "shapes": "circle, square, triangle, rectangle, oval and star",
    "jobs": "teacher, doctor, farmer, cook, driver and baker",
    "clothes": "shirt, trousers, dress, coat, socks and shoes",
    "drinks": "water, tea, coffee, milk and juice",
    "parts of the body": "head, neck, arm, hand, leg and foot",
    "family members": "mother, father, sister, brother, grandmother and grandfather",
    "languages": "English, Spanish, Chinese, Hindi, Arabic and French",
    "vehicles": "car, bus, train, bicycle, ship and plane",
    "rooms": "kitchen, bathroom, bedroom, living room and hall",
    "letters of the alphabet": "a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y and z",
}
_COUNTS = {"days of the week": ("days has a week", "seven"), "months": ("months has a year", "twelve"),
           "seasons": ("seasons are there", "four"), "planets": ("planets are there", "eight"),
           "continents": ("continents are there", "seven"), "senses": ("senses do people have", "five"),
           "oceans": ("oceans are there", "five"), "vowels": ("vowels are there", "five"), "directions": ("directions are there", "four"),
           "letters of the alphabet": ("letters has the alphabet", "twenty-six")}  # fmt: skip
_ALL_ASKS = lines("""
    name the {what} / list the {what} / what are the {what} / {what} / {what} please / tell me the {what} / can you list the {what} / can you name the {what} / which {what} are there / give me a list of {what} / a list of {what}
    say the {what} / the {what} in order / which {what} do you know / list of {what} / do you know the {what} / i need a list of {what} / what {what} are there / write down the {what} / enumerate the {what} / i'd like a list of {what}
    make a list of the {what} / please list the {what} / recite the {what} / all {what} / could you list the {what} / all the {what} please
""")
_SOME_ASKS = lines("""
    name some {what} / list some {what} / give me some {what} / {what} / some {what} please / tell me some {what} / can you list some {what} / can you name a few {what} / which {what} do you know / give me a list of {what}
    a list of {what} / name five {what} / name three {what} / give me examples of {what} / make a list of {what} / please list some {what} / could you list some {what} / what {what} are there / what kinds of {what} are there / tell me names of {what}
    what {what} do you know / do you know any {what} / i need a list of {what} / write down some {what} / i'd like a list of {what} / list of {what} / list {what} / a few {what} / say some {what} / examples of {what} / mention some {what}
""")
_OPPOSITES = (
    "hot cold|big small|good bad|old new|young old|fast slow|high low|long short|happy sad|light dark|rich poor|open closed|early late|full empty|hard soft|strong weak|up down|left right|day night|black white|"
    "true false|wet dry|clean dirty|loud quiet|near far|cheap expensive|easy difficult|first last|inside outside|love hate|yes no|always never|begin end|buy sell|give take|push pull|win lose|friend enemy|thick thin|"
    "wide narrow|deep shallow|heavy light|sweet sour|sharp blunt|awake asleep|alive dead|brave afraid|polite rude|rough smooth|same different|start stop|north south|east west|question answer|summer winter|"
    "tall short|tight loose|public private|own rent|above below|before after|more less|on off|safe dangerous|war peace|warm cool|wise foolish"
)
_OPPOSITE_ASKS = lines("""
    what is the opposite of {word} / what's the opposite of {word} / opposite of {word} / the opposite of {word} / give me the opposite of {word} / what is the contrary of {word} / name the opposite of {word} / {word}, opposite / antonym of {word}
    which word is the opposite of {word} / tell me the opposite of {word} / do you know the opposite of {word} / opposite: {word} / the opposite of {word} is / what word means the opposite of {word} / find the opposite of {word} / not {word} but
""")
_OPPOSITE_NEXT = lines("and {word} / and of {word} / what about {word} / and the opposite of {word} / how about {word}")
_RHYMES = (
    "cat hat bat mat|dog fog log frog|house mouse|tree bee sea free|day way play say|night light right bright|moon soon spoon noon|star car far|sun run fun|rain train plain|book look cook hook|ball wall fall tall|ring king sing bring|"
    "boat coat goat|cake lake make snake|bed red head|rose nose close|fish dish wish|blue shoe true|gold old cold|heart start part|stone bone phone|time rhyme climb|bear chair hair|hill mill still|land hand sand|nest best rest|five dive alive"
)
_RHYME_ASKS = lines("""
    what rhymes with {word} / which word rhymes with {word} / a rhyme for {word} / rhyme with {word} / give me a rhyme for {word} / find a rhyme for {word} / words that rhyme with {word} / do you know a rhyme for {word} / {word} rhymes with
    tell me a word that rhymes with {word} / i need a rhyme for {word} / name something that rhymes with {word} / rhymes for {word}
""")
_COUNT_ASKS = lines("""
    count to {n} / count from {m} to {n} / can you count to {n} / please count to {n} / count up to {n} / count until {n} / can you count from {m} to {n} / numbers from {m} to {n} / list the numbers from {m} to {n} / say the numbers {m} to {n}
""")
_AFTER_DAYS = lines(
    "what comes after {x} / which {kind} comes after {x} / what is the {kind} after {x} / what {kind} follows {x} / {x} and then / after {x} comes / and after {x}"
)
_PAIRS = tuple(tuple(pair.split(" ")) for pair in _OPPOSITES.split("|"))
_SAME_SOUND = tuple(tuple(group.split(" ")) for group in _RHYMES.split("|"))


def _joined(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _list(rng: random.Random) -> list[Turn]:
    what, items = rng.choice(list(_LISTS.items()))
    if what in _COUNTS and rng.random() < 0.2:
        asked, number = _COUNTS[what]
        return exchange(surface(rng, f"how many {asked}"), f"There are {number} {what}: {items}.")
    spoken = what.replace("colours", rng.choice(("colours", "colors")))
    whole = what in _COUNTS
    question = pick(rng, _ALL_ASKS if whole else _SOME_ASKS, what=spoken)
    turns = exchange(surface(rng, question), f"{'The' if whole else 'Some'} {what}: {items}.")
    if rng.random() < 0.2:
        first = items.replace(" and ", ", ").split(", ")[0]
        asks = "which is the first / what is the first one / the first one again / and the first"
        turns += exchange(surface(rng, rng.choice(lines(asks))), f"The first one is {first}.")
    return turns


def _opposite(rng: random.Random) -> list[Turn]:
    turns: list[Turn] = []
    asks = _OPPOSITE_ASKS
    while not turns or (len(turns) < 6 and rng.random() < 0.3):
        word, other = rng.choice(_PAIRS) if rng.random() < 0.6 else reversed(rng.choice(_PAIRS[:40]))
        if (word, other) in (("old", "young"), ("light", "heavy"), ("short", "tall")):
            continue
        turns += exchange(surface(rng, pick(rng, asks, word=word), careful=True), f"The opposite of {word} is {other}.")
        asks = _OPPOSITE_NEXT
    return turns


def _rhyme(rng: random.Random) -> list[Turn]:
    word, *others = rng.sample(group := rng.choice(_SAME_SOUND), len(group))
    return exchange(
        surface(rng, pick(rng, _RHYME_ASKS, word=word), careful=True), f"{others[0].capitalize()} rhymes with {word}."
    )


def _count(rng: random.Random) -> list[Turn]:
    low, high = (1, rng.randint(3, 20)) if rng.random() < 0.7 else (low := rng.randint(2, 15), low + rng.randint(2, 8))
    asks = [ask for ask in _COUNT_ASKS if low == 1 or "{m}" in ask]
    question = pick(rng, asks, n=high, m=low)
    turns = exchange(surface(rng, question, careful=True), ", ".join(str(n) for n in range(low, high + 1)) + ".")
    if rng.random() < 0.25:
        asks = lines(
            "and backwards / now backwards / backwards please / count down / and in reverse / the other way round"
        )
        turns += exchange(surface(rng, rng.choice(asks)), ", ".join(str(n) for n in range(high, low - 1, -1)) + ".")
    return turns


def _next(rng: random.Random) -> list[Turn]:
    what, kind = rng.choice((("days of the week", "day"), ("months", "month"), ("seasons", "season")))
    items = _LISTS[what].replace(" and ", ", ").split(", ")
    place = rng.randrange(len(items))
    after = items[(place + 1) % len(items)]
    question = pick(rng, _AFTER_DAYS, x=items[place], kind=kind)
    return exchange(surface(rng, question, careful=True), f"After {items[place]} comes {after}.")


def _segment(rng: random.Random, facts: Facts) -> list[Turn]:
    """One kind of list."""
    return rng.choice((_list, _list, _opposite, _rhyme, _count, _next))(rng)


DIALOGUE = dialogue(3.2, _segment)
