"""Grammars that answers must follow: compiled off the event loop and off the engine's thread, asked for masks between
steps. llguidance does the work (github.com/guidance-ai/llguidance). Knows token ids, not requests.

A bad grammar fails its own request only. llguidance reports limits and mistakes as states of the grammar, and its
panics are caught here, so nothing reaches the engine's thread.
"""

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from llguidance import LLMatcher, LLParserLimits, LLTokenizer, grammar_from
from llguidance.gbnf_to_lark import any_to_lark
from numpy.typing import NDArray
from tokenizers import Tokenizer

from freehold.contracts.errors import FreeholdError, InvalidRequest, RateLimited, UnsupportedParameter
from freehold.engine.requests.structured import GrammarText, Kind, json_options

logger = logging.getLogger(__name__)

COMPILE_SECONDS = 5.0
COMPILE_THREADS = 2
MAX_WAITING = 32
MAX_CACHED = 128
MAX_BYTES = 256 * 1024
MAX_GRAMMAR_BYTES = 64 * 1024  # converting GBNF is quadratic, and Python's
REASON_CHARACTERS = 400
# A state takes 1 to 2 kB, so an answer's grammar up to 40 MB; a mask takes at most about 20 ms.
LIMITS = LLParserLimits(max_lexer_states=20_000, verbose_errors=False)


class Grammar:
    """One answer's place in its grammar. Used by the engine's thread; never raises."""

    def __init__(self, matcher: LLMatcher, words: int, param: str) -> None:
        self._matcher = matcher
        self._words = words
        self._param = param
        self.error: FreeholdError | None = None

    def copy(self) -> "Grammar":
        """The same place, to go on from separately."""
        return Grammar(self._matcher.deep_copy(), self._words, self._param)

    def mask(self) -> NDArray[np.uint32]:
        """A bit for each token that may come next, lowest bits first; after a failure only end tokens may."""
        try:
            mask = np.frombuffer(self._matcher.compute_bitmask(), np.uint32)
        except BaseException as error:  # a panic of Rust is no Exception
            mask = np.full(self._words, 0xFFFFFFFF, np.uint32)
            self._fail(error)
        self._check()
        return mask

    def accept(self, token: int) -> None:
        """Move on by the token that was chosen."""
        try:
            self._matcher.consume_token(token)
        except BaseException as error:  # a panic of Rust is no Exception
            self._fail(error)
        self._check()

    @property
    def finished(self) -> bool:
        """Whether only an end token may come."""
        return self.error is not None or self._matcher.is_stopped()

    def _check(self) -> None:
        if self.error is None and self._matcher.is_error():
            self.error = _refusal(self._param, self._matcher.get_error())

    def _fail(self, error: BaseException) -> None:
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise error
        logger.error("llguidance panicked", exc_info=error)
        self.error = self.error or _refusal(self._param, "it is too complex")


