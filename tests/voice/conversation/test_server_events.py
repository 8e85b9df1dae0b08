import json
from typing import Any

import pytest
from openai.types.realtime import RealtimeServerEvent
from pydantic import BaseModel, TypeAdapter

from freehold.contracts.errors import ProviderFailed
from freehold.voice.conversation.protocol import server_events as events
from freehold.voice.conversation.protocol.config import Config, ServerVad, TranscriptionWish
from freehold.voice.conversation.protocol.items import InputAudio, InputImage, InputText, Item, OutputAudio, OutputText
from freehold.voice.conversation.protocol.refusals import Refusal
from freehold.voice.conversation.protocol.responses import Outcome, response_object, response_usage
from freehold.voice.conversation.protocol.server_events import Place, RateLimit

SDK: TypeAdapter[Any] = TypeAdapter(RealtimeServerEvent)

PLACE = Place(response_id="resp_1", item_id="item_1")
WEATHER = {"type": "function", "name": "weather", "description": "d", "parameters": {"type": "object"}}
SESSION = Config(
    tools=(WEATHER,),
    transcription=TranscriptionWish(model="w"),
    turn_detection=ServerVad(idle_timeout_ms=6000),
).as_json("sess_1", 1_800_000_000)
LISTENING = Config(type="transcription").as_json("sess_1", 1_800_000_000)
SAID = Item.message("user", [InputAudio(transcript="hi", audio="AAAA"), InputText(text="a")], id="item_0")
SHOWN = Item.message("user", [InputImage(image_url="data:image/png;base64,AA==")], id="item_2")
UNHEARD = Item.message("user", [InputAudio()], id="item_3")
ANSWER = Item.message("assistant", [OutputAudio(transcript="Hello.")], id="item_1", status="incomplete")
WRITTEN = Item.message("assistant", [OutputText(text="Hello.")], id="item_4", status="in_progress")
CALL = Item.call("weather", "{}", "call_1", id="item_5")
RESULT = Item.result("call_1", "sunny", id="item_6")
USAGE = {"prompt_tokens": 10, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 4}}
LOGPROBS = [{"token": "hi", "bytes": [104, 105], "logprob": -0.1}]
FAILURE = ProviderFailed("The voice failed.", hint="Try again.")


def response(**further: Any) -> dict[str, Any]:
    return response_object("resp_1", config=Config(), conversation_id="conv_1", **further)


SENT = [
    events.error(FAILURE),
    events.error(Refusal("No.", code="invalid_value", param="session.type", event_id="evt_1")),
    events.session_created(SESSION),
    events.session_updated(SESSION),
    events.session_created(LISTENING),
    events.session_updated(LISTENING),
    events.conversation_created("conv_1"),
    *[
        told(item, previous)
        for told in (events.item_created, events.item_added, events.item_done)
        for item in (SAID, SHOWN, UNHEARD, ANSWER, WRITTEN, CALL, RESULT)
        for previous in (None, "item_9")
    ],
    events.item_retrieved(SAID),
    events.item_truncated("item_1", 0, 1200),
    events.item_deleted("item_1"),
    events.transcription_delta("item_1", "he", logprobs=LOGPROBS),
    events.transcription_delta("item_1", "he"),
    events.transcription_completed("item_1", "hello", seconds=1.5, logprobs=LOGPROBS),
    events.transcription_completed("item_1", "", seconds=1.5),
    events.transcription_segment("item_1", "seg_1", "hello", speaker="A", start=0.0, end=1.5),
    events.transcription_failed("item_1", FAILURE),
    events.committed("item_1", None),
    events.cleared(),
    events.speech_started("item_1", 300),
    events.speech_stopped("item_1", 1300),
    events.timeout_triggered("item_1", 1300, 7300),
    events.response_created(response()),
    events.response_done(response(outcome=Outcome(status="completed"), output=[ANSWER], usage=response_usage(USAGE))),
    events.response_done(response(outcome=Outcome(status="cancelled", reason="turn_detected"), metadata={"a": "b"})),
    events.response_done(response(outcome=Outcome(status="incomplete", reason="max_output_tokens"), output=[CALL])),
    events.response_done(response(outcome=Outcome(status="failed", error=FAILURE))),
    events.response_done(
        response_object("r", config=Config(output_modalities=("text",), max_output_tokens=5), conversation_id=None)
    ),
    events.output_item_added("resp_1", 0, ANSWER),
    events.output_item_done("resp_1", 1, CALL),
    events.content_part_added(PLACE, spoken=True),
    events.content_part_added(PLACE, spoken=False),
    events.content_part_done(PLACE, "Hello.", spoken=True),
    events.content_part_done(PLACE, "Hello.", spoken=False),
    events.text_delta(PLACE, "He"),
    events.text_done(PLACE, "Hello."),
    events.audio_delta(PLACE, "AAAA"),
    events.audio_done(PLACE),
    events.transcript_delta(PLACE, "He"),
    events.transcript_done(PLACE, "Hello."),
    events.arguments_delta(PLACE, "call_1", "{"),
    events.arguments_done(PLACE, "call_1", "weather", "{}"),
    events.output_started("resp_1"),
    events.output_stopped("resp_1"),
    events.output_cleared("resp_1"),
    events.rate_limits_updated([RateLimit(name="tokens", limit=1000, remaining=900, reset_seconds=1.5)]),
]

