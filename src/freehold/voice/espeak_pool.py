"""espeak-ng as a pool of child processes: it speaks, and it tells phonemes to engines that need them.

espeak-ng is under the GPL: it lives in the package `freehold-espeak`, which is started and spoken to over a pipe, and
never imported (its README has the protocol).
"""

import contextlib
import importlib.util
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from freehold.contracts.errors import SetupError
from freehold.voice.children.child import Child
from freehold.voice.children.messages import Message
from freehold.voice.children.pool import ChildPool

PACKAGE = "freehold_espeak"
SILENCE_SECONDS = 20.0


class EspeakVoice(msgspec.Struct, frozen=True, kw_only=True):
    """A voice, or a variant of any voice. `languages` are espeak-ng's own names, the closest first."""

    identifier: str
    name: str
    languages: tuple[str, ...] = ()
    gender: str = ""


class EspeakFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a child says of espeak-ng. `rate` is in Hz; each variant goes with each voice."""

    rate: int
    version: str
    voices: tuple[EspeakVoice, ...]
    variants: tuple[EspeakVoice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhonemeClause:
    """A clause as espeak-ng says it, in IPA with tie bars, and the punctuation that ends it ("" for none)."""

    ipa: str
    mark: str


class EspeakPool:
    """`workers` processes of espeak-ng, the first started by `start` and the others when first needed."""

    def __init__(self, workers: int) -> None:
        self._pool = ChildPool([sys.executable, "-m", PACKAGE], workers)
        self._pool.on_start = self._note
        self._facts: EspeakFacts | None = None

    async def start(self) -> None:
        """Raises `SetupError` where espeak-ng is not installed or does not work."""
        require_package()
        await self._pool.start(at_once=1)

    @property
    def facts(self) -> EspeakFacts:
        """Known once started."""
        assert self._facts is not None
        return self._facts

    @property
    def pids(self) -> list[int]:
        """Of the processes that run."""
        return self._pool.pids

    async def ask(self, request: Mapping[str, Any]) -> AsyncGenerator[tuple[Message, bytes]]:
        """The answers to a request; closed early, espeak-ng stops. Raises `InvalidRequest` and `Unavailable`."""
        async with (
            self._pool.lease() as child,
            contextlib.aclosing(child.ask(request, silence_seconds=SILENCE_SECONDS)) as answers,
        ):
            async for answer, data in answers:
                yield answer, data

    async def phonemes(self, text: str, voice: str) -> Sequence[PhonemeClause]:
        """How a voice (an identifier such as "gmw/en-US") says a text. Raises `InvalidRequest` and `Unavailable`."""
        clauses: list[PhonemeClause] = []
        request = {"type": "phonemes", "text": text, "voice": voice}
        async with contextlib.aclosing(self.ask(request)) as answers:
            async for answer, _ in answers:
                clauses += [PhonemeClause(ipa=ipa, mark=mark) for ipa, mark in answer["clauses"]]
        return clauses

    async def close(self) -> None:
        """End the processes."""
        await self._pool.close()

    def _note(self, child: Child) -> None:
        try:
            self._facts = msgspec.convert(child.facts, EspeakFacts)
        except msgspec.ValidationError as error:
            hint = "Install the freehold-espeak that belongs to this Freehold."
            raise SetupError(f"freehold-espeak is of another version: {error}.", hint=hint) from error


def require_package() -> None:
    """Raise `SetupError` unless `freehold-espeak` is installed. Looks for it without importing it."""
    if importlib.util.find_spec(PACKAGE) is None:
        raise SetupError("espeak-ng is not installed.", hint="pip install freehold-espeak")
