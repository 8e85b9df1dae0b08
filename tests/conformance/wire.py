"""What the conformance suite must know of a kind of provider: how its vendor answers, on the vendor's own wire.

Each kind has a file `wires/<kind>.py` that defines `WIRE`, written from the vendor's specification or package. The
suite serves these answers from a server of its own and holds the provider to the promises of
`contracts.wire.Provider`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from openai.types.shared import ErrorObject

from freehold.contracts.usage import Usage
from freehold.contracts.wire import Call
from vendor_server import Planned

FIXTURES = Path(__file__).parents[1] / "fixtures"
JSON = {"content-type": "application/json"}
SSE = {"content-type": "text/event-stream"}
KEY = "the-gateways-key"

Read = Callable[[bytes], object]  # raises where the bytes are not what they should be


def says(body: bytes | Mapping[str, Any], status: int = 200, **headers: str) -> Planned:
    """A whole answer in JSON; underscores in header names stand for hyphens."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Planned(pieces=(content,), status=status, headers=JSON | named)


def against_sdk(package: str) -> str:
    """How a wire is known whose requests and answers the vendor's own package reads."""
    return f"against SDK ({package} {version(package)})"


def openai_error(content: bytes) -> None:
    """Raise unless this is an error in OpenAI's shape that says something."""
    error = json.loads(content)["error"]
    ErrorObject.model_validate(error)
    if set(error) != {"message", "type", "param", "code"} or not error["message"]:
        raise ValueError(f"not an error of OpenAI's: {error}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """How an endpoint answers in pieces, the first of which alone gives the caller something."""

    call: Call
    answer: Planned

    @property
    def first(self) -> Planned:
        """The stream up to its first piece."""
        return replace(self.answer, pieces=self.answer.pieces[:1])


@dataclass(frozen=True, slots=True, kw_only=True)
class EventStream(Stream):
    """A stream of server-sent events; `reads` takes the data of one."""

    reads: Read
    usage: Usage
    endless: bytes  # an event begins and does not end
    error: bytes  # the event by which the vendor reports an error under a 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One endpoint: a valid call, where it arrives at the vendor, and what the vendor answers."""

    call: Call
    path: str
    answer: Planned
    reads: Read  # the type of the caller's own package
    usage: Usage
    error_in_200: Planned
    lies: tuple[Planned, ...] = ()  # answers with numbers that cannot be; none where the vendor reports none
    stream: Stream | None = None
    reads_error: Read = openai_error
    passes_through: bool = False  # bytes go unread both ways; else every parameter must be honoured or refused

    @property
    def endpoint(self) -> str:
        """OpenAI's name of it."""
        return self.call.endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A kind of provider as the suite sees it."""

    checked: str  # "against spec (…)" or `against_sdk`
    exchanges: tuple[Exchange, ...]
    refusals: Mapping[int, Planned]  # 400, 429 with a time to wait, 500, 529
    retry_after: str  # the seconds that the caller is told with the 429
    credentials: tuple[str, str]  # the header that carries `KEY`, and its value
    refused_credentials: tuple[Planned, ...]
