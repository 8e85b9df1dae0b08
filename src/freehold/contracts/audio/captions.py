"""Timed words as segments short enough to be read on a screen, and those as SubRip and WebVTT.

Two lines of 42 characters and 7 seconds are the bounds that subtitlers keep (Netflix Timed Text Style Guide).
WebVTT: W3C, https://www.w3.org/TR/webvtt1/.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_CHARACTERS = 84
MAX_SECONDS = 7.0
PAUSE_SECONDS = 1.0
SENTENCE_ENDS = tuple(".?!…。？！")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word as it stands in the text. `gap` is what lies before it: a space, or nothing in Chinese and Japanese."""

    text: str
    start: float
    end: float
    gap: str = " "
    speaker: str | None = None
    logprob: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Words that are shown together. `logprob` is their mean, None when unknown.

    The others are Whisper's measures; they keep their defaults where a transcriber has none.
    """

    text: str
    start: float
    end: float
    speaker: str | None = None
    logprob: float | None = None
    tokens: Sequence[int] = ()
    temperature: float = 0.0
    no_speech_prob: float = 0.0


def segments(words: Iterable[Word]) -> list[Segment]:
    """All words in order, cut where a sentence ends, somebody else speaks, a pause comes or the screen is full."""
    groups: list[list[Word]] = []
    for word in words:
        if groups and _continues(groups[-1], word):
            groups[-1].append(word)
        else:
            groups.append([word])
    return [_segment(group) for group in groups]


def srt(shown: Sequence[Segment]) -> str:
    """SubRip."""
    blocks = [
        f"{number}\n{_timecode(segment.start, ',')} --> {_timecode(segment.end, ',')}\n{segment.text}\n"
        for number, segment in enumerate(shown, 1)
    ]
    return "\n".join(blocks)


def vtt(shown: Sequence[Segment]) -> str:
    """WebVTT; what would be markup there is escaped."""
    blocks = [
        f"{_timecode(segment.start, '.')} --> {_timecode(segment.end, '.')}\n{_escaped(segment.text)}\n"
        for segment in shown
    ]
    return "\n".join(["WEBVTT\n", *blocks])


def _continues(group: Sequence[Word], word: Word) -> bool:
    last = group[-1]
    return (
        not last.text.endswith(SENTENCE_ENDS)
        and last.speaker == word.speaker
        and word.start - last.end <= PAUSE_SECONDS
        and word.end - group[0].start <= MAX_SECONDS
        and len(_joined(group)) + len(word.gap) + len(word.text) <= MAX_CHARACTERS
    )


def _joined(group: Sequence[Word]) -> str:
    text = group[0].text + "".join(word.gap + word.text for word in group[1:])
    return " ".join(text.split())


def _segment(group: Sequence[Word]) -> Segment:
    known = [word.logprob for word in group if word.logprob is not None]
    return Segment(
        text=_joined(group),
        start=group[0].start,
        end=max(group[-1].end, group[0].start),
        speaker=group[0].speaker,
        logprob=sum(known) / len(known) if known else None,
    )


def _timecode(seconds: float, mark: str) -> str:
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}{mark}{milliseconds:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
