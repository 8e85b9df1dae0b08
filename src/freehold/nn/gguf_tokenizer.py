"""The tokenizer that a GGUF file carries, rebuilt for the `tokenizers` library.

Three kinds: `llama` (SentencePiece's byte-pair encoding by scores), `gpt2` (byte-level byte-pair encoding) and `bert`
(WordPiece). Refuses other kinds, and ways of splitting words that it does not know, by name.
Source: llama.cpp's llama-vocab.cpp for what the values mean; transformers' convert_slow_tokenizer.py for the rest.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from typing import Any

import numpy as np
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from freehold.contracts.errors import InvalidRequest
from freehold.nn.split_patterns import SPLITS, Split

PREFIX = "tokenizer.ggml."
SPACE = "▁"
MAX_TOKEN_CHARACTERS = 256  # longer tokens are no result of merges

Values = Mapping[str, Any]


class TokenType(IntEnum):
    """`tokenizer.ggml.token_type`."""

    NORMAL = 1
    UNKNOWN = 2
    CONTROL = 3
    USER_DEFINED = 4
    UNUSED = 5
    BYTE = 6


def build_tokenizer(values: Values) -> Tokenizer:
    """The tokenizer of a file's key-values. Raises `InvalidRequest` naming the value that is missing or not known."""
    kind = values.get(PREFIX + "model")
    if kind not in KINDS:
        hint = f"Supported: {', '.join(KINDS)}."
        raise InvalidRequest(f"{PREFIX}model = {kind!r} is not supported.", hint=hint)
    texts = token_texts(values)
    tokenizer = KINDS[kind](values, texts)
    _add_specials(tokenizer, values, texts)
    return tokenizer


def token_texts(values: Values) -> list[str]:
    """The text of each token by its id; an empty one is named after its id, as llama.cpp does."""
    given = _texts(values, "tokens")
    texts = [text or f"[EMPTY_{number}]" for number, text in enumerate(given)]
    if len(set(texts)) != len(texts):
        raise InvalidRequest(f"{PREFIX}tokens holds a token twice.", hint="Use another file of the model.")
    return texts


def token_types(values: Values, count: int) -> list[int]:
    """The type of each token by its id; all are normal where the file does not say."""
    types = _numbers(values, "token_type", count)
    return [TokenType.NORMAL] * count if types is None else types


def token_id(values: Values, name: str, default: int | None = None) -> int | None:
    """The id under `tokenizer.ggml.<name>_token_id`; None where there is none. Raises `InvalidRequest`."""
    found = values.get(f"{PREFIX}{name}_token_id", default)
    count = len(values.get(PREFIX + "tokens", ()))
    if found is not None and (not isinstance(found, int) or not 0 <= found < count):
        text = f"{PREFIX}{name}_token_id = {found!r} is no token: there are {count}."
        raise InvalidRequest(text, hint="Use another file of the model.")
    return found


def _sentencepiece(values: Values, texts: list[str]) -> Tokenizer:
    scores = _numbers(values, "scores", len(texts))
    if scores is None:
        raise InvalidRequest(f"{PREFIX}scores is missing.", hint="Use another file of the model.")
    unknown = texts[token_id(values, "unknown", 0) or 0]
    vocabulary = {text: number for number, text in enumerate(texts)}
    merges = _merges_by_score(vocabulary, scores)
    model = models.BPE(vocabulary, merges, unk_token=unknown, fuse_unk=True, byte_fallback=True)
    tokenizer = Tokenizer(model)
    prefix = bool(values.get(PREFIX + "add_space_prefix", True))
    prepend, strip = ([normalizers.Prepend(SPACE)], [decoders.Strip(" ", 1, 0)]) if prefix else ([], [])
    tokenizer.normalizer = normalizers.Sequence([*prepend, normalizers.Replace(" ", SPACE)])
    bytes_to_text = [decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse()]
    tokenizer.decoder = decoders.Sequence([*bytes_to_text, *strip])
    bos, eos = token_id(values, "bos", 1), token_id(values, "eos", 2)
    _add_ends(tokenizer, values, texts, (bos, True), (eos, False))
    return tokenizer


def _merges_by_score(vocabulary: Mapping[str, int], scores: Sequence[float]) -> list[tuple[str, str]]:
    """SentencePiece merges the neighbours whose union scores best: as a list, best first."""
    found: list[tuple[float, int, int, str, str]] = []
    for text, number in vocabulary.items():
        if len(text) > MAX_TOKEN_CHARACTERS:
            continue
        for cut in range(1, len(text)):
            left, right = text[:cut], text[cut:]
            if left in vocabulary and right in vocabulary:
                found.append((-scores[number], vocabulary[left], vocabulary[right], left, right))
    return [(left, right) for *_, left, right in sorted(found)]


