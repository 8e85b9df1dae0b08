import base64
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openai.types.realtime import RealtimeClientEvent
from pydantic import TypeAdapter

from freehold.contracts.errors import InvalidRequest
from freehold.voice.conversation.protocol import client_events as events
from freehold.voice.conversation.protocol.client_events import AudioAppend, ItemCreate, ResponseCreate, read_event
from freehold.voice.conversation.protocol.items import InputAudio, InputImage, Item, ItemReference, OutputAudio
from freehold.voice.conversation.protocol.refusals import Refusal

SDK: TypeAdapter[Any] = TypeAdapter(RealtimeClientEvent)
PIXEL = "data:image/png;base64,iVBORw0KGgo="


def message(role: str, *content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "message", "role": role, "content": list(content)}


def create(item: dict[str, Any], **further: Any) -> dict[str, Any]:
    return {"type": "conversation.item.create", "item": item, **further}


WELL_FORMED = [
    ({"type": "session.update", "session": {"type": "realtime", "instructions": "Be brief."}}, events.SessionUpdate),
    ({"type": "input_audio_buffer.append", "audio": "AAAA"}, AudioAppend),
    ({"type": "input_audio_buffer.commit"}, events.AudioCommit),
    ({"type": "input_audio_buffer.clear"}, events.AudioClear),
    (create(message("user", {"type": "input_text", "text": "hi"}), previous_item_id="root"), ItemCreate),
    (create(message("user", {"type": "input_audio", "audio": "AAAA", "transcript": "hi"})), ItemCreate),
    (create(message("user", {"type": "input_image", "image_url": PIXEL, "detail": "low"})), ItemCreate),
    (create(message("system", {"type": "input_text", "text": "Speak French."})), ItemCreate),
    (create(message("assistant", {"type": "output_text", "text": "Hello."})), ItemCreate),
    (create(message("assistant", {"type": "output_audio", "transcript": "Hello."}) | {"id": "i"}), ItemCreate),
    (create({"type": "function_call", "name": "weather", "arguments": "{}", "call_id": "call_1"}), ItemCreate),
    (create({"type": "function_call_output", "call_id": "call_1", "output": "", "status": "completed"}), ItemCreate),
    ({"type": "conversation.item.retrieve", "item_id": "item_1"}, events.ItemRetrieve),
    ({"type": "conversation.item.delete", "item_id": "item_1"}, events.ItemDelete),
    (
        {"type": "conversation.item.truncate", "item_id": "item_1", "content_index": 0, "audio_end_ms": 1500},
        events.ItemTruncate,
    ),
    ({"type": "response.create"}, ResponseCreate),
    (
        {
            "type": "response.create",
            "response": {
                "conversation": "none",
                "metadata": {"topic": "classification"},
                "output_modalities": ["text"],
                "instructions": "Answer with one word.",
                "max_output_tokens": "inf",
                "audio": {"output": {"voice": {"id": "voice_1"}, "format": {"type": "audio/pcm", "rate": 24000}}},
                "tools": [{"type": "function", "name": "weather", "description": "d", "parameters": {}}],
                "tool_choice": {"type": "function", "name": "weather"},
                "input": [],
            },
        },
        ResponseCreate,
    ),
    ({"type": "response.cancel", "response_id": "resp_1"}, events.ResponseCancel),
    ({"type": "output_audio_buffer.clear"}, events.OutputClear),
]


@pytest.mark.parametrize(
    ("event", "kind"), WELL_FORMED, ids=lambda given: given.get("type") if isinstance(given, dict) else ""
)
def test_every_event_of_the_sdk_is_read(event: dict[str, Any], kind: type) -> None:
    SDK.validate_python(event, strict=True)
    for text in (json.dumps(event), json.dumps(event).encode()):
        assert isinstance(read_event(text), kind)
    named = read_event(json.dumps(event | {"event_id": "evt_1"}))
    assert named.event_id == "evt_1"


def test_every_type_of_the_sdk_is_known() -> None:
    union = RealtimeClientEvent.__args__[0].__args__  # type: ignore[attr-defined]
    types = {kind.model_fields["type"].annotation.__args__[0] for kind in union}
    assert {event["type"] for event, _ in WELL_FORMED} == types


