"""What the client has been sent to play, and how much of it can have been heard by now."""

import asyncio
from typing import Protocol

from freehold.foundation.clock import Clock

LEAD_SECONDS = 5.0  # of sound that the client has not played, before more is made
LOOK_SECONDS = 0.1


class Loudspeaker(Protocol):
    """What plays on the server's side, as it does for a call. It knows what was heard."""

    def played_ms(self, response_id: str) -> int | None:
        """How much of an answer was played; None for one that it does not know, or not any more."""
        ...


class Playback:
    """The sound of one reply. Assumes a client that plays what it gets at once and evenly; it may say otherwise."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.made_ms = 0.0
        self.plays_until = 0.0  # on the monotonic clock

    def add(self, milliseconds: float) -> None:
        """More sound was sent."""
        self.plays_until = max(self.plays_until, self._clock.monotonic_seconds()) + milliseconds / 1000
        self.made_ms += milliseconds

    @property
    def ahead_seconds(self) -> float:
        """How long the client still has something to play."""
        return max(self.plays_until - self._clock.monotonic_seconds(), 0.0)

    @property
    def heard_ms(self) -> int:
        """How much of the sound has been played."""
        return max(int(self.made_ms - self.ahead_seconds * 1000), 0)

    async def gate(self) -> None:
        """Wait while enough sound is on its way: what is interrupted need not have been made."""
        while (spare := self.ahead_seconds - LEAD_SECONDS) > 0:
            await asyncio.sleep(max(spare, LOOK_SECONDS))
