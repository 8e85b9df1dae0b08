"""The response resource: what became of one answer, and what it cost.

Source: openai 3.52.0, `types/realtime/realtime_response.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from freehold.contracts.errors import FreeholdError
from freehold.voice.conversation.protocol.config import Config
from freehold.voice.conversation.protocol.items import Item

Status = Literal["in_progress", "completed", "cancelled", "incomplete", "failed"]
Reason = Literal["turn_detected", "client_cancelled", "max_output_tokens", "content_filter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an answer stands. `reason` for one that was cancelled or is incomplete, `error` for one that failed."""

    status: Status = "in_progress"
    reason: Reason | None = None
    error: FreeholdError | None = None

    def details(self) -> dict[str, Any] | None:
        """OpenAI's `status_details`; None while it runs."""
        if self.status == "in_progress":
            return None
        details: dict[str, Any] = {"type": self.status}
        if self.reason is not None:
            details["reason"] = self.reason
        if self.error is not None:
            message = self.error.public_message()
            details["error"] = {"type": self.error.type, "code": self.error.code, "message": message}
        return details


def response_object(
    response_id: str,
    *,
    config: Config,
    conversation_id: str | None,
    metadata: Mapping[str, str] | None = None,
    outcome: Outcome | None = None,
    output: Sequence[Item] = (),
    usage: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The resource. `config` is the answer's own (`ResponseWish.over`), `conversation_id` None for one out of band,
    `usage` that of `response_usage`.
    """
    stands = outcome or Outcome()
    audio = {"output": {"format": config.output_format.as_json(), "voice": config.voice}}
    return {
        "object": "realtime.response",
        "id": response_id,
        "status": stands.status,
        "status_details": stands.details(),
        "output": [item.as_json() for item in output],
        "conversation_id": conversation_id,
        "output_modalities": list(config.output_modalities),
        "max_output_tokens": config.max_output_tokens,
        "audio": audio if config.speaks else None,
        "usage": usage,
        "metadata": metadata and dict(metadata),
    }


def response_usage(usage: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The usage of a chat completion as a response's. Speech is written down before the model and spoken after it, so
    all tokens are text; images are counted by the model as such.
    """
    if usage is None:
        return None
    tokens_in, tokens_out = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
    details = usage.get("prompt_tokens_details")
    cached = _count(cast(Mapping[str, Any], details), "cached_tokens") if isinstance(details, Mapping) else 0
    return {
        "total_tokens": tokens_in + tokens_out,
        "input_tokens": tokens_in,
        "output_tokens": tokens_out,
        "input_token_details": {
            "text_tokens": tokens_in,
            "audio_tokens": 0,
            "image_tokens": 0,
            "cached_tokens": cached,
            "cached_tokens_details": {"text_tokens": cached, "audio_tokens": 0, "image_tokens": 0},
        },
        "output_token_details": {"text_tokens": tokens_out, "audio_tokens": 0},
    }


def _count(usage: Mapping[str, Any], name: str) -> int:
    given = usage.get(name)
    return given if isinstance(given, int) else 0
