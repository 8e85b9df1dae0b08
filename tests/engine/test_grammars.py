"""Grammars: what random tokens may write under them, and what bad ones cannot do."""

import asyncio
import json
import random
import re
import threading
from collections.abc import AsyncGenerator
from typing import Any

import jsonschema
import llguidance
import numpy as np
import pytest
from tokenizers import Tokenizer

from engine import oracle_executor
from engine.loops import Loop
from freehold.contracts.errors import FreeholdError, InvalidRequest, RateLimited, UnsupportedParameter
from freehold.engine import grammars
from freehold.engine.answers.tool_calls import TOOL_FORMATS
from freehold.engine.answers.turn import Turns
from freehold.engine.grammars import Grammar, Grammars
from freehold.engine.loop.sequence import Sequence
from freehold.engine.requests.sampling import Sampling
from freehold.engine.requests.structured import GrammarText, Kind, StructuredFields
from freehold.engine.requests.tool_use import ToolUse, read_tool_use
from random_schemas import random_object
from tiny_model import make_tokenizer

TOKENIZER = make_tokenizer()
VOCABULARY = TOKENIZER.get_vocab_size() + 9  # a model's matrix may have more rows
MOST_TOKENS = 4000


def token(piece: str) -> int:
    """The id of a piece of the vocabulary."""
    found = TOKENIZER.token_to_id(piece)
    assert found is not None
    return found


END = token("<|end|>")


@pytest.fixture
async def compiler() -> AsyncGenerator[Grammars]:
    made = Grammars(TOKENIZER, VOCABULARY, frozenset({END}))
    yield made
    made.close()


def text(kind: Kind, given: Any, **fields: Any) -> GrammarText:
    written = given if isinstance(given, str) else json.dumps(given)
    return GrammarText(kind=kind, text=written, param="p", **fields)


def allowed(grammar: Grammar) -> list[int]:
    return np.flatnonzero(np.unpackbits(grammar.mask().view(np.uint8), bitorder="little")).tolist()


def write(grammar: Grammar, rng: random.Random, begin: str = "") -> str:
    """What a model without any sense writes behind `begin`: it ends when it may, else takes any token."""
    tokens = TOKENIZER.encode(begin, add_special_tokens=False).ids
    for given in tokens:
        assert given in allowed(grammar)
        grammar.accept(given)
    for _ in range(MOST_TOKENS):
        choices = allowed(grammar)
        assert choices
        assert max(choices) < TOKENIZER.get_vocab_size()
        chosen = END if END in choices else rng.choice(choices)
        grammar.accept(chosen)
        assert grammar.error is None, grammar.error
        if chosen == END:
            return TOKENIZER.decode(tokens)
        tokens.append(chosen)
    raise AssertionError(f"never ended: {TOKENIZER.decode(tokens)[-200:]}")


async def test_fifty_random_schemas_make_senseless_tokens_valid(compiler: Grammars) -> None:
    for seed in range(50):
        rng = random.Random(seed)
        schema = random_object(rng)
        answer = write(await compiler.compile(text("json_schema", schema)), rng)
        jsonschema.validate(json.loads(answer), schema, format_checker=jsonschema.FormatChecker())


async def test_each_kind_of_grammar_holds(compiler: Grammars) -> None:
    rng = random.Random(1)
    assert write(await compiler.compile(text("choice", ["yes", "no", 'may"be'])), rng) in ("yes", "no", 'may"be')
    assert write(await compiler.compile(text("regex", "[a-f]{4}-[0-9]+")), rng)[4] == "-"
    gbnf = 'root ::= "(" item ("," item)* ")"\nitem ::= [0-9]{1,3}'
    assert write(await compiler.compile(text("grammar", gbnf)), rng).startswith("(")
    assert write(await compiler.compile(text("grammar", 'start: "a" b\nb: "b" | "c"')), rng) in ("ab", "ac")


async def test_an_end_token_is_allowed_only_where_the_grammar_is_satisfied(compiler: Grammars) -> None:
    grammar = await compiler.compile(text("regex", "ab?"))
    assert END not in allowed(grammar)
    grammar.accept(token("a"))
    assert set(allowed(grammar)) == {END, token("b")}
    grammar.accept(token("b"))
    assert allowed(grammar) == [END]
    assert grammar.finished


