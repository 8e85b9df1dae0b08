"""What the turn machine is told, what it asks for, and the policy it goes by. Data alone.

Two clocks: `audio_ms` is how much sound has come, `now` the wall's, in seconds. Turns are counted in sound, so that a
recording sent faster than it plays is taken as if it were spoken; waiting for an answer is counted on the wall.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How turns are taken.

    With `interrupts` "by sound", a reply stops as soon as somebody speaks, and goes on if that was nothing; with "by
    words" it stops once words are heard that are more than a listener's yeah. `silence_ms` ends a turn; None leaves
    that to how finished the words sound, at most `longest_wait_ms`.
    """

    interrupts: Literal["by sound", "by words", "never"] = "by sound"
    responds: bool = True
    silence_ms: int | None = 500
    longest_wait_ms: int = 4000
    prefix_ms: int = 300
    idle_timeout_ms: int | None = None


# What happens.


@dataclass(frozen=True, slots=True)
class VoiceBegan:
    """Somebody speaks since `audio_ms`."""

    audio_ms: int


@dataclass(frozen=True, slots=True)
class VoiceEnded:
    """Nobody speaks since `audio_ms`."""

    audio_ms: int


@dataclass(frozen=True, slots=True)
class SoundCame:
    """There is sound up to `audio_ms`; `is_voice` says whether somebody speaks there."""

    audio_ms: int
    is_voice: bool


@dataclass(frozen=True, slots=True)
class WordsHeard:
    """The text of the turn that began at `start_ms`, up to `until_ms`. None: no transcriber could be had."""

    start_ms: int
    until_ms: int
    text: str | None
    language: str = ""


@dataclass(frozen=True, slots=True)
class ReplyBegan:
    """A response is being made, whoever asked for it."""


@dataclass(frozen=True, slots=True)
class ReplyEnded:
    """The response is made, and sounds until `audible_until`, on the wall's clock; 0 where it was cancelled.

    Not told of a reply that was stopped by `StopReply`: that one has ended.
    """

    audible_until: float


@dataclass(frozen=True, slots=True)
class TimePassed:
    """Nothing but that."""


@dataclass(frozen=True, slots=True)
class BufferTaken:
    """The client committed or cleared what was heard."""


Event = VoiceBegan | VoiceEnded | SoundCame | WordsHeard | ReplyBegan | ReplyEnded | TimePassed | BufferTaken


# What is to be done.


@dataclass(frozen=True, slots=True)
class TellStarted:
    """Say that a turn began."""

    start_ms: int


@dataclass(frozen=True, slots=True)
class TellStopped:
    """Say that the turn which began at `start_ms` ended."""

    start_ms: int
    audio_ms: int


@dataclass(frozen=True, slots=True)
class Listen:
    """Write down what was said from `start_ms` to `until_ms`, and tell. `is_pause`: it may have been all."""

    start_ms: int
    until_ms: int
    is_pause: bool


@dataclass(frozen=True, slots=True)
class Think:
    """Begin to think about `text`, silently: it may be all."""

    text: str


@dataclass(frozen=True, slots=True)
class Forget:
    """It was not all: what was thought silently is void."""


@dataclass(frozen=True, slots=True)
class Commit:
    """The turn is the conversation's. `text` is None while it is not written down yet."""

    start_ms: int
    end_ms: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Discard:
    """The turn was nothing. `was_told` says whether its start was told."""

    start_ms: int
    was_told: bool


@dataclass(frozen=True, slots=True)
class StopReply:
    """End the response, if one is being made, and the sound that has been made of it."""


@dataclass(frozen=True, slots=True)
class Respond:
    """Answer what was committed."""


@dataclass(frozen=True, slots=True)
class ResumeReply:
    """It was no interruption: go on with the reply where it stopped."""


@dataclass(frozen=True, slots=True)
class PromptIdle:
    """Nobody has said anything for long: speak up. The silence lasted from `start_ms` to `end_ms`."""

    start_ms: int
    end_ms: int


Action = (
    TellStarted
    | TellStopped
    | Listen
    | Think
    | Forget
    | Commit
    | Discard
    | StopReply
    | Respond
    | ResumeReply
    | PromptIdle
)
