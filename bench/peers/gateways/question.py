"""The question that every gateway is asked: one chat completion, and how each gateway wants it addressed."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bench.peers.gateways.process import Running

Kind = Literal["whole", "stream", "failing", "held"]

MODEL = "gpt-4o-mini"  # has a price in every price list, for gateways that count costs
PROMPT = "Write sixty-four words about the sea, the wind and the people who live from both."


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One POST."""

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """A running gateway: its name with its version, and the question of each kind as it wants it."""

    name: str
    running: Running
    questions: Mapping[Kind, Question]


def body(model: str, kind: Kind) -> bytes:
    """The question to `model`; a stream with its usage, as billing needs it."""
    asked: dict[str, Any] = {"model": model, "messages": [{"role": "user", "content": PROMPT}], "max_tokens": 64}
    if kind in ("stream", "held"):
        asked |= {"stream": True, "stream_options": {"include_usage": True}}
    return json.dumps(asked, separators=(",", ":")).encode()


def ask(question: Question) -> tuple[int, bytes]:
    """Status and body of its answer; 0 where there is none."""
    headers = {"content-type": "application/json", **question.headers}
    request = urllib.request.Request(question.url, question.body, headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return 0, b""


def is_answered(question: Question) -> bool:
    """Whether the answer is no error."""
    return ask(question)[0] == 200
