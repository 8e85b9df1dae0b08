"""Text and a voice become speech tokens, one after the other, and these become sound. Knows no files.

As the model card does it: the likeliest token each time, once the logits of those that were chosen already are made
smaller; so the same text is said in the same way twice. Guidance without classifier, which the original has, is not in
the graphs. About 25 tokens make a second.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from freehold.voice.chatterbox.graphs import Cache, ChatterboxGraphs, EncodedVoice
from freehold.voice.sound import Samples

START_SPEECH, STOP_SPEECH = 6561, 6562
REPETITION_PENALTY = 1.2
MAX_TOKENS = 1000  # of one run of text: 40 s
MAX_RUN_CHARACTERS = 300

CALM, USUAL, LIVELY = 0.25, 0.5, 1.0  # exaggeration
MIN_RANGE, MAX_RANGE = 0.5, 2.0


def exaggeration(movement: float) -> float:
    """How expressive it is, for a `range` of a prosody: 0.5 for 1, which is what the model was tuned to."""
    return min(max(USUAL + USUAL * (movement - 1.0), CALM), LIVELY)


def say(graphs: ChatterboxGraphs, ids: Sequence[int], voice: EncodedVoice, lively: float, options: Any) -> Samples:
    """The sound of a text's tokens at 24 kHz, `lively` being its exaggeration. Where `options` say so it is given up
    between two steps, and what is answered then means nothing.
    """
    tokens = list(speech_tokens(graphs, ids, voice, lively, options))
    if options.terminate or not tokens:
        return np.zeros(0, np.float32)
    return graphs.decode(tokens, voice, options)


def speech_tokens(
    graphs: ChatterboxGraphs, ids: Sequence[int], voice: EncodedVoice, lively: float, options: Any
) -> Iterator[int]:
    """The tokens between start and stop."""
    positions = [0 if token >= START_SPEECH else place - 1 for place, token in enumerate(ids)]
    text_BSH = graphs.embed(ids, positions, lively, options)
    embeds_BSH = np.concatenate([voice.condition_BSH, text_BSH], axis=1)
    cache: Cache | None = None
    chosen = [START_SPEECH]
    for place in range(1, MAX_TOKENS + 1):
        logits_V, cache = graphs.step(embeds_BSH, cache, options)
        token = int(np.argmax(_penalised(logits_V, chosen)))
        if token == STOP_SPEECH or options.terminate:
            return
        yield token
        chosen.append(token)
        embeds_BSH = graphs.embed([token], [place], lively, options)


def _penalised(logits_V: NDArray[np.float32], chosen: Sequence[int]) -> NDArray[np.float32]:
    """Less for each token that was chosen before."""
    before = np.unique(chosen)
    scores = logits_V[before]
    logits_V[before] = np.where(scores < 0, scores * REPETITION_PENALTY, scores / REPETITION_PENALTY)
    return logits_V


def runs(text: str) -> Iterator[str]:
    """The text in runs of at most `MAX_RUN_CHARACTERS`, cut at spaces."""
    rest = text.strip()
    while rest:
        cut = len(rest) if len(rest) <= MAX_RUN_CHARACTERS else rest.rfind(" ", 1, MAX_RUN_CHARACTERS + 1)
        cut = cut if cut > 0 else MAX_RUN_CHARACTERS
        yield rest[:cut].rstrip()
        rest = rest[cut:].lstrip()
