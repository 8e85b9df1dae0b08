"""Counters in Redis, for many servers: one script a reservation, which Redis runs alone."""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from typing import Any

from freehold.contracts.errors import SetupError, Unavailable
from freehold.gateway.counters import Claim, Means, Verdict
from freehold.gateway.counters._changes import Changes

ADJUST_SECONDS = 0.05
HEARTBEAT_SECONDS = 5.0
ALIVE_SECONDS = 20
CONNECTIONS = 16
WAIT_SECONDS = 5.0
PREFIX = "freehold:counter:"
ALIVE = "freehold:alive:"

# KEYS: a hash per counter, slot → amount. A running request's slot is its process, alive while its ALIVE key is.
RESERVE = """
local used, first, refused = {}, {}, -1
for i, key in ipairs(KEYS) do
  local slot, oldest, amount = ARGV[i*6-5], tonumber(ARGV[i*6-4]), tonumber(ARGV[i*6-3])
  local ceiling, by_process = tonumber(ARGV[i*6-2]), ARGV[i*6-1] == '1'
  local sum, lowest, held = 0, false, redis.call('HGETALL', key)
  for j = 1, #held, 2 do
    local dead
    if by_process then dead = redis.call('EXISTS', 'freehold:alive:' .. held[j]) == 0
    else dead = tonumber(held[j]) < oldest end
    if dead then redis.call('HDEL', key, held[j]) else
      sum = sum + tonumber(held[j+1])
      if not by_process and (not lowest or tonumber(held[j]) < lowest) then lowest = tonumber(held[j]) end
    end
  end
  used[i], first[i] = string.format('%.0f', sum), lowest and string.format('%.0f', lowest) or ''
  if refused < 0 and sum + amount > ceiling then refused = i - 1 end
end
if refused < 0 then
  for i, key in ipairs(KEYS) do
    redis.call('HINCRBY', key, ARGV[i*6-5], ARGV[i*6-3])
    redis.call('EXPIREAT', key, ARGV[i*6])
  end
end
return {used, first, refused}
"""

logger = logging.getLogger(__name__)


class RedisCounters:
    """Counts that all servers share. A server that dies leaves its reservations counted at their worst case."""

    def __init__(self, means: Means) -> None:
        if not means.settings.redis_url:
            raise SetupError("Counters in Redis need gateway.redis_url.", hint="Set it, e.g. redis://localhost:6379/0.")
        try:
            from redis.asyncio import BlockingConnectionPool, Redis
        except ImportError as error:
            raise SetupError("The package redis is missing.", hint="Run: pip install 'freehold[redis]'") from error
        connect: Any = BlockingConnectionPool.from_url  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        pool = connect(
            means.settings.redis_url,
            max_connections=CONNECTIONS,
            timeout=WAIT_SECONDS,
            socket_timeout=WAIT_SECONDS,
            socket_connect_timeout=WAIT_SECONDS,
        )
        self._redis: Any = Redis.from_pool(pool)
        self._reserve: Any = self._redis.register_script(RESERVE)
        self._process = secrets.randbits(62)
        self._registering = asyncio.Lock()
        self._seen = False
        self._changes = Changes(self._write)

    async def reserve(self, claims: Sequence[Claim]) -> Verdict:
        """Count all claims unless one does not fit. What was given back but not handed in yet counts as given back."""
        verdict = await self._run_reserve(claims)
        if verdict.refused is not None:
            await self._changes.hand_in()
            verdict = await self._run_reserve(claims)
        return verdict

    async def _run_reserve(self, claims: Sequence[Claim]) -> Verdict:
        if not self._seen:
            async with self._registering:
                if not self._seen:
                    await self._beat()
        arguments: list[int] = []
        for claim in claims:
            if claim.by_process:
                claim.slot = self._process
            arguments += [claim.slot, claim.oldest, claim.amount, claim.ceiling, int(claim.by_process)]
            arguments.append(int(claim.expires_at) + 1)
        keys = [PREFIX + claim.counter for claim in claims]
        used, first_slots, refused = await self._ask(self._reserve(keys=keys, args=arguments))
        firsts = [int(slot) if slot else None for slot in first_slots]
        return Verdict([int(one) for one in used], firsts, None if refused < 0 else refused)

    async def _ask(self, question: Any) -> Any:
        from redis.exceptions import RedisError

        try:
            return await question
        except (RedisError, OSError) as error:
            raise Unavailable("The counters of limits do not answer.", hint="Try again in a moment.") from error

    def adjust(self, claim: Claim, delta: int) -> None:
        """Hand in a change with the next batch."""
        if delta:
            self._changes.add((PREFIX + claim.counter, claim.slot, delta, int(claim.expires_at) + 1))

    def end(self, claim: Claim) -> None:
        """Nothing is kept here."""

    async def run(self) -> None:
        """Hand in changes, and say that this process lives."""
        turns = 0
        while True:
            await asyncio.sleep(ADJUST_SECONDS)
            turns += 1
            try:
                await self._changes.hand_in()
                if turns % int(HEARTBEAT_SECONDS / ADJUST_SECONDS) == 0:
                    await self._beat()
            except Unavailable as error:
                logger.warning("%s", error.message)
                await asyncio.sleep(1)

    async def _beat(self) -> None:
        await self._ask(self._redis.set(f"{ALIVE}{self._process}", 1, ex=ALIVE_SECONDS))
        self._seen = True

    async def _write(self, changes: list[tuple[str, int, int, int]]) -> None:
        batch = self._redis.pipeline(transaction=True)
        for key, slot, delta, expires_at in changes:
            batch.hincrby(key, slot, delta)
            batch.expireat(key, expires_at)
        await self._ask(batch.execute())

    async def close(self) -> None:
        """Hand in the rest."""
        try:
            await self._changes.hand_in()
        except Unavailable:
            logger.warning("the last settlements did not reach the counters, which stay on the safe side")
        await self._redis.aclose()


COUNTERS = RedisCounters
