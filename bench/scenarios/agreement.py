"""Whether ours and llama.cpp compute the same: greedy tokens and logits, both from the same file, caches in float32.

Counts, no times. Tokens are compared up to the first that differs, for the texts go on differently behind it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np

from bench import ours
from bench.case import Case, Cases, Metric, Taken
from bench.machine import ROOT
from bench.models import STARTER, gguf
from bench.peers import llama_logits
from bench.peers.llama_logits import Greedy, Refused, Request
from freehold.engine.prompts import Prompts
from freehold.foundation.clock import SystemClock
from freehold.native.executor import NativeExecutor
from freehold.nn import PAGE_SLOTS, Executor, FlatBatch, Float32
from freehold.nn.gguf_file import read_gguf
from freehold.nn.numpy_executor import NumpyExecutor

TARGET = "in float32 no token of 32 answers differs but by a tie, ties at most 1 %; logits within 1e-5 of the largest"
TOKENS = 48
TIE = 1e-4  # how far below the largest logit both tokens lie at most
TIES = 0.01  # of the tokens
ALLOWED = 1e-5  # difference of logits over the row's largest one
CACHE_PAGES = 512
FORMATS = ("F32", "BF16", "Q8_0", "Q4_0", "Q4_K_M")
EXACT = "F32"
FIXTURES = ROOT / "tests/fixtures/gguf"
FIXTURE_PROMPTS, FIXTURE_PROMPT_TOKENS = 8, 90
# Fixtures that llama.cpp refuses or computes differently, and why.
GELU = "llama.cpp takes GELU from a table in half precision"
GELU_TANH = "llama.cpp takes GELU by its tanh approximation, from a table in half precision"
KNOWN = {
    "deepseek_v2": "llama.cpp ranks groups of experts by the two best of each, not by the best",
    "deepseek_v2-lite": "llama.cpp knows models without compressed queries by their number of layers only",
    "falcon": GELU_TANH,
    "falcon-new": GELU_TANH,
    "gemma": GELU,
    "gemma2": GELU,
    "gemma3_text": GELU,
    "phi3": "llama.cpp ignores the window",
    "qwen3": "llama.cpp knows no biases in this architecture",
}
QUESTIONS = (
    *("Hello!", "Good morning, how are you?", "What is your name?", "Who made you?", "Are you a person?"),
    *("What can you do?", "What is Freehold?", "Does my data leave this machine?", "Can you write a poem?"),
    *("What is the capital of France?", "What is the capital of Japan?", "Which city is Egypt's capital?"),
    *("What is a volcano?", "Explain what an atom is.", "What does photosynthesis mean?", "How far away is the moon?"),
    *("Tell me a joke.", "I feel sad today.", "I had a long day at work.", "My cat is ill. What now?"),
    *("Thanks, that helps!", "What should I cook tonight?", "How do I sleep better?", "Why is the sky blue?"),
    *("What is two plus three?", "Name three colours.", "Say something kind.", "Do you like music?"),
    *("How do I add a user?", "Which models can I run here?", "What is a token?", "Goodbye, see you tomorrow."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The first token in which an answer differs, and how far below the largest logit, recomputed in float32 by the
    reference executor, the two lie."""

    prompt: int
    place: int
    ours: int
    theirs: int
    ours_below: float
    theirs_below: float

    @property
    def is_tie(self) -> bool:
        """Whether rounding may decide between the two."""
        return max(self.ours_below, self.theirs_below) <= TIE

    def show(self) -> str:
        """One line."""
        tokens = f"ours {self.ours} is {self.ours_below:.1e} and theirs {self.theirs} {self.theirs_below:.1e}"
        verdict = "a tie" if self.is_tie else "no tie"
        return f"{QUESTIONS[self.prompt]!r}, token {self.place + 1}: {tokens} below the largest logit: {verdict}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Both sides' answers; `reference_NV` are the reference executor's logits of each first token."""

    ours: Greedy
    theirs: Greedy
    reference_NV: Float32
    differences: tuple[Difference, ...]

    @property
    def tokens(self) -> int:
        """Tokens up to the first that differs, it included."""
        return len(QUESTIONS) * TOKENS - sum(TOKENS - one.place - 1 for one in self.differences)


def cases(folder: Path) -> Cases:
    """The starter's answers, format by format, then all models' logits."""
    for format in FORMATS:
        yield f"starter {format}, {len(QUESTIONS)} answers of {TOKENS} tokens", partial(_answers, format)
    yield "logits of the first token, difference over the largest", _logits


def _answers(format: str) -> Case:
    found, exact = _compare(format), format == EXACT
    differing, ties = len(found.differences), sum(one.is_tie for one in found.differences)
    answers, tokens = len(QUESTIONS), found.tokens
    counted = {"answers": answers, "tokens": tokens, "tokens and ties": tokens}
    same = {"answers": answers - differing, "tokens": tokens - differing, "tokens and ties": tokens - differing + ties}
    floors = {"answers": 0.0, "tokens": 1 - TIES, "tokens and ties": 1.0} if exact else {"answers": 0.0, "tokens": 0.0}
    return Case(
        metrics=tuple(Metric(name=name, floor=floor, unit="count") for name, floor in floors.items()),
        ours=lambda: _taken(counted),
        peers={"the same from llama.cpp": lambda: _taken(same)},
        notes=lambda: [*(one.show() for one in found.differences), _distances(found)],
    )


