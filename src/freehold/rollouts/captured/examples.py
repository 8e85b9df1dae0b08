"""Pairs of answers that are kept: with consent, without what identifies people, encrypted, for a number of days."""

import asyncio
from collections.abc import Mapping

import msgspec

from freehold.contracts.rollouts import Exchange
from freehold.foundation.clock import Clock
from freehold.foundation.vault import Vault
from freehold.rollouts.captured.redact import redact, redact_json
from freehold.rollouts.captured.training_set import Example
from freehold.rollouts.comparators import comparator_for
from freehold.rollouts.store import Record, RolloutStore

OPT_OUT = "x-freehold-capture"  # with the value "off", nothing of a request is kept
DAY_SECONDS = 86_400
SWEEP_SECONDS = 600.0


class Examples:
    """Keeps and reads. What is sealed belongs to its rollout: it opens under no other name."""

    def __init__(self, store: RolloutStore, vault: Vault, clock: Clock) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock
        self._swept_at = 0.0

    async def keep(self, record: Record, control: Exchange, candidate: Exchange, scores: Mapping[str, float]) -> None:
        """Keep a pair, if the plan has consent and the caller has not refused. Raises `Unavailable`."""
        capture = record.plan.capture
        if not capture.consent or control.call.headers.get(OPT_OUT) == "off":
            return
        # Looking through a long text takes a while, and the event loop has others to serve.
        sealed = await asyncio.to_thread(self._seal, record, control, candidate, scores)
        expires_at = self._clock.unix_seconds() + capture.retention_days * DAY_SECONDS
        await self._store.add_example(record.name, sealed, expires_at)

    def _seal(self, record: Record, control: Exchange, candidate: Exchange, scores: Mapping[str, float]) -> bytes:
        comparator, redacts = comparator_for(control.call.endpoint), record.plan.capture.redact
        assert comparator is not None
        clean = redact if redacts else str
        example = Example(
            id=candidate.request_id,
            rollout=record.name,
            route=record.plan.route,
            step=control.assignment.step,
            at=control.at,
            request_id=control.request_id,
            endpoint=control.call.endpoint,
            request=_cleaned(control.call.body) if redacts else control.call.body,
            control=clean(comparator.text(control)),
            candidate=clean(comparator.text(candidate)),
            control_model=control.answered_by,
            candidate_model=candidate.answered_by,
            scores=dict(scores),
        )
        return self._vault.seal(msgspec.json.encode(example).decode(), _bound(record.name))

    async def newest(self, rollout: str, limit: int, before: int = 2**62) -> list[tuple[int, Example]]:
        """Number and pair, newest first. Raises `SetupError` when the key is another one."""
        rows = await self._store.examples(rollout, limit, before, self._clock.unix_seconds())
        opened = [(number, self._vault.open(sealed, _bound(rollout))) for number, sealed in rows]
        return [(number, msgspec.json.decode(text, type=Example)) for number, text in opened]

    async def forget_expired(self) -> None:
        """Now and then, what has been kept for its days goes."""
        now = self._clock.unix_seconds()
        if now - self._swept_at >= SWEEP_SECONDS:
            self._swept_at = now
            await self._store.forget_expired(now)


def _bound(rollout: str) -> str:
    return f"rollout {rollout}"


def _cleaned(body: bytes) -> bytes:
    """The request without what identifies people; one that is no JSON is not kept."""
    try:
        return msgspec.json.encode(redact_json(msgspec.json.decode(body)))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return b"{}"
