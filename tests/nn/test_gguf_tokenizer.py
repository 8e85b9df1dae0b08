"""A GGUF file's tokenizer gives the tokens of the original one and of llama.cpp, on texts that are hard to split."""

import json
import lzma
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tokenizers import Tokenizer

from freehold.contracts.errors import InvalidRequest
from freehold.engine.prompts import Prompts
from freehold.nn.gguf_file import read_gguf
from freehold.nn.gguf_text import read_gguf_text
from freehold.nn.gguf_tokenizer import build_tokenizer
from freehold.nn.split_patterns import SPLITS
from gguf_model import make_gguf, tokenizer_values
from held_clock import HeldClock
from plain_model import make_plain_model

VOCABULARIES = Path(__file__).parents[1] / "fixtures" / "vocabularies"
NAMES = ("gpt-2", "qwen2", "falcon", "phi-3", "bert-bge")
BY_LLAMA_CPP = json.loads(lzma.decompress((VOCABULARIES / "llama_cpp.json.xz").read_bytes()))
SEPARATOR = "\n__ggml_vocab_test__\n"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("vocabularies")
    found = {name: folder / f"{name}.gguf" for name in NAMES}
    for name, path in found.items():
        path.write_bytes(lzma.decompress((VOCABULARIES / f"{name}.gguf.xz").read_bytes()))
    return found


@cache
def tokenizer_of(path: Path) -> Tokenizer:
    return read_gguf_text(path).tokenizer


def values(**changes: Any) -> dict[str, Any]:
    """The little tokenizer's values as a file gives them; a change to None leaves the key out."""
    given = tokenizer_values() | {f"tokenizer.ggml.{name}": value for name, value in changes.items()}
    arrays = {key: np.array(value) for key, value in given.items() if isinstance(value, list) and value}
    numbers = {key: array for key, array in arrays.items() if array.dtype.kind in "if"}
    return {key: value for key, value in (given | numbers).items() if value is not None}


@pytest.mark.parametrize("name", NAMES)
def test_the_original_tokenizers_vectors_hold(files: dict[str, Path], name: str) -> None:
    texts = (VOCABULARIES / "texts.inp").read_bytes().decode().split(SEPARATOR)
    lines = (VOCABULARIES / f"{name}.out").read_text().split("\n")[: len(texts)]
    assert len(texts) > 40
    for text, line in zip(texts, lines, strict=True):
        wanted = [int(token) for token in line.split()]
        assert tokenizer_of(files[name]).encode(text, add_special_tokens=False).ids == wanted, repr(text)


@pytest.mark.parametrize("name", BY_LLAMA_CPP["tokens"])
def test_the_tokens_are_llama_cpps(files: dict[str, Path], name: str) -> None:
    for text, wanted in zip(BY_LLAMA_CPP["texts"], BY_LLAMA_CPP["tokens"][name], strict=True):
        assert tokenizer_of(files[name]).encode(text, add_special_tokens=False).ids == wanted, repr(text)


@pytest.mark.parametrize("name", ["gpt-2", "qwen2", "falcon", "phi-3"])
def test_decoding_gives_the_text_back(files: dict[str, Path], name: str) -> None:
    tokenizer = tokenizer_of(files[name])
    for text in ("Hello,  world!\n\n\tWhat's 漢字 🙂 é?", " two", "x = 1;\r\n", "<0x0A> \x00\x7f"):
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        assert tokenizer.decode(ids, skip_special_tokens=False) == text


def test_texts_begin_and_end_as_the_file_says(files: dict[str, Path]) -> None:
    assert tokenizer_of(files["phi-3"]).encode("hello").ids == [1, 22172]
    assert tokenizer_of(files["bert-bge"]).encode("hello").ids == [101, 7592, 102]
    assert tokenizer_of(files["gpt-2"]).encode("hello").ids == [31373]
    both = build_tokenizer(values(add_bos_token=True, add_eos_token=True))
    assert both.encode("hello").tokens == ["<|begin|>", "hello", "<|end|>"]


def test_qwen2_composes_characters_as_its_own_tokenizer_does(files: dict[str, Path]) -> None:
    tokenizer = tokenizer_of(files["qwen2"])
    assert tokenizer.encode("e\u0301").ids == tokenizer.encode("é").ids


def test_tokens_that_end_an_answer_are_known_by_id_and_by_text(files: dict[str, Path]) -> None:
    qwen = read_gguf_text(files["qwen2"])
    assert qwen.end_token_ids == {151643, 151645}  # <|endoftext|>, <|im_end|>
    assert qwen.specials == {"bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>", "pad_token": "<|endoftext|>"}
    assert read_gguf_text(files["phi-3"]).end_token_ids == {32000, 32007}


