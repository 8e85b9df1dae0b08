"""Gemini's answers as OpenAI's chat completions, whole or in chunks."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from freehold.contracts.errors import ProviderFailed
from freehold.contracts.wire import SSE_DONE, parse_sse, sse_event
from freehold.gateway.wires.gemini.answers import Answer, Candidate, finish, logprobs, message, read, usage

MAX_EVENT_BYTES = 32 * 2**20  # a picture in base64 comes as one event


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What OpenAI writes above each answer, unless Gemini names its own id and model."""

    answer_id: str
    model: str
    created: int

    def fields(self, answer: Answer) -> dict[str, Any]:
        """`id`, `created` and `model`."""
        identifier = answer.response_id or self.answer_id
        return {
            "id": f"chatcmpl-{identifier}",
            "created": self.created,
            "model": answer.model_version or self.model,
        }


def completion(body: bytes, heading: Heading) -> bytes:
    """A whole answer. Raises `ProviderFailed` when there is neither an answer nor a reason for none."""
    answer = read(body, Answer)
    blocked = answer.prompt_feedback.block_reason if answer.prompt_feedback else ""
    if not answer.candidates and not blocked:
        raise ProviderFailed("Gemini sent no answer and no reason for that.")
    candidates = answer.candidates or [Candidate(finish_reason=blocked)]
    whole: dict[str, Any] = {
        "object": "chat.completion",
        **heading.fields(answer),
        "choices": [_choice(candidate, answer.response_id or heading.answer_id) for candidate in candidates],
    }
    if answer.usage_metadata:
        whole["usage"] = usage(answer.usage_metadata)
    return msgspec.json.encode(whole)


def _choice(candidate: Candidate, answer_id: str) -> dict[str, Any]:
    said = message(candidate.content.parts, f"{answer_id}_{candidate.index}")
    calls: list[dict[str, Any]] = said.get("tool_calls", [])
    for call in calls:
        del call["index"]
    return {
        "index": candidate.index,
        "message": {"role": "assistant", "content": None if calls else "", "refusal": None, **said},
        "logprobs": logprobs(candidate.logprobs_result),
        **finish(candidate.finish_reason, called=bool(calls)),
    }


@dataclass(slots=True)
class _Progress:
    """How far one choice of a stream has come."""

    calls: int = 0
    reason: str = ""


@dataclass(slots=True)
class ChatStream:
    """Turns the events of one streamed answer into OpenAI's chunks.

    The reasons to stop are held back until the end, as earlier Gemini models repeat STOP in every event. The usage
    chunk is left out when Gemini sends no usage: an unknown number is not zero.
    """

    heading: Heading
    _last: Answer = field(default_factory=Answer)
    _choices: dict[int, _Progress] = field(default_factory=dict[int, _Progress])

    def feed(self, event: bytes) -> list[bytes]:
        """The chunks for one event. Raises `ProviderFailed` for an error and for what cannot be read."""
        answer = read(event, Answer)
        if answer.error:
            raise ProviderFailed(f"Gemini broke off its answer: {answer.error.message}")
        self._remember(answer)
        if answer.prompt_feedback and answer.prompt_feedback.block_reason:
            self._choices.setdefault(0, _Progress()).reason = answer.prompt_feedback.block_reason
        chunks = [self._delta(candidate) for candidate in answer.candidates]
        return [chunk for chunk in chunks if chunk]

    def finish(self) -> list[bytes]:
        """The last chunks: why each choice stopped, the usage, [DONE]. Raises `ProviderFailed` if one did not stop."""
        if not self._choices or not all(progress.reason for progress in self._choices.values()):
            raise ProviderFailed("Gemini broke off in the middle of its answer.")
        stops = [
            self._chunk([{"index": index, "delta": {}, **finish(progress.reason, called=progress.calls > 0)}])
            for index, progress in sorted(self._choices.items())
        ]
        counted = self._last.usage_metadata
        return [*stops, *([self._chunk([], usage=usage(counted))] if counted else []), SSE_DONE]

    def _remember(self, answer: Answer) -> None:
        # The id must be one for the whole stream, and the last usage counts all that came before.
        self._last = Answer(
            response_id=self._last.response_id or answer.response_id,
            model_version=self._last.model_version or answer.model_version,
            usage_metadata=answer.usage_metadata or self._last.usage_metadata,
        )

    def _delta(self, candidate: Candidate) -> bytes:
        first = candidate.index not in self._choices
        progress = self._choices.setdefault(candidate.index, _Progress())
        progress.reason = candidate.finish_reason or progress.reason
        answer_id = f"{self._last.response_id or self.heading.answer_id}_{candidate.index}"
        said = message(candidate.content.parts, answer_id, progress.calls)
        progress.calls += len(said.get("tool_calls", []))
        if first:
            said = {"role": "assistant", "content": "", **said}
        odds = logprobs(candidate.logprobs_result)
        if not said and odds is None:
            return b""
        return self._chunk([{"index": candidate.index, "delta": said, "logprobs": odds, "finish_reason": None}])

    def _chunk(self, choices: list[dict[str, Any]], **more: Any) -> bytes:
        fields = self.heading.fields(self._last)
        return sse_event(msgspec.json.encode({"object": "chat.completion.chunk", **fields, "choices": choices, **more}))


async def chat_chunks(body: AsyncIterator[bytes], stream: ChatStream) -> AsyncIterator[bytes]:
    """OpenAI's stream for Gemini's, wherever its bytes are cut.

    Raises `ProviderFailed` for an event over `MAX_EVENT_BYTES`, an error event, or a stream without an end.
    """
    held = 0

    async def bounded() -> AsyncIterator[bytes]:
        nonlocal held
        async for piece in body:
            held += len(piece)
            if held > MAX_EVENT_BYTES:
                raise ProviderFailed(f"Gemini sent an event of more than {MAX_EVENT_BYTES} bytes.")
            yield piece

    async for event in parse_sse(bounded()):
        held = 0
        for chunk in stream.feed(event):
            yield chunk
    for chunk in stream.finish():
        yield chunk
