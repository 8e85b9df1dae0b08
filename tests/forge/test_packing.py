"""Rows on disk: nothing lost, nothing learned that should not be, no target across a segment."""

import random
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from freehold.forge.corpus.chat import (
    BEGIN,
    CHAT_TEMPLATE,
    Encoded,
    encode_document,
    encode_messages,
    encode_prompt,
    special_id,
    with_gap,
)
from freehold.forge.corpus.packing import PackedRows, Packer
from freehold.forge.corpus.records import Document
from freehold.forge.corpus.tokenizer import bytes_per_token, load_tokenizer, save_tokenizer, train_tokenizer

TEXTS = ["Good morning, Ana!", "What is 12 + 30?", "Paris is the capital of France.", "Ana, good morning to you."] * 9
CHAT = (
    {"role": "system", "content": "Be kind."},
    {"role": "user", "content": "What is 12 + 30?"},
    {"role": "assistant", "content": "It is 42."},
    {"role": "user", "content": "Thanks, Ana!"},
    {"role": "assistant", "content": "Good morning."},
)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer(TEXTS, 300)


def piece(size: int, first: int = 10) -> Encoded:
    return Encoded(tokens=list(range(first, first + size)), learned=[True] * size, positions=list(range(size)))


def test_packing_loses_no_token_and_targets_stay_inside_their_segment(tmp_path: Path) -> None:
    sizes = [5, 9, 3, 16, 7, 2, 11, 4, 4, 6]
    with Packer(tmp_path, 16, pad=0) as packer:
        for number, size in enumerate(sizes):
            packer.add(piece(size, first=100 * (number + 1)))
    rows = PackedRows(tmp_path)
    batch = rows.batch(np.arange(rows.rows))
    kept = sorted(int(token) for token in batch.tokens.flatten() if token)
    assert kept == sorted(100 * (n + 1) + at for n, size in enumerate(sizes) for at in range(size))
    learned = batch.targets >= 0
    assert learned.sum() == sum(size - 1 for size in sizes)
    assert (batch.targets[learned] == batch.tokens[learned] + 1).all()


def test_best_fit_fills_rows_that_first_come_would_leave_open(tmp_path: Path) -> None:
    with Packer(tmp_path, 16, pad=0) as packer:
        for size in (10, 11, 5, 6):
            packer.add(piece(size))
    assert PackedRows(tmp_path).rows == 2


def test_a_piece_longer_than_a_row_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="17 tokens"), Packer(tmp_path, 16, pad=0) as packer:
        packer.add(piece(17))


def test_equal_pieces_have_an_equal_content_hash(tmp_path: Path) -> None:
    for name, first in (("a", 10), ("b", 10), ("c", 11)):
        with Packer(tmp_path / name, 16, pad=0) as packer:
            packer.add(piece(8, first))
    a, b, c = (PackedRows(tmp_path / name).content_hash for name in "abc")
    assert a == b != c


def test_only_what_the_assistant_says_and_its_end_are_learned(tokenizer: Tokenizer) -> None:
    encoded = encode_messages(tokenizer, CHAT)
    learned = [token for token, wanted in zip(encoded.tokens, encoded.learned, strict=True) if wanted]
    text = tokenizer.decode(learned, skip_special_tokens=False)
    assert text == "It is 42.<|end|>Good morning.<|end|>"


def test_the_chat_template_spells_the_tokens_that_training_saw(tokenizer: Tokenizer) -> None:
    jinja2 = pytest.importorskip("jinja2.sandbox")
    template = jinja2.SandboxedEnvironment().from_string(CHAT_TEMPLATE)
    chat = template.render(messages=CHAT, bos_token=BEGIN, add_generation_prompt=False)
    assert tokenizer.encode(chat, add_special_tokens=False).ids == encode_messages(tokenizer, CHAT).tokens
    prompt = template.render(messages=CHAT[:2], bos_token=BEGIN, add_generation_prompt=True)
    assert tokenizer.encode(prompt, add_special_tokens=False).ids == encode_prompt(tokenizer, CHAT[:2])


def test_a_chat_that_is_too_long_ends_after_a_whole_assistant_turn(tokenizer: Tokenizer) -> None:
    document = Document(id="a", source="a", licence="a", messages=CHAT)
    whole = encode_messages(tokenizer, CHAT).tokens
    first = encode_messages(tokenizer, CHAT[:3]).tokens
    assert [cut.tokens for cut in encode_document(tokenizer, document, len(whole))] == [whole]
    assert [cut.tokens for cut in encode_document(tokenizer, document, len(whole) - 1)] == [first]
    assert encode_document(tokenizer, document, len(first) - 1) == []


def test_a_gap_moves_only_later_turns_and_stays_in_the_context(tokenizer: Tokenizer) -> None:
    user = special_id(tokenizer, "<|user|>")
    encoded = encode_messages(tokenizer, CHAT)
    gapped = with_gap(encoded, user, context_length=512, rng=random.Random(3))
    second = [at for at, token in enumerate(encoded.tokens) if token == user][1]
    assert gapped.positions[:second] == encoded.positions[:second]
    assert len({new - old for new, old in zip(gapped.positions[second:], encoded.positions[second:], strict=True)}) == 1
    assert encoded.positions[-1] < gapped.positions[-1] < 512


def test_any_text_survives_the_tokenizer_and_digits_stand_alone(tokenizer: Tokenizer, tmp_path: Path) -> None:
    text = "Zoë said: 1234 日本 🙂 \t x"
    save_tokenizer(tokenizer, tmp_path, 512)
    again = load_tokenizer(tmp_path)
    ids = again.encode(text, add_special_tokens=False).ids
    assert again.decode(ids) == text
    assert sum(bytes_per_token(again)[id] for id in ids) == len(text.encode())
    assert sum(str(again.id_to_token(id)).strip("Ġ").isdigit() for id in ids) == 4