def _byte_level(values: Values, texts: list[str]) -> Tokenizer:
    split = _split(values)
    vocabulary = {text: number for number, text in enumerate(texts)}
    merges = [_merge(text) for text in _texts(values, "merges")]
    known = [(left, right) for left, right in merges if vocabulary.keys() >= {left, right, left + right}]
    tokenizer = Tokenizer(models.BPE(vocabulary, known, ignore_merges=split.whole_words))
    if split.nfc:
        tokenizer.normalizer = normalizers.NFC()
    words = [pre_tokenizers.Split(Regex(pattern), "isolated") for pattern in split.patterns]
    level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([*words, level])
    tokenizer.decoder = decoders.ByteLevel()
    _add_ends(tokenizer, values, texts, (token_id(values, "bos"), split.add_bos), (token_id(values, "eos"), False))
    return tokenizer


def _split(values: Values) -> Split:
    name = values.get(PREFIX + "pre", "default")
    if name not in SPLITS:
        hint = f"Supported: {', '.join(sorted(SPLITS))}."
        raise InvalidRequest(f"{PREFIX}pre = {name!r} is not supported.", hint=hint)
    return SPLITS[name]


def _merge(text: str) -> tuple[str, str]:
    """The two halves; the first character may be a space itself."""
    cut = text.find(" ", 1)
    return (text[:cut], text[cut + 1 :]) if cut > 0 else ("", "")


def _wordpiece(values: Values, texts: list[str]) -> Tokenizer:
    lowercase = bool(values.get(PREFIX + "normalizer.lowercase", True))
    unknown = texts[token_id(values, "unknown", 100) or 0]
    types = token_types(values, len(texts))
    vocabulary = {_piece(text, kind): number for number, (text, kind) in enumerate(zip(texts, types, strict=True))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token=unknown))
    accents = bool(values.get(PREFIX + "normalizer.strip_accents", lowercase))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lowercase, strip_accents=accents)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    begin = token_id(values, "bos", token_id(values, "cls", 101))
    # llama.cpp's own spelling.
    end = token_id(values, "seperator", token_id(values, "eos", 102))
    _add_ends(tokenizer, values, texts, (begin, True), (end, True))
    return tokenizer


def _piece(text: str, kind: int) -> str:
    """BERT's spelling: GGUF marks the beginnings of words, BERT what goes on within one."""
    if text.startswith(SPACE):
        return text.removeprefix(SPACE)
    bracketed = text.startswith("[") and text.endswith("]")
    return text if kind == TokenType.CONTROL or bracketed else f"##{text}"


def _add_ends(
    tokenizer: Tokenizer, values: Values, texts: list[str], begin: tuple[int | None, bool], end: tuple[int | None, bool]
) -> None:
    """Let texts begin and end with these tokens, each with whether it is added where the file does not say."""
    before = [begin[0]] if values.get(PREFIX + "add_bos_token", begin[1]) and begin[0] is not None else []
    after = [end[0]] if values.get(PREFIX + "add_eos_token", end[1]) and end[0] is not None else []
    if not before and not after:
        return
    single = [*(texts[number] for number in before), "$A", *(texts[number] for number in after)]
    specials = [(texts[number], number) for number in {*before, *after}]
    tokenizer.post_processor = processors.TemplateProcessing(single=single, special_tokens=specials)


def _add_specials(tokenizer: Tokenizer, values: Values, texts: list[str]) -> None:
    """Tokens that are found in a text before it is split."""
    # Phi-3 was trained without the white space after its own marks; only its name tells.
    strip = "phi-3" in str(values.get("general.name", "")).lower().replace("phi3", "phi-3")
    found: list[AddedToken] = []
    for text, kind in zip(texts, token_types(values, len(texts)), strict=True):
        special = kind in (TokenType.CONTROL, TokenType.UNKNOWN) or text in END_TEXTS
        if special or kind == TokenType.USER_DEFINED:
            rstrip = strip and text not in ("<unk>", "<s>", "<|endoftext|>")
            found.append(AddedToken(text, special=special, normalized=False, rstrip=rstrip))
    tokenizer.add_tokens(found)


def _texts(values: Values, name: str) -> list[str]:
    found = values.get(PREFIX + name)
    if not isinstance(found, list) or not found:
        raise InvalidRequest(f"{PREFIX}{name} is missing or holds no texts.", hint="Use another file of the model.")
    return found


def _numbers(values: Values, name: str, count: int) -> list[Any] | None:
    """One number for each of `count` tokens; None where there are none."""
    found = values.get(PREFIX + name)
    if found is None:
        return None
    if not isinstance(found, np.ndarray) or len(found) < count:
        text = f"{PREFIX}{name} does not hold {count} numbers."
        raise InvalidRequest(text, hint="Use another file of the model.")
    return found[:count].tolist()


KINDS: dict[str, Callable[[Values, list[str]], Tokenizer]] = {
    "llama": _sentencepiece,
    "gpt2": _byte_level,
    "bert": _wordpiece,
}
# Tokens that end a turn: often only these texts tell, and some files even take them for ordinary ones.
END_TEXTS = frozenset(
    {
        "<|eot_id|>",
        "<|eom_id|>",
        "<|im_end|>",
        "<|end|>",
        "<|return|>",
        "<|call|>",
        "<end_of_turn>",
        "<|endoftext|>",
        "<|end_of_text|>",
        "<end_of_utterance>",
        "<｜end▁of▁sentence｜>",
    }
)
