"""Sessions as clients see them: events in OpenAI's order, and an end to everything that was begun."""

import asyncio
from functools import lru_cache
from io import BytesIO
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from talk import QUIET, WORD_MS, ScriptedStages, Talk, talk

from flite import flite
from freehold.voice.conversation.stages import Thought
from freehold.voice.sound import HEARING_RATE, Samples

LONG = " ".join(f"word{number}" for number in range(160))  # 16 seconds, more than is made ahead


@lru_cache
def said(text: str) -> Samples:
    return np.asarray(soundfile.read(BytesIO(flite(text)), dtype="float32")[0], np.float32)


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * HEARING_RATE), np.float32)


def question() -> list[Samples]:
    return [silence(0.3), said("what is the capital of france"), silence(0.7)]


RESPONSE = [
    "response.created",
    "response.output_item.added",
    "conversation.item.added",
    "response.content_part.added",
    "response.output_audio_transcript.delta",
    "response.output_audio.delta",
    "response.output_audio.done",
    "response.output_audio_transcript.done",
    "response.content_part.done",
    "conversation.item.done",
    "response.output_item.done",
    "response.done",
]


def shape(kinds: list[str]) -> list[str]:
    """Kinds of events in the order of their first coming."""
    return list(dict.fromkeys(kinds))


async def test_a_spoken_turn_is_told_in_openai_s_order() -> None:
    stages = ScriptedStages(hears=["what is the capital of france"], thinks=["It is Paris."])
    async with talk(stages) as client:
        client.turns(QUIET, transcription={"model": ""})
        client.say(*question())
        done = await client.until("response.done")
    before = [event["type"] for event in client.events]
    start = before.index("response.created")
    assert shape(before[:start]) == [
        "session.created",
        "conversation.created",
        "session.updated",
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.done",
        "conversation.item.input_audio_transcription.delta",
        "conversation.item.input_audio_transcription.completed",
    ]
    assert shape(before[start:]) == RESPONSE
    assert done["response"]["status"] == "completed"
    assert done["response"]["output"][0]["content"] == [{"type": "output_audio", "transcript": "It is Paris. "}]
    assert done["response"]["usage"]["output_tokens"] == 3
    assert {"words_ms", "silence_ms", "sound_ms", "own_ms"} <= set(done["response"]["freehold"]["timings"])


async def test_what_was_thought_about_in_the_pause_is_the_answer() -> None:
    stages = ScriptedStages(hears=["what is the capital of france"], thinks=["It is Paris.", "Twice."])
    async with talk(stages) as client:
        client.turns({"type": "server_vad", "silence_duration_ms": 2000})
        client.say(silence(0.3), said("what is the capital of france"), silence(1))
        async with asyncio.timeout(30):
            while not stages.asked:
                await asyncio.sleep(0.01)
        assert client.of("response.created") == []
        client.say(silence(2))
        done = await client.until("response.done")
    assert done["response"]["output"][0]["content"][0]["transcript"] == "It is Paris. "
    assert len(stages.asked) == 1


async def interrupted(client: Talk, stages: ScriptedStages, text: str) -> dict[str, Any]:
    """Ask, let the answer begin to sound, and speak over it."""
    client.say(*question())
    await client.until("response.output_audio.delta", 3)
    await asyncio.sleep(WORD_MS * 3.5 / 1000)
    stages.hears = [text]
    client.say(said("hold on please"), silence(0.6))
    return await client.until("response.done")


async def test_speaking_over_an_answer_ends_it_and_only_what_was_heard_remains() -> None:
    stages = ScriptedStages(hears=["count to sixteen"], thinks=[LONG, "Fine."])
    async with talk(stages) as client:
        client.turns(QUIET)
        done = await interrupted(client, stages, "hold on please")
        at = client.events.index(done)
        assert client.events[at - 1]["type"] == "response.output_item.done"
        item_id = done["response"]["output"][0]["id"]
        client.send("conversation.item.truncate", item_id=item_id, content_index=0, audio_end_ms=2 * WORD_MS + 50)
        await client.until("response.done")
        client.send("conversation.item.retrieve", item_id=item_id)
        item = (await client.until("conversation.item.retrieved"))["item"]
    assert done["response"]["status_details"] == {"type": "cancelled", "reason": "turn_detected"}
    assert item["content"][0]["transcript"] == "word0 word1"
    asked = stages.asked[-1]["messages"]
    assert [message["role"] for message in asked] == ["system", "user", "assistant", "user"]
    assert asked[2]["content"] in LONG
    assert asked[2]["content"] != LONG
    assert "interrupted" in asked[0]["content"]
    late = [event for event in client.events[at + 1 :] if event.get("response_id") == done["response"]["id"]]
    assert late == []
    assert stages.running == 0


async def test_a_yeah_lets_the_answer_go_on_where_it_stopped() -> None:
    stages = ScriptedStages(hears=["count to sixteen"], thinks=[LONG])
    async with talk(stages) as client:
        client.turns(QUIET)
        await interrupted(client, stages, "yeah")
        rest = await client.until("response.output_audio_transcript.delta")
    words = rest["delta"].split()
    assert words
    assert LONG.split()[-len(words) :] == words
    assert 0 < len(words) < 160
    assert len(stages.asked) == 1
    assert client.of("input_audio_buffer.cleared")
    assert len(client.of("input_audio_buffer.committed")) == 1