class Grammars:
    """Compiles grammars for one model's vocabulary and keeps those used last."""

    def __init__(self, tokenizer: Tokenizer, vocab_size: int, end_token_ids: frozenset[int]) -> None:
        """Build the vocabulary's tables: about 5 ms per thousand tokens, holding Python's lock."""
        self._words = -(-vocab_size // 32)
        self._tables: LLTokenizer | None = None
        self._why_not = "it names no end token"
        self._threads = ThreadPoolExecutor(COMPILE_THREADS, thread_name_prefix="grammar")
        self._waiting = 0
        self._cache: OrderedDict[GrammarText, LLMatcher] = OrderedDict()
        if end_token_ids:
            self._build(tokenizer, vocab_size, end_token_ids)

    def _build(self, tokenizer: Tokenizer, vocab_size: int, end_token_ids: frozenset[int]) -> None:
        try:
            self._tables = LLTokenizer(tokenizer.to_str(), n_vocab=vocab_size, eos_token=sorted(end_token_ids))
        except BaseException as error:  # a panic of Rust is no Exception
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            self._why_not = str(error)
            logger.warning("this tokenizer cannot follow grammars", extra={"reason": self._why_not})

    async def compile(self, wanted: GrammarText) -> Grammar:
        """The grammar at its beginning.

        Raises `InvalidRequest` for a bad one or one that takes too long, `RateLimited` when too many wait.
        """
        if wanted in self._cache:
            self._cache.move_to_end(wanted)
        else:
            self._cache[wanted] = await self._compile(wanted)
            while len(self._cache) > MAX_CACHED:
                self._cache.popitem(last=False)
        return Grammar(self._cache[wanted].deep_copy(), self._words, wanted.param)

    async def _compile(self, wanted: GrammarText) -> LLMatcher:
        if self._tables is None:
            raise UnsupportedParameter(
                f"This model's tokenizer cannot follow grammars: {self._why_not}.", param=wanted.param
            )
        limit = MAX_GRAMMAR_BYTES if wanted.kind == "grammar" else MAX_BYTES
        if len(wanted.text) > limit:
            raise _refusal(wanted.param, f"it has {len(wanted.text)} characters; {limit} are allowed")
        if self._waiting >= MAX_WAITING:
            raise RateLimited(f"{self._waiting} grammars are being compiled already.", hint="Try again shortly.")
        self._waiting += 1
        job = self._threads.submit(_matcher, self._tables, wanted)
        loop = asyncio.get_running_loop()
        job.add_done_callback(lambda _: loop.is_closed() or loop.call_soon_threadsafe(self._leave))
        try:
            async with asyncio.timeout(COMPILE_SECONDS):
                return await asyncio.wrap_future(job)
        except TimeoutError:
            raise _refusal(wanted.param, f"compiling it takes longer than {COMPILE_SECONDS:g} s") from None

    def _leave(self) -> None:
        # Counted until the thread is done with it, also when its request has given up.
        self._waiting -= 1

    def close(self) -> None:
        """Compile nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _matcher(tables: LLTokenizer, wanted: GrammarText) -> LLMatcher:
    """Runs on a thread of its own; llguidance releases Python's lock meanwhile. Raises `InvalidRequest`."""
    try:
        matcher = LLMatcher(tables, _grammar(wanted), log_level=0, limits=LIMITS)
        reason = matcher.get_error()
        if not reason:
            matcher.compute_bitmask()
            reason = matcher.get_error()
    except BaseException as error:  # RecursionError, errors of the GBNF reader, panics of Rust
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        matcher = None
    if matcher is None or reason:
        raise _refusal(wanted.param, reason)
    return matcher


def _grammar(wanted: GrammarText) -> str:
    """In llguidance's own format."""
    answer = CONVERSIONS[wanted.kind](wanted)
    if not wanted.before:
        return answer
    grammar = json.loads(answer)["grammars"][0] if wanted.kind == "json_schema" else {"lark_grammar": answer}
    return json.dumps({"grammars": [{"lark_grammar": wanted.before}, grammar | {"name": "answer"}]})


def _json_schema(wanted: GrammarText) -> str:
    return LLMatcher.grammar_from_json_schema(wanted.text, overrides=json_options(strict=wanted.strict))  # pyright: ignore[reportArgumentType]


CONVERSIONS: dict[Kind, Callable[[GrammarText], str]] = {
    "json_schema": _json_schema,
    "regex": lambda wanted: LLMatcher.grammar_from_regex(wanted.text),
    "choice": lambda wanted: grammar_from("choice", wanted.text),
    "grammar": lambda wanted: LLMatcher.grammar_from_lark(any_to_lark(wanted.text)),
    "lark": lambda wanted: LLMatcher.grammar_from_lark(wanted.text),
}


def _refusal(param: str, reason: str) -> InvalidRequest:
    first = reason.partition("\n<")[0].strip().rstrip(".")
    return InvalidRequest(f"'{param}' cannot be followed: {first[:REASON_CHARACTERS]}.", param=param)
