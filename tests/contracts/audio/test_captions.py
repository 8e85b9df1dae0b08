import re

from hypothesis import given
from hypothesis import strategies as st

from freehold.contracts.audio.captions import (
    MAX_CHARACTERS,
    MAX_SECONDS,
    Segment,
    Word,
    segments,
    srt,
    vtt,
)


def spoken(*texts: str, seconds: float = 0.5, gap: str = " ", speaker: str | None = None) -> list[Word]:
    return [
        Word(text=text, start=at * seconds, end=(at + 1) * seconds, gap=gap, speaker=speaker)
        for at, text in enumerate(texts)
    ]


TIMES = st.floats(0, 30, allow_nan=False)
WORDS = st.lists(
    st.builds(
        lambda text, length, pause, speaker: (text, length, pause, speaker),
        st.text("abc.?é", min_size=1, max_size=30),
        TIMES,
        TIMES,
        st.sampled_from(["0", "1", None]),
    ),
    max_size=40,
)


@given(WORDS)
def test_segments_keep_every_word_in_order_and_within_bounds(
    drawn: list[tuple[str, float, float, str | None]],
) -> None:
    words: list[Word] = []
    now = 0.0
    for text, length, pause, speaker in drawn:
        words.append(Word(text=text, start=now + pause, end=now + pause + length, speaker=speaker))
        now += pause + length
    found = segments(words)
    assert " ".join(segment.text for segment in found) == " ".join(word.text for word in words)
    for segment in found:
        alone = " " not in segment.text
        assert alone or (len(segment.text) <= MAX_CHARACTERS and segment.end - segment.start <= MAX_SECONDS)
        assert segment.start <= segment.end
    assert [s.start for s in found] == sorted(s.start for s in found)


def test_a_sentence_a_pause_and_another_speaker_each_begin_a_segment() -> None:
    sentence = spoken("One.", "Two")
    later = Word(text="three", start=9.0, end=9.5)
    other = Word(text="four", start=9.5, end=10.0, speaker="b")
    assert [s.text for s in segments([*sentence, later, other])] == ["One.", "Two", "three", "four"]


def test_words_without_spaces_between_them_stay_so() -> None:
    assert [s.text for s in segments(spoken("今日", "は", "晴れ", gap=""))] == ["今日は晴れ"]


def test_confidence_is_the_mean_of_what_is_known() -> None:
    words = [Word(text="a", start=0, end=1, logprob=-1.0), Word(text="b", start=1, end=2, logprob=-0.5)]
    assert segments(words)[0].logprob == -0.75
    assert segments(spoken("a"))[0].logprob is None


def test_subrip_is_numbered_with_commas() -> None:
    shown = [Segment(text="Hi.", start=0.0, end=1.2345), Segment(text="<Bye>", start=3661.9996, end=3662.0)]
    assert srt(shown) == ("1\n00:00:00,000 --> 00:00:01,234\nHi.\n\n2\n01:01:02,000 --> 01:01:02,000\n<Bye>\n")


def test_webvtt_has_its_header_points_and_escapes() -> None:
    shown = [Segment(text="a --> <b> & c", start=0.0, end=1.0)]
    assert vtt(shown) == "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\na --&gt; &lt;b&gt; &amp; c\n"


@given(st.floats(0, 360_000, allow_nan=False))
def test_time_codes_are_the_nearest_millisecond(seconds: float) -> None:
    found = re.search(r"(\d+):(\d\d):(\d\d),(\d\d\d) -->", srt([Segment(text="x", start=seconds, end=seconds)]))
    assert found is not None
    hours, minutes, whole, thousandths = map(int, found.groups())
    assert abs(hours * 3600 + minutes * 60 + whole + thousandths / 1000 - seconds) <= 0.000_501
    assert minutes < 60
    assert whole < 60


def test_nothing_said_is_an_empty_file() -> None:
    assert srt([]) == ""
    assert vtt([]) == "WEBVTT\n"
