"""A growing text is cut early, but never within what belongs together."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.voice.conversation.answering.clauses import Clause, Clauses
from freehold.voice.speaking.reading.text import MAX_CHARACTERS

TEXTS = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from(
            ["3.14 ", "1,000 ", "Dr. Who ", "e.g. this ", "one. ", "two, ", "。", "？", "،", "।", "\n", "\n\n"]
        ),
        st.sampled_from(["**bold, yes** ", "**", "`a, b` ", "```\n", "[a, b](http://x.y/z) ", "- ", "😀", "  \t "]),
        st.text("abc ", max_size=300),
        st.text("ab", max_size=300),
    ),
    max_size=30,
).map("".join)


def cut(text: str, sizes: list[int]) -> list[Clause]:
    """The clauses of a text that comes in pieces of such sizes, over and over."""
    clauses = Clauses()
    found: list[Clause] = []
    at = turn = 0
    while at < len(text):
        size = sizes[turn % len(sizes)]
        found += clauses.feed(text[at : at + size])
        at, turn = at + size, turn + 1
    return found + clauses.flush()


def texts(text: str) -> list[str]:
    return [clause.text for clause in cut(text, [4])]


@settings(max_examples=120, deadline=None)
@given(TEXTS, st.lists(st.integers(1, 40), min_size=1, max_size=5))
def test_clauses_make_the_text_up_again_whatever_the_pieces_it_came_in(text: str, sizes: list[int]) -> None:
    found = cut(text, sizes)
    assert "".join(clause.text for clause in found) == text
    assert all(text[clause.start : clause.end] == clause.text for clause in found)
    assert all(0 < len(clause.text) <= MAX_CHARACTERS for clause in found)
    assert found == cut(text, [1])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["3.14", "1,000", "12:30", "1,234.5", "v1.2", "https://a.b/c,d.e?f=g;h"]), min_size=1))
def test_numbers_and_addresses_are_never_cut(words: list[str]) -> None:
    text = " ".join(words)
    assert [word for clause in texts(text) for word in clause.split()] == words


def test_the_first_clause_is_early_and_later_ones_are_sentences() -> None:
    text = (
        "Well now, this is the story of a fox, and of a wood. It was clever, quick, and so very proud of its long and "
        "red tail, which nobody minded. It was a good one, as Dr. Smith, who ought to know, agreed."
    )
    assert texts(text) == [
        "Well now, ",
        "this is the story of a fox, and of a wood. ",
        "It was clever, quick, and so very proud of its long and red tail, which nobody minded. ",
        "It was a good one, as Dr. Smith, who ought to know, agreed.",
    ]


def test_a_clause_is_given_before_the_sentence_ends() -> None:
    clauses = Clauses()
    assert clauses.feed("To be honest") == []
    assert clauses.feed(", ") == []
    assert clauses.feed("I") == [Clause("To be honest, ", 0)]
    without_marks = Clauses()
    long = "a first clause that has no mark of punctuation anywhere in sight "
    assert without_marks.feed(long + "and") == [Clause(long, 0)]


def test_the_second_clause_may_end_at_a_comma_once_it_is_long() -> None:
    long = "the answer to what you have asked me depends on a number of things, "
    assert texts(f"Well, yes, {long}and on you.") == ["Well, yes, ", long, "and on you."]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("你好，世界。今天天气很好，我们去公园。好吗？", ["你好，世界。今天天气很好，", "我们去公园。好吗？"]),
        ("今日はとても良い天気です。散歩に行きましょう。", ["今日はとても良い天気です。", "散歩に行きましょう。"]),
        ("สวัสดีครับ" * 30, ["สวัสดีครับ" * 8, "สวัสดีครับ" * 22]),
    ],
)
def test_scripts_without_spaces_are_cut_at_their_marks_or_at_length(text: str, clauses: list[str]) -> None:
    assert texts(text) == clauses


@pytest.mark.parametrize(
    "marked",
    ["**one, two and three. Four**", "[the page, which. Is here](http://x.y/z)", "`a, b; c. D`", "*one, two. T*"],
)
def test_nothing_is_cut_within_marks_of_markdown(marked: str) -> None:
    assert marked in texts(f"Here it is, {marked} that was it. And this is another one.")[1]
