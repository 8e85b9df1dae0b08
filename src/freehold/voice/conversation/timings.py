"""How long each stage of a turn took, as every response tells it and the metrics sum it up.

`words` is from the end of speech to its text, `thinking` from asking the model to its first word, `speaking` from
that clause to its first sound, `sound` from the end of speech to the first sound of the answer; `own` is what of that
is none of the stages' and no waiting for the silence that ends a turn.
"""

from dataclasses import dataclass
from typing import Any

from prometheus_client import Histogram

from freehold.foundation.telemetry import METRICS

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
STAGES = Histogram(
    "freehold_conversation_stage_seconds",
    "A turn's stages, in seconds.",
    ["stage"],
    buckets=BUCKETS,
    registry=METRICS,
)


@dataclass(slots=True)
class Timings:
    """Moments of one turn on the monotonic clock, in seconds; None for what has not happened."""

    speech_ended: float | None = None
    hearing_asked: float | None = None
    words_came: float | None = None
    turn_ended: float | None = None  # the silence was long enough
    thinking_asked: float | None = None
    text_came: float | None = None
    speaking_asked: float | None = None
    sound_came: float | None = None

    def as_json(self) -> dict[str, Any]:
        """In milliseconds, what is known."""
        known = self._seconds()
        return {f"{name}_ms": round(seconds * 1000, 1) for name, seconds in known.items()}

    def observe(self) -> None:
        """Count them."""
        for name, seconds in self._seconds().items():
            STAGES.labels(name).observe(seconds)

    def _seconds(self) -> dict[str, float]:
        spans = {
            "words": (self.speech_ended, self.words_came),
            "hearing": (self.hearing_asked, self.words_came),
            "silence": (self.speech_ended, self.turn_ended),
            "thinking": (self.thinking_asked, self.text_came),
            "speaking": (self.speaking_asked, self.sound_came),
            "sound": (self.speech_ended, self.sound_came),
        }
        known = {name: end - start for name, (start, end) in spans.items() if start is not None and end is not None}
        if "sound" in known:
            known["own"] = max(known["sound"] - self._critical(), 0.0)
        return known

    def _critical(self) -> float:
        """The time until the first sound in which a stage worked or the turn's end was waited for, counted once."""
        spans = sorted(
            (start, end)
            for start, end in (
                (self.speech_ended, self.turn_ended),
                (self.hearing_asked, self.words_came),
                (self.thinking_asked, self.text_came),
                (self.speaking_asked, self.sound_came),
            )
            if start is not None and end is not None
        )
        assert self.speech_ended is not None
        done, until = 0.0, self.speech_ended
        for start, end in spans:
            done += max(end - max(start, until), 0.0)
            until = max(until, end)
        return done
