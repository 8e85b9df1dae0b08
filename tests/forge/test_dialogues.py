"""The dialogue grammar: valid talk, right answers, the same for the same seed."""

import random
import re
from collections import Counter
from importlib import import_module

import pytest

from freehold.forge.corpus.facts import Facts
from freehold.forge.dialogues import Dialogue, Intent, Turn, answered, lines, surface
from freehold.forge.dialogues.sums import result
from freehold.foundation.registry import Registry

FACTS = Facts(
    definitions=(
        ("river", "noun", "a large stream of water"),
        ("bread", "noun", "a food baked from flour"),
        ("run", "verb", "to move fast"),
    ),
    places=(("France", "capital", "Paris"), ("Netherlands", "capital", "Amsterdam"), ("Kenya", "continent", "Africa")),
)
FAMILIES: dict[str, Dialogue] = dict(Registry("freehold.forge.dialogues", "DIALOGUE"))
MAIN = ("identity", "abilities", "product", "howto")
LEFT_OVER = re.compile(r"[{}|@]|\((?:[^()]*\|)|^[~#^&]|  |\.\. |\.\.$")
SEEDS = range(10)


def _intents(family: str) -> tuple[Intent, ...]:
    return import_module(f"freehold.forge.dialogues.{family}").INTENTS


def _segments(family: str, count: int) -> list[list[Turn]]:
    rng = random.Random(5)
    return [FAMILIES[family].segment(rng, FACTS) for _ in range(count)]


@pytest.mark.parametrize("family", sorted(FAMILIES))
@pytest.mark.parametrize("seed", SEEDS)
def test_every_conversation_alternates_and_ends_with_an_answer(family: str, seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(20):
        turns = FAMILIES[family].generate(rng, FACTS)
        assert 2 <= len(turns) <= 12
        assert len(turns) % 2 == 0
        assert [turn["role"] for turn in turns] == ["user", "assistant"] * (len(turns) // 2)
        assert all(turn["content"].strip() for turn in turns)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_the_same_seed_gives_the_same_conversation(family: str) -> None:
    first, second = (FAMILIES[family].generate(random.Random(3), FACTS) for _ in range(2))
    assert first == second


def test_no_slot_or_template_mark_reaches_the_text() -> None:
    rng = random.Random(1)
    for family in FAMILIES.values():
        for _ in range(200):
            for turn in family.generate(rng, FACTS):
                if turn["role"] == "assistant":
                    assert not LEFT_OVER.search(turn["content"]), turn
                assert not re.search(r"[{}|@]|^[~#^&]", turn["content"]), turn


def test_sums_are_right() -> None:
    signs = {"+": "+", "−": "-", "×": "*"}
    for turns in _segments("sums", 500):
        for answer in turns[1::2]:
            found = re.fullmatch(r"(\d+) ([+−×]) (\d+) = (\d+)\.", answer["content"])
            assert found, answer
            assert result(int(found[1]), signs[found[2]], int(found[3])) == int(found[4]), answer


def test_an_answer_to_a_passage_is_copied_from_it() -> None:
    for turns in _segments("passages", 500):
        for answer in turns[1::2]:
            assert answer["content"] in turns[0]["content"]


def test_what_was_told_is_recalled() -> None:
    recalled = 0
    for turns in _segments("names", 500):
        told, answer = turns[1]["content"], turns[-1]["content"]
        if len(turns) > 2:
            value = re.sub(r"^Your .+ is |^You live in ", "", answer).rstrip(".")
            assert value in told, turns
            assert value.lower() in turns[0]["content"].lower(), turns
            recalled += 1
        else:
            assert answer == "You have not told me your name yet."
    assert recalled > 400


def test_a_conversation_never_denies_a_name_it_was_told() -> None:
    rng = random.Random(2)
    for _ in range(300):
        answers = [turn["content"] for turn in FAMILIES["names"].generate(rng, FACTS)]
        if any(answer.startswith(("Nice to meet you, ", "Hello, ")) for answer in answers):
            assert "You have not told me your name yet." not in answers


def test_a_definition_is_the_given_one() -> None:
    texts = [text for _, _, text in FACTS.definitions]
    for turns in _segments("definitions", 200):
        assert any(text in turns[1]["content"] for text in texts) or "I do not know the word" in turns[1]["content"]


def test_a_capital_is_the_given_one_and_takes_its_article() -> None:
    answers = {turns[1]["content"] for turns in _segments("places", 200)}
    assert "The capital of the Netherlands is Amsterdam." in answers
    assert "Kenya is in Africa." in answers


def test_the_main_families_hold_many_intents_with_many_phrasings() -> None:
    intents = [intent for family in MAIN for intent in _intents(family)]
    assert len(intents) >= 120
    assert len({intent.name for intent in intents}) == len(intents)
    assert all(len(intent.asks) >= 8 for intent in intents)
    assert all(1 <= len(intent.answers) <= 5 for intent in intents)
    assert sum(len(intent.asks) for intent in intents) >= 2000


def test_no_question_has_two_meanings() -> None:
    owners: dict[str, set[str]] = {}
    for family in (*MAIN, "greetings", "smalltalk", "unknown", "safety"):
        for intent in _intents(family):
            for ask in intent.asks:
                owners.setdefault(ask.lower().strip("?!. "), set()).add(intent.name)
    assert {ask: names for ask, names in owners.items() if len(names) > 1} == {}


def test_answers_are_short_plain_sentences() -> None:
    for family in (*MAIN, "greetings", "smalltalk", "unknown", "safety"):
        for intent in _intents(family):
            for answer in (*intent.answers, *(text for follow in intent.follows for text in follow.answers)):
                assert len(answer.split()) <= 40, answer
                assert answer[-1] in '.!?:")', answer


def test_openings_are_many_and_the_main_families_hold_three_quarters() -> None:
    rng = random.Random(4)
    weights = {name: family.weight for name, family in FAMILIES.items()}
    main = sum(weights[name] for name in (*MAIN, "greetings", "smalltalk"))
    assert 0.72 < main / sum(weights.values()) < 0.78
    names = list(weights)
    openings: Counter[str] = Counter()
    for name in rng.choices(names, list(weights.values()), k=20_000):
        segment = FAMILIES[name].segment(rng, FACTS)
        openings[segment[0]["content"]] += 1
    assert len(openings) > 12_000


def test_a_follow_up_keeps_to_its_intent() -> None:
    rng = random.Random(6)
    start = next(intent for intent in _intents("howto") if intent.name == "start")
    own = {answer for follow in start.follows for answer in follow.answers} | set(start.answers)
    seen = {turn["content"] for _ in range(200) for turn in answered(rng, start)[3::2]}
    assert len(seen & own) >= 5


def test_careful_noise_keeps_every_word() -> None:
    rng = random.Random(7)
    for _ in range(300):
        noisy = surface(rng, "my name is Tom Bell.", careful=True)
        assert noisy.lower().rstrip(".!") == "my name is tom bell"


def test_a_block_of_lines_is_parted_by_lines_and_slashes() -> None:
    assert lines("  a / b\n c and/or d \n") == ("a", "b", "c and/or d")
