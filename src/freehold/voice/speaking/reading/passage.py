"""Text that knows where in the caller's input each of its characters stands, and stretches of it said in one way."""

from collections.abc import Sequence
from dataclasses import dataclass

from freehold.voice.synthesizer import Prosody


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """`offsets` has the place in the input of each character of `text`."""

    text: str
    offsets: Sequence[int]

    def part(self, start: int, end: int) -> "Passage":
        """The characters from `start` up to `end`."""
        return Passage(text=self.text[start:end], offsets=self.offsets[start:end])

    def stripped(self) -> "Passage":
        """Without white space at its ends."""
        start = len(self.text) - len(self.text.lstrip())
        return self.part(start, max(start, len(self.text.rstrip())))


def whole(text: str) -> Passage:
    """The input itself."""
    return Passage(text=text, offsets=range(len(text)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch said in one way. `language` is a BCP 47 tag; None leaves it to the request.

    `pause_seconds` of silence come before it; a span without text is silence alone.
    """

    passage: Passage
    prosody: Prosody = Prosody()
    language: str | None = None
    pause_seconds: float = 0.0
