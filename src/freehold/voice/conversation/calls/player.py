"""What one call still has to play: the sound of its answers, taken out 20 ms at a time, at the pace of a clock.

Tells when an answer begins to sound, and when it has sounded (OpenAI's `output_audio_buffer` events). What is dropped
is not heard any more, but for the piece that was taken last. Knows no tracks.

Bounded: what comes while two minutes of an answer wait is left out.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from freehold.voice.conversation.protocol import server_events as events
from freehold.voice.conversation.protocol.server_events import ServerEvent
from freehold.voice.sound import SPEECH_RATE

logger = logging.getLogger(__name__)

PIECE_MS = 20
PIECE_BYTES = 2 * SPEECH_RATE * PIECE_MS // 1000
BYTES_PER_MS = 2 * SPEECH_RATE // 1000
MOST_BYTES = 120 * 2 * SPEECH_RATE
SILENCE = bytes(PIECE_BYTES)


@dataclass(slots=True)
class _Answer:
    """One answer's sound. `played_bytes` is how much of it was taken."""

    waiting: bytearray = field(default_factory=bytearray)
    played_bytes: int = 0
    is_whole: bool = False


class Player:
    """The sound of one call, 24 kHz and 16 bit. `tell` takes an event for the client."""

    def __init__(self, tell: Callable[[ServerEvent], None]) -> None:
        self._tell = tell
        self._answers: dict[str, _Answer] = {}

    def add(self, response_id: str, pcm_24khz: bytes) -> None:
        """More of an answer's sound."""
        answer = self._answers.setdefault(response_id, _Answer())
        if len(answer.waiting) > MOST_BYTES:
            logger.warning("an answer's sound was left out of a call: too much of it waits")
            return
        answer.waiting += pcm_24khz

    def finish(self, response_id: str) -> None:
        """An answer has all its sound."""
        if response_id in self._answers:
            self._answers[response_id].is_whole = True
            self._stop_if_played(response_id)

    def drop(self, response_id: str) -> None:
        """Play nothing more of an answer. Tells nothing: who drops it has."""
        self._answers.pop(response_id, None)

    def played_ms(self, response_id: str) -> int | None:
        """How much of an answer was played; None for one that is not here, or not any more."""
        answer = self._answers.get(response_id)
        return None if answer is None else answer.played_bytes // BYTES_PER_MS

    def take(self) -> bytes:
        """The next 20 ms; silence where nothing waits."""
        found = next(((name, answer) for name, answer in self._answers.items() if answer.waiting), None)
        if found is None:
            return SILENCE
        response_id, answer = found
        piece = bytes(answer.waiting[:PIECE_BYTES])
        del answer.waiting[:PIECE_BYTES]
        if not answer.played_bytes:
            self._tell(events.output_started(response_id))
        answer.played_bytes += len(piece)
        self._stop_if_played(response_id)
        return piece.ljust(PIECE_BYTES, b"\0")

    def _stop_if_played(self, response_id: str) -> None:
        answer = self._answers[response_id]
        if answer.is_whole and not answer.waiting:
            del self._answers[response_id]
            self._tell(events.output_stopped(response_id))
