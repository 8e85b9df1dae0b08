"""The chat format: which tokens stand between turns, as a template and as token ids. Knows roles, not models.

<|begin|><|system|>…<|end|><|user|>…<|end|><|assistant|>…<|end|>
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from freehold.contracts.errors import SetupError
from freehold.forge.corpus.records import Document, Message

PAD, BEGIN, END = "<|pad|>", "<|begin|>", "<|end|>"
ROLES = {"system": "<|system|>", "user": "<|user|>", "assistant": "<|assistant|>"}
SPECIAL_TOKENS = (PAD, BEGIN, END, *ROLES.values())

CHAT_TEMPLATE = (
    "{{ bos_token }}"
    "{% for message in messages %}"
    "{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """Token ids of one document and, for each, whether the model learns to predict it and its position."""

    tokens: list[int]
    learned: list[bool]
    positions: list[int]


def special_id(tokenizer: Tokenizer, token: str) -> int:
    """The id of a special token. Raises `SetupError` for a tokenizer that the forge did not train."""
    found = tokenizer.token_to_id(token)
    if found is None:
        raise SetupError(f"The tokenizer has no token {token}.", hint="Use one that `freehold train` wrote.")
    return found


def encode_text(tokenizer: Tokenizer, text: str) -> list[int]:
    """Ids of plain text, in which the spelling of a special token is ordinary characters."""
    for special in SPECIAL_TOKENS:
        text = text.replace(special, "")
    return tokenizer.encode(text, add_special_tokens=False).ids


def encode_messages(tokenizer: Tokenizer, messages: Sequence[Message]) -> Encoded:
    """A whole chat; only assistant turns and the token that ends them are learned."""
    tokens = [special_id(tokenizer, BEGIN)]
    learned = [False]
    end = special_id(tokenizer, END)
    for message in messages:
        content = encode_text(tokenizer, message["content"])
        tokens += [special_id(tokenizer, ROLES[message["role"]]), *content, end]
        learned += [False] + [message["role"] == "assistant"] * (len(content) + 1)
    return Encoded(tokens=tokens, learned=learned, positions=list(range(len(tokens))))


def encode_prompt(tokenizer: Tokenizer, messages: Sequence[Message]) -> list[int]:
    """A chat up to the point where the assistant speaks next."""
    return [*encode_messages(tokenizer, messages).tokens, special_id(tokenizer, ROLES["assistant"])]


def _whole_turns(tokenizer: Tokenizer, messages: Sequence[Message], longest: int) -> list[Encoded]:
    """The chat up to the last assistant turn that fits; nothing if not even the first does."""
    kept = list(messages)
    while kept and kept[-1]["role"] != "assistant":
        kept.pop()
    while kept:
        encoded = encode_messages(tokenizer, kept)
        if len(encoded.tokens) <= longest:
            return [encoded]
        kept.pop()
        while kept and kept[-1]["role"] != "assistant":
            kept.pop()
    return []


def encode_document(tokenizer: Tokenizer, document: Document, longest: int) -> list[Encoded]:
    """Pieces of at most `longest` tokens: a chat is cut after a whole turn, prose is cut and continued."""
    if document.messages:
        return _whole_turns(tokenizer, document.messages, longest)
    tokens = [special_id(tokenizer, BEGIN), *encode_text(tokenizer, document.text), special_id(tokenizer, END)]
    pieces = (tokens[at : at + longest] for at in range(0, len(tokens), longest))
    return [
        Encoded(tokens=piece, learned=[True] * len(piece), positions=list(range(len(piece))))
        for piece in pieces
        if len(piece) > 1
    ]


def with_gap(piece: Encoded, user: int, context_length: int, rng: random.Random) -> Encoded:
    """The chat with positions skipped before one of its later user turns, as if other turns had stood there.

    So a model trained on short rows meets distances up to its whole context (PoSE, arXiv 2309.10400). `user` is the
    id of the user token; a chat with one user turn stays as it is.
    """
    later = [at for at, token in enumerate(piece.tokens) if token == user][1:]
    room = context_length - len(piece.tokens)
    if not later or room <= 0:
        return piece
    at, gap = rng.choice(later), rng.randrange(room)
    positions = piece.positions[:at] + [position + gap for position in piece.positions[at:]]
    return Encoded(tokens=piece.tokens, learned=piece.learned, positions=positions)
