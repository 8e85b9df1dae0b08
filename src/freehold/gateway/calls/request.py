"""One request inside the gateway: what it may use at worst, and how each target gets it. Sends nothing."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from freehold.contracts.errors import Forbidden
from freehold.contracts.identity import Principal
from freehold.contracts.rollouts import Assignment, Exchange
from freehold.contracts.usage import Usage
from freehold.contracts.wire import Call
from freehold.gateway.auto.decision import Decision
from freehold.gateway.calls.facts import Facts, appended, edited, read_facts
from freehold.gateway.calls.form_parts import is_form, with_value
from freehold.gateway.calls.sound import SOUND, SoundBound, sound_bound
from freehold.gateway.ledger.estimate import input_bound
from freehold.gateway.ledger.today import DayPrices
from freehold.gateway.limits import Bound
from freehold.gateway.target import Target
from freehold.gateway.wires.anthropic.bridge import as_chat

JSON = "application/json"
MESSAGES = "messages"
CHAT = "chat/completions"
WITH_OUTPUT = frozenset({CHAT, "completions", MESSAGES, "responses"})
STREAM_OPTIONS = frozenset({CHAT, "completions"})
TOKEN_METERS = frozenset({"usd", "tokens", "output_tokens"})
SILENT = SoundBound()


@dataclass(slots=True, kw_only=True)
class GatewayRequest:
    """A caller's call with what was read of it."""

    call: Call
    named: str  # the model that the body names
    decision: Decision | None  # of the smart route
    principal: Principal
    facts: Facts
    bounds: Sequence[Bound]
    prices: DayPrices
    default_output_tokens: int
    input_tokens: int  # never less than the truth, until a tokenizer has counted
    output_tokens: int  # the most that may be generated, all choices together
    sound: SoundBound | None = None  # of a call to an endpoint of sound
    addressed: dict[str, Call] = field(default_factory=dict[str, Call])
    worst_costs: dict[tuple[str, int], int | None] = field(default_factory=dict[tuple[str, int], int | None])
    asked: Target | None = None  # who was asked last
    attempts: int = 0
    assignment: Assignment | None = None  # its part in a rollout
    tell: Callable[[Exchange], None] | None = None  # who is told of the answer then
    answer: bytes = b""  # kept for who is told
    is_answer_whole: bool = True

    @classmethod
    def read(
        cls,
        call: Call,
        principal: Principal,
        *,
        decision: Decision | None = None,
        named: str,
        bounds: Sequence[Bound],
        prices: DayPrices,
        default_output_tokens: int,
    ) -> "GatewayRequest":
        """Look at the body once."""
        facts = read_facts(call)
        most = default_output_tokens if facts.max_output_tokens is None else facts.max_output_tokens
        written = most * facts.choices if call.endpoint in WITH_OUTPUT else 0
        sound = sound_bound(call) if call.endpoint in SOUND else None
        return cls(
            call=call,
            named=named,
            decision=decision,
            principal=principal,
            facts=facts,
            bounds=bounds,
            prices=prices,
            default_output_tokens=default_output_tokens,
            input_tokens=sound.input_tokens if sound else input_bound(call.body),
            output_tokens=sound.output_tokens if sound else written,
            sound=sound,
        )

    @property
    def is_capped(self) -> bool:
        """Whether a limit holds that an answer without a maximum could break."""
        return any(bound.rule.limit.meter in TOKEN_METERS and not bound.rule.limit.shadow for bound in self.bounds)

    @property
    def possible_tokens(self) -> tuple[int, int]:
        """Of input and output: who reports more is not believed."""
        return self.sound.possible_tokens if self.sound else (self.input_tokens, self.output_tokens)

    def affordable(self, targets: Sequence[Target]) -> list[Target]:
        """The targets that a budget can hold for: those whose price is known. Raises `Forbidden` when none is left."""
        if not any(bound.rule.limit.meter == "usd" and not bound.rule.limit.shadow for bound in self.bounds):
            return list(targets)
        found = [target for target in targets if self.worst_cost(target) is not None]
        if not found:
            first = targets[0]
            text = f"A budget holds for this request, and {first.vendor}/{first.model} has no known price."
            raise Forbidden(text, hint="An administrator can add one: [[gateway.prices]], or POST /admin/v1/prices.")
        return found

    def worst_cost(self, target: Target) -> int | None:
        """Micro-USD that the vendor may bill for this request; None where nobody knows, 0 where there is no vendor."""
        if not target.vendor:
            return 0
        asked = (target.name, self.input_tokens)
        if asked not in self.worst_costs:
            price, sound = self.prices.find(target.vendor, target.model), self.sound or SILENT
            self.worst_costs[asked] = price and price.worst(
                self.input_tokens, self.output_tokens, audio_seconds=sound.audio_seconds, characters=sound.characters
            )
        return self.worst_costs[asked]

    def worst_amounts(self, targets: Sequence[Target]) -> Mapping[str, int]:
        """What to reserve, by meter. Tokens of sound are a vendor's way to bill: no limit on tokens counts them."""
        fixed = {"requests": 1, "parallel": 1, "usd": max(self.worst_cost(target) or 0 for target in targets)}
        if self.sound is not None:
            milliseconds = math.ceil(self.sound.audio_seconds * 1000)
            return fixed | {"characters": self.sound.characters, "audio_seconds": milliseconds}
        return fixed | {
            "tokens": self.input_tokens + self.output_tokens,
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
        }

    def amounts(self, usage: Usage, vendor_cost: int | None) -> Mapping[str, int]:
        """What was used, by meter."""
        return {
            "requests": 1,
            "tokens": usage.input_tokens + usage.output_tokens,
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "audio_seconds": round(usage.audio_seconds * 1000),
            "characters": usage.characters,
            "images": usage.images,
            "usd": vendor_cost or 0,
        }

    def billable(self, usage: Usage, target: Target | None) -> Usage:
        """The usage with what its vendor bills sound by, estimated where the vendor did not report it."""
        if self.sound is None or target is None or not target.vendor or usage == Usage():
            return usage
        price = self.prices.find(target.vendor, target.model)
        if price is None or price.cost(usage) is not None:
            return usage
        told = {name: value for name in Usage.__struct_fields__ if (value := getattr(usage, name))}
        return msgspec.structs.replace(self.sound.likely, **told)

    def bridges(self, target: Target) -> bool:
        """Whether the target does not speak Anthropic's wire, which the caller does."""
        native = target.provider is not None and MESSAGES in target.provider.endpoints
        return self.call.endpoint == MESSAGES and not native

    def address(self, target: Target) -> Call:
        """The call as the target gets it: its name for the model, usage asked for, an answer of bounded length."""
        self.asked = target
        self.attempts += 1
        if target.name not in self.addressed:
            if self.call.media_type != JSON:
                self.addressed.clear()  # a form may be a hundred megabytes
            self.addressed[target.name] = self._address(target)
        return self.addressed[target.name]

    def _address(self, target: Target) -> Call:
        call = as_chat(self.call, newer_limit=target.vendor == "openai") if self.bridges(target) else self.call
        body, changes = call.body, dict[str, object]()
        if call.media_type != JSON:
            if is_form(call.media_type) and self.named != target.model:
                body = with_value(body, call.media_type, "model", target.model)
            return msgspec.structs.replace(call, body=body, model=target.model)
        if self.named != target.model:
            changes["model"] = target.model
        if self.is_capped and self.facts.max_output_tokens is None and call.endpoint in STREAM_OPTIONS:
            # The newest of OpenAI's models refuse the older name, other servers may not know the newer one.
            changes["max_completion_tokens" if target.vendor == "openai" else "max_tokens"] = self.default_output_tokens
        if call.stream and call.endpoint in STREAM_OPTIONS and not self.facts.includes_usage:
            if self.facts.has_stream_options or changes:
                changes["stream_options"] = {"include_usage": True}
            else:
                body = appended(body, "stream_options", b'{"include_usage":true}')
        return msgspec.structs.replace(call, body=edited(body, changes), model=target.model)

    @property
    def strips_usage(self) -> bool:
        """Whether the usage at a stream's end is ours alone: the client did not ask for it."""
        return self.call.endpoint in STREAM_OPTIONS and not self.facts.includes_usage
