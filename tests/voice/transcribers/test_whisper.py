from pathlib import Path

import numpy as np
import pytest

import tiny_whisper
from freehold.contracts.errors import SetupError
from freehold.voice.hearing.guard import is_invented
from freehold.voice.sound import HEARING_RATE, Samples
from freehold.voice.transcriber import HeardSegment, Transcriber, Wish
from freehold.voice.transcribers._window import window_frames
from freehold.voice.transcribers.faster_whisper import FasterWhisper, open_faster_whisper
from freehold.voice.transcribers.whisper_cpp import WhisperCpp, open_whisper_cpp

TEXT = "freehold listens to you"


@pytest.fixture(scope="session")
def faster(whisper_folder: Path) -> FasterWhisper:
    opened = open_faster_whisper(whisper_folder, threads=1)
    assert isinstance(opened, FasterWhisper)
    return opened


@pytest.fixture(scope="session")
def cpp(ggml_folder: Path) -> WhisperCpp:
    opened = open_whisper_cpp(ggml_folder, threads=1)
    assert isinstance(opened, WhisperCpp)
    return opened


@pytest.fixture(params=["faster", "cpp"])
def engine(request: pytest.FixtureRequest) -> Transcriber:
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize(("speech", "encoded"), [(1, 500), (200, 500), (501, 600), (2950, 3000), (9000, 3000)])
def test_a_window_is_the_next_second_of_speech_within_5_and_30(speech: int, encoded: int) -> None:
    assert window_frames(speech) == encoded


def test_both_engines_know_languages_and_translate(engine: Transcriber) -> None:
    assert {"en", "de", "ja"} <= set(engine.languages)
    assert engine.translates


def test_the_words_have_ordered_times_within_the_clip(engine: Transcriber, murmur: Samples) -> None:
    (segment,) = engine.hear(murmur, Wish(language="en"))
    assert segment.text == TEXT
    assert "".join(word.gap + word.text for word in segment.words).strip() == TEXT
    times = [moment for word in segment.words for moment in (word.start, word.end)]
    assert times == sorted(times)
    assert 0 <= times[0] <= times[-1] <= 2.0
    assert (segment.start, segment.end) == (0.0, pytest.approx(1.6, abs=0.4))


def test_no_word_has_a_time_unless_wished(engine: Transcriber, murmur: Samples) -> None:
    (segment,) = engine.hear(murmur, Wish(language="en", words=False))
    assert (segment.text, segment.words) == (TEXT, ())


def test_an_unknown_language_is_found_and_a_given_one_kept(faster: FasterWhisper, murmur: Samples) -> None:
    assert [segment.language for segment in faster.hear(murmur, Wish())] == ["de"]
    assert [segment.language for segment in faster.hear(murmur, Wish(language="fr"))] == ["fr"]


def test_two_seconds_are_encoded_in_five_not_thirty(faster: FasterWhisper, cpp: WhisperCpp, murmur: Samples) -> None:
    list(faster.hear(murmur, Wish(language="en")))
    list(cpp.hear(murmur, Wish(language="en")))
    assert (faster.model.encoded_frames, cpp.audio_context) == (500, 250)


def test_a_prompt_and_keywords_reach_the_model(engine: Transcriber, murmur: Samples) -> None:
    """The tiny models recite by position, which a prompt shifts."""
    prompted = list(engine.hear(murmur, Wish(language="en", prompt="freehold", temperature=0.1)))
    hinted = list(engine.hear(murmur, Wish(language="en", keywords=("freehold",), temperature=0.1)))
    assert all(segment.text != TEXT for segment in [*prompted, *hinted])


def test_samples_shorter_than_a_second_and_none_at_all_are_borne(engine: Transcriber, murmur: Samples) -> None:
    assert list(engine.hear(np.zeros(0, np.float32), Wish(language="en"))) == []
    short = murmur[: HEARING_RATE // 4]
    assert all(segment.end <= 0.25 for segment in engine.hear(short, Wish(language="en")))


def test_text_in_a_loop_is_found_to_be_invented(tmp_path: Path, murmur: Samples) -> None:
    folder = tiny_whisper.write_ggml(tmp_path, tiny_whisper.LOOP)
    heard = list(open_whisper_cpp(folder, threads=1).hear(murmur, Wish(language="en", temperature=0.1)))
    assert heard
    assert all(is_invented(segment) for segment in heard)


def test_a_folder_without_a_model_says_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"tokenizer\.json"):
        open_faster_whisper(tmp_path, threads=1)
    with pytest.raises(SetupError, match=r"ggml-\*\.bin"):
        open_whisper_cpp(tmp_path, threads=1)
    (tmp_path / "ggml-broken.bin").write_bytes(b"no such file")
    with pytest.raises(SetupError, match=r"ggml-broken\.bin"):
        open_whisper_cpp(tmp_path, threads=1)


@pytest.mark.parametrize("text", ["", "…", "you " * 6, "thanks for watching " * 5, "謝謝觀看" * 20])
def test_the_guard_drops_what_says_nothing_or_loops(text: str) -> None:
    assert is_invented(HeardSegment(text=text, start=0, end=1, avg_logprob=-0.1))


def test_the_guard_drops_the_improbable_only_over_silence() -> None:
    def heard(logprob: float | None, no_speech: float) -> HeardSegment:
        return HeardSegment(text="Thank you.", start=0, end=1, avg_logprob=logprob, no_speech_prob=no_speech)

    assert is_invented(heard(-1.4, 0.9))
    assert not is_invented(heard(-1.4, 0.2))
    assert not is_invented(heard(-0.3, 0.9))
    assert not is_invented(heard(None, 0.9))


def test_the_guard_keeps_what_people_say() -> None:
    for text in ("No, no, no.", "I had had enough of that that day", "1 2 3", "ja ja", "そうですね"):
        assert not is_invented(HeardSegment(text=text, start=0, end=1, avg_logprob=-0.5, no_speech_prob=0.1))