def test_spaces_are_put_before_a_sentencepiece_text_only_where_the_file_wants_it(files: dict[str, Path]) -> None:
    given = dict(read_gguf(files["phi-3"]).values)
    assert build_tokenizer(given).encode("hello", add_special_tokens=False).tokens == ["▁hello"]
    bare = build_tokenizer(given | {"tokenizer.ggml.add_space_prefix": False})
    assert bare.encode("hello", add_special_tokens=False).tokens == ["hello"]
    assert bare.decode(bare.encode(" hello", add_special_tokens=False).ids) == " hello"


def test_special_text_in_a_prompt_becomes_one_token_and_user_defined_text_too() -> None:
    types = [1] * 262 + [3, 3, 4, 3]
    tokenizer = build_tokenizer(values(token_type=types))
    encoded = tokenizer.encode("<|user|>hello<|assistant|>", add_special_tokens=False)
    assert encoded.tokens == ["<|user|>", "hello", "<|assistant|>"]
    assert tokenizer.decode(encoded.ids, skip_special_tokens=True) == "hello<|assistant|>"


@pytest.mark.parametrize("pre", sorted(SPLITS))
def test_every_way_of_splitting_keeps_all_of_the_text(pre: str) -> None:
    tokenizer = build_tokenizer(values(pre=pre))
    text = "I'll say HELLO World  1234567\r\n\n\tπ ß 漢字かな 한국어 🙂!? (x=1)…\u00a0 "
    assert tokenizer.decode(tokenizer.encode(text, add_special_tokens=False).ids) == text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"model": "t5"}, "tokenizer.ggml.model = 't5' is not supported. Supported: llama, gpt2, bert."),
        ({"model": None}, "tokenizer.ggml.model = None is not supported"),
        ({"pre": "martian"}, "tokenizer.ggml.pre = 'martian' is not supported. Supported: a.x-4.0, chatglm-bpe"),
        ({"tokens": None}, "tokenizer.ggml.tokens is missing"),
        ({"tokens": ["a", "a"]}, "holds a token twice"),
        ({"merges": None}, "tokenizer.ggml.merges is missing"),
        ({"token_type": [1, 2]}, "token_type does not hold 266 numbers"),
        ({"eos_token_id": 266}, "eos_token_id = 266 is no token: there are 266"),
        ({"bos_token_id": "x"}, "bos_token_id = 'x' is no token"),
        ({"model": "llama"}, "tokenizer.ggml.scores is missing"),
    ],
)
def test_what_a_tokenizer_lacks_is_named(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        build_tokenizer(values(**changes))
    assert told in caught.value.public_message()


def test_a_vocabulary_without_ways_to_split_is_split_the_default_way() -> None:
    assert build_tokenizer(values(pre=None)).encode("hello", add_special_tokens=False).tokens == ["hello"]


def test_prompts_are_made_from_a_gguf_file_or_a_folder_with_one(tmp_path: Path) -> None:
    make_gguf(tmp_path / "model" / "tiny.gguf")
    for path in (tmp_path / "model", tmp_path / "model" / "tiny.gguf"):
        prompts = Prompts(path, HeldClock())
        chat = prompts.encode_chat([{"role": "user", "content": "hello world"}])
        tokens = [prompts.tokenizer.id_to_token(token) for token in chat]
        assert tokens[:3] == ["<|begin|>", "<|user|>", "hello"]
        assert tokens[-2:] == ["<|end|>", "<|assistant|>"]
        assert prompts.encode_text("hello")[0] == prompts.tokenizer.token_to_id("<|begin|>")
        assert prompts.end_token_ids == {prompts.tokenizer.token_to_id("<|end|>")}


def test_a_folders_own_tokenizer_comes_before_the_gguf_files(tmp_path: Path) -> None:
    make_gguf(make_plain_model(tmp_path / "both") / "tiny.gguf")
    assert Prompts(tmp_path / "both", HeldClock()).tokenizer.get_vocab_size() == 2


def test_a_chat_template_that_is_no_jinja_is_refused(tmp_path: Path) -> None:
    make_gguf(tmp_path / "tiny.gguf", values={"tokenizer.chat_template": "{% if %}"})
    with pytest.raises(InvalidRequest, match="chat template is no Jinja"):
        Prompts(tmp_path / "tiny.gguf", HeldClock()).encode_chat([])
