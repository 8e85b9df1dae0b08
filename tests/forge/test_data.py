"""Reading, mixing, and keeping evaluation prompts out."""

import json
from collections import Counter
from pathlib import Path

import pytest
import zstandard

from freehold.contracts.errors import SetupError
from freehold.forge.corpus.facts import read_facts
from freehold.forge.corpus.mix import interleave, open_streams, write_dialogues
from freehold.forge.corpus.overlap import EXCLUDED_DIGESTS, digests, read_digests, words, write_digests
from freehold.forge.corpus.prepare import set_aside
from freehold.forge.corpus.records import Document, attributions, records
from freehold.forge.held_out_prompts import user_turns
from freehold.forge.recipe import CorpusShare, Mix

RECORDS = [
    {"id": "a/1", "source": "A", "license": "CC0-1.0", "text": "The quick brown fox\njumps over the lazy dog."},
    {"id": "b/1", "source": "B", "license": "MIT", "question": "Who?", "answer": "Ana.", "passage": "Ana sat."},
    {
        "id": "b/2",
        "source": "B",
        "license": "MIT",
        "messages": [{"role": "user", "content": "Hi\u2028there"}, {"role": "assistant", "content": "Hello."}],
    },
]


def write(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in RECORDS)
    path.write_bytes(zstandard.compress(text.encode()) if path.suffix == ".zst" else text.encode())
    return path


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.zst"])
def test_records_of_all_three_forms_are_read(tmp_path: Path, name: str) -> None:
    found = list(records(write(tmp_path / name)))
    assert found[0].text.startswith("The quick")
    assert [message["content"] for message in found[1].messages] == ["Ana sat.\n\nWho?", "Ana."]
    assert found[2].messages[0]["content"] == "Hi\u2028there"
    assert [document.id for document in records(tmp_path / name, "b/")] == ["b/1", "b/2"]


def test_a_malformed_record_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "a", "source": "A", "license": "MIT", "text": "x"}\n{"id": "b"}\n')
    with pytest.raises(SetupError, match="line 2"):
        list(records(path))


def test_data_code_refuses_the_evaluation_folder_even_through_a_link(tmp_path: Path) -> None:
    path = write(tmp_path / "held_out" / "a.jsonl")
    link = tmp_path / "innocent.jsonl"
    link.symlink_to(path)
    for refused in (path, link):
        with pytest.raises(SetupError, match="evaluation"):
            list(records(refused))


def test_a_record_that_shares_five_words_with_an_excluded_text_is_dropped(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl")
    mix = Mix(total_tokens=1, synthetic_share=1.0, corpus=(CorpusShare(file="a.jsonl", id_prefix="", share=1.0),))
    facts = read_facts(None)
    write_digests(["A QUICK brown fox, jumps over - the moon"], tmp_path / "digests")
    for excluded, expected in ((frozenset(), 3), (read_digests(tmp_path / "digests"), 2)):
        streams = open_streams(mix, tmp_path, facts, 1, frozenset(excluded))
        assert len(list(streams[1][1])) == expected


def test_digests_ignore_case_and_marks_and_need_five_words() -> None:
    assert digests("One, two; THREE four 'five'") != set()
    assert digests("I'm one two-three four") == digests("i'm ONE two three; four!")
    assert digests("only four words here") == set()


def test_the_mix_keeps_its_shares_and_its_order() -> None:
    def documents(source: str, count: int) -> list[Document]:
        return [Document(id=f"{source}{n}", source=source, licence="x", text="x" * 10) for n in range(count)]

    def mixed() -> list[Document]:
        streams = [(0.75, iter(documents("a", 1000))), (0.25, iter(documents("b", 10)))]
        return list(interleave(streams, lambda document: len(document.text), 400))

    counts = Counter(document.source for document in mixed())
    assert counts == {"a": 30, "b": 10}
    assert [document.id for document in mixed()] == [document.id for document in mixed()]


def test_dialogues_are_seeded_and_kept_at_most_so_often() -> None:
    facts = read_facts(None)
    mix = Mix(total_tokens=1, synthetic_share=1.0, copies_at_most=2, dialogues="toy_dialogues")
    stream = write_dialogues(mix, facts, 5)
    first = [next(stream) for _ in range(2000)]
    again = write_dialogues(mix, facts, 5)
    assert [document.messages for document in first] == [next(again).messages for _ in range(2000)]
    assert max(Counter(document.id for document in first).values()) == 2


def test_equal_documents_are_on_one_side_of_the_validation_split() -> None:
    documents = [Document(id=str(n), source="a", licence="a") for n in range(5000)]
    share = sum(set_aside(document) for document in documents) / len(documents)
    assert 0.001 < share < 0.01
    assert all(set_aside(document) == set_aside(document) for document in documents)


def test_every_used_source_gets_its_attribution_line(tmp_path: Path) -> None:
    entry = {"source": "African Storybook", "repository": "https://r", "commit": "c", "attribution": "African S."}
    (tmp_path / "MANIFEST.json").write_text(json.dumps({"sources": [entry]}))
    used = {'African Storybook, "Goat" by F. W.': "LicenseRef-CC-BY"}
    (line,) = attributions(tmp_path, used)
    assert (line["source"], line["license"]) == ('African Storybook, "Goat" by F. W.', "LicenseRef-CC-BY")
    assert (line["commit"], line["attribution"]) == ("c", "African S.")


def five_grams(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[at : at + 5]) for at in range(len(found) - 4)}


def test_training_text_shares_no_five_gram_with_the_evaluation_prompts() -> None:
    mix = Mix(total_tokens=1, synthetic_share=1.0, copies_at_most=4)
    ((_, stream),) = open_streams(mix, None, read_facts(None), 11, read_digests(EXCLUDED_DIGESTS))
    asked = set().union(*(five_grams(turn) for turn in user_turns()))
    written = set().union(*(five_grams(turn["content"]) for _ in range(3000) for turn in next(stream).messages))
    assert len(asked) > 300
    assert len(written) > 10_000
    # Only the number: whoever writes dialogues must not learn the prompts from a failure.
    assert len(asked & written) == 0


def test_the_shipped_digests_are_those_of_the_evaluation_prompts(tmp_path: Path) -> None:
    write_digests(user_turns(), tmp_path / "digests")
    assert (tmp_path / "digests").read_text() == EXCLUDED_DIGESTS.read_text()
