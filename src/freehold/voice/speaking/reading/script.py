"""A request as the lines that are spoken one after the other: clauses, and the silence before each."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace

from freehold.contracts.audio.speaking import SpeechOrder
from freehold.contracts.errors import InvalidRequest
from freehold.voice.speaking.reading.emotions import combine, prosody_of
from freehold.voice.speaking.reading.passage import Passage, Span, whole
from freehold.voice.speaking.reading.reference import read_reference
from freehold.voice.speaking.reading.ssml import is_ssml, read_ssml
from freehold.voice.speaking.reading.text import clauses, is_speakable, normalise
from freehold.voice.speaking.voices import Voices
from freehold.voice.synthesizer import Clause, Reference, Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A clause and where in the input it stands. `pause_seconds` of silence come before it."""

    clause: Clause
    passage: Passage
    pause_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """All lines, the silence after them, and the voice that was asked for.

    `reference` is a person's voice, which the lines' voice stands in for where an engine cannot clone.
    """

    lines: tuple[Line, ...]
    voice: str
    language: str
    closing_seconds: float = 0.0
    reference: Reference | None = None

    @property
    def key(self) -> Hashable:
        """Equal for scripts that sound the same."""
        # Without the sample, which would be kept as long as the key is.
        lines = tuple((replace(line.clause, reference=None), line.pause_seconds) for line in self.lines)
        return lines, self.closing_seconds, self.reference and self.reference.key

    @property
    def characters(self) -> int:
        """That are spoken."""
        return sum(len(line.clause.text) for line in self.lines)


def compose(request: SpeechOrder, voices: Voices) -> Script:
    """The request's script. Raises `InvalidRequest` for SSML, voices and languages that are not understood."""
    marked_up = is_ssml(request.input)
    spans = read_ssml(request.input) if marked_up else [Span(passage=whole(request.input))]
    voice, reference = _cast(request, voices)
    base = prosody_of(request)
    lines: list[Line] = []
    pending_seconds = 0.0
    for span in spans:
        pending_seconds += span.pause_seconds
        speaker = voices.choose(voice.id, span.language) if span.language else voice
        prosody = combine(base, span.prosody)
        for part in _parts(normalise(span.passage, markdown=not marked_up)):
            clause = Clause(text=part.text, voice=speaker.id, prosody=prosody, reference=reference)
            lines.append(Line(clause=clause, passage=part, pause_seconds=pending_seconds))
            pending_seconds = 0.0
    if not lines:
        raise InvalidRequest("There is nothing to say: input has no words.", param="input")
    name = reference.voice if reference else voice.id
    return Script(
        lines=tuple(lines),
        voice=name,
        language=voice.language,
        closing_seconds=pending_seconds,
        reference=reference,
    )


def _cast(request: SpeechOrder, voices: Voices) -> tuple[Voice, Reference | None]:
    """Who speaks: a voice of the engine's, and whom it speaks for."""
    custom = request.reference_voice
    if custom is None:
        return voices.choose(request.voice_name, request.language), None
    stand_in = voices.stand_in(custom.profile, custom.base_voice)
    return voices.choose(stand_in, request.language), read_reference(custom)


def _parts(passage: Passage) -> Iterator[Passage]:
    at = 0
    for piece in clauses(passage.text):
        if is_speakable(piece):
            yield passage.part(at, at + len(piece)).stripped()
        at += len(piece)
