"""How a turn's text grows: scripted stages where the order of calls is the point, and PocketSphinx itself."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from freehold.contracts.errors import Cancelled, ProviderFailed
from freehold.foundation.clock import SystemClock
from freehold.voice.conversation.listening.hearing import Hearing, Pace, joined
from freehold.voice.conversation.listening.tape import Tape
from freehold.voice.conversation.stages import HearingWish, Saying, SpokenPiece, Thought, Transcript
from freehold.voice.sound import Samples, to_pcm16
from freehold.voice.transcriber import Wish
from freehold.voice.transcribers.pocketsphinx import PocketSphinx
from freehold.voice.word_error_rate import word_error_rate
from held_clock import HeldClock
from voice.hearing.sounds import HOUSE, ROAD, noise, said, silence

STEP_MS = 100
SLOW, FAST = 0.4, 0.001  # seconds of machine time for a second of sound


class Scripted:
    """Writes down what it was asked: milliseconds, wish. A call takes its time on the held clock, once `free`."""

    def __init__(self, pace: float = SLOW) -> None:
        self.clock = HeldClock()
        self.asked: list[tuple[int, HearingWish]] = []
        self.failing: set[str] = set()
        self.free = asyncio.Event()
        self.free.set()
        self.stopped = 0
        self._pace = pace

    @property
    def lengths(self) -> list[int]:
        return [length for length, _ in self.asked]

    async def transcribe(self, samples_16khz: Samples, wish: HearingWish) -> Transcript:
        self.asked.append((len(samples_16khz) // 16, wish))
        number = len(self.asked)
        try:
            await self.free.wait()
        except asyncio.CancelledError:
            self.stopped += 1
            raise
        self.clock.advance(self._pace * len(samples_16khz) / 16_000)
        if wish.model in self.failing:
            raise ProviderFailed(f"{wish.model} fails")
        return Transcript(text=f" part{number} ", model=wish.model)

    def think(self, request: Mapping[str, Any]) -> AsyncGenerator[Thought]:
        raise NotImplementedError

    def speak(self, saying: Saying) -> AsyncGenerator[SpokenPiece]:
        raise NotImplementedError

    async def fallback_speech(self, model: str = "") -> str | None:
        raise NotImplementedError

    async def fallback_hearing(self, model: str = "") -> str | None:
        raise NotImplementedError


def phrases(*seconds: float) -> Samples:
    """Voice and silence in turn, so long each."""
    return np.concatenate([silence(length) if at % 2 else noise(length, 0.1) for at, length in enumerate(seconds)])


def taped(samples: Samples) -> Tape:
    tape = Tape()
    tape.write(np.frombuffer(to_pcm16(samples), "<i2"))
    return tape


async def spoken(hearing: Hearing, samples: Samples, tape: Tape) -> None:
    """Say it, with the event loop running between."""
    pcm = np.frombuffer(to_pcm16(samples), "<i2")
    for at in range(0, len(pcm), 16 * STEP_MS):
        tape.write(pcm[at : at + 16 * STEP_MS])
        hearing.advance(tape.end_ms)
        await settled()


async def settled() -> None:
    for _ in range(12):
        await asyncio.sleep(0)


def listening(stages: Scripted, tape: Tape, fallback: str | None = None, model: str = "main") -> Hearing:
    other = HearingWish(model=fallback) if fallback else None
    return Hearing(tape, stages, HearingWish(model=model, prompt="Names: Ada."), stages.clock, fallback=other)


async def test_a_long_turn_is_heard_in_its_pauses_in_order_each_with_the_text_so_far() -> None:
    stages, tape, told = Scripted(), Tape(), list[str]()
    hearing = listening(stages, tape)
    hearing.on_text = told.append
    hearing.begin(0)
    await spoken(hearing, phrases(1.5, 0.4, 1.5, 0.4, 1.5, 0.4, 0.5), tape)
    assert told == ["part1", "part1 part2", "part1 part2 part3"]
    assert hearing.so_far == told[-1]
    assert await hearing.text(6200) == "part1 part2 part3 part4"
    assert sum(stages.lengths) == 6200  # nothing is left out, and nothing heard twice
    cuts = np.cumsum(stages.lengths)[:3]
    for cut, pause in zip(cuts, (1500, 3400, 5300), strict=True):
        assert pause < cut < pause + 400
    assert [wish.prompt for _, wish in stages.asked[:3]] == [
        f"Names: Ada.{text}" for text in ("", " part1", " part1 part2")
    ]


async def test_speech_without_a_pause_is_cut_late_and_nowhere_near_now() -> None:
    stages, tape = Scripted(), Tape()
    hearing = listening(stages, tape)
    await spoken(hearing, phrases(7.9), tape)
    assert stages.asked == []
    await spoken(hearing, phrases(0.4), tape)
    assert len(stages.asked) == 1
    assert stages.lengths[0] <= 8300 - 400


async def test_a_turn_that_is_heard_soon_enough_is_heard_whole() -> None:
    stages, tape, pace = Scripted(FAST), Tape(), Pace()
    for length in (0.5, 2.0, 3.0):
        pace.note(length, FAST * length)
    hearing = Hearing(tape, stages, HearingWish(), stages.clock, pace=pace)
    await spoken(hearing, phrases(1.5, 0.5, 1.5, 0.5, 1.5, 0.5), tape)
    assert await hearing.text(6000) == "part1"
    await spoken(hearing, phrases(1.0), tape)
    assert await hearing.text(7000) == "part2"  # the person went on, and all is heard again
    assert stages.lengths == [6000, 7000]


def test_the_pace_is_learned_and_tells_a_calls_price_from_the_sounds() -> None:
    dear_call, dear_sound = Pace(), Pace()
    for length in (0.5, 1.0, 3.0, 2.0, 5.0, 1.0) * 3:
        dear_call.note(length, 0.25 + 0.01 * length)
        dear_sound.note(length, 0.4 * length)
    assert dear_call.sound_within(0.3) == pytest.approx(5.0, rel=0.3)
    assert dear_sound.sound_within(0.3) == pytest.approx(0.75, rel=0.2)
    assert dear_call.sound_within(0.2) == 0.0
    assert Pace().sound_within(0.3) < 1.6


async def test_an_end_that_is_asked_for_again_is_heard_once() -> None:
    stages = Scripted()
    hearing = listening(stages, taped(phrases(1.2)))
    stages.free.clear()
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(hearing.text(1200)) for _ in range(3)]
        await settled()
        stages.free.set()
    assert [task.result() for task in asked] == ["part1"] * 3
    assert await hearing.text(1200) == "part1"
    assert stages.lengths == [1200]


async def test_whoever_waits_behind_a_call_is_answered_with_the_latest_end() -> None:
    stages = Scripted()
    hearing = listening(stages, taped(phrases(3)))
    stages.free.clear()
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(hearing.text(until)) for until in (500, 900, 1300)]
        await settled()
        stages.free.set()
    assert [task.result() for task in asked] == ["part1", "part2", "part2"]
    assert stages.lengths == [500, 1300]


async def test_an_end_within_speech_is_heard_again_with_what_follows() -> None:
    stages = Scripted()
    hearing = listening(stages, taped(phrases(3)))
    assert await hearing.text(2000) == "part1"
    assert await hearing.text(2500) == "part2"
    assert (stages.lengths, hearing.so_far) == ([2000, 2500], "")


async def test_a_phrase_before_a_pause_is_not_heard_again() -> None:
    stages = Scripted()
    hearing = listening(stages, taped(phrases(1.8, 0.6, 1.0)))
    assert await hearing.text(1950) == "part1"
    assert hearing.so_far == "part1"
    assert await hearing.text(3400) == "part1 part2"
    assert stages.lengths == [1950, 1450]
    assert await hearing.text(1000) == "part1"  # an end before that asks nobody
    assert len(stages.asked) == 2


async def test_the_fallback_takes_over_where_the_first_choice_fails() -> None:
    stages = Scripted()
    stages.failing = {"main"}
    hearing = listening(stages, taped(phrases(3)), fallback="other")
    assert await hearing.text(1000) == "part2"
    assert await hearing.text(2000) == "part3"
    assert [wish.model for _, wish in stages.asked] == ["main", "other", "other"]
    stages.failing = {"main", "other"}
    alone = listening(stages, taped(phrases(3)))
    with pytest.raises(ProviderFailed, match="main"):
        await alone.text(1000)
    stages.failing = set()
    assert (await alone.text(1000)).startswith("part")


async def test_a_part_that_fails_is_heard_again_at_the_end() -> None:
    stages, tape = Scripted(), Tape()
    stages.failing = {"main"}
    hearing = listening(stages, tape)
    await spoken(hearing, phrases(1.5, 0.5, 1.5, 0.5), tape)
    stages.failing = set()
    assert len(stages.asked) == 1
    assert await hearing.text(4000) == "part2"
    assert stages.lengths[1] == 4000


async def test_a_turn_that_is_given_up_stops_what_is_heard() -> None:
    stages, tape = Scripted(), Tape()
    hearing = listening(stages, tape)
    stages.free.clear()
    await spoken(hearing, phrases(1.5, 0.8), tape)  # a part is under way
    hearing.cancel()
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(_refused(hearing, until)) for until in (1000, 1500)]
        await settled()
        hearing.cancel()
    assert all(task.result() for task in asked)
    assert stages.stopped == 2
    stages.free.set()
    hearing.begin(500)
    assert await hearing.text(1500) == "part3"
    assert stages.lengths[-1] == 1000


async def _refused(hearing: Hearing, until_ms: int) -> bool:
    with pytest.raises(Cancelled):
        await hearing.text(until_ms)
    return True


async def test_a_caller_who_goes_away_stops_its_call_and_frees_the_line() -> None:
    stages = Scripted()
    hearing = listening(stages, taped(phrases(3)))
    stages.free.clear()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await hearing.text(1000)
    await settled()
    assert stages.stopped == 1
    stages.free.set()
    assert await hearing.text(1000) == "part2"


@pytest.mark.parametrize(
    ("text", "more", "whole"),
    [
        ("", "Hello", "Hello"),
        ("Hello", "", "Hello"),
        ("We walked", "Along the road", "We walked along the road"),
        ("She said", "I'm late", "She said I'm late"),
        ("It rains.", "We stay.", "It rains. We stay."),
        ("He works for", "IBM now", "He works for IBM now"),
    ],
)
def test_texts_are_joined_as_one_sentence_where_nothing_says_otherwise(text: str, more: str, whole: str) -> None:
    assert joined(text, more) == whole


class WithPocketSphinx(Scripted):
    """The built-in transcriber behind the stages' signature."""

    def __init__(self) -> None:
        super().__init__()
        self._engine = PocketSphinx()

    async def transcribe(self, samples_16khz: Samples, wish: HearingWish) -> Transcript:
        self.asked.append((len(samples_16khz) // 16, wish))
        heard: Sequence[str] = [segment.text for segment in self._engine.hear(samples_16khz, Wish())]
        return Transcript(text=" ".join(heard), model="pocketsphinx")


async def test_a_turn_heard_in_parts_has_its_words() -> None:
    stages, tape = WithPocketSphinx(), Tape()
    hearing = Hearing(tape, stages, HearingWish(), SystemClock())
    sound = np.concatenate([silence(0.2), said(ROAD), silence(0.3), said(HOUSE), silence(0.3)])
    await spoken(hearing, sound + noise(len(sound) / 16_000, 0.0005), tape)
    score = word_error_rate(f"{ROAD} {HOUSE}", await hearing.text(tape.end_ms))
    assert len(stages.asked) >= 2
    assert score.rate <= 0.25
