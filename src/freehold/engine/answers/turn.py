"""An assistant's turn: which grammar it must follow, and how its text becomes reasoning, content and tool calls.

Both depend on what the model's chat template shows of how the model writes. Refuses tools where the template does not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from tokenizers import Tokenizer

from freehold.contracts.errors import InvalidRequest, SetupError, UnsupportedParameter
from freehold.engine.answers.cursor import Cursor, Delta, Reading
from freehold.engine.answers.tool_calls import TOOL_FORMATS, ToolFormat, quoted
from freehold.engine.requests.structured import GrammarText
from freehold.engine.requests.tool_use import ToolUse

THINK, THINK_END = "<think>", "</think>"
PROMPT_END_TOKENS = 16
ANY_TEXT = r"/(.|\n)*/"

Thinking = Literal["no", "perhaps", "begun"]


class TurnReader:
    """Reads one turn as its text comes."""

    def __init__(self, read: Callable[[Cursor], Reading[None]], most_calls: int | None) -> None:
        self._cursor = Cursor()
        self._reading = read(self._cursor)
        self._most_calls = most_calls

    @property
    def calls(self) -> int:
        """Calls begun so far."""
        return self._cursor.calls

    def feed(self, text: str, *, last: bool = False) -> list[Delta]:
        """What `text` makes certain; with the `last`, also what was held back."""
        self._cursor.add(text)
        if last:
            self._cursor.end()
        next(self._reading, None)
        deltas = self._cursor.take()
        return deltas if self._most_calls is None else [one for one in deltas if (one.call or 0) < self._most_calls]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One request's turn."""

    grammar: GrammarText | None
    read: Callable[[Cursor], Reading[None]]
    most_calls: int | None
    marks_are_special: bool  # so special tokens must show in the text that is read

    def reader(self) -> TurnReader:
        """A reader for one of its choices."""
        return TurnReader(self.read, self.most_calls)