def read_item(item: dict[str, Any]) -> Item:
    event = read_event(json.dumps(create(item)))
    assert isinstance(event, ItemCreate)
    return event.item


@pytest.mark.parametrize("event", [event for event, kind in WELL_FORMED if kind is ItemCreate])
def test_an_item_shows_what_it_was_given_as(event: dict[str, Any]) -> None:
    item, given = read_item(event["item"]), event["item"]
    shown = item.as_json(with_audio=True)
    for key in given.keys() - {"content", "id"}:
        assert shown[key] == given[key]
    for part, original in zip(shown.get("content", []), given.get("content", []), strict=True):
        assert part | original == part
    again = {key: value for key, value in shown.items() if value != ""}
    assert read_item({**again, "output": ""} if item.type == "function_call_output" else again) == item


def test_the_sound_of_an_item_is_shown_only_where_it_is_asked_for() -> None:
    item = read_item(message("user", {"type": "input_audio", "audio": "AAAA"}))
    assert item.content == [InputAudio(audio="AAAA")]
    assert item.as_json()["content"] == [{"type": "input_audio", "transcript": None}]
    assert item.as_json(with_audio=True)["content"][0]["audio"] == "AAAA"
    assert read_item(message("user", {"type": "input_image", "image_url": PIXEL})).content == [
        InputImage(image_url=PIXEL)
    ]


def test_an_answer_may_refer_to_items_beside_its_own() -> None:
    own = message("user", {"type": "input_text", "text": "hi"})
    given = {"input": [{"type": "item_reference", "id": "item_1"}, own]}
    event = read_event(json.dumps({"type": "response.create", "response": given}))
    assert isinstance(event, ResponseCreate)
    assert event.response.input is not None
    assert event.response.input[0] == ItemReference(id="item_1")
    assert isinstance(event.response.input[1], Item)


TEXT = {"type": "input_text", "text": "hi"}
RESPONSE = {"type": "response.create"}


def deep(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    ("event", "code", "param"),
    [
        ({"type": "input_audio_buffer.explode"}, "unknown_event_type", "type"),
        ({}, "missing_required_parameter", "type"),
        ({"type": "input_audio_buffer.append"}, "missing_required_parameter", "audio"),
        ({"type": "input_audio_buffer.append", "audio": 5}, "invalid_type", "audio"),
        ({"type": "input_audio_buffer.commit", "force": True}, "unknown_parameter", "force"),
        ({"type": "session.update"}, "missing_required_parameter", "session"),
        ({"type": "session.update", "session": deep(80)}, "invalid_event", "session"),
        ({"type": "session.update", "session": {"a": [0] * 200_000}}, "invalid_event", "session"),
        (
            {"type": "conversation.item.truncate", "item_id": "i", "content_index": 0, "audio_end_ms": -1},
            "invalid_value",
            "audio_end_ms",
        ),
        (create({"type": "item_reference", "id": "i"}), "invalid_value", "item.type"),
        (create({"type": "message", "role": "user"}), "missing_required_parameter", "item.content"),
        (create({"type": "message", "content": []}), "missing_required_parameter", "item.role"),
        (create(message("assistant", TEXT)), "invalid_value", "item.content[0].type"),
        (create(message("system", {"type": "input_audio", "audio": ""})), "invalid_value", "item.content[0].type"),
        (create(message("user", {"type": "input_text"})), "missing_required_parameter", "item.content[0].text"),
        (create(message("user", TEXT | {"audio": "AAAA"})), "unknown_parameter", "item.content[0].audio"),
        (create(message("user", *[TEXT] * 65)), "invalid_value", "item.content"),
        (create(message("user", TEXT | {"text": "a" * 300_000})), "invalid_value", "item.content[0].text"),
        (
            create(message("user", {"type": "input_image", "image_url": "http://localhost/a.png"})),
            "invalid_value",
            "item.content[0].image_url",
        ),
        (
            create(message("assistant", {"type": "output_audio", "transcript": "a", "audio": "AAAA"})),
            "unknown_parameter",
            "item.content[0].audio",
        ),
        (create({"type": "function_call_output", "output": ""}), "missing_required_parameter", "item.call_id"),
        (create({"type": "function_call", "name": "f", "arguments": {}}), "invalid_type", "item.arguments"),
        (RESPONSE | {"response": {"conversation": "other"}}, "invalid_value", "response.conversation"),
        (RESPONSE | {"response": {"metadata": {str(n): "" for n in range(17)}}}, "invalid_value", "response.metadata"),
        (RESPONSE | {"response": {"metadata": {"a": "b" * 513}}}, "invalid_value", "response.metadata[...]"),
        (
            RESPONSE | {"response": {"input": [{"type": "message"}]}},
            "missing_required_parameter",
            "response.input[0].role",
        ),
        (
            RESPONSE | {"response": {"input": [{"type": "item_reference"}]}},
            "missing_required_parameter",
            "response.input[0].id",
        ),
        (RESPONSE | {"response": {"tools": [{"type": "mcp"}]}}, "unsupported_parameter", "response.tools[0].type"),
        (RESPONSE | {"response": {"temperature": 1}}, "unknown_parameter", "response.temperature"),
    ],
)
def test_a_broken_event_is_refused_with_its_id_and_place(event: dict[str, Any], code: str, param: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_event(json.dumps(event | {"event_id": "evt_1"}))
    assert (refused.value.code, refused.value.param, refused.value.event_id) == (code, param, "evt_1")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{",
        '{"type": 5',
        "[" * 5000,
        "\ud800",
        '{"type":"input_audio_buffer.append","audio":"\\ud800"}',
        b"\xff\xfe",
        b'{"type":"session.update","session":{"a":"\xff"}}',
    ],
)
def test_what_is_no_event_at_all_is_refused(text: str | bytes) -> None:
    with pytest.raises(Refusal) as refused:
        read_event(text)
    assert refused.value.event_id is None