# What OpenAI's server sends, too, though the SDK's session type does not name it; `model` speaks, and is ours.
BESIDE = {"id", "object", "expires_at", "model"}


def strangers(model: BaseModel) -> set[str]:
    """Fields at any depth that the SDK's type does not have."""
    found = set(model.model_extra or {})
    for name in type(model).model_fields:
        value = getattr(model, name)
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, BaseModel):
                found |= strangers(inner)
    return found


@pytest.mark.parametrize("event", SENT, ids=lambda event: event["type"])
def test_every_event_is_what_the_sdk_expects(event: dict[str, Any]) -> None:
    text = json.dumps(event | {"event_id": "event_1"})
    read = SDK.validate_json(text, strict=True)
    assert read.type == event["type"]
    assert read.__class__.model_fields["type"].annotation.__args__ == (event["type"],)
    assert strangers(read) <= (BESIDE if event["type"].startswith("session.") else set())


def test_every_event_of_the_sdk_can_be_sent_but_those_of_mcp_and_telephone_keys() -> None:
    union = RealtimeServerEvent.__args__[0].__args__  # type: ignore[attr-defined]
    types = {kind.model_fields["type"].annotation.__args__[0] for kind in union}
    left = {one for one in types if "mcp" in one or "dtmf" in one}
    assert {event["type"] for event in SENT} == types - left


def test_an_error_names_the_event_that_caused_it() -> None:
    refusal = Refusal("No.", param="session.type", hint="Leave it.", event_id="evt_1")
    told = {"type": "invalid_request_error", "code": "invalid_value", "param": "session.type"}
    assert events.error(refusal)["error"] == told | {"message": "No. Leave it.", "event_id": "evt_1"}
    assert events.error(FAILURE, "evt_2")["error"]["event_id"] == "evt_2"
    assert events.error(FAILURE)["error"]["event_id"] is None


def test_usage_tells_how_much_was_cached() -> None:
    usage = response_usage(USAGE)
    assert usage is not None
    assert (usage["total_tokens"], usage["input_token_details"]["cached_tokens"]) == (13, 4)
    assert response_usage(None) is None
    assert response_usage({"prompt_tokens": None, "prompt_tokens_details": None}) is not None


def test_an_answer_in_text_has_no_voice() -> None:
    spoken, written = (
        response_object("r", config=Config(output_modalities=(kind,)), conversation_id=None)
        for kind in ("audio", "text")
    )
    assert spoken["audio"]["output"]["voice"] == "alloy"
    assert written["audio"] is None