class Turns:
    """How one model writes its turns."""

    def __init__(self, template: str, tokenizer: Tokenizer, tool_format: str = "") -> None:
        """`tool_format` names a format, else the template shows it. Raises `SetupError` for an unknown one."""
        if tool_format and tool_format not in TOOL_FORMATS:
            known = ", ".join(TOOL_FORMATS)
            raise SetupError(f"No tool format is called '{tool_format}'.", hint=f"Known: {known}.")
        self._tokenizer = tokenizer
        self._takes_tools = "tools" in template
        found = [name for name in TOOL_FORMATS if TOOL_FORMATS[name].detects(template)]
        names = [tool_format] if tool_format else found
        self.format: ToolFormat | None = TOOL_FORMATS[names[0]] if names else None
        self._reasons = THINK_END in template
        added = tokenizer.get_added_tokens_decoder()
        self._hidden = {token.content for token in added.values() if token.special}
        # llguidance spells these only where a grammar names their number.
        self._specials = {
            token.content: number
            for number, token in added.items()
            if token.special or (token.content.startswith("<") and token.content.endswith(">"))
        }

    def of(self, use: ToolUse | None, form: GrammarText | None, prompt: Sequence[int]) -> Turn:
        """The turn that a request asks for. Raises `UnsupportedParameter`."""
        if use is not None and (self.format is None or not self._takes_tools):
            what = "does not handle tools" if not self._takes_tools else "writes calls in an unknown format"
            raise UnsupportedParameter(
                f"This model's chat template {what}.", param="tools", hint="`--tool-format` names a worker's format."
            )
        thinking = self._thinking(prompt)
        marks = [*(self.format.openings if self.format and use else ()), *([THINK] if thinking != "no" else ())]
        return Turn(
            grammar=self._grammar(use, form, thinking),
            read=partial(_read_turn, thinking=thinking, use=use, format=self.format),
            most_calls=1 if use and not use.parallel else None,
            marks_are_special=not self._hidden.isdisjoint(marks),
        )

    def _thinking(self, prompt: Sequence[int]) -> Thinking:
        if not self._reasons:
            return "no"
        end = self._tokenizer.decode(list(prompt[-PROMPT_END_TOKENS:]), skip_special_tokens=False).rstrip()
        return "begun" if end.endswith(THINK) else "perhaps"

    def _mark(self, text: str) -> str:
        number = self._specials.get(text)
        return quoted(text) if number is None else f"<[{number}]>"

    def _marks(self, texts: Sequence[str]) -> str:
        return " ".join(map(self._mark, texts))

    def _grammar(self, use: ToolUse | None, form: GrammarText | None, thinking: Thinking) -> GrammarText | None:
        if use is None or self.format is None or not (use.forced or form or use.strict):
            if form is None or thinking == "no":
                return form
            return replace(form, before=self._thought(thinking, "@answer"))
        if use.forced and form:
            raise InvalidRequest(f"A forced call leaves no room for '{form.param}'.", param=form.param)
        calls = self._calls(self.format, use)
        if use.forced:
            return GrammarText(kind="lark", text=self._thought(thinking, "calls") + calls, param="tools")
        if form:
            if self.format.bare:
                raise UnsupportedParameter(
                    f"This model's calls cannot be told from what '{form.param}' asks for.", param=form.param
                )
            return replace(form, before=self._thought(thinking, "calls | @answer") + calls)
        return GrammarText(kind="lark", text=self._free(self.format) + calls, param="tools")

    def _thought(self, thinking: Thinking, then: str) -> str:
        """Lark of a turn that may begin with a thought, whose end the prompt leaves open if it was begun there."""
        if thinking == "no":
            return f"start: {then}\n"
        thought = "(thought GAP?)?" if thinking == "perhaps" else "thought GAP?"
        begin = f"{self._mark(THINK)} " if thinking == "perhaps" else ""
        lines = [f"start: {thought} rest", f"rest: {then}", r"GAP: /[ \n]{1,4}/"]
        return "\n".join([*lines, *self._up_to("thought", begin, THINK_END)])

    def _up_to(self, name: str, begin: str, mark: str) -> list[str]:
        """Lark of any text that ends with a mark."""
        if mark in self._specials:
            return [f"{name}: {begin}ANY {self._mark(mark)}", f"ANY: {ANY_TEXT}", ""]
        return [f"{name}[lazy]: {begin}{ANY_TEXT} {quoted(mark)}", ""]

    def _free(self, format: ToolFormat) -> str:
        """Lark of any text with calls in it."""
        if format.bare:
            return "start: calls | FREE?\nFREE: /[^{](.|\\n)*/\n"
        lines = ["start: (lead block)* FREE", f"FREE: {ANY_TEXT}"]
        return "\n".join([*lines, *self._up_to("lead", "", format.openings[0])])

    def _calls(self, format: ToolFormat, use: ToolUse) -> str:
        opening = "" if format.bare else self._mark(format.openings[0])
        more = f"({self._marks(format.between)} call)*" if use.parallel else ""
        rules = [format.rule(function, self._mark) for function in use.functions.values()]
        lines = [
            f"calls: {opening} block",
            f"block: {self._marks(format.first)} call {more} {self._marks(format.last)}",
            "call: " + " | ".join(f"call_{number}" for number in range(len(rules))),
        ]
        lines += [f"call_{number}: {rule}" for number, rule in enumerate(rules)]
        return "\n".join([*lines, format.rules, ""])


def _read_turn(cursor: Cursor, *, thinking: Thinking, use: ToolUse | None, format: ToolFormat | None) -> Reading[None]:
    if thinking != "no":
        yield from _read_thought(cursor, thinking)
    if use is None or format is None:
        yield from cursor.copy_until()
        return
    if format.bare:
        yield from _read_call(cursor, format, use)
    while opening := (yield from cursor.copy_until(*format.openings)):
        if not (yield from _read_call(cursor, format, use)):
            yield from cursor.space()
            yield from cursor.literal(opening)
            cursor.give_passed()


def _read_call(cursor: Cursor, format: ToolFormat, use: ToolUse) -> Reading[bool]:
    yield from cursor.space()
    made = yield from format.read(cursor, use.functions)
    if made:
        yield from cursor.space()
    else:
        cursor.back()
    return made


def _read_thought(cursor: Cursor, thinking: Thinking) -> Reading[None]:
    yield from cursor.space()
    if not (yield from cursor.literal(THINK)) and thinking == "perhaps":
        cursor.back()
        return
    yield from cursor.space()
    yield from cursor.copy_until(THINK_END, reasoning=True)
    yield from cursor.space()
    yield from cursor.literal(THINK_END)
    yield from cursor.space()
