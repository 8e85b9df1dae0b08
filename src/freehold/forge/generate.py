"""Text from a decoder, one sequence at a time: the trainer's samples and the evaluation. Not a serving engine."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer

from freehold.forge.attention import Cache
from freehold.forge.corpus.chat import END, encode_prompt, special_id
from freehold.forge.corpus.records import Message
from freehold.nn.torch.decoder import Decoder


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the model said, and whether it ended the turn itself."""

    text: str
    tokens: tuple[int, ...]
    ended: bool


@torch.inference_mode()
def greedy(decoder: Decoder, prompt: Sequence[int], end: int, most_tokens: int) -> Reply:
    """The most likely continuation, token by token, until `end`; `text` stays empty."""
    device = decoder.embedding.weight.device
    room = min(most_tokens, decoder.spec.context_length - len(prompt))
    cache, new = Cache(), list(prompt)
    written: list[int] = []
    while len(written) < room:
        seen = len(prompt) + len(written)
        tokens = torch.tensor([new], device=device)
        positions = torch.arange(seen - len(new), seen, device=device).unsqueeze(0)
        hidden = decoder(tokens, positions, cache.attend)
        token = int(decoder.logits(hidden[0, -1]).argmax())
        if token == end:
            return Reply(text="", tokens=tuple(written), ended=True)
        written.append(token)
        new = [token]
    return Reply(text="", tokens=tuple(written), ended=False)


def reply(decoder: Decoder, tokenizer: Tokenizer, messages: Sequence[Message], most_tokens: int = 96) -> Reply:
    """The assistant's greedy answer to a chat that ends with a user turn."""
    found = greedy(decoder, encode_prompt(tokenizer, messages), special_id(tokenizer, END), most_tokens)
    text = tokenizer.decode(list(found.tokens), skip_special_tokens=True)
    return Reply(text=text, tokens=found.tokens, ended=found.ended)
