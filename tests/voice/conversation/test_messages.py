import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.voice.conversation.protocol.items import InputAudio, InputImage, InputText, Item, OutputAudio, OutputText
from freehold.voice.conversation.protocol.messages import PENDING, SILENCE, chat_messages
from freehold.voice.conversation.stages import SpokenWord

PIXEL = "data:image/png;base64,AA=="
MUCH = 1_000_000
QUIET = {"role": "user", "content": SILENCE}


def user(text: str) -> Item:
    return Item.message("user", [InputAudio(transcript=text)])


def assistant(text: str, heard_ms: int | None = None, *, status: Any = "completed") -> Item:
    words = list[SpokenWord]()
    for at, word in enumerate(text.split()):
        start = text.index(word, words[-1].text_start + words[-1].text_length if words else 0)
        words.append(SpokenWord(text_start=start, text_length=len(word), start_ms=at * 100.0, end_ms=(at + 1) * 100.0))
    part = OutputAudio(transcript=text, words=words, audio_ms=len(words) * 100.0, heard_ms=heard_ms)
    return Item.message("assistant", [part], status=status)


def told(*items: Item, instructions: str = "", limit: int = MUCH) -> list[dict[str, Any]]:
    return chat_messages(items, instructions, limit_characters=limit)


def test_a_conversation_is_told_in_turns() -> None:
    assert told(user("hi"), assistant("Hello."), user("how"), user("are you"), instructions="Be kind.") == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": "Hello."},
        {"role": "user", "content": "how\nare you"},
    ]


def test_where_the_user_has_said_nothing_that_is_told() -> None:
    assert told() == [QUIET]
    assert told(assistant("Hello."), user("hi"))[0] == QUIET
    assert told(user("hi"), assistant("Hello."), user(""))[-1] == QUIET
    assert told(Item.message("user", [InputAudio()])) == [QUIET]


def test_system_messages_stand_behind_the_instructions() -> None:
    later = Item.message("system", [InputText(text="Speak French.")])
    assert told(user("hi"), later, user("so"), instructions="Be kind.") == [
        {"role": "system", "content": "Be kind.\n\nSpeak French."},
        {"role": "user", "content": "hi\nso"},
    ]


def test_an_image_is_shown_beside_what_was_said() -> None:
    shown = Item.message("user", [InputText(text="what is this"), InputImage(image_url=PIXEL, detail="low")])
    image = {"type": "image_url", "image_url": {"url": PIXEL, "detail": "low"}}
    assert told(user("look"), shown)[0]["content"] == [
        {"type": "text", "text": "look"},
        {"type": "text", "text": "what is this"},
        image,
    ]


def call(call_id: str, arguments: str = "{}", **further: Any) -> Item:
    return Item.call("weather", arguments, call_id, **further)


def chat_call(call_id: str, arguments: str = "{}") -> dict[str, Any]:
    return {"id": call_id, "type": "function", "function": {"name": "weather", "arguments": arguments}}


