"""Beam search, as Hugging Face's `generate` does it: the likeliest continuations side by side, a token at a time.

A search is one submitted sequence and many scheduled ones, a *member* for each continuation. Members share the pages
that their common beginning filled. A member that has told its likeliest next tokens stands still until all have.
"""

from collections.abc import Sequence as Row
from dataclasses import dataclass, replace

from freehold.engine.loop.scheduler import Scheduler
from freehold.engine.loop.sequence import FinishReason, Output, Sequence, TokenLogprob
from freehold.engine.requests.sampling import Sampling


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """A continuation: its tokens with their log-probabilities, and the sum of these."""

    tokens: tuple[TokenLogprob, ...] = ()
    total: float = 0.0


class Search:
    """One search's hypotheses. Knows log-probabilities, not where they come from."""

    def __init__(self, sampling: Sampling) -> None:
        assert sampling.beams is not None
        self._sampling, self._beams = sampling, sampling.beams
        self.running = [Hypothesis()]
        self.ended: list[tuple[float, Hypothesis]] = []  # with their scores, best first
        self.finished = False

    def advance(self, continuations: Row[Row[tuple[int, float]]]) -> list[int]:
        """Take a step, given each running hypothesis's likeliest next tokens with their log-probabilities, best first.

        Returns which of the running hypotheses each of those that run now continues.
        """
        options = [
            (hypothesis.total + logprob, parent, place)
            for parent, hypothesis in enumerate(self.running)
            for place, (_, logprob) in enumerate(continuations[parent])
        ]
        options.sort(key=lambda option: -option[0])
        length = len(self.running[0].tokens) + 1
        parents: list[int] = []
        running: list[Hypothesis] = []
        for order, (total, parent, place) in enumerate(options):
            hypothesis = self._extend(self.running[parent], continuations[parent], place, total)
            token = hypothesis.tokens[-1].token
            if token in self._sampling.stop_token_ids or length >= self._sampling.max_tokens:
                if order < self._beams.width:
                    self.ended.append((total / length**self._beams.length_penalty, hypothesis))
            elif len(running) < self._beams.width:
                parents.append(parent)
                running.append(hypothesis)
        self.running = running
        self.ended = sorted(self.ended, key=lambda scored: -scored[0])[: self._beams.width]
        self.finished = self._is_finished(length)
        return parents

    def _extend(self, parent: Hypothesis, nexts: Row[tuple[int, float]], place: int, total: float) -> Hypothesis:
        token, logprob = nexts[place]
        top = tuple(nexts[: self._sampling.top_logprobs or 0])
        return Hypothesis(tokens=(*parent.tokens, TokenLogprob(token=token, logprob=logprob, top=top)), total=total)

    def _is_finished(self, length: int) -> bool:
        if not self.running:
            return True
        if len(self.ended) < self._beams.width:
            return False
        # A running hypothesis is judged as if it ended now: what it may gain by growing longer is unknown.
        best = self.running[0].total / length**self._beams.length_penalty
        return self._beams.early_stopping or best <= self.ended[-1][0]

    def results(self) -> tuple[tuple[Output, ...], ...]:
        """The best that ended, each as a sequence would have given it."""
        return tuple(self._outputs(hypothesis) for _, hypothesis in self.ended[: self._beams.kept])

    def _outputs(self, hypothesis: Hypothesis) -> tuple[Output, ...]:
        last = hypothesis.tokens[-1]
        reason: FinishReason = "stop" if last.token in self._sampling.stop_token_ids else "length"
        shown = self._sampling.top_logprobs is not None
        return tuple(
            Output(entry.token, entry if shown else None, reason if entry is last else None)
            for entry in hypothesis.tokens
        )


class _Group:
    """A search, the sequence that asked for it, and its members in the scheduler, one per running hypothesis."""

    def __init__(self, head: Sequence) -> None:
        self.head = head
        self.search = Search(head.sampling)
        self.members = [head]
        self.told: dict[Sequence, tuple[tuple[int, float], ...]] = {}


class BeamSearches:
    """All searches of an engine. Stands between it and the scheduler; not thread-safe."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._groups: dict[Sequence, _Group] = {}  # by each member and by the head

    def begin(self, head: Sequence) -> None:
        """Follow a sequence that asks for beam search; the scheduler has it already."""
        self._groups[head] = _Group(head)

    def end(self, head: Sequence) -> None:
        """Forget a search, if there is one, and all its members."""
        group = self._groups.pop(head, None)
        for member in group.members if group else ():
            self._groups.pop(member, None)
            self._scheduler.remove(member)

    def advance(self, outputs: list[tuple[Sequence, Output]]) -> list[tuple[Sequence, Output]]:
        """Take what members told out of a step's outputs; put in the results of searches that ended."""
        if not self._groups:
            return outputs
        passed: list[tuple[Sequence, Output]] = []
        for sequence, output in outputs:
            group = self._groups.get(sequence)
            if group is None or not output.continuations:
                passed.append((sequence, output))
                continue
            group.told[sequence] = output.continuations
            if len(group.told) == len(group.members):
                self._step(group)
                # Whoever waits for a search hears of every step.
                passed.append((group.head, _result(group) if group.search.finished else Output(token=None)))
                if group.search.finished:
                    self.end(group.head)
        return passed

    def _step(self, group: _Group) -> None:
        before = group.members
        parents = group.search.advance([group.told[member] for member in before])
        group.told.clear()
        grown = [hypothesis.tokens[-1].token for hypothesis in group.search.running]
        group.members = []
        for parent, token in zip(parents, grown, strict=True):
            member = before[parent]
            # The first to continue a member takes it over; the others begin with its full pages.
            taken_over = member.table is not None and member not in group.members
            group.members.append(member if taken_over else _fork(group.head, member, token))
        for member in before:
            if member not in group.members:
                self._scheduler.remove(member)
        for member, token in zip(group.members, grown, strict=True):
            if member in before:
                member.tokens.append(token)
            else:
                self._scheduler.add(member)
        for member in before:
            self._groups.pop(member, None)
        self._groups |= dict.fromkeys([group.head, *group.members], group)


def _fork(head: Sequence, parent: Sequence, token: int) -> Sequence:
    """A new member that continues another, as old as the search."""
    terms = replace(head.terms, deadline_seconds=None, traces=False, reports_progress=False)
    member = Sequence(head.tokens[: head.prompt_length], head.sampling, terms)
    member.tokens = [*parent.tokens, token]
    member.page_keys = list(parent.page_keys)
    member.arrival = head.arrival
    member.machine = head.machine
    return member


def _result(group: _Group) -> Output:
    prompt = tuple(group.head.prompt_logprobs) if group.head.sampling.prompt_logprobs else ()
    return Output(None, finish_reason="stop", prompt=prompt, beams=group.search.results())