async def test_by_words_a_yeah_does_not_stop_the_answer() -> None:
    stages = ScriptedStages(hears=["count to sixteen"], thinks=[LONG])
    async with talk(stages) as client:
        client.turns({"type": "semantic_vad", "eagerness": "high"})
        client.say(*question(), silence(2))
        await client.until("response.output_audio.delta")
        stages.hears = ["yeah"]
        client.say(said("yeah"), silence(3))
        done = await client.until("response.done")
    assert done["response"]["status"] == "completed"
    assert len(client.of("input_audio_buffer.speech_started")) == 1


async def test_by_words_what_interrupts_is_answered() -> None:
    stages = ScriptedStages(hears=["count to sixteen"], thinks=[LONG, "Fine."])
    async with talk(stages) as client:
        client.turns({"type": "semantic_vad", "eagerness": "high"})
        client.say(*question(), silence(2))
        await client.until("response.output_audio.delta")
        stages.hears = ["hold on please"]
        client.say(said("hold on please"), silence(3))
        stopped = await client.until("response.done")
        done = await client.until("response.done")
    assert stopped["response"]["status_details"]["reason"] == "turn_detected"
    assert done["response"]["output"][0]["content"][0]["transcript"] == "Fine. "
    assert stages.asked[-1]["messages"][-1]["content"].endswith("hold on please")


async def test_a_model_that_fails_is_apologised_for_aloud() -> None:
    stages = ScriptedStages(hears=["what is the capital of france"], broken={"thinking"})
    async with talk(stages) as client:
        client.turns(QUIET)
        client.say(*question())
        done = await client.until("response.done")
    assert done["response"]["status"] == "failed"
    assert "sorry" in done["response"]["output"][0]["content"][0]["transcript"]
    assert client.of("response.output_audio.delta")
    assert done["response"]["freehold"]["degraded"] == ["thinking"]


async def test_without_any_voice_the_answer_is_text() -> None:
    stages = ScriptedStages(hears=["what is the capital of france"], thinks=["It is Paris."], broken={"speaking"})
    async with talk(stages) as client:
        client.turns(QUIET)
        client.say(*question())
        done = await client.until("response.done")
    assert done["response"]["status"] == "completed"
    assert done["response"]["output"][0]["content"][0]["transcript"] == "It is Paris. "
    assert client.of("error")[0]["error"]["code"] == "unavailable"
    assert done["response"]["freehold"]["degraded"] == ["speaking"]


async def test_who_could_not_be_heard_is_told_so() -> None:
    stages = ScriptedStages(broken={"hearing"})
    async with talk(stages) as client:
        client.turns(QUIET)
        client.say(*question())
        done = await client.until("response.done")
    assert "could not hear" in done["response"]["output"][0]["content"][0]["transcript"]
    assert client.of("conversation.item.input_audio_transcription.failed")
    assert stages.asked == []


async def test_a_client_may_end_its_turns_itself() -> None:
    stages = ScriptedStages(hears=["hello there"], thinks=["Good morning."])
    async with talk(stages) as client:
        client.turns(None)
        client.say(said("hello there"))
        client.send("input_audio_buffer.commit")
        client.send("response.create")
        done = await client.until("response.done")
        client.send("input_audio_buffer.commit", event_id="mine")
        error = (await client.until("error"))["error"]
    assert done["response"]["output"][0]["content"][0]["transcript"] == "Good morning. "
    assert stages.asked[0]["messages"][-1] == {"role": "user", "content": "hello there"}
    assert (error["code"], error["event_id"]) == ("input_audio_buffer_commit_empty", "mine")


async def test_a_function_is_called_and_its_result_is_answered() -> None:
    call = [
        Thought(call_index=0, call_id="call_1", name="weather", arguments='{"place":'),
        Thought(call_index=0, arguments='"Rome"}'),
        Thought(finish_reason="tool_calls"),
    ]
    stages = ScriptedStages(thinks=[call, "It is sunny."])
    tool = {"type": "function", "name": "weather", "parameters": {"type": "object"}}
    async with talk(stages) as client:
        client.update(output_modalities=["text"], tools=[tool])
        message = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Weather in Rome?"}]}
        client.send("conversation.item.create", item=message)
        client.send("response.create")
        called = await client.until("response.function_call_arguments.done")
        await client.until("response.done")
        result = {"type": "function_call_output", "call_id": called["call_id"], "output": "sunny"}
        client.send("conversation.item.create", item=result)
        client.send("response.create")
        done = await client.until("response.done")
    assert (called["name"], called["arguments"]) == ("weather", '{"place":"Rome"}')
    assert done["response"]["output"][0]["content"] == [{"type": "output_text", "text": "It is sunny. "}]
    assert [message["role"] for message in stages.asked[-1]["messages"]][-2:] == ["assistant", "tool"]


