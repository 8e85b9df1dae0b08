"""Answers in words: chat completions, completions and messages, whole or streamed, whoever wrote them.

Of an answer that failed nothing but the failure is measured. What a text says is measured only where all of it was
kept. A 200 whose body is no answer is a failure: no client could read it either. Patterns meet the first 20,000
characters (`reading.checks.MAX_TEXT`); a JSON schema is checked by the keywords named there.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec

from freehold.contracts.rollouts import Exchange
from freehold.contracts.wire import Call
from freehold.rollouts.plan import Check, Plan
from freehold.rollouts.reading.answer import Answer, ToolCall, read_answer
from freehold.rollouts.reading.checks import matches, read_schema, satisfies
from freehold.rollouts.reading.ending import amounts, ending
from freehold.rollouts.reading.loose import UNREADABLE, written
from freehold.rollouts.reading.refusals import declines
from freehold.rollouts.reading.request import read_prompt, wanted_schema
from freehold.rollouts.reading.shown import shortened, shown_call

ENOUGH_TOKENS = 8  # a speed of fewer says more of the clock than of the model
MAX_SHOWN = 12_000
EXACT = 2.0**53  # whole numbers below are the same as floats and as integers


class ChatComparator:
    """Implements `Comparator`."""

    endpoints: frozenset[str] = frozenset({"chat/completions", "completions", "messages"})

    def measure(self, exchange: Exchange, plan: Plan) -> Mapping[str, float]:
        """Nothing at all for a request that was cancelled or was its caller's mistake."""
        how = ending(exchange)
        if how == "failed":
            return {"error_rate": 1.0}
        if how == "declined":
            return {"error_rate": 0.0, "refusal_rate": 1.0}
        if how == "no fault":
            return {}
        if not exchange.is_whole or not exchange.answer:
            return {"error_rate": 0.0} | _speed(exchange)
        answer = _answer(exchange)
        if answer is None:
            return {"error_rate": 1.0}
        return {"error_rate": 0.0} | _rates(answer, exchange.call, plan) | _speed(exchange)

    def measure_pair(self, control: Exchange, candidate: Exchange) -> Mapping[str, float]:
        """Of two answers, one of which at least calls tools: the share of all calls that are in both."""
        if not all(ending(one) == "answered" and one.is_whole for one in (control, candidate)):
            return {}
        ours, theirs = _answer(control), _answer(candidate)
        if ours is None or theirs is None or not (ours.calls or theirs.calls):
            return {}
        wanted, found = Counter(map(_canonical, ours.calls)), Counter(map(_canonical, theirs.calls))
        return {"tool_agreement": (wanted & found).total() / (wanted | found).total()}

    def prompt(self, call: Call) -> str:
        """The user's last turn, with the instructions and the turns around it; some 12,000 characters at most."""
        return read_prompt(call.body)

    def text(self, exchange: Exchange) -> str:
        """What was said, with its calls; without its middle where it is over 12,000 characters. Empty for no answer."""
        answer = _answer(exchange) if ending(exchange) == "answered" else None
        if answer is None:
            return ""
        said = answer.text if answer.text.strip() else answer.refusal
        calls = [shown_call(call.name, call.arguments) for call in answer.calls]
        return shortened("\n".join(line for line in (said, *calls) if line), MAX_SHOWN)


def _answer(exchange: Exchange) -> Answer | None:
    return read_answer(exchange.answer, is_stream=exchange.is_stream)


def _rates(answer: Answer, call: Call, plan: Plan) -> dict[str, float]:
    """What the words show. Unsafe ones are looked for in what is handed to tools, too, which no check applies to."""
    rates = {"refusal_rate": float(answer.is_declined or (not answer.calls and declines(answer.text)))}
    said = "\n".join([answer.text, *(call.arguments for call in answer.calls)])
    seen = [found for pattern in plan.unsafe_patterns if (found := matches(pattern, said)) is not None]
    if seen:
        rates["unsafe_rate"] = float(any(seen))
    return rates | ({} if answer.calls and not answer.text.strip() else _forms(answer, call, plan))


def _forms(answer: Answer, call: Call, plan: Plan) -> dict[str, float]:
    """Whether the text has the form that the request and the plan ask for."""
    rates: dict[str, float] = {}
    schema = wanted_schema(call.body)
    if schema is not None:
        rates["invalid_json_rate"] = float(not satisfies(schema, answer.text))
    checked = [passed for check in plan.checks if (passed := _passes(check, answer.text)) is not None]
    if checked:
        rates["check_failure_rate"] = float(not all(checked))
    return rates


def _passes(check: Check, text: str) -> bool | None:
    """Whether the text passes; None for a check that cannot be run."""
    if check.kind == "regex":
        return matches(check.value, text)
    schema = read_schema(check.value)
    return None if schema is None else satisfies(schema, text)


def _speed(exchange: Exchange) -> dict[str, float]:
    """Time, tokens and money. A whole answer's speed is over all its time, a stream's from its first token on."""
    found = amounts(exchange)
    first = exchange.first_byte_seconds if exchange.is_stream else 0.0
    if exchange.is_stream and first is not None and first > 0:
        found["ttft_seconds"] = first
    if exchange.output_tokens > 0:
        found["output_tokens"] = float(exchange.output_tokens)
    if exchange.output_tokens > ENOUGH_TOKENS and first is not None and exchange.seconds > first:
        found["tokens_per_second"] = exchange.output_tokens / (exchange.seconds - first)
    return found


def _canonical(call: ToolCall) -> tuple[str, str]:
    """A call in the one way of writing it: keys sorted, no spaces, 2.0 as 2."""
    try:
        return call.name, written(_plain(msgspec.json.decode(call.arguments or "{}")))
    except UNREADABLE:
        return call.name, call.arguments.strip()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [_plain(inner) for inner in value]  # pyright: ignore[reportUnknownVariableType]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < EXACT else value


COMPARATOR = ChatComparator()
