"""A mouth speaks in order, never far ahead, falls silent at once, and is replaced where it fails."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

import pytest

from freehold.contracts.errors import ProviderFailed, Unavailable
from freehold.voice.conversation.answering.mouth import Mouth
from freehold.voice.conversation.stages import Saying, SpokenPiece
from voice.conversation.scripted_voices import WORD_MS, ScriptedVoices

VOICE, SPARE = Saying(text="", model="voice"), Saying(text="", model="spare")
TEXT = "Well now, this is one sentence. Here comes another one. And the last is **very** short 😀"
PATIENCE_SECONDS = 20


async def come(*pieces: str, ends: bool = True) -> AsyncGenerator[str]:
    for piece in pieces:
        yield piece
        await asyncio.sleep(0)
    if not ends:
        await asyncio.Event().wait()


def mouth_of(stages: ScriptedVoices, fallback: Saying | None = None, gate: asyncio.Event | None = None) -> Mouth:
    async def wait() -> None:
        if gate is not None and stages.begun:
            await gate.wait()

    return Mouth(stages, VOICE, fallback=fallback, gate=wait)


async def heard(mouth: Mouth, text: AsyncGenerator[str]) -> list[SpokenPiece]:
    async with asyncio.timeout(PATIENCE_SECONDS), aclosing(mouth.speak(text)) as pieces:
        return [piece async for piece in pieces]


def said(text: str, pieces: Sequence[SpokenPiece]) -> str:
    words = [word for piece in pieces for word in piece.words]
    return " ".join(text[word.text_start : word.text_start + word.text_length] for word in words)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():
            await asyncio.sleep(0.001)


async def test_a_text_is_spoken_whole_with_every_word_in_its_place_and_time() -> None:
    stages = ScriptedVoices()
    mouth = mouth_of(stages)
    pieces = await heard(mouth, come(*(TEXT[at : at + 5] for at in range(0, len(TEXT), 5))))
    assert said(TEXT, pieces) == "Well now, this is one sentence. Here comes another one. And the last is very short"
    assert [saying.text for saying in stages.begun] == [
        "Well now,",
        "this is one sentence.",
        "Here comes another one.",
        "And the last is very short",
    ]
    words = [word for piece in pieces for word in piece.words]
    assert [word.start_ms for word in words] == [WORD_MS * at for at in range(len(words))]
    assert mouth.sound_seconds == pytest.approx(len(words) * WORD_MS / 1000)
    assert (mouth.clauses, mouth.spoken_until) == (4, len(TEXT))
    assert mouth.first_sound_seconds is not None


async def test_the_first_clause_sounds_while_the_text_is_still_written() -> None:
    stages = ScriptedVoices()
    async with (
        asyncio.timeout(PATIENCE_SECONDS),
        aclosing(mouth_of(stages).speak(come(TEXT[:20], ends=False))) as pieces,
    ):
        assert (await anext(pieces)).words[0].text_length == len("Well")


async def test_one_clause_is_made_ahead_and_none_before_the_gate_opens() -> None:
    stages, gate = ScriptedVoices(), asyncio.Event()
    async with aclosing(mouth_of(stages, gate=gate).speak(come(TEXT))) as pieces:
        await anext(pieces)
        await asyncio.sleep(0.05)
        assert len(stages.begun) == 1
        gate.set()
        await until(lambda: len(stages.begun) == 2)
        await asyncio.sleep(0.05)
        assert len(stages.begun) == 2
        rest = [piece async for piece in pieces]
    assert len(rest) > 8
    assert len(stages.begun) == 4


async def test_closing_it_stops_the_voice_the_clause_ahead_and_the_text() -> None:
    stages, gate = ScriptedVoices(held=asyncio.Event()), asyncio.Event()
    gate.set()
    text = come(TEXT, ends=False)
    mouth = mouth_of(stages, gate=gate)
    pieces = mouth.speak(text)
    await anext(pieces)
    await until(lambda: stages.running == 2)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await pieces.aclose()
    assert stages.running == 0
    assert await anext(text, None) is None
    assert mouth.spoken_until == len("Well")


async def test_cancelling_who_listens_stops_the_voice_too() -> None:
    stages = ScriptedVoices(held=asyncio.Event())
    listener = asyncio.create_task(heard(mouth_of(stages), come(TEXT, ends=False)))
    await until(lambda: stages.running > 0)
    listener.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listener
    assert stages.running == 0


async def test_another_voice_goes_on_at_the_next_word_and_keeps_the_rest() -> None:
    stages = ScriptedVoices(breaks={"voice": 2})
    mouth = mouth_of(stages, SPARE)
    pieces = await heard(mouth, come("Truly there is no need to repeat yourself, they said. Or is there?"))
    assert [(saying.model, saying.text) for saying in stages.begun if saying.model == "spare"] == [
        ("spare", "is no need to repeat yourself,"),
        ("spare", "they said."),
        ("spare", "Or is there?"),
    ]
    text = "Truly there is no need to repeat yourself, they said. Or is there?"
    assert said(text, pieces) == text
    starts = [word.start_ms for piece in pieces for word in piece.words]
    assert starts == [WORD_MS * at for at in range(len(text.split()))]


async def test_where_no_word_has_its_time_the_next_one_is_estimated() -> None:
    stages = ScriptedVoices(breaks={"voice": 5}, tells_words=False)
    await heard(mouth_of(stages, SPARE), come("One two three four five six seven eight nine ten."))
    continued = [saying.text for saying in stages.begun if saying.model == "spare"]
    assert continued == ["three four five six seven eight nine ten."]


async def test_without_another_voice_it_fails_and_tells_how_far_it_came() -> None:
    stages = ScriptedVoices(breaks={"voice": 2, "spare": 1})
    for fallback, words in ((None, "Truly there"), (SPARE, "Truly there is")):
        mouth = mouth_of(stages, fallback)
        with pytest.raises(Unavailable):
            await heard(mouth, come("Truly there is no need to repeat yourself, they said."))
        assert mouth.spoken_until == len(words)
        assert stages.running == 0


async def test_a_text_that_breaks_off_is_spoken_up_to_its_last_whole_clause() -> None:
    async def breaks() -> AsyncGenerator[str]:
        yield "Well now, this is one sentence. And thi"
        raise ProviderFailed("The model broke off.")

    stages, given = ScriptedVoices(), list[SpokenPiece]()

    async def collect() -> None:
        async for piece in mouth_of(stages).speak(breaks()):
            given.append(piece)

    with pytest.raises(ProviderFailed, match="The model broke off"):
        await collect()
    assert len(given) == 6
    assert stages.running == 0


async def test_what_cannot_be_said_makes_no_sound_and_asks_nobody() -> None:
    stages = ScriptedVoices()
    mouth = mouth_of(stages)
    assert await heard(mouth, come("```\n\n", "😀 … \n\n", "---\n\n")) == []
    assert stages.begun == []
    assert mouth.spoken_until == len("```\n\n😀 … \n\n---\n\n")
