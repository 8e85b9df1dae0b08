from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.contracts.errors import InvalidRequest
from freehold.voice.conversation.protocol import history as history_module
from freehold.voice.conversation.protocol.history import History
from freehold.voice.conversation.protocol.items import InputText, Item, ItemReference, OutputAudio, OutputText
from freehold.voice.conversation.stages import SpokenWord

SENTENCE = "Well, it is (mostly) sunny: 21 degrees!"


def said(text: str, id: str) -> Item:
    return Item.message("user", [InputText(text=text)], id=id)


def spoken(text: str = SENTENCE, *, word_ms: int = 100, id: str = "answer") -> Item:
    """An answer whose words sound one after the other, `word_ms` each."""
    words, place = list[SpokenWord](), 0
    for at, token in enumerate(text.split()):
        place = text.index(token, place)
        bare = token.strip(",.:!()")
        start = place + token.index(bare)
        words.append(
            SpokenWord(text_start=start, text_length=len(bare), start_ms=at * word_ms, end_ms=(at + 1) * word_ms)
        )
        place += len(token)
    return Item.message("assistant", [OutputAudio(transcript=text, words=words, audio_ms=len(words) * word_ms)], id=id)


def history(*items: Item) -> History:
    made = History()
    for item in items:
        made.add(item)
    return made


def ids(of: History) -> list[str]:
    return [item.id for item in of.items]


def test_items_stand_where_the_client_wants_them() -> None:
    made = History()
    assert made.add(said("b", "b")) is None
    assert made.add(said("d", "d")) == "b"
    assert made.add(said("a", "a"), after="root") is None
    assert made.add(said("c", "c"), after="b") == "b"
    assert ids(made) == ["a", "b", "c", "d"]
    made.delete("b")
    assert ids(made) == ["a", "c", "d"]
    assert (made.last_id, len(made)) == ("d", 3)
    assert made.get("c") is made.items[1]


def test_what_is_not_there_or_twice_is_refused() -> None:
    made = history(said("a", "a"))
    refused = [
        (lambda: made.add(said("b", "a")), "item_create_duplicate_id", "item.id"),
        (lambda: made.add(said("b", "")), "item_create_duplicate_id", "item.id"),
        (lambda: made.add(said("b", "b"), after="x"), "item_create_invalid_previous_item_id", "previous_item_id"),
        (lambda: made.add(Item.result("call_1", "x", id="r")), "invalid_tool_call_id", "item.call_id"),
        (lambda: made.get("x"), "item_retrieve_invalid_item_id", "item_id"),
        (lambda: made.delete("x"), "item_delete_invalid_item_id", "item_id"),
        (lambda: made.truncate("x", 0, 0), "item_truncate_invalid_item_id", "item_id"),
        (lambda: made.truncate("a", 0, 0), "unsupported_content_type", "item_id"),
    ]
    for attempt, code, param in refused:
        with pytest.raises(InvalidRequest) as error:
            attempt()
        assert (error.value.code, error.value.param) == (code, param)
    assert ids(made) == ["a"]


def test_only_sound_can_be_truncated_and_no_more_than_there_is() -> None:
    made = history(spoken(), Item.message("assistant", [OutputText(text="a")], id="text"))
    for item_id, part, end in (("text", 0, 0), ("answer", 1, 0), ("answer", 0, 701)):
        with pytest.raises(InvalidRequest):
            made.truncate(item_id, part, end)
    made.truncate("answer", 0, 700)
    assert made.get("answer").spoken().heard == SENTENCE


@pytest.mark.parametrize(
    ("heard_ms", "heard"),
    [
        (0, ""),
        (99, ""),
        (100, "Well,"),
        (399, "Well, it is"),
        (400, "Well, it is (mostly)"),
        (500, "Well, it is (mostly) sunny:"),
        (699, "Well, it is (mostly) sunny: 21"),
        (700, SENTENCE),
    ],
)
def test_what_was_heard_ends_behind_the_last_word_that_sounded_to_its_end(heard_ms: int, heard: str) -> None:
    made = history(spoken())
    made.truncate("answer", 0, heard_ms)
    assert made.get("answer").as_json()["content"][0]["transcript"] == heard
    assert made.unheard("answer") == SENTENCE[len(heard) :].strip()


