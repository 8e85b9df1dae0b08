"""How people really type: casing, punctuation, fillers, abbreviations and slips. Changes no meaning."""

import random
import re

_BEFORE = (
    "hey, ",
    "hey ",
    "hi, ",
    "hi ",
    "hello, ",
    "hello! ",
    "hi there, ",
    "ok so ",
    "ok, ",
    "okay, ",
    "hmm, ",
    "hmm ",
    "btw, ",
    "by the way, ",
    "so, ",
    "so ",
    "so ",
    "sorry, ",
    "um, ",
    "well, ",
    "quick question: ",
    "and ",
    "excuse me, ",
    "one question: ",
    "now ",
    "another thing: ",
    "also, ",
    "wait, ",
    "yo ",
    "good morning, ",
    "hey there! ",
    "but ",
    "just curious, ",
    "one more thing, ",
    "oh, ",
    "alright, ",
    "silly question, but ",
    "dumb question: ",
    "next: ",
    "i'm new here. ",
    "i have a question. ",
    "please, ",
    "hi bot, ",
    "listen, ",
    "ah ok. ",
    "thanks. ",
    "got it. ",
)
_AFTER = (
    " please",
    ", please",
    " thanks",
    ", thanks",
    " then",
    " exactly",
    " again",
    " btw",
    " by the way",
    " anyway",
    " really",
    " now",
    " actually",
    " :)",
    " lol",
    ", do you know",
    " i wonder",
    ", i'm just curious",
    " 🙂",
    " pls",
    ", can you tell me",
    " though",
    " right now",
    " in short",
    ", be honest",
    ", my friend",
)
_SHORT = {
    "you": "u",
    "your": "ur",
    "are": "r",
    "please": "pls",
    "thanks": "thx",
    "you're": "ur",
    "because": "cuz",
    "people": "ppl",
    "want to": "wanna",
    "about": "abt",
}
_TYPOS = {
    "what": ("waht", "wat", "whta"),
    "the": ("teh", "th"),
    "your": ("yuor", "youre", "yor"),
    "you": ("yuo", "yu"),
    "are": ("aer", "ar"),
    "how": ("hwo", "ho"),
    "does": ("dose", "deos"),
    "can": ("cna", "cann"),
    "is": ("si",),
    "start": ("strat",),
    "who": ("woh",),
    "where": ("wher", "were"),
    "have": ("hav", "ahve"),
    "Freehold": ("Freehodl", "Frehold", "Free hold", "Freeehold"),
    "freehold": ("freehodl", "frehold"),
    "which": ("wich",),
    "key": ("kye",),
    "model": ("modle", "modal"),
    "server": ("sever", "servr"),
    "really": ("realy",),
    "tell": ("tel",),
    "about": ("abuot", "abut"),
    "think": ("thnik",),
    "know": ("knwo", "now"),
    "and": ("adn",),
    "with": ("wiht",),
    "name": ("nmae",),
    "address": ("adress",),
    "weather": ("wether",),
    "do": ("od",),
    "please": ("plese", "plz"),
    "answer": ("anser",),
    "language": ("langauge",),
    "because": ("becuase",),
    "understand": ("understnad",),
}
_EXPANDED = (
    ("what is ", "what's "),
    ("who is ", "who's "),
    ("where is ", "where's "),
    ("i am ", "i'm "),
    ("do not ", "don't "),
    ("is not ", "isn't "),
    ("how is ", "how's "),
    ("i would ", "i'd "),
    ("can not ", "can't "),
    ("cannot ", "can't "),
)
_ASKING = re.compile(
    r"(?:(?:and|so|but|or|ok|then|in|on|at|to|by|of|from|for|which|hi|hello|hey|well)[, ]+)*"
    r"(?:what|who|whom|whose|why|when|where|which|how|is|are|am|was|were|do|does|did|can|could|will|would|should|shall|"
    r"may|might|must|have|has|had|any|isn't|aren't|don't|doesn't|can't|won't|couldn't|what's|who's|where's|how's|when's|"
    r"why's|whats|got)\b",
    re.IGNORECASE,
)
_SAYING = re.compile(
    r"(?:i|i'm|i've|i'd|i'll|my|you|you're|it|it's|that|that's|this|the answer|thank|thanks|thx|ty|ok|okay|haha|lol|"
    r"sorry|please|tell|explain|help|show|give|say|let|let's|write|make|call|he|she|nobody|everything|hi|hello|hey|good|"
    r"remember|name|list|count|define|bye|goodbye|great|cool|nice|perfect|no|yes|forget|ignore|just|he|she|they|we|our|there|"
    r"nice|awesome|see|stop|start|draw|translate|read|not|translate|import|oh|ah|never)\b",
    re.IGNORECASE,
)
_GREETED = re.compile(
    r"(?:hi|hello|hey|good|ok|okay|and|so|but|sorry|thank|thanks|bye|oh|no|yes|well)\b", re.IGNORECASE
)
_PRONOUN = re.compile(r"\bi\b(?=['’ ,.?!]|$)")


