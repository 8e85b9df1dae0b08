"""Whose tokens run in a step: budget, pace, sharing, preemption, fairness, refusals."""

import itertools
import logging
import random

import pytest

from engine.loops import Loop, greedy, held_pages
from freehold.contracts.errors import InvalidRequest, ProviderTimeout, RateLimited
from freehold.engine.loop.pace import STRETCH, Pace
from freehold.engine.loop.sequence import Sequence
from freehold.engine.requests.sampling import Sampling
from freehold.engine.requests.terms import Terms, read_terms
from freehold.foundation.edge import error_response
from freehold.nn import PAGE_SLOTS
from held_clock import HeldClock

LONG = random.Random(1).choices(range(1, 60), k=600)


def computed(loop: Loop, sequence: Sequence) -> int:
    """Turn once; how many of the sequence's tokens the step computed."""
    before = sequence.computed
    loop.step()
    return sequence.computed - before


def test_decoding_comes_first_and_prompts_share_what_is_left() -> None:
    loop = Loop(step_tokens=64)
    decoder = loop.add(greedy([9], max_tokens=100))
    loop.step()
    loop.step()
    prompt = loop.add(greedy(LONG))
    for _ in range(10):
        assert computed(loop, prompt) > 0
    assert len(decoder.tokens) == 1 + 12
    assert max(loop.executor.steps) <= 64


def test_a_short_prompt_does_not_wait_for_a_long_one() -> None:
    loop = Loop(step_tokens=64)
    loop.add(greedy(LONG))
    loop.step()
    short = loop.add(greedy([5, 6, 7]))
    loop.step()
    assert len(short.tokens) == 4


def test_prompts_are_computed_in_as_few_steps_as_the_budget_allows() -> None:
    loop = Loop(step_tokens=100)
    loop.run(greedy(LONG[:300], max_tokens=1), greedy(LONG[300:], max_tokens=1))
    assert loop.executor.steps == [100] * 6


def test_prompts_never_stretch_a_decoding_step_beyond_its_bound() -> None:
    pace = Pace()
    for _ in range(5):
        pace.observe(0, 512, 512 * 0.002)
    assert pace.prompt_share(0) is None
    assert pace.prompt_share(4) == 0  # one step without prompts, to learn
    lengths: list[float] = []
    for _ in range(300):
        share = pace.prompt_share(4)
        lengths.append(0.010 + 0.002 * (share or 0))
        pace.observe(4, share or 0, lengths[-1])
    assert max(lengths) <= STRETCH * 0.010 * 1.05
    assert sum(lengths) / len(lengths) > 0.9 * STRETCH * 0.010  # nor is much of it left unused


def test_cheap_short_prompts_do_not_let_a_long_one_stall_the_others() -> None:
    pace = Pace()
    for _ in range(500):
        pace.observe(1, 0, 0.010)
        pace.observe(0, 1, 0.010)
    share = pace.prompt_share(1)
    assert share is not None
    assert share <= 2 + PAGE_SLOTS


def test_the_pace_adapts_when_prompt_tokens_become_dearer() -> None:
    pace = Pace()
    pace.observe(1, 0, 0.010)
    for cost in (0.0001, 0.001):
        for _ in range(100):
            share = pace.prompt_share(1) or 0
            pace.observe(1, share, 0.010 + cost * share)
    assert pace.prompt_share(1) == pytest.approx(15, abs=2)


def test_a_repeated_prompt_is_found_and_only_its_end_computed() -> None:
    loop = Loop()
    loop.run(greedy(LONG))
    again = greedy(LONG)
    loop.executor.steps.clear()
    loop.run(again)
    assert again.timeline.cached_tokens == 592  # 37 pages; the last token is always computed
    assert loop.executor.steps[0] == 8
    loop.assert_answered(again)


def test_an_answer_is_found_by_the_next_turn_of_its_conversation() -> None:
    loop = Loop()
    first = greedy(LONG[:40], max_tokens=40)
    loop.run(first)
    second = greedy([*first.tokens, 1, 2, 3])
    loop.run(second)
    assert second.timeline.cached_tokens == 64
    loop.assert_answered(second)


