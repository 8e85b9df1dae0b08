"""What words say about turns: listeners' signals, and how finished a text sounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.voice.conversation.listening.backchannel import is_backchannel
from freehold.voice.conversation.listening.endings import likely_finished, wait_ms
from freehold.voice.conversation.listening.grammars import GRAMMARS

SIGNALS = """yeah|Yeah, yeah.|Yeahhh|mhm|Mm-hmm.|uh-huh|hmm|okay|O.K.|okay right|I see, I see|that’s right|go on|wow
    |ja|Ja, genau!|ach so, ja|stimmt|sí|si|Claro que sí.|vale|oui oui|D'accord.|c'est ça|sì|Ho capito|va bene|sim|pois é
    |tá bom|is goed|oké|Tak, tak.|rozumiem|właśnie"""
TURNS = """no|nope|stop|wait|wait a minute|hold on|no no|okay stop|yeah but|yes please do it|right left|um|uh well|hello
    |nein|halt|warte mal|ja aber|no gracias|espera|para|non|attends|aspetta|não|espere|nee|wacht|nie|czekaj|okay no
    |yeah yeah yeah yeah yeah|good morning|what|thank you"""


def listed(text: str) -> list[str]:
    return [part.strip() for part in text.split("|")]


@pytest.mark.parametrize("text", listed(SIGNALS))
def test_a_listeners_signal_is_no_turn(text: str) -> None:
    assert is_backchannel(text)


@pytest.mark.parametrize("text", [*listed(TURNS), "", " ", "..."])
def test_whatever_may_want_the_turn_is_no_signal(text: str) -> None:
    assert not is_backchannel(text)


@given(st.lists(st.sampled_from(listed(SIGNALS)), max_size=3), st.sampled_from(["no", "stop", "wait", "nein", "nie"]))
def test_a_refusal_anywhere_makes_it_a_turn(signals: list[str], refusal: str) -> None:
    for at in range(len(signals) + 1):
        assert not is_backchannel(" ".join([*signals[:at], refusal, *signals[at:]]))


UNFINISHED = [
    ("en", "i want to go to the"),
    ("en", "So I was thinking, um"),
    ("en", "we could go tomorrow or"),
    ("en", "Turn on the."),  # Whisper ends everything with a full stop
    ("en", "my name is"),
    ("de", "Ich hätte gern ein"),
    ("de", "Das geht nicht, weil"),
    ("es", "quiero ir a la"),
    ("fr", "je voudrais un"),
    ("fr", "et puis j'ai"),
    ("it", "vorrei andare alla"),
    ("pt", "eu quero falar com"),
    ("nl", "ik wil graag een"),
    ("pl", "chciałbym kupić bilet i"),
    ("", "ich möchte mit dem"),
]
FINISHED = [
    ("en", "hello"),
    ("en", "no"),
    ("en", "Turn on the light."),
    ("en", "Where are you from?"),
    ("en", "what's that"),
    ("de", "Guten Morgen!"),
    ("de", "Wie spät ist es?"),
    ("es", "¿Dónde está?"),
    ("fr", "merci beaucoup"),
    ("it", "Come stai?"),
    ("pt", "muito obrigado"),
    ("nl", "dank je wel"),
    ("pl", "dziękuję bardzo"),
]


@pytest.mark.parametrize(("language", "text"), UNFINISHED)
def test_a_text_that_needs_another_word_waits_long(language: str, text: str) -> None:
    assert likely_finished(text, language) <= 0.3
    assert wait_ms(text, language, 4000) >= 2000


@pytest.mark.parametrize(("language", "text"), FINISHED)
def test_a_text_that_is_complete_waits_shortly(language: str, text: str) -> None:
    assert likely_finished(text, language) >= 0.9
    assert wait_ms(text, language, 4000) == 200


def test_what_lies_between_waits_between() -> None:
    texts = [
        "where are you from",
        "the train leaves at half past seven",
        "the train",
        "my number is five five five",
        "it begins with a and",
    ]
    waits = [wait_ms(text, "en", 4000) for text in texts]
    assert waits == sorted(waits)
    assert 200 < waits[0] < 300
    assert waits[1] < 700
    assert waits[-1] == 4000


def test_numbers_are_dictated_in_groups() -> None:
    assert likely_finished("it's 555", "en") == likely_finished("five five five", "en") < 0.5
    assert likely_finished("five five five one two three four five six seven", "en") > 0.5
    assert likely_finished("in the year 2027", "en") > 0.5


@given(st.text(max_size=60), st.sampled_from(["", "xx", "de-AT", *GRAMMARS]), st.integers(0, 8000))
def test_any_text_waits_within_the_bounds(text: str, language: str, longest: int) -> None:
    assert 0 <= likely_finished(text, language) <= 1
    assert min(200, longest) <= wait_ms(text, language, longest) <= longest
    is_backchannel(text)


def test_only_a_word_that_needs_another_can_be_stranded() -> None:
    for language, grammar in GRAMMARS.items():
        assert grammar.stranded <= grammar.open_words, language
