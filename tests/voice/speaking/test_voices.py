import pytest
from sine_synthesizer import SineSynthesizer

from freehold.contracts.audio.speaking import SpeechRequest
from freehold.contracts.errors import InvalidRequest
from freehold.voice.speaking.reading.emotions import EMOTIONS, prosody_of, understand
from freehold.voice.speaking.sample_texts import SENTENCES, sample_sentence
from freehold.voice.speaking.voices import Voices, page, read_wanted
from freehold.voice.synthesizer import Prosody

VOICES = Voices(SineSynthesizer())


@pytest.mark.parametrize(
    ("name", "language", "chosen"),
    [
        ("EN-US+M1", None, "en-us+m1"),
        ("Alloy", None, "en-us+f1"),
        ("alloy", "de", "de+f1"),
        ("onyx", "de-AT", "de+m1"),
        ("onyx", "en", "en-us+m1"),
        ("alloy", "ja", "ja/one"),
    ],
)
def test_a_voice_is_found_by_id_or_openai_name_and_language(name: str, language: str | None, chosen: str) -> None:
    assert VOICES.choose(name, language).id == chosen


def test_an_unknown_voice_is_refused_with_the_nearest() -> None:
    with pytest.raises(InvalidRequest) as caught:
        VOICES.choose("aloy")
    assert caught.value.param == "voice"
    assert "Did you mean alloy" in caught.value.hint
    with pytest.raises(InvalidRequest) as caught:
        VOICES.choose("alloy", "xx")
    assert caught.value.param == "language"


def test_listing_filters_and_pages_through_all() -> None:
    seen, after = [], ""
    while True:
        got = page(VOICES, read_wanted({"limit": "2", "after": after}), engine="sine", model="m/1")
        seen += [entry["id"] for entry in got["data"]]
        assert got["last_id"] == seen[-1]
        if not got["has_more"]:
            break
        after = got["last_id"]
    assert seen == ["en-us+f1", "en-us+m1", "de+f1", "de+m1", "ja/one"]
    men = page(VOICES, read_wanted({"language": "en", "gender": "male", "q": "US"}), engine="sine", model="m/1")
    assert [entry["id"] for entry in men["data"]] == ["en-us+m1"]
    assert men["data"][0]["sample_text"] == SENTENCES["en"]
    for query in ({"limit": "0"}, {"limit": "1001"}, {"limit": "x"}, {"after": "nobody"}):
        with pytest.raises(InvalidRequest):
            page(VOICES, read_wanted(query), engine="sine", model="m")


def test_every_emotion_but_neutral_sounds_different() -> None:
    assert len(set(EMOTIONS.values())) == 8
    assert EMOTIONS["neutral"] == Prosody()


def test_instructions_are_understood_by_their_words_unless_denied() -> None:
    assert understand("Please whisper, slowly.") == ("whisper", Prosody(speed=0.8))
    assert understand("Sound cheerful and excited, not too fast!") == ("happy", Prosody())
    assert understand("Don’t whisper. Speak like a pirate.") == (None, Prosody())


def test_emotion_speed_and_pitch_combine_within_bounds() -> None:
    request = SpeechRequest(
        model="m", input="x", voice="v", emotion="sad", instructions="excited", speed=2.0, pitch=-11.0
    )
    assert prosody_of(request) == Prosody(speed=1.7, pitch=-12.0, range=0.65, volume=-3.0)


def test_samples_are_written_in_twenty_languages_and_english_stands_in() -> None:
    assert len(SENTENCES) >= 20
    assert sample_sentence("de-AT") == SENTENCES["de"]
    assert sample_sentence("cmn") == SENTENCES["zh"]
    assert sample_sentence("tlh") == SENTENCES["en"]