@pytest.mark.parametrize(("tenant", "salt"), [("b", ""), ("", "b"), ("b", "a"), ("a", "b")])
def test_a_prompt_of_another_tenant_or_salt_is_never_found(tenant: str, salt: str) -> None:
    loop = Loop()
    loop.run(greedy(LONG, tenant="a", cache_salt="a"))
    other = greedy(LONG, tenant=tenant, cache_salt=salt)
    loop.run(other)
    assert other.timeline.cached_tokens == 0
    assert loop.executor.steps.count(512) == 2


def test_twins_compute_their_common_prompt_once() -> None:
    loop = Loop(step_tokens=2048)
    twins = [greedy([*LONG, index]) for index in range(8)]
    loop.run(*twins)
    for twin in twins:
        loop.assert_answered(twin)
    assert sum(loop.executor.steps) <= 601 + 7 * 9 + 8 * 7


def test_a_scored_prompt_is_computed_whole() -> None:
    loop = Loop()
    loop.run(greedy(LONG))
    scored = Sequence(LONG, Sampling(max_tokens=1, temperature=0.0, prompt_logprobs=True))
    loop.run(scored)
    assert len(loop.outputs[scored][-1].prompt) == len(LONG)


def test_the_preempted_one_ranks_last_and_resumes_with_the_same_answer(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    loop = Loop(pages=8, running=4)
    urgent, early, late = (greedy([n] * 20, max_tokens=60, priority=n // 3) for n in (1, 3, 4))
    loop.run(late, early, urgent)
    for sequence in (urgent, early, late):
        loop.assert_answered(sequence)
    assert loop.scheduler.preemptions > 0
    assert not urgent.timeline.preempted
    assert early.timeline.preempted
    record = next(record for record in caplog.records if record.message == "preempted a sequence")
    assert {"victim", "reason", "pages", "tenant", "priority"} <= vars(record).keys()


def test_a_prompt_whose_scoring_was_interrupted_is_scored_whole() -> None:
    loop = Loop(pages=8, step_tokens=16)
    scored = Sequence([2] * 100, Sampling(max_tokens=1, prompt_logprobs=True), Terms(priority=1))
    loop.add(scored)
    loop.step()
    loop.run(greedy([1] * 60, max_tokens=40))
    assert scored.timeline.preempted
    assert len(loop.outputs[scored][-1].prompt) == 100


def test_a_tenant_with_one_request_does_not_wait_for_one_with_hundreds() -> None:
    loop = Loop(pages=2000, running=8, step_tokens=64)
    for index in range(300):
        loop.add(greedy([index % 60] * 30, max_tokens=50, tenant="many"))
    for _ in range(20):
        loop.step()
    one = loop.add(greedy([3] * 30, tenant="one"))
    for _ in range(16):
        loop.step()
    loop.assert_answered(one)


def test_tenants_get_equal_shares_however_many_requests_they_have() -> None:
    loop = Loop(pages=2000, running=16, step_tokens=64)
    for index in range(100):
        loop.add(greedy([index % 60] * 40, max_tokens=4, tenant="many"))
    few = [loop.add(greedy([index + 1] * 41, max_tokens=4, tenant="few")) for index in range(20)]
    while any(not output or output[-1].finish_reason is None for output in (loop.outputs[one] for one in few)):
        loop.step()
    done = sum(bool(output) for one, output in loop.outputs.items() if one.terms.tenant == "many")
    assert 10 <= done <= 40


def test_a_lower_priority_number_goes_first_and_takes_a_slot() -> None:
    loop = Loop(running=2)
    patient = [loop.add(greedy([n] * 5, max_tokens=40, priority=1)) for n in (1, 2, 3)]
    loop.step()
    urgent = loop.add(greedy([4] * 5, max_tokens=4, priority=-1))
    for _ in range(5):  # the first one without prompts, to learn how long it takes
        loop.step()
    loop.assert_answered(urgent)
    loop.run()
    for sequence in patient:
        loop.assert_answered(sequence)
    assert patient[1].timeline.preempted
    assert not patient[0].timeline.preempted


def test_what_can_never_fit_is_refused() -> None:
    with pytest.raises(RateLimited, match="cache holds 4096"):
        Loop(pages=256).add(greedy([9], max_tokens=5000))


@pytest.mark.parametrize("limits", [{"waiting": 3}, {"waiting_tokens": 100}])
def test_a_full_queue_refuses_and_says_when_to_come_again(limits: dict[str, int]) -> None:
    loop = Loop(**limits)
    loop.run(greedy([1] * 100, max_tokens=100))  # 100 steps of 10 ms each: 100 tokens a second
    for _ in range(3):
        loop.add(greedy([9] * 30))
    with pytest.raises(RateLimited, match="3 requests with 90 tokens are waiting") as refused:
        loop.add(greedy([9] * 30))
    assert refused.value.retry_after_seconds == 1
    assert error_response(refused.value).headers["retry-after"] == "1"


def test_an_empty_queue_takes_any_prompt_that_fits() -> None:
    loop = Loop(waiting_tokens=10)
    loop.run(greedy([9] * 100))


def test_what_has_not_begun_by_its_deadline_never_runs() -> None:
    loop = Loop(running=1)
    running = loop.add(greedy([1], max_tokens=20, deadline_seconds=loop.clock.now + 0.05))
    late = loop.add(greedy([2], deadline_seconds=loop.clock.now + 0.05))
    loop.run()
    (last,) = loop.outputs[late]
    assert isinstance(last.error, ProviderTimeout)
    assert not late.timeline.has_run
    loop.assert_answered(running)  # it had begun


def test_a_removed_sequence_returns_its_pages_at_once() -> None:
    loop = Loop()
    sequence = loop.add(greedy(LONG))
    waiting = loop.add(greedy(LONG))
    loop.step()
    assert loop.engine.cache.free_pages < 256
    loop.remove(sequence)
    loop.remove(waiting)
    loop.remove(waiting)
    assert loop.engine.cache.free_pages == 256
    assert not loop.scheduler.has_work
    held_pages(loop)


def test_progress_is_told_when_asked_for() -> None:
    loop = Loop(step_tokens=100)
    loop.run(greedy(LONG[:128]))
    curious, other = greedy(LONG[:400], reports_progress=True), greedy([1] * 10)
    loop.run(curious, other)
    told = [output.progress for output in loop.outputs[curious] if output.progress is not None]
    assert told[-1].processed == told[-1].total == 400
    assert told[0].cached == 128
    assert all(first.processed < second.processed for first, second in itertools.pairwise(told))
    assert all(output.progress is None for output in loop.outputs[other])


def test_a_trace_tells_what_happened_when() -> None:
    loop = Loop(step_tokens=100)
    traced = greedy(LONG[:250], traces=True)
    traced.timeline.arrived = loop.clock.now
    loop.run(traced)
    record = traced.timeline.record()
    assert record["chunks"] == [[0.01, 0, 100], [0.02, 100, 200], [0.03, 200, 250]]
    assert record["queued_seconds"] == 0.0
    assert record["first_token_seconds"] == 0.03
    assert record["finished_seconds"] == 0.1


def test_terms_come_from_headers() -> None:
    clock = HeldClock()
    given = {"x-request-id": "r", "x-freehold-tenant": "t", "x-freehold-priority": "-3"}
    given["x-freehold-deadline"] = "1700000007.5"
    terms = read_terms(given, clock)
    assert terms == Terms(request_id="r", tenant="t", priority=-3, deadline_seconds=1700000007.5)
    assert read_terms({}, clock) == Terms()


@pytest.mark.parametrize(
    ("name", "value"),
    [("priority", "high"), ("priority", "1.5"), ("priority", "-5000"), ("deadline", "soon"), ("deadline", "nan")],
)
def test_terms_that_make_no_sense_are_refused(name: str, value: str) -> None:
    with pytest.raises(InvalidRequest, match=f"x-freehold-{name}"):
        read_terms({f"x-freehold-{name}": value}, HeldClock())
