from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.contracts.errors import InvalidRequest
from freehold.voice.speaking.reading.ssml import MAX_DEPTH, is_ssml, read_ssml
from freehold.voice.synthesizer import Prosody


def said(document: str) -> list[str]:
    return [" ".join(span.passage.text.split()) for span in read_ssml(document)]


def test_prosody_reads_keywords_percentages_semitones_and_decibels() -> None:
    spans = read_ssml(
        '<speak>a<prosody rate="slow" pitch="+2st" volume="-6dB">b<prosody rate="120%">c</prosody></prosody>'
        '<prosody rate="+20%" pitch="high">d</prosody></speak>'
    )
    assert [span.prosody for span in spans] == [
        Prosody(),
        Prosody(speed=0.75, pitch=2.0, volume=-6.0),
        Prosody(speed=0.9, pitch=2.0, volume=-6.0),
        Prosody(speed=1.2, pitch=3.5),
    ]


def test_breaks_become_silence_before_what_follows_and_at_the_end() -> None:
    spans = read_ssml('<speak>a<break time="250ms"/><break strength="strong"/>b<break time="1.5s"/></speak>')
    assert [(span.passage.text, span.pause_seconds) for span in spans] == [("a", 0.0), ("b", 1.05), ("", 1.5)]


def test_elements_are_spoken_as_they_ask() -> None:
    assert said('<speak><say-as interpret-as="characters">aB1</say-as> ok</speak>') == ["A B 1 ok"]
    assert said('<speak>The <sub alias="World Wide Web">WWW</sub> it is</speak>') == ["The World Wide Web it is"]
    assert said("<speak><p><s>One.</s><s>Two.</s></p>Three.</speak>") == ["One.", "Two.", "Three."]
    spans = read_ssml('<speak xml:lang="en">Hi <lang xml:lang="de">Hallo</lang></speak>')
    assert [span.language for span in spans] == ["en", "de"]


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co"), exclude_characters="\r"), min_size=1))
def test_characters_keep_their_place_in_the_document(text: str) -> None:
    document = f"  <speak><emphasis>{escape(text)}</emphasis></speak>"
    passages = [span.passage for span in read_ssml(document)]
    for passage in passages:
        for character, at in zip(passage.text, passage.offsets, strict=True):
            assert document[at] == ("&" if character in "&<>" else character)
    assert "".join(passage.text for passage in passages) == (text if text.strip() else "")


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ("<speak><audio src='x'/></speak>", "<audio>"),
        ("<speak><voice name='x'>a</voice></speak>", "<voice>"),
        ("<speak><prosody contour='(0%,+20Hz)'>a</prosody></speak>", "contour"),
        ("<speak><prosody rate='-100%'>a</prosody></speak>", "rate"),
        ("<speak><break time='11s'/>a</speak>", "time"),
        ("<speak>a & b</speak>", "well formed"),
        ("<speak>a", "well formed"),
        ("<!DOCTYPE speak [<!ENTITY a 'b'>]><speak>&a;</speak>", "document type"),
        ("<speak><speak>a</speak></speak>", "one <speak>"),
        ("<speak>" + "<p>" * MAX_DEPTH + "</p>" * MAX_DEPTH + "</speak>", "nested"),
        ("<speak>" + '<break time="10s"/>' * 7 + "</speak>", "together"),
    ],
)
def test_what_cannot_be_spoken_is_refused_by_name(document: str, named: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_ssml(document)
    assert named in caught.value.message
    assert caught.value.param == "input"


def test_only_a_speak_element_makes_ssml() -> None:
    assert is_ssml(" <speak>a</speak>")
    assert is_ssml("<?xml version='1.0'?><speak>a</speak>")
    assert not is_ssml("1 < 2")
    assert not is_ssml("<speaker>")