async def test_a_voice_that_was_heard_stays_though_answers_in_text_follow() -> None:
    async with talk() as client:
        client.send("response.create")
        await client.until("response.done")
        client.send("response.create", response={"output_modalities": ["text"]})
        await client.until("response.done")
        client.update(audio={"output": {"voice": "echo"}})
        error = (await client.until("error"))["error"]
    assert error["code"] == "cannot_update_voice"


async def test_two_answers_at_once_are_refused_but_for_those_out_of_band() -> None:
    stages = ScriptedStages(thinks=[LONG, "Aside."], pause=lambda stage: 0.02)
    async with talk(stages) as client:
        client.send("response.create")
        await client.until("response.created")
        client.send("response.create", event_id="second")
        error = (await client.until("error"))["error"]
        client.send("response.create", response={"conversation": "none", "output_modalities": ["text"]})
        aside = await client.until("response.done")
        client.send("response.cancel")
        done = await client.until("response.done")
        client.send("response.cancel", event_id="late")
        late = (await client.until("error"))["error"]
    assert (error["code"], error["event_id"]) == ("conversation_already_has_active_response", "second")
    assert (aside["response"]["conversation_id"], aside["response"]["status"]) == (None, "completed")
    assert done["response"]["status_details"]["reason"] == "client_cancelled"
    assert late["code"] == "response_cancel_not_active"


@pytest.mark.parametrize(
    "message",
    [
        "no json",
        "[]",
        '{"type": "nonsense"}',
        '{"type": "input_audio_buffer.append", "audio": "***"}',
        '{"type": "conversation.item.truncate", "item_id": "x", "content_index": 0, "audio_end_ms": 1}',
        '{"type": "session.update", "session": {"audio": {"input": {"turn_detection": {"threshold": 7}}}}}',
        b"\xff\x00",
        '{"type": "session.update", "session": ' + '{"a":' * 500 + "1" + "}" * 501,
    ],
)
async def test_bad_input_gets_an_error_and_the_session_lives_on(message: str | bytes) -> None:
    async with talk() as client:
        client.inbox.put_nowait(message)
        error = (await client.until("error"))["error"]
        client.update(instructions="Be brief.")
        updated = await client.until("session.updated")
    assert error["type"] == "invalid_request_error"
    assert updated["session"]["instructions"] == "Be brief."


async def test_a_vanished_client_leaves_nothing_running() -> None:
    stages = ScriptedStages(thinks=[LONG], pause=lambda stage: 0.05)
    async with talk(stages) as client:
        client.send("response.create")
        await client.until("response.output_audio.delta")
    assert stages.running == 0


HELLO = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello."}]}
ASIDE = {"conversation": "none", "output_modalities": ["text"]}
EVENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "commit": ("input_audio_buffer.commit", {}),
    "clear": ("input_audio_buffer.clear", {}),
    "create": ("response.create", {}),
    "aside": ("response.create", {"response": ASIDE}),
    "cancel": ("response.cancel", {}),
    "item": ("conversation.item.create", {"item": HELLO}),
    "junk": ("nonsense", {}),
}
MOVES = st.lists(st.sampled_from([*EVENTS, "speak", "silence", "update", "hands", "wait"]), max_size=25)


def move(client: Talk, name: str) -> None:
    """One thing that clients do, sensible or not."""
    if name in EVENTS:
        type_, fields = EVENTS[name]
        client.send(type_, **fields)
    elif name == "speak":
        client.say(said("yes"), piece_ms=200)
    elif name == "silence":
        client.say(silence(0.6), piece_ms=200)
    elif name in ("update", "hands"):
        client.turns(QUIET if name == "update" else None)


def responses(client: Talk, type_: str) -> list[str]:
    return [event["response"]["id"] for event in client.of(type_)]


@settings(max_examples=40, deadline=None)
@given(moves=MOVES, broken=st.sets(st.sampled_from(["hearing", "thinking", "speaking"]), max_size=2))
async def test_whatever_a_client_does_every_response_ends_once(moves: list[str], broken: set[str]) -> None:
    stages = ScriptedStages(hears=["yes"], broken=broken)
    async with talk(stages) as client:
        client.turns(QUIET)
        for name in moves:
            move(client, name)
            await asyncio.sleep(0.01 if name == "wait" else 0)
        client.send("conversation.item.retrieve", item_id="nobody", event_id="last")
        while (await client.until("error"))["error"]["event_id"] != "last":
            pass
        async with asyncio.timeout(30):
            while set(responses(client, "response.created")) != set(responses(client, "response.done")):
                await asyncio.sleep(0.02)
        ended = responses(client, "response.done")
    assert len(set(ended)) == len(ended)
    for response_id in ended:
        about = [at for at, event in enumerate(client.events) if _response(event) == response_id]
        assert client.events[about[0]]["type"] == "response.created"
        assert client.events[about[-1]]["type"] == "response.done"
    assert stages.running == 0


def _response(event: dict[str, Any]) -> str | None:
    return event["response"]["id"] if "response" in event else event.get("response_id")