def _logits() -> Case:
    found, informing = dict[str, float](), set(KNOWN)
    for format in FORMATS:
        both = _compare(format)
        found[f"starter {format}"] = _apart(both.ours.logits_NV, both.theirs.logits_NV)
        informing |= {f"starter {format}"} - {f"starter {EXACT}"}
    for path in sorted(FIXTURES.glob("*.gguf")):
        if (apart := _fixture(path)) is not None:
            found[path.stem] = apart
    return Case(
        metrics=tuple(Metric(name=name, floor=float(name not in informing), unit="share") for name in found),
        ours=lambda: _taken(found),
        peers={"allowed": lambda: _taken(dict.fromkeys(found, ALLOWED))},
        notes=lambda: [f"{name}{'' if name in found else ', not loaded'}: {why}" for name, why in KNOWN.items()],
    )


def _taken(amounts: Mapping[str, float]) -> dict[str, Taken]:
    return {name: Taken(amount=amount) for name, amount in amounts.items()}


def _fixture(path: Path) -> float | None:
    """The largest difference; None where llama.cpp is known to refuse the file."""
    executor = _native(path)
    vocab_size, shape = executor.spec.vocab_size, (FIXTURE_PROMPTS, FIXTURE_PROMPT_TOKENS)
    prompts = np.random.default_rng(3).integers(3, vocab_size, shape).tolist()
    try:
        theirs = _theirs(path, vocab_size, prompts, tokens=1)
    except Refused:
        if path.stem in KNOWN:
            return None
        raise
    return _apart(_ours(executor, prompts, tokens=1).logits_NV, theirs.logits_NV)


@cache
def _compare(format: str) -> Compared:
    """The starter's answers in a format."""
    path, text = gguf("starter", format), Prompts(STARTER, SystemClock())
    prompts = [text.encode_chat([{"role": "user", "content": question}]) for question in QUESTIONS]
    executor, reference = _native(path), NumpyExecutor(path, cache_pages=CACHE_PAGES)
    mine = _ours(executor, prompts, TOKENS)
    theirs = _theirs(path, executor.spec.vocab_size, prompts, TOKENS)
    logits_of = partial(_first_logits, reference)
    return Compared(
        ours=mine,
        theirs=theirs,
        reference_NV=np.stack([logits_of(prompt) for prompt in prompts]),
        differences=tuple(
            _first_difference(number, prompt, (mine.tokens[number], theirs.tokens[number]), logits_of)
            for number, prompt in enumerate(prompts)
            if mine.tokens[number] != theirs.tokens[number]
        ),
    )


def _first_difference(
    number: int, prompt: list[int], answers: tuple[list[int], list[int]], logits_of: Callable[[list[int]], Float32]
) -> Difference:
    mine, theirs = answers
    place = next(place for place in range(TOKENS) if mine[place] != theirs[place])
    logits_V = logits_of(prompt + mine[:place])
    below_V = logits_V.max() - logits_V
    tokens = mine[place], theirs[place]
    return Difference(
        prompt=number,
        place=place,
        ours=tokens[0],
        theirs=tokens[1],
        ours_below=float(below_V[tokens[0]]),
        theirs_below=float(below_V[tokens[1]]),
    )


def _native(path: Path) -> NativeExecutor:
    return NativeExecutor(path, cache_pages=CACHE_PAGES, threads=1, weights="stored", cache="f32")


def _ours(executor: NativeExecutor, prompts: list[list[int]], tokens: int) -> Greedy:
    """All prompts in one batch of the whole engine; the logits directly from the executor."""
    logits_NV = np.stack([_first_logits(executor, prompt) for prompt in prompts])
    engine = ours.engine(executor)
    sequences = [ours.add(engine, prompt, tokens) for prompt in prompts]
    ours.finish(engine)
    return Greedy(tokens=[one.tokens[one.prompt_length :] for one in sequences], logits_NV=logits_NV)


def _theirs(path: Path, vocab_size: int, prompts: list[list[int]], tokens: int) -> Greedy:
    architecture = read_gguf(path).values["general.architecture"]
    request = Request(model=str(path), architecture=architecture, vocab_size=vocab_size, prompts=prompts, tokens=tokens)
    return llama_logits.run(request)


def _first_logits(executor: Executor, prompt: list[int]) -> Float32:
    """Logits [V] behind a prompt, on the executor's first pages."""
    tokens = len(prompt)
    batch = FlatBatch(
        tokens_T=np.array(prompt, np.int32),
        starts_N1=np.array([0, tokens], np.int32),
        contexts_N=np.array([tokens], np.int32),
        pages_NP=np.arange(-(-tokens // PAGE_SLOTS), dtype=np.int32)[None],
        logit_rows_R=np.array([tokens - 1], np.int32),
    )
    return executor.forward(batch)[0].copy()


def _apart(one_NV: Float32, other_NV: Float32) -> float:
    """The largest difference of any row over that row's largest logit; at least float32's own step."""
    apart_N = np.abs(one_NV - other_NV).max(axis=1) / np.abs(other_NV).max(axis=1)
    return max(float(apart_N.max()), float(np.finfo(np.float32).eps))


def _distances(found: Compared) -> str:
    sides = {"ours": found.ours, "llama.cpp": found.theirs}
    apart = [f"{name} {_apart(side.logits_NV, found.reference_NV):.1e}" for name, side in sides.items()]
    return f"first logits' distance from float32 throughout on the same weights: {', '.join(apart)}"
