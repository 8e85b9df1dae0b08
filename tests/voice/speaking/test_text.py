import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.voice.speaking.reading.passage import whole
from freehold.voice.speaking.reading.text import MAX_CHARACTERS, clauses, is_speakable, normalise

PIECES = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from(
            ["3.14", "1,000", "Dr. Who", "e.g. this", "one. ", "two, ", "。", "？", "،", "।", "\n\n", " " * 3]
        ),
        st.text("abc ", max_size=300),
    ),
    max_size=40,
)


def spoken(text: str) -> str:
    return normalise(whole(text)).text


@settings(max_examples=300, deadline=None)
@given(PIECES)
def test_clauses_make_the_text_up_again_and_none_is_empty_or_too_long(pieces: list[str]) -> None:
    text = spoken(" ".join(pieces))
    cut = clauses(text)
    assert "".join(cut) == text
    assert all(0 < len(piece) <= MAX_CHARACTERS and piece.strip() for piece in cut)


@settings(max_examples=200, deadline=None)
@given(PIECES)
def test_every_character_knows_its_place_in_the_input(pieces: list[str]) -> None:
    text = "".join(pieces)
    passage = normalise(whole(text))
    assert len(passage.text) == len(passage.offsets)
    assert list(passage.offsets) == sorted(passage.offsets)
    for character, at in zip(passage.text, passage.offsets, strict=True):
        assert text[at] == character or (character.isspace() and text[at].isspace())


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["3.14", "1,000", "12:30", "1,234.5", "v1.2"]), min_size=1, max_size=90))
def test_numbers_are_never_cut(numbers: list[str]) -> None:
    text = " ".join(numbers)
    assert [word for piece in clauses(text) for word in piece.split()] == numbers


@pytest.mark.parametrize(
    "text",
    ["Dr. Smith met Mrs. Jones in the garden of St. Mary, where No. 5 and J. R. Ewing waited for the U.S. team today"],
)
def test_abbreviations_end_no_sentence(text: str) -> None:
    assert clauses(text)[0] == "Dr. Smith met Mrs. Jones in the garden of St. Mary, "


def test_the_first_clause_is_short_and_later_ones_are_sentences() -> None:
    text = (
        "Well now, this is the story of a fox that lived in a wood beyond the hills. It was clever, quick, and rather "
        "proud of its tail. Nobody minded, for it was a good one, as all agreed."
    )
    assert clauses(text) == [
        "Well now, ",
        "this is the story of a fox that lived in a wood beyond the hills. ",
        "It was clever, quick, and rather proud of its tail. Nobody minded, for it was a good one, as all agreed.",
    ]


def test_other_scripts_are_cut_at_their_own_marks() -> None:
    chinese = "你好，世界。" * 30
    arabic = "مرحبا بكم في هذا المكان، " * 12
    hindi = "यह एक वाक्य है। " * 12
    for text, mark in ((chinese, "，。"), (arabic, "،"), (hindi, "।")):
        cut = clauses(spoken(text))
        assert len(cut) > 1
        assert all(piece.rstrip()[-1] in mark for piece in cut)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("a \t b\nc", "a b c"),
        ("one\n\ntwo", "one\ntwo"),
        ("**Bold** and *soft* and `code`", "Bold and soft and code"),
        ("# Title\nText", "Title\nText"),
        ("- milk\n- eggs", "milk\neggs"),
        ("see [the page](http://x.y/z) now", "see the page now"),
        ("5 * 3 and snake_case_name", "5 * 3 and snake_case_name"),
        ("Hi 😀👍🏽 there\u200b\x07", "Hi there"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_marks_and_emoji_are_not_read_out(written: str, said: str) -> None:
    assert spoken(written) == said


def test_punctuation_alone_is_not_speakable() -> None:
    assert not is_speakable("… !? — ")
    assert is_speakable("5")
    assert is_speakable("€")