def result(call_id: str, content: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": call_id, "content": content}


def test_results_follow_their_calls_and_what_was_said_before_stands_with_them() -> None:
    items = [user("hi"), assistant("One moment."), call("a"), call("b", '{"c": 1}'), user("well?")]
    assert told(*items, Item.result("b", "rain"), Item.result("a", "sun")) == [
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": "One moment.", "tool_calls": [chat_call("a"), chat_call("b", '{"c": 1}')]},
        result("a", "sun"),
        result("b", "rain"),
        {"role": "user", "content": "well?"},
    ]


def test_calls_one_after_the_other_stay_so() -> None:
    messages = told(user("hi"), call("a"), Item.result("a", "sun"), call("b"), Item.result("b", ""))
    assert [message["role"] for message in messages] == ["user", "assistant", "tool", "assistant", "tool"]


def test_what_does_not_fit_together_is_left_out_or_mended() -> None:
    assert told(user("hi"), Item.result("lost", "x")) == [{"role": "user", "content": "hi"}]
    assert told(user("hi"), call("a"))[-1] == result("a", PENDING)
    assert told(user("hi"), call("a", '{"half', status="incomplete"), Item.result("a", "x")) == told(user("hi"))
    assert told(user("hi"), call("a", "no json"))[1]["tool_calls"] == [chat_call("a")]
    twice = told(user("hi"), call("a"), call("a"), Item.result("a", "sun"), Item.result("a", "rain"))
    assert twice[1:] == [{"role": "assistant", "content": None, "tool_calls": [chat_call("a")]}, result("a", "sun")]


def test_the_model_is_told_where_it_was_interrupted() -> None:
    messages = told(user("hi"), assistant("It will rain all day.", 200), user("stop"), instructions="Be kind.")
    assert messages[2] == {"role": "assistant", "content": "It will"}
    assert messages[0]["content"] == (
        'Be kind.\n\nYour last answer was interrupted, and the user heard it only up to the words "It will".'
    )


def test_an_answer_nobody_heard_is_not_told_but_that_it_was_interrupted_is() -> None:
    messages = told(user("hi"), assistant("It will rain.", 0), user("stop"))
    assert messages == [
        {"role": "system", "content": "Your last answer was interrupted before the user heard any of it."},
        {"role": "user", "content": "hi\nstop"},
    ]


def test_only_the_last_answer_counts_as_interrupted() -> None:
    begun = Item.message("assistant", [OutputAudio()], status="in_progress")
    broken = assistant("It will rain.", 100)
    assert told(user("hi"), broken, user("go on"), begun)[0]["role"] == "system"
    assert told(user("hi"), broken, user("go on"), assistant("Rain."), user("ah"))[0]["role"] == "user"
    assert told(user("hi"), assistant("It will rain.", 300), user("ah"))[0]["role"] == "user"
    assert told(user("hi"), assistant("It will", 200, status="incomplete"), user("ah"))[0]["role"] == "system"


def test_the_oldest_are_left_out_but_never_the_newest_question_nor_half_a_call() -> None:
    items = [user("a" * 50), assistant("b" * 50), user("c" * 50), call("x"), Item.result("x", "d" * 50)]
    assert told(*items, limit=60) == [{"role": "user", "content": "c" * 50}]
    assert [message["role"] for message in told(*items, limit=115)] == ["user", "assistant", "tool"]
    assert [message["role"] for message in told(*items, limit=165)] == [
        "user",
        "assistant",
        "user",
        "assistant",
        "tool",
    ]
    assert told(*items, limit=165)[0] == QUIET
    assert told(user("a" * 50), instructions="i" * 50, limit=0)[1] == {"role": "user", "content": "a" * 50}


call_ids = st.sampled_from(["a", "b", "c"])
words = st.text("ab ", max_size=8)
items = st.one_of(
    words.map(user),
    st.builds(assistant, words, st.none() | st.integers(0, 300), status=st.sampled_from(["completed", "incomplete"])),
    words.map(lambda text: Item.message("assistant", [OutputText(text=text)])),
    words.map(lambda text: Item.message("system", [InputText(text=text)])),
    words.map(lambda text: Item.message("user", [InputText(text=text), InputImage(image_url=PIXEL)])),
    st.builds(call, call_ids, st.sampled_from(["{}", "[]", "{"]), status=st.sampled_from(["completed", "incomplete"])),
    st.builds(Item.result, call_ids, words),
)


def assert_in_turns(messages: list[dict[str, Any]]) -> None:
    """What the strictest chat templates ask for."""
    turns = messages[1:] if messages[0]["role"] == "system" else messages
    assert [message["role"] for message in turns[:1]] == ["user"]
    assert turns[-1]["role"] in ("user", "tool")
    waiting, before = list[str](), "system"
    for message in turns:
        role = message["role"]
        if role == "tool":
            assert message["tool_call_id"] == waiting.pop(0)
        else:
            assert not waiting
            assert role != before
            assert message["content"] or message.get("tool_calls")
        for made in message.get("tool_calls", []):
            assert isinstance(json.loads(made["function"]["arguments"]), dict)
            waiting.append(made["id"])
        before = role
    assert not waiting


@settings(max_examples=150)
@given(st.lists(items, max_size=12), st.sampled_from(["", "Be kind."]), st.integers(0, 200))
def test_whatever_happened_is_told_in_turns_with_every_call_answered(
    happened: list[Item], instructions: str, limit: int
) -> None:
    assert_in_turns(told(*happened, instructions=instructions))
    cut = told(*happened, instructions=instructions, limit=limit)
    assert_in_turns(cut)
    asked = [item for item in happened if item.type == "message" and item.role == "user" and told(item) != [QUIET]]
    shown = [message["content"] for message in cut if message["role"] == "user"]
    if asked:
        newest = told(asked[-1])[0]["content"]
        assert any(newest == content or newest in content or newest[-1] in content for content in shown)
