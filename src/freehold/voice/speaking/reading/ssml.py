"""The part of SSML 1.1 that is spoken (W3C, https://www.w3.org/TR/speech-synthesis11/).

speak p s break prosody emphasis say-as sub lang. Where prosody or language changes, a clause of its own begins. What is
not known is refused by name and never passed over: other elements (`voice` among them: the request names the voice),
other attributes, document types, and with them entities.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from xml.parsers import expat

from freehold.contracts.errors import InvalidRequest
from freehold.voice.speaking.reading.emotions import combine
from freehold.voice.speaking.reading.passage import Passage, Span
from freehold.voice.synthesizer import Prosody

MAX_DEPTH = 32
MAX_PAUSE_SECONDS = 10.0
MAX_SILENCE_SECONDS = 60.0
PARAGRAPH_SECONDS = 0.3

ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "speak": frozenset({"version", "xmlns", "xml:lang", "xmlns:xsi", "xsi:schemaLocation"}),
    "p": frozenset({"xml:lang"}),
    "s": frozenset({"xml:lang"}),
    "lang": frozenset({"xml:lang"}),
    "break": frozenset({"time", "strength"}),
    "prosody": frozenset({"rate", "pitch", "range", "volume"}),
    "emphasis": frozenset({"level"}),
    "say-as": frozenset({"interpret-as", "format", "detail"}),
    "sub": frozenset({"alias"}),
}
PAUSES = {"none": 0.0, "x-weak": 0.1, "weak": 0.25, "medium": 0.5, "strong": 0.8, "x-strong": 1.2}
RATES = {"x-slow": 0.5, "slow": 0.75, "medium": 1.0, "fast": 1.35, "x-fast": 1.75, "default": 1.0}
PITCHES = {"x-low": -7.0, "low": -3.5, "medium": 0.0, "high": 3.5, "x-high": 7.0, "default": 0.0}
RANGES = {"x-low": 0.4, "low": 0.7, "medium": 1.0, "high": 1.4, "x-high": 1.8, "default": 1.0}
VOLUMES = {"silent": -96.0, "x-soft": -12.0, "soft": -6.0, "medium": 0.0, "loud": 4.0, "x-loud": 8.0, "default": 0.0}
EMPHASES = {
    "strong": Prosody(speed=0.9, pitch=1.0, range=1.3, volume=3.0),
    "moderate": Prosody(speed=0.95, pitch=0.5, range=1.15, volume=1.5),
    "none": Prosody(),
    "reduced": Prosody(speed=1.05, range=0.85, volume=-2.0),
}
SPELLED = frozenset({"characters", "spell-out", "digits"})

_TIME = re.compile(r"\+?(\d{1,6}(?:\.\d{1,6})?)(ms|s)")
_NUMBER = re.compile(r"([+-]?)(\d{1,6}(?:\.\d{1,6})?)(%|st|dB)?")


def is_ssml(text: str) -> bool:
    """Whether the input claims to be a document: it begins with `<speak` or an XML declaration."""
    return re.match(r"\s*(?:<\?xml\b|<speak\b)", text) is not None


def read_ssml(text: str) -> list[Span]:
    """What the document says, in order. Raises `InvalidRequest` naming what cannot be spoken."""
    lead = len(text) - len(text.lstrip())
    reader = _Reader(text, lead)
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = False  # so that each piece of text has its own place
    reader.byte_index = lambda: parser.CurrentByteIndex
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(reader.document, True)
    except expat.ExpatError as error:
        message = f"input begins as SSML but is not well formed: {error}."
        raise _refused(message, hint="Escape & and < as &amp; and &lt;, or leave <speak> out.") from error
    return reader.finish()


def _refused(message: str, *, hint: str = "") -> InvalidRequest:
    return InvalidRequest(message, param="input", hint=hint)


def _refuse_doctype(*_: object) -> None:
    raise _refused("SSML with a document type is not read.", hint="Leave <!DOCTYPE …> out.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """How the text of an element is said. `alias` stands for it all, `spelled` letter by letter."""

    name: str
    prosody: Prosody = Prosody()
    language: str | None = None
    alias: str | None = None
    spelled: bool = False


class _Reader:
    """Collects spans while the parser walks the document."""

    def __init__(self, text: str, lead: int) -> None:
        self.document = text[lead:].encode()
        self.byte_index: Callable[[], int] = lambda: 0
        self._lead = lead
        self._stack: list[_Frame] = []
        self._spans: list[Span] = []
        self._characters: list[str] = []
        self._offsets: list[int] = []
        self._pause_seconds = 0.0
        self._silence_seconds = 0.0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._refuse_unknown(name, attributes)
        outer = self._stack[-1] if self._stack else _Frame(name="")
        frame = replace(outer, name=name, language=attributes.get("xml:lang", outer.language))
        if name == "prosody":
            frame = replace(frame, prosody=combine(outer.prosody, _prosody(attributes)))
        elif name == "emphasis":
            level = _one_of(EMPHASES, attributes.get("level", "moderate"), "emphasis")
            frame = replace(frame, prosody=combine(outer.prosody, level))
        elif name == "say-as":
            frame = replace(frame, spelled=attributes.get("interpret-as") in SPELLED)
        elif name == "sub":
            self._say(attributes.get("alias", ""), self._place())
            frame = replace(frame, alias=attributes.get("alias", ""))
        elif name == "break":
            self._pause(_pause_seconds(attributes))
        if name in ("p", "s") or (frame.prosody, frame.language) != (outer.prosody, outer.language):
            self._cut()
        self._stack.append(frame)

    def end(self, name: str) -> None:
        """An element ends."""
        frame = self._stack[-1]
        outer = self._stack[-2] if len(self._stack) > 1 else frame
        if name in ("p", "s") or (frame.prosody, frame.language) != (outer.prosody, outer.language):
            self._cut()
        self._stack.pop()
        if name == "p":
            self._pause(PARAGRAPH_SECONDS)

    def characters(self, data: str) -> None:
        """Text, or one entity of it."""
        frame, at = self._stack[-1], self._place()
        if frame.alias is not None:
            return
        if not frame.spelled:
            self._characters.extend(data)
            self._offsets.extend(range(at, at + len(data)))
            return
        for number, character in enumerate(data):
            if not character.isspace():
                self._say(f" {character.upper() if character.isalpha() else character}", at + number)

    def finish(self) -> list[Span]:
        """All spans; a last one without text holds the silence at the end."""
        self._cut()
        if self._pause_seconds:
            self._spans.append(Span(passage=Passage(text="", offsets=()), pause_seconds=self._pause_seconds))
        return self._spans

    def _refuse_unknown(self, name: str, attributes: Mapping[str, str]) -> None:
        if name not in ATTRIBUTES:
            hint = "Name the voice in the request." if name == "voice" else f"Known: {', '.join(ATTRIBUTES)}."
            raise _refused(f"SSML's <{name}> is not spoken here.", hint=hint)
        if (name == "speak") == bool(self._stack):
            raise _refused("An SSML document is one <speak> element.")
        unknown = sorted(attributes.keys() - ATTRIBUTES[name])
        if unknown:
            raise _refused(f"<{name}> has no '{unknown[0]}' here.", hint="Leave it out.")
        if len(self._stack) >= MAX_DEPTH:
            raise _refused(f"SSML is nested over {MAX_DEPTH} deep.")

    def _place(self) -> int:
        """Where in the input the parser stands, in characters."""
        return self._lead + len(self.document[: self.byte_index()].decode(errors="ignore"))

    def _say(self, text: str, at: int) -> None:
        self._characters.extend(text)
        self._offsets.extend([at] * len(text))

    def _pause(self, seconds: float) -> None:
        if seconds <= 0:
            return
        self._cut()
        self._pause_seconds += seconds
        self._silence_seconds += seconds
        if self._silence_seconds > MAX_SILENCE_SECONDS:
            raise _refused(f"SSML's breaks are over {MAX_SILENCE_SECONDS:g} seconds together.")

    def _cut(self) -> None:
        """End the span; what comes is said in another way, or after a pause."""
        text = "".join(self._characters)
        if text.strip():
            frame = self._stack[-1] if self._stack else _Frame(name="")
            passage = Passage(text=text, offsets=tuple(self._offsets))
            given = {"prosody": frame.prosody, "language": frame.language}
            self._spans.append(Span(passage=passage, pause_seconds=self._pause_seconds, **given))
            self._pause_seconds = 0.0
        self._characters.clear()
        self._offsets.clear()


def _prosody(attributes: Mapping[str, str]) -> Prosody:
    return Prosody(
        speed=_factor(RATES, attributes.get("rate", "default"), "rate"),
        pitch=_semitones(attributes.get("pitch", "default")),
        range=_factor(RANGES, attributes.get("range", "default"), "range"),
        volume=_decibels(attributes.get("volume", "default")),
    )


def _one_of(known: Mapping[str, "Prosody"], given: str, name: str) -> Prosody:
    if given not in known:
        raise _refused(f"{name} is '{given}'.", hint=f"Known: {', '.join(known)}.")
    return known[given]


def _number(given: str, name: str, units: tuple[str | None, ...]) -> tuple[str, float, str | None]:
    """Sign, number and unit."""
    match = _NUMBER.fullmatch(given)
    if match is None or match[3] not in units:
        written = " or ".join(unit or "a number" for unit in units)
        raise _refused(f"{name} is '{given}'.", hint=f"It takes a keyword, or {written}.")
    return match[1], float(match[2]) * (-1 if match[1] == "-" else 1), match[3]


def _factor(keywords: Mapping[str, float], given: str, name: str) -> float:
    """A percentage without a sign is of the default, with one a change; a plain number multiplies."""
    if given in keywords:
        return keywords[given]
    sign, number, unit = _number(given, name, ("%", None))
    factor = number if unit is None else number / 100 + (1.0 if sign else 0.0)
    if factor <= 0:
        raise _refused(f"{name} is '{given}'.", hint="It must be above nothing.")
    return factor


def _semitones(given: str) -> float:
    if given in PITCHES:
        return PITCHES[given]
    sign, number, unit = _number(given, "pitch", ("st", "%"))
    if unit == "st":
        return number
    factor = number / 100 + (1.0 if sign else 0.0)
    if factor <= 0:
        raise _refused(f"pitch is '{given}'.", hint="It must be above nothing.")
    return 12 * math.log2(factor)


def _decibels(given: str) -> float:
    if given in VOLUMES:
        return VOLUMES[given]
    return _number(given, "volume", ("dB",))[1]


def _pause_seconds(attributes: Mapping[str, str]) -> float:
    strength = attributes.get("strength", "medium")
    if strength not in PAUSES:
        raise _refused(f"break's strength is '{strength}'.", hint=f"Known: {', '.join(PAUSES)}.")
    given = attributes.get("time")
    if given is None:
        return PAUSES[strength]
    match = _TIME.fullmatch(given)
    seconds = float(match[1]) / (1000 if match[2] == "ms" else 1) if match else math.inf
    if seconds > MAX_PAUSE_SECONDS:
        raise _refused(f"break's time is '{given}'.", hint=f"It takes ms or s, up to {MAX_PAUSE_SECONDS:g}s.")
    return seconds
