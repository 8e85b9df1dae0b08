import pytest

from freehold.gateway.auto.language import UNDETERMINED, guess_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What is the best way to learn this?", "en"),
        ("Wie kann ich das am besten lernen?", "de"),
        ("Comment est-ce que je peux apprendre la guitare ?", "fr"),
        ("¿Cómo puedo aprender el piano en casa?", "es"),
        ("Come posso imparare il piano con il mio gatto?", "it"),
        ("Como é que você aprende a tocar o piano em casa?", "pt"),
        ("Hoe kan ik het best piano leren spelen met mijn kat?", "nl"),
        ("Jak się nauczyć grać na pianinie?", "pl"),
        ("Как научиться играть на пианино?", "ru"),
        ("Як навчитися грати на піаніно і не лінуватися?", "uk"),
        ("怎样学会弹钢琴?", "zh"),
        ("ピアノを覚えるには?", "ja"),
        ("피아노를 어떻게 배우나요?", "ko"),
        ("كيف أتعلم العزف على البيانو؟", "ar"),
        ("چگونه پیانو یاد بگیرم؟", "fa"),
        ("Πώς μαθαίνω πιάνο;", "el"),
    ],
)
def test_a_sentence_is_told_by_script_or_small_words(text: str, language: str) -> None:
    assert guess_language(text) == language


@pytest.mark.parametrize("text", ["", "12 + 30", "ok", "\u0000", "🙂🙂", "SELECT 1;"])
def test_what_has_no_small_words_is_undetermined(text: str) -> None:
    assert guess_language(text) == UNDETERMINED


def test_foreign_code_does_not_hide_the_script_around_it() -> None:
    assert guess_language("мой useEffect крутится бесконечно: useEffect(() => {})") == "ru"


def test_one_foreign_letter_does_not_change_the_language() -> None:
    assert guess_language("What is the value of π in this formula?") == "en"