def test_an_event_id_that_is_no_id_is_not_repeated() -> None:
    for event_id in ("a" * 600, 5, None):
        with pytest.raises(Refusal) as refused:
            read_event(json.dumps({"type": "nothing", "event_id": event_id}))
        assert refused.value.event_id is None


def test_as_much_sound_as_openai_takes_is_taken_and_no_more() -> None:
    most = base64.b64encode(bytes(15 * 1024 * 1024)).decode()
    event = read_event(json.dumps({"type": "input_audio_buffer.append", "audio": most}))
    assert isinstance(event, AudioAppend)
    assert len(event.sound()) == 15 * 1024 * 1024
    with pytest.raises(Refusal):
        read_event(json.dumps({"type": "input_audio_buffer.append", "audio": most + "AAAA"}))


@pytest.mark.parametrize("audio", ["AA", "A?==", "é===", "AAAA AAAA"])
def test_sound_that_is_not_base64_is_refused(audio: str) -> None:
    event = read_event(json.dumps({"type": "input_audio_buffer.append", "audio": audio, "event_id": "evt_1"}))
    assert isinstance(event, AudioAppend)
    with pytest.raises(Refusal) as refused:
        event.sound()
    assert (refused.value.param, refused.value.event_id) == ("audio", "evt_1")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60)
@given(st.sampled_from([event for event, _ in WELL_FORMED]), st.data())
def test_no_event_breaks_the_reader(event: dict[str, Any], data: st.DataObject) -> None:
    broken = json.loads(json.dumps(event))
    where = broken
    while True:
        key = data.draw(st.sampled_from(sorted(where)))
        if not (isinstance(where[key], dict) and where[key] and data.draw(st.booleans())):
            break
        where = where[key]
    where[key] = data.draw(JSON)
    with suppress(InvalidRequest):
        read_event(json.dumps(broken))


def test_an_assistants_words_can_be_given_as_what_was_said() -> None:
    item = read_item(message("assistant", {"type": "output_audio", "transcript": "Hello there."}))
    assert item.content == [OutputAudio(transcript="Hello there.")]
    assert item.spoken().heard == "Hello there."
