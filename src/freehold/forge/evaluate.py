"""Scores a model folder on the held-out conversations: share of whole conversations it holds, by topic.

Greedy decoding. A conversation passes when every reply matches all its `accept` patterns and no `reject` pattern,
ends by itself, and repeats no four tokens three times. Patterns ignore case.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from freehold.forge.corpus.overlap import digests
from freehold.forge.corpus.packing import PackedRows
from freehold.forge.corpus.records import Message
from freehold.forge.corpus.tokenizer import load_tokenizer
from freehold.forge.export import EVALUATION_FILE, write_card
from freehold.forge.generate import Reply, reply
from freehold.forge.held_out_prompts import Conversation, Turn, conversations, user_turns
from freehold.nn.torch.decoder import Decoder
from freehold.nn.torch.weights import load

MOST_TOKENS = 96
LOOP_TOKENS = 4
LOOP_TIMES = 3
OVERLAP_ROWS = 4_000


def loops(tokens: Sequence[int]) -> bool:
    """Whether any four tokens occur three times or more."""
    seen: dict[tuple[int, ...], int] = {}
    for at in range(len(tokens) - LOOP_TOKENS + 1):
        gram = tuple(tokens[at : at + LOOP_TOKENS])
        seen[gram] = seen.get(gram, 0) + 1
    return any(count >= LOOP_TIMES for count in seen.values())


def faults(turn: Turn, said: Reply) -> list[str]:
    """Why a reply does not pass; empty when it does."""
    found = [f"lacks /{pattern}/" for pattern in turn.accept if not re.search(pattern, said.text, re.IGNORECASE)]
    found += [f"has /{pattern}/" for pattern in turn.reject if re.search(pattern, said.text, re.IGNORECASE)]
    if not said.ended:
        found.append("does not end")
    if loops(said.tokens):
        found.append("loops")
    return found


def hold(decoder: Decoder, tokenizer: Tokenizer, conversation: Conversation) -> dict[str, Any]:
    """The conversation as the model held it, its own replies in the history."""
    messages: list[Message] = []
    turns: list[dict[str, Any]] = []
    for turn in conversation.turns:
        messages.append({"role": "user", "content": turn.user})
        said = reply(decoder, tokenizer, messages, MOST_TOKENS)
        messages.append({"role": "assistant", "content": said.text})
        turns.append({"user": turn.user, "reply": said.text, "faults": faults(turn, said)})
    passed = not any(turn["faults"] for turn in turns)
    return {"id": conversation.id, "topic": conversation.topic, "passed": passed, "turns": turns}


def evaluate(model: Path, run: Path | None = None) -> dict[str, Any]:
    """Scores by topic and every conversation that failed; with `run`, its last validation loss too."""
    decoder, tokenizer = load(model), load_tokenizer(model)
    held = [hold(decoder, tokenizer, conversation) for conversation in conversations()]
    topics: dict[str, dict[str, int]] = {}
    for result in held:
        score = topics.setdefault(result["topic"], {"passed": 0, "total": 0})
        score["passed"] += result["passed"]
        score["total"] += 1
    return {
        "passed": sum(result["passed"] for result in held),
        "total": len(held),
        "topics": dict(sorted(topics.items())),
        "bits_per_byte": _bits_per_byte(run) if run else None,
        "overlap": _overlap(run, tokenizer) if run else None,
        "failures": [result for result in held if not result["passed"]],
    }


def _overlap(run: Path, tokenizer: Tokenizer) -> int:
    """How many of the held-out five-grams occur in a sample of the run's training rows; 0 when none leaked."""
    rows = PackedRows(run / "data" / "train")
    sample = np.random.default_rng(0).permutation(rows.rows)[:OVERLAP_ROWS]
    held: set[str] = set().union(*(digests(text) for text in user_turns()))
    found: set[str] = set()
    for row in rows.batch(sample).tokens.tolist():
        # Special tokens are kept, so that no five-gram spans two turns.
        for turn in tokenizer.decode(row, skip_special_tokens=False).split("<|"):
            found |= held & digests(turn)
    return len(found)


def _bits_per_byte(run: Path) -> float | None:
    """The last validation in a run's metrics."""
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    found = [line["validation_bits_per_byte"] for line in lines if "validation_bits_per_byte" in line]
    return found[-1] if found else None


def render(result: dict[str, Any]) -> str:
    """Scores and failures as text."""
    lines = [f"{score['passed']:4} of {score['total']:<4} {topic}" for topic, score in result["topics"].items()]
    share = result["passed"] / max(result["total"], 1)
    lines += [f"{result['passed']:4} of {result['total']:<4} all ({share:.1%})"]
    if result["bits_per_byte"] is not None:
        lines.append(f"{result['bits_per_byte']:.3f} bits per byte on validation text")
    if result["overlap"] is not None:
        lines.append(f"{result['overlap']} held-out five-grams in a sample of the training rows")
    for failure in result["failures"]:
        lines.append(f"\n{failure['id']} ({failure['topic']})")
        for turn in failure["turns"]:
            lines += [f"  > {turn['user']}", f"  < {turn['reply']}"]
            lines += [f"    ! {fault}" for fault in turn["faults"]]
    return "\n".join(lines)


def write_evaluation(model: Path, result: dict[str, Any]) -> None:
    """Put the scores into the model folder and its card; replies stay out."""
    kept = {key: result[key] for key in ("passed", "total", "topics", "bits_per_byte", "overlap")}
    (model / EVALUATION_FILE).write_text(json.dumps(kept, indent=2) + "\n")
    write_card(model)
