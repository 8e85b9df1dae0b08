"""A request as the lines that are spoken one after the other: clauses, and the silence before each."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from freehold.contracts.audio.speaking import SpeechRequest
from freehold.contracts.errors import InvalidRequest
from freehold.voice.speaking.reading.emotions import combine, prosody_of
from freehold.voice.speaking.reading.passage import Passage, Span, whole
from freehold.voice.speaking.reading.ssml import is_ssml, read_ssml
from freehold.voice.speaking.reading.text import clauses, is_speakable, normalise
from freehold.voice.speaking.voices import Voices
from freehold.voice.synthesizer import Clause


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A clause and where in the input it stands. `pause_seconds` of silence come before it."""

    clause: Clause
    passage: Passage
    pause_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """All lines, the silence after them, and the voice that was asked for."""

    lines: tuple[Line, ...]
    voice: str
    language: str
    closing_seconds: float = 0.0

    @property
    def key(self) -> Hashable:
        """Equal for scripts that sound the same."""
        return tuple((line.clause, line.pause_seconds) for line in self.lines), self.closing_seconds

    @property
    def characters(self) -> int:
        """That are spoken."""
        return sum(len(line.clause.text) for line in self.lines)


def compose(request: SpeechRequest, voices: Voices) -> Script:
    """The request's script. Raises `InvalidRequest` for SSML, voices and languages that are not understood."""
    marked_up = is_ssml(request.input)
    spans = read_ssml(request.input) if marked_up else [Span(passage=whole(request.input))]
    voice = voices.choose(request.voice_name, request.language)
    base = prosody_of(request)
    lines: list[Line] = []
    pending_seconds = 0.0
    for span in spans:
        pending_seconds += span.pause_seconds
        speaker = voices.choose(voice.id, span.language) if span.language else voice
        prosody = combine(base, span.prosody)
        for part in _parts(normalise(span.passage, markdown=not marked_up)):
            clause = Clause(text=part.text, voice=speaker.id, prosody=prosody)
            lines.append(Line(clause=clause, passage=part, pause_seconds=pending_seconds))
            pending_seconds = 0.0
    if not lines:
        raise InvalidRequest("There is nothing to say: input has no words.", param="input")
    given = {"voice": voice.id, "language": voice.language}
    return Script(lines=tuple(lines), closing_seconds=pending_seconds, **given)


def _parts(passage: Passage) -> Iterator[Passage]:
    at = 0
    for piece in clauses(passage.text):
        if is_speakable(piece):
            yield passage.part(at, at + len(piece)).stripped()
        at += len(piece)
