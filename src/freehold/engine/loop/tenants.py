"""Who waits, and whose turn it is. Knows neither pages nor steps."""

from bisect import insort
from collections import Counter
from collections.abc import Collection

from freehold.engine.loop.sequence import Sequence


def rank(sequence: Sequence) -> tuple[int, int]:
    """Who goes first where pages are short: the lower priority number, then the earlier arrival."""
    return sequence.terms.priority, sequence.arrival


class TenantQueue:
    """Waiting sequences: by priority, then the tenant that got the fewest tokens, then arrival.

    Fair queueing by virtual time (Goyal et al., SIGCOMM 1996): a tenant that comes begins level with the one that was
    served least among those present, so neither patience nor absence earns credit.
    """

    def __init__(self) -> None:
        self.requests = 0
        self.tokens = 0  # of the waiting sequences' prompts, and what preempted ones had generated
        self._waiting: dict[str, list[Sequence]] = {}
        self._served: dict[str, int] = {}
        self._present: Counter[str] = Counter()

    def enter(self, sequence: Sequence) -> None:
        """A new sequence waits."""
        tenant = sequence.terms.tenant
        if not self._present[tenant]:
            self._served[tenant] = min(self._served.values(), default=0)
        self._present[tenant] += 1
        self.put_back(sequence)

    def put_back(self, sequence: Sequence) -> None:
        """One that ran waits again, before all of its tenant's that came later."""
        insort(self._waiting.setdefault(sequence.terms.tenant, []), sequence, key=rank)
        self.requests += 1
        self.tokens += len(sequence.tokens)

    def take(self, sequence: Sequence) -> None:
        """A waiting sequence waits no more."""
        waiting = self._waiting[sequence.terms.tenant]
        waiting.remove(sequence)
        if not waiting:
            del self._waiting[sequence.terms.tenant]
        self.requests -= 1
        self.tokens -= len(sequence.tokens)

    def leave(self, sequence: Sequence) -> None:
        """A sequence, not waiting, has ended."""
        tenant = sequence.terms.tenant
        self._present[tenant] -= 1
        if not self._present[tenant]:
            del self._present[tenant], self._served[tenant]

    def charge(self, sequence: Sequence, tokens: int) -> None:
        """Tokens were computed for a sequence that is present."""
        self._served[sequence.terms.tenant] += tokens

    def turn(self, sequence: Sequence) -> tuple[int, int, int]:
        """Whose turn it is: the least."""
        return sequence.terms.priority, self._served[sequence.terms.tenant], sequence.arrival

    def first(self, passed_over: Collection[Sequence] = ()) -> Sequence | None:
        """The waiting sequence whose turn it is, but for those passed over."""
        heads = (next((one for one in row if one not in passed_over), None) for row in self._waiting.values())
        return min((head for head in heads if head is not None), key=self.turn, default=None)

    def __contains__(self, sequence: Sequence) -> bool:
        return sequence in self._waiting.get(sequence.terms.tenant, ())