async def test_copies_go_their_own_ways(compiler: Grammars) -> None:
    first = await compiler.compile(text("choice", ["ab", "cd"]))
    second = first.copy()
    first.accept(token("a"))
    assert allowed(first) == [token("b")]
    assert len(allowed(second)) == 2
    again = await compiler.compile(text("choice", ["ab", "cd"]))
    assert len(allowed(again)) == 2


@pytest.mark.parametrize(
    ("kind", "given", "says"),
    [
        ("regex", "(", "unclosed group"),
        ("regex", "(?=a)b", "look-ahead"),
        ("json_schema", {"type": "object", "not": {}}, "not"),
        ("json_schema", {"type": "array", "uniqueItems": True}, "uniqueItems"),
        ("json_schema", {"type": "nonsense"}, "nonsense"),
        ("json_schema", {"$ref": "http://example.com/x"}, "example.com"),
        ("json_schema", "false", "object schema"),
        ("json_schema", "{", "EOF"),
        ("grammar", 'root ::= "a" | missing', "missing"),
        ("grammar", "root ::= root", "cannot be followed"),
        ("grammar", "root ::= " + "(" * 5000 + '"a"' + ")" * 5000, "nested too deeply"),
        ("grammar", "x" * 70_000, "70000 characters"),
        ("json_schema", '{"a":' * 9000, "cannot be followed"),
        ("json_schema", '{"enum": ["' + "x" * 300_000 + '"]}', "262144"),
    ],
)
async def test_a_bad_grammar_is_refused_with_its_reason(compiler: Grammars, kind: Kind, given: Any, says: str) -> None:
    with pytest.raises(InvalidRequest, match=says) as caught:
        await compiler.compile(text(kind, given))
    assert caught.value.param == "p"
    assert len(caught.value.message) < 600


async def test_a_schema_that_is_not_strict_is_held_to_as_far_as_it_is_known(compiler: Grammars) -> None:
    schema = {"type": "array", "items": {"type": "boolean"}, "maxItems": 2, "uniqueItems": True}
    answer = write(await compiler.compile(text("json_schema", schema, strict=False)), random.Random(2))
    assert set(json.loads(answer)) <= {True, False}


async def test_a_grammar_that_grows_too_complex_fails_by_itself_and_lets_only_the_end_come(compiler: Grammars) -> None:
    grammar = await compiler.compile(text("regex", "(.|\n)*a(.|\n){1000}b"))
    rng = random.Random(3)
    for _ in range(MOST_TOKENS):
        choices = allowed(grammar)
        if grammar.error is not None:
            break
        grammar.accept(rng.choice([one for one in choices if one != END]))
    assert isinstance(grammar.error, InvalidRequest)
    assert grammar.finished
    assert allowed(grammar) == [END]


async def test_a_wrong_token_is_an_error_of_its_grammar_alone(compiler: Grammars) -> None:
    grammar = await compiler.compile(text("choice", ["ab"]))
    grammar.accept(token("z"))
    assert isinstance(grammar.error, FreeholdError)