def test_the_servers_estimate_is_not_shown_and_gives_way_to_what_the_client_says() -> None:
    made = history(spoken())
    made.heard("answer", 250.7)
    assert made.get("answer").spoken().heard == "Well, it"
    assert made.get("answer").as_json()["content"][0]["transcript"] == SENTENCE
    made.truncate("answer", 0, 500)
    made.heard("answer", 100)
    assert made.get("answer").spoken().heard == "Well, it is (mostly) sunny:"
    made.truncate("answer", 0, 200)
    assert made.get("answer").spoken().heard == "Well, it"


def test_an_interruption_that_was_none_is_taken_back() -> None:
    made = history(spoken())
    made.heard("answer", 100)
    made.heard("answer", None)
    assert (made.get("answer").spoken().heard, made.unheard("answer")) == (SENTENCE, "")


def test_a_word_that_touches_the_next_ends_where_that_begins() -> None:
    words = [
        SpokenWord(text_start=0, text_length=2, start_ms=0, end_ms=100),
        SpokenWord(text_start=3, text_length=2, start_ms=100, end_ms=200),
    ]
    part = OutputAudio(transcript="你好。再见！", words=words, audio_ms=200, heard_ms=100)
    assert part.heard == "你好。"
    part = OutputAudio(transcript="so$5", words=[words[0], replace(words[1], text_start=2)], audio_ms=200, heard_ms=100)
    assert part.heard == "so"


texts = st.lists(st.from_regex(r"\(?[a-zé]{1,6}[,.!?)]{0,2}", fullmatch=True), min_size=1, max_size=12).map(" ".join)


@settings(max_examples=60)
@given(texts, st.booleans(), st.lists(st.integers(0, 1500), min_size=2, max_size=2))
def test_what_was_heard_is_a_beginning_at_the_end_of_a_word_and_grows_with_time(
    text: str, timed: bool, shares: list[int]
) -> None:
    item = spoken(text)
    part = item.spoken()
    if not timed:
        part.words.clear()
    made = history(item)
    heard = list[str]()
    for end_ms in sorted(min(share, int(part.audio_ms)) for share in shares):
        made.truncate("answer", 0, end_ms)
        heard.append(part.heard)
        rest = text[len(part.heard) :]
        assert text.startswith(part.heard)
        assert not part.heard or not rest or rest[0].isspace()
    assert heard[1].startswith(heard[0])
    assert part.transcript == text


def test_a_long_conversation_loses_its_oldest_items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_module, "MAX_ITEMS", 5)
    made = history(*(said("a", str(at)) for at in range(7)))
    assert ids(made) == ["2", "3", "4", "5", "6"]
    assert made.add(said("b", "new"), after="root") is None
    assert ids(made) == ["new", "3", "4", "5", "6"]
    monkeypatch.setattr(history_module, "MAX_CHARACTERS", 100)
    made = history(said("a" * 60, "0"), said("b" * 60, "1"))
    assert ids(made) == ["1"]
    made.add(said("c" * 200, "2"))
    assert ids(made) == ["2"]


def test_a_call_without_an_id_gets_one_that_its_result_can_name() -> None:
    made = history(said("hi", "a"), Item.call("weather", "{}", "", id="c"))
    made.add(Item.result(made.get("c").call_id, "sun", id="r"))
    assert [message["role"] for message in made.messages("", limit_characters=100)] == ["user", "assistant", "tool"]


def test_an_item_that_is_gone_is_not_heard() -> None:
    made = history(spoken())
    made.delete("answer")
    made.heard("answer", 100)
    assert made.unheard("answer") == ""


def test_an_answer_out_of_band_sees_its_own_input_alone() -> None:
    base = history(said("first", "a"), said("second", "b"))
    made = History.of([ItemReference(id="b"), said("own", "")], base)
    messages = made.messages("", limit_characters=100)
    assert messages == [{"role": "user", "content": "second\nown"}]
    assert ids(base) == ["a", "b"]
    with pytest.raises(InvalidRequest) as refused:
        History.of([said("own", ""), ItemReference(id="x")], base)
    assert refused.value.param == "response.input[1].id"
