"""An assistant's turn read from the front while it is still being written. Knows JSON's brackets, no call format.

Readers are generators that yield when they need more text, so they are written as if the whole text were there, and
what they make of it does not depend on where its pieces were cut.
"""

import json
from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeVar

from freehold.engine.answers.text import overlap

T = TypeVar("T")
Reading = Generator[None, None, T]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """New text of one kind, or part of a call: its name begins it, fragments of its arguments follow."""

    content: str = ""
    reasoning: str = ""
    call: int | None = None
    name: str | None = None
    arguments: str = ""


class Cursor:
    """A place in the text. Reading moves it; `back` undoes that, as far as nothing was made of the text."""

    def __init__(self) -> None:
        self._text = ""  # what can still be returned to, and what comes
        self._at = 0
        self._ended = False
        self._deltas: list[Delta] = []
        self.calls = 0

    def add(self, text: str) -> None:
        """More of the turn."""
        self._text += text

    def end(self) -> None:
        """Nothing more will come."""
        self._ended = True

    def take(self) -> list[Delta]:
        """What was made since the last time."""
        deltas, self._deltas = self._deltas, []
        return deltas

    def back(self) -> None:
        """Return to where something was made last, or where copying ended."""
        self._at = 0

    def peek(self) -> Reading[str]:
        """The next character; "" at the end."""
        while self._at >= len(self._text) and not self._ended:
            yield
        return self._text[self._at : self._at + 1]

    def space(self) -> Reading[None]:
        """Pass over whitespace."""
        while (yield from self.peek()).isspace():
            self._at += 1

    def literal(self, text: str) -> Reading[bool]:
        """Pass over `text` if it comes next."""
        while len(rest := self._text[self._at :]) < len(text) and text.startswith(rest) and not self._ended:
            yield
        found = rest.startswith(text)
        self._at += len(text) if found else 0
        return found

    def until(self, *ends: str) -> Reading[str | None]:
        """The text before the first of `ends`, which comes next then; None, and no step, when none comes."""
        while True:
            found = [place for end in ends if (place := self._text.find(end, self._at)) >= 0]
            if found:
                before, self._at = self._text[self._at : min(found)], min(found)
                return before
            if self._ended:
                return None
            yield

    def rest(self) -> str:
        """All that is there, passed over."""
        rest, self._at = self._text[self._at :], len(self._text)
        return rest

    def string(self) -> Reading[str | None]:
        """A JSON string's text; None, and no step, where none is."""
        start = self._at
        if (yield from self.peek()) == '"':
            raw = yield from self.value()
            try:
                return json.loads(raw, strict=False)
            except ValueError:
                self._at = start
        return None

    def value(self, *, as_arguments: bool = False) -> Reading[str]:
        """The raw text of a JSON value, checked for brackets and quotes only; on wish given out as it comes."""
        extent, taken = _Extent(), ""
        while True:
            piece = extent.of(self._text[self._at :])
            taken += piece
            self._at += len(piece)
            if as_arguments:
                self.arguments(piece)
            if extent.closed or (self._ended and self._at >= len(self._text)):
                return taken
            yield

    def open_call(self, name: str) -> None:
        """Begin a call."""
        self._make(Delta(call=self.calls, name=name))
        self.calls += 1

    def arguments(self, text: str) -> None:
        """More of the last call's arguments."""
        if text:
            self._make(Delta(call=self.calls - 1, arguments=text))

    def give_passed(self, *, reasoning: bool = False) -> None:
        """Give out what was passed over, as it stands."""
        if passed := self._text[: self._at]:
            self._make(Delta(reasoning=passed) if reasoning else Delta(content=passed))

    def copy_until(self, *ends: str, reasoning: bool = False) -> Reading[str]:
        """Give out the text before the first of `ends`, but for whitespace, which comes next then.

        Returns the one found; "" when the turn ends without, and then nothing is left.
        """
        self._forget()
        while True:
            found = [(place, end) for end in ends if (place := self._text.find(end)) >= 0]
            self._at = len(self._text[: min(found)[0]].rstrip()) if found else self._certain(ends)
            self.give_passed(reasoning=reasoning)
            if found or self._ended:
                return min(found)[1] if found else ""
            yield

    def _certain(self, ends: tuple[str, ...]) -> int:
        """Characters that are neither the beginning of an end nor whitespace that might come before one."""
        if self._ended or not ends:
            return len(self._text)
        return len(self._text[: len(self._text) - max(overlap(self._text, end) for end in ends)].rstrip())

    def _make(self, delta: Delta) -> None:
        self._deltas.append(delta)
        self._forget()

    def _forget(self) -> None:
        self._text, self._at = self._text[self._at :], 0


class _Extent:
    """How far a JSON value reaches."""

    def __init__(self) -> None:
        self._depth = 0
        self._quoted = self._escaped = False
        self.closed = False

    def of(self, text: str) -> str:
        """As much of `text` as belongs to the value."""
        for place, character in enumerate(text):
            if self._quoted:
                self._step_in_string(character)
            elif character == '"':
                self._quoted = True
                continue
            elif self._depth == 0 and (character in "}],:;" or character.isspace()):
                self.closed = True  # behind a number or a word
                return text[:place]
            else:
                self._depth += (character in "{[") - (character in "}]")
            if self._depth == 0 and not self._quoted and character in '"}]':
                self.closed = True
                return text[: place + 1]
        return text

    def _step_in_string(self, character: str) -> None:
        if self._escaped:
            self._escaped = False
        else:
            self._escaped = character == "\\"
            self._quoted = character != '"'


def read_object_call(cursor: Cursor, names: frozenset[str] = frozenset()) -> Reading[bool]:
    """Read `{"name": …, "arguments": {…}}`, the keys in any order, `parameters` for `arguments`.

    Arguments behind the name are given out as they come. Returns whether it is a call, of one of `names` if there are
    any; if not, nothing was made.
    """
    name: str | None = None
    held = ""  # arguments that came before the name, or as a text
    opened = False
    if not (yield from cursor.literal("{")):
        return False
    while (key := (yield from _key(cursor))) is not None:
        if key == "name":
            name = yield from cursor.string()
            if name is None or (names and name not in names):
                return opened
        elif key not in ("arguments", "parameters"):
            yield from cursor.value()
        elif name is not None and not opened and (yield from cursor.peek()) == "{":
            cursor.open_call(name)
            opened = True
            yield from cursor.value(as_arguments=True)
        else:
            held = yield from cursor.value()
        yield from cursor.space()
        if not (yield from cursor.literal(",")):
            break
    complete = yield from cursor.literal("}")
    return opened or (complete and name is not None and _open_held(cursor, name, held))


def _key(cursor: Cursor) -> Reading[str | None]:
    yield from cursor.space()
    key = yield from cursor.string()
    yield from cursor.space()
    if not (yield from cursor.literal(":")):
        return None
    yield from cursor.space()
    return key


def _open_held(cursor: Cursor, name: str, held: str) -> bool:
    """A call whose arguments are there as a whole, as an object or as a text that holds one, or missing."""
    try:
        arguments = json.loads(held or "{}", strict=False)
        arguments = json.loads(arguments, strict=False) if isinstance(arguments, str) else arguments
    except ValueError:
        return False
    if not isinstance(arguments, dict):
        return False
    cursor.open_call(name)
    cursor.arguments(json.dumps(arguments, ensure_ascii=False))
    return True