async def test_a_grammar_that_takes_too_long_blocks_no_other(
    compiler: Grammars, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()
    monkeypatch.setattr(grammars, "COMPILE_SECONDS", 0.05)
    monkeypatch.setitem(grammars.CONVERSIONS, "grammar", lambda _: str(release.wait(10)))
    with pytest.raises(InvalidRequest, match="longer than"):
        await compiler.compile(text("grammar", "slow"))
    assert await compiler.compile(text("choice", ["a"]))
    release.set()


async def test_too_many_grammars_at_once_are_refused(compiler: Grammars, monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(grammars, "MAX_WAITING", 2)
    monkeypatch.setitem(grammars.CONVERSIONS, "grammar", lambda _: str(release.wait(10)))
    async with asyncio.TaskGroup() as group:
        slow = [group.create_task(_outcome(compiler.compile(text("grammar", f"slow {n}")))) for n in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(RateLimited):
            await compiler.compile(text("choice", ["a"]))
        release.set()
    assert all(isinstance(task.result(), InvalidRequest) for task in slow)
    assert await compiler.compile(text("choice", ["a"]))


async def _outcome(work: Any) -> Exception | None:
    try:
        await work
    except FreeholdError as error:
        return error
    return None


async def test_a_tokenizer_that_cannot_be_read_refuses_grammars_and_nothing_else() -> None:
    made = Grammars(TOKENIZER, VOCABULARY, frozenset())
    with pytest.raises(UnsupportedParameter, match="end token"):
        await made.compile(text("choice", ["a"]))


def test_a_panic_of_the_library_is_an_error_of_the_grammar() -> None:
    class Panicking:
        def compute_bitmask(self) -> bytes:
            raise BaseException("panicked")

        def consume_token(self, token: int) -> bool:
            raise BaseException("panicked")

        def is_error(self) -> bool:
            return False

    grammar = Grammar(Panicking(), 2, "p")  # pyright: ignore[reportArgumentType]
    assert grammar.mask().tolist() == [0xFFFFFFFF] * 2
    assert isinstance(grammar.error, InvalidRequest)
    grammar.accept(1)
    assert grammar.finished


WEATHER = {
    "type": "object",
    "properties": {"city": {"$ref": "#/$defs/City"}, "days": {"type": "integer", "minimum": 1, "maximum": 9}},
    "required": ["city"],
    "additionalProperties": False,
    "$defs": {"City": {"enum": ["Paris", "Rome"]}},
}
TOOLS = [
    {"type": "function", "function": {"name": "weather", "parameters": WEATHER, "strict": True}},
    {"type": "function", "function": {"name": "now", "parameters": {"additionalProperties": False}}},
]
SHOWN = {
    "hermes": "tools <tool_call>",
    "llama3_json": "tools <|python_tag|>",
    "mistral": "tools [TOOL_CALLS]",
    "mistral_args": "tools [TOOL_CALLS][ARGS]",
    "qwen3_coder": "tools <tool_call><function=<parameter=",
}


def use(choice: Any, *, parallel: bool = False) -> ToolUse:
    found = read_tool_use(TOOLS, choice, parallel=parallel)
    assert found is not None
    return found


@pytest.mark.parametrize("format", TOOL_FORMATS)
@pytest.mark.parametrize("thinks", [False, True])
async def test_forced_calls_are_calls_of_a_known_function_with_fitting_arguments(
    compiler: Grammars, format: str, thinks: bool
) -> None:
    template = SHOWN[format] + (" </think>" if thinks else "")
    for seed in range(6):
        turn = Turns(template, TOKENIZER).of(use("required", parallel=seed % 2 == 0), None, [])
        assert turn.grammar is not None
        reader = turn.reader()
        begin = "<think>Which {one}?</think>\n" if thinks else ""
        written = write(await compiler.compile(turn.grammar), random.Random(seed), begin)
        deltas = reader.feed(written, last=True)
        names = [delta.name for delta in deltas if delta.name]
        arguments = json.loads("".join(delta.arguments for delta in deltas if delta.call == 0))
        assert names
        assert not any(delta.content for delta in deltas)
        if names[0] == "weather":
            jsonschema.validate(arguments, WEATHER)
        else:
            assert arguments == {}


def follows(grammar: Grammar, written: str, tokenizer: Tokenizer = TOKENIZER) -> bool:
    """Whether the grammar allows the text and the end behind it."""
    for given in tokenizer.encode(written, add_special_tokens=False).ids:
        if given not in allowed(grammar):
            return False
        grammar.accept(given)
    return END in allowed(grammar)


GOOD = {
    "hermes": '<tool_call>\n{"name": "weather", "arguments": {"city": "Rome"}}\n</tool_call>',
    "llama3_json": '{"name": "weather", "parameters": {"city": "Rome"}}',
    "mistral": '[TOOL_CALLS][{"name": "weather", "arguments": {"city": "Rome"}}]',
    "mistral_args": '[TOOL_CALLS]weather[ARGS]{"city": "Rome"}',
    "qwen3_coder": '<tool_call>\n<function=weather>\n<parameter=city>\n"Rome"\n</parameter>\n</function>\n</tool_call>',
}


@pytest.mark.parametrize("format", TOOL_FORMATS)
async def test_strict_functions_bind_calls_but_not_the_text_around_them(compiler: Grammars, format: str) -> None:
    turn = Turns(SHOWN[format], TOKENIZER).of(use("auto"), None, [])
    assert turn.grammar is not None
    grammar = await compiler.compile(turn.grammar)
    assert follows(grammar.copy(), "No call, just 1 < 2.")
    assert follows(grammar.copy(), GOOD[format])
    assert not follows(grammar.copy(), GOOD[format].replace("Rome", "Oslo"))


@pytest.mark.parametrize("format", [name for name in TOOL_FORMATS if not TOOL_FORMATS[name].bare])
async def test_beside_tools_a_response_format_binds_what_is_not_a_call(compiler: Grammars, format: str) -> None:
    form = text("json_schema", {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]})
    turn = Turns(SHOWN[format], TOKENIZER).of(use("auto"), form, [])
    assert turn.grammar is not None
    grammar = await compiler.compile(turn.grammar)
    assert follows(grammar.copy(), '{"a": 1}')
    assert follows(grammar.copy(), GOOD[format])
    assert not follows(grammar.copy(), "text")


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("special", [False, True])
async def test_a_form_binds_what_comes_after_the_thought(begun: bool, special: bool) -> None:
    tokenizer = make_tokenizer()
    marks = ["<think>", "</think>"]
    tokenizer.add_special_tokens(marks) if special else tokenizer.add_tokens(marks)
    compiler = Grammars(tokenizer, tokenizer.get_vocab_size(), frozenset({END}))
    prompt = tokenizer.encode("<|assistant|><think>\n" if begun else "<|assistant|>", add_special_tokens=False).ids
    turn = Turns("<think> </think>", tokenizer).of(None, text("choice", ["yes"]), prompt)
    assert turn.marks_are_special == special
    assert turn.grammar is not None
    grammar = await compiler.compile(turn.grammar)

    start = "" if begun else "<think>"
    assert follows(grammar.copy(), start + 'Say "yes" or no? {}</think>\n\nyes', tokenizer)
    assert not follows(grammar.copy(), start + "Hm.</think>no", tokenizer)
    assert follows(grammar.copy(), "yes", tokenizer) == (not begun)


def test_two_forms_or_a_form_and_its_contradiction_are_refused() -> None:
    def form(**fields: Any) -> GrammarText | None:
        return StructuredFields(**fields).form

    assert form() is None
    assert form(grammar="") is None
    assert form(guided_regex="a") == GrammarText(kind="regex", text="a", param="guided_regex")
    with pytest.raises(InvalidRequest, match="each say"):
        form(guided_regex="a", json_schema={})
    with pytest.raises(InvalidRequest, match="min_tokens"):
        form(guided_regex="a", min_tokens=3)
    with pytest.raises(InvalidRequest, match="use_beam_search"):
        form(guided_choice=["a"], use_beam_search=True)


def test_the_library_is_the_one_that_was_measured() -> None:
    assert llguidance.get_version().startswith("llguidance@1.")


async def test_a_preempted_answer_goes_on_where_its_grammar_was(
    compiler: Grammars, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oracle_executor, "VOCABULARY", VOCABULARY)
    grammar = await compiler.compile(text("regex", "([a-f]{7}-){9}"))
    loop = Loop(pages=10)
    ends = frozenset({END})
    sequences = [Sequence([9 + n] * 12, Sampling(max_tokens=90, seed=n, stop_token_ids=ends)) for n in range(4)]
    for sequence in sequences:
        sequence.grammar = grammar.copy()
    loop.run(*sequences)
    assert loop.scheduler.preemptions > 0
    for sequence in sequences:
        *answer, end = sequence.tokens[sequence.prompt_length :]
        assert end == END
        assert re.fullmatch("([a-f]{7}-){9}", TOKENIZER.decode(answer))