def surface(rng: random.Random, text: str, *, careful: bool = False) -> str:
    """The text as somebody might type it; `careful` keeps every word whole (names, numbers, commands)."""
    marks = _marks(text)
    if rng.random() < 0.3:
        text = _contracted(text)
    if not careful:
        text = _with_extras(rng, text)
        if rng.random() < 0.08:
            text = _slipped(rng, text)
        if rng.random() < 0.08:
            text = _abbreviated(text)
    return _punctuated(rng, _cased(rng, text), marks)


def _marks(text: str) -> tuple[str, ...]:
    """The marks that may end the text: a question, a statement or a mere phrase ends differently."""
    if _ASKING.match(text):
        return ("?", "?", "?", "?", "?", "?", "?", "", "", "", "", "??", " ?", "?!", ".")
    if _SAYING.match(text):
        return (".", ".", ".", "", "", "", "", "", "!", "..")
    return ("?", "?", "?", "?", "", "", "", "", "", ".")


def _with_extras(rng: random.Random, text: str) -> str:
    chance = rng.random()
    if len(text) < 9 or _GREETED.match(text):
        return text
    if chance < 0.17:
        return rng.choice(_BEFORE) + text
    if chance < 0.24 and text[-1].isalpha() and _ASKING.match(text):
        return text + rng.choice(_AFTER)
    return text


def _contracted(text: str) -> str:
    for full, short in _EXPANDED:
        if full in text:
            return text.replace(full, short)
    return text


def _slipped(rng: random.Random, text: str) -> str:
    words = text.split(" ")
    known = [place for place, word in enumerate(words) if word in _TYPOS]
    if known and rng.random() < 0.6:
        place = rng.choice(known)
        words[place] = rng.choice(_TYPOS[words[place]])
        return " ".join(words)
    long = [place for place, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if long:
        place = rng.choice(long)
        word, at = words[place], rng.randrange(1, len(words[place]) - 1)
        slips = (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
        words[place] = rng.choice(slips)
    return " ".join(words)


def _abbreviated(text: str) -> str:
    padded = f" {text} "
    for word, short in _SHORT.items():
        padded = padded.replace(f" {word} ", f" {short} ")
    return padded.strip()


def _cased(rng: random.Random, text: str) -> str:
    chance = rng.random()
    if chance < 0.4:
        return text.lower()
    if chance < 0.42 and len(text) < 60:
        return text.upper()
    text = _PRONOUN.sub("I", text)
    return text[0].upper() + text[1:] if chance < 0.95 else text


def _punctuated(rng: random.Random, text: str, marks: tuple[str, ...]) -> str:
    if rng.random() < 0.25:
        text = text.replace("'", "")
    if text[-1] in ".!":
        return text if rng.random() < 0.7 else text[:-1]
    if not (text[-1].isalnum() or text[-1] in ")\"'"):
        return text
    return text + rng.choice(marks)
