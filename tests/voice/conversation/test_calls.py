"""What a call plays, and what its client is told of it; the calls themselves are in `tests/clients`."""

import asyncio
import json
from io import BytesIO
from typing import Any

import numpy as np
import soundfile
from talk import QUIET, ScriptedStages, talk

from flite import flite
from freehold.voice.conversation.calls.events import TOLD, as_asked, sound_event
from freehold.voice.conversation.calls.player import MOST_BYTES, PIECE_BYTES, SILENCE, Player
from freehold.voice.conversation.protocol.client_events import AudioAppend, SessionUpdate, read_event
from freehold.voice.sound import Samples

LONG = " ".join(f"word{number}" for number in range(160))  # 16 seconds, more than is made ahead
SOUND = b"\1\2" * PIECE_BYTES  # two pieces


def said(text: str) -> Samples:
    return np.asarray(soundfile.read(BytesIO(flite(text)), dtype="float32")[0], np.float32)


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * 16_000), np.float32)


def player() -> tuple[Player, list[tuple[str, str]]]:
    told: list[tuple[str, str]] = []

    def tell(event: dict[str, Any]) -> None:
        told.append((event["type"].removeprefix("output_audio_buffer."), event["response_id"]))

    return Player(tell), told


def test_an_answer_is_played_in_pieces_between_silence_and_told_of_once() -> None:
    played, told = player()
    assert played.take() == SILENCE
    played.add("a", SOUND + b"\1\2")
    pieces = [played.take() for _ in range(3)]
    assert b"".join(pieces) == (SOUND + b"\1\2").ljust(3 * PIECE_BYTES, b"\0")
    assert played.take() == SILENCE
    assert (told, played.played_ms("a")) == ([("started", "a")], 40)
    played.finish("a")
    assert told == [("started", "a"), ("stopped", "a")]
    assert played.played_ms("a") is None


def test_what_is_dropped_is_not_heard_and_the_next_answer_is() -> None:
    played, told = player()
    played.add("a", SOUND)
    played.take()
    assert played.played_ms("a") == 20
    played.drop("a")
    played.finish("a")
    played.add("b", b"\3\4" * (PIECE_BYTES // 2))
    played.finish("b")
    assert played.take()[:2] == b"\3\4"
    assert told == [("started", "a"), ("started", "b"), ("stopped", "b")]


def test_answers_are_played_one_after_the_other_and_a_silent_one_holds_up_nobody() -> None:
    played, told = player()
    played.add("silent", b"")
    played.add("a", SOUND)
    played.add("b", SOUND)
    for _ in range(4):
        played.take()
    assert told == [("started", "a"), ("started", "b")]


def test_sound_that_nobody_takes_is_bounded() -> None:
    played, _ = player()
    for _ in range(8):
        played.add("a", b"\1\2" * (MOST_BYTES // 8))
    pieces = 0
    while played.take() != SILENCE:
        pieces += 1
    assert MOST_BYTES <= pieces * PIECE_BYTES <= MOST_BYTES * 2


def test_formats_are_the_tracks_to_agree() -> None:
    audio = {"input": {"format": {"type": "audio/pcmu"}, "noise_reduction": None}}
    asked = {"type": "session.update", "session": {"type": "realtime", "audio": audio}}
    event = read_event(as_asked(json.dumps(asked)))
    assert isinstance(event, SessionUpdate)
    assert event.session == {"type": "realtime", "audio": {"input": {"noise_reduction": None}}}
    for broken in ("session.update", b"session.update", '{"type":"session.update","session":5}'):
        assert as_asked(broken) == broken


def test_sound_passes_as_the_events_of_a_websocket() -> None:
    event = read_event(sound_event(b"\1\2\3\4"))
    assert isinstance(event, AudioAppend)
    assert event.sound() == b"\1\2\3\4"
    told = TOLD.decode(b'{"type":"response.output_audio.delta","response_id":"r","delta":"AQI="}')
    assert (told.response_id, told.sound()) == ("r", b"\1\2")


class Loudspeaker:
    """It has always played a quarter of a second."""

    def played_ms(self, response_id: str) -> int | None:
        return 250


async def test_where_the_server_plays_it_falls_silent_and_truncates_what_is_interrupted() -> None:
    stages = ScriptedStages(hears=["count to sixteen"], thinks=[LONG, "Fine."])
    async with talk(stages, Loudspeaker()) as client:
        client.turns(QUIET)
        client.say(silence(0.3), said("what is the capital of france"), silence(0.7))
        await client.until("response.output_audio.delta", 3)
        await asyncio.sleep(0.3)
        stages.hears = ["hold on please"]
        client.say(said("hold on please"), silence(0.6))
        done = (await client.until("response.done"))["response"]
        cleared = await client.until("output_audio_buffer.cleared")
        truncated = await client.until("conversation.item.truncated")
        client.send("output_audio_buffer.clear")
        client.send("conversation.item.retrieve", item_id=truncated["item_id"])
        item = (await client.until("conversation.item.retrieved"))["item"]
    assert (done["status"], cleared["response_id"]) == ("cancelled", done["id"])
    assert (truncated["item_id"], truncated["audio_end_ms"]) == (done["output"][0]["id"], 250)
    assert item["content"][0]["transcript"] == "word0 word1"
    assert [event["response_id"] for event in client.of("output_audio_buffer.cleared")].count(done["id"]) == 1
