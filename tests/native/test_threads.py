"""Threads sleep between steps, and there are fewer of them while somebody else takes their cores."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from freehold.native.executor import NativeExecutor
from freehold.native.library import Library
from native.specs import PLAIN
from native.tiny_checkpoint import make_batch, make_checkpoint


def paces(library: Library, most: int, steps: int, loss: Callable[[int, int], float]) -> list[int]:
    """Threads in use after each step of 0.1 s, of which others took `loss(step, threads)` from the threads together."""
    seconds, stolen, used = np.full(steps, 0.1), np.zeros(steps), np.full(steps + 1, most, dtype=np.int32)
    for step in range(steps):
        stolen[step] = loss(step, used[step]) * 0.1
        library.call("pace", most, step + 1, seconds.ctypes.data, stolen.ctypes.data, used[1:].ctypes.data)
    return used[1:].tolist()


def tries(used: list[int]) -> list[int]:
    """The steps after which there is a thread more."""
    return [step for step in range(1, len(used)) if used[step] > used[step - 1]]


def test_small_losses_cost_no_thread(library: Library) -> None:
    assert paces(library, 4, 50, lambda step, threads: 0.2) == [4] * 50


def test_one_slow_step_costs_no_thread(library: Library) -> None:
    assert paces(library, 4, 40, lambda step, threads: 0.05 if step % 8 else 0.6) == [4] * 40


def test_a_taken_core_costs_a_thread_after_a_few_steps(library: Library) -> None:
    used = paces(library, 4, 60, lambda step, threads: 0.5)
    assert used[:3] == [4, 4, 4]
    assert used[5] == 3
    assert min(used) == 1


def test_tries_that_fail_take_few_of_the_steps(library: Library) -> None:
    used = paces(library, 2, 400, lambda step, threads: 0.5)
    assert len(tries(used)) >= 3
    assert used.count(2) < 40


def test_threads_come_back_within_seconds_when_the_cores_are_free_again(library: Library) -> None:
    used = paces(library, 4, 80, lambda step, threads: 0.5 if step < 12 else 0.05)
    assert min(used) == 1
    assert used[12 + 25] == 4


def test_one_thread_waits_for_nobody(tmp_path: Path, library: Library) -> None:
    executor = NativeExecutor(make_checkpoint(tmp_path, PLAIN), cache_pages=4, threads=1, library=library)
    executor.forward(make_batch([([1, 2, 3], 0, [0])]))
    assert executor.counters().waited == 0
    assert executor.threads == 1


def test_threads_sleep_between_steps(tmp_path: Path, library: Library) -> None:
    executor = NativeExecutor(make_checkpoint(tmp_path, PLAIN), cache_pages=4, threads=4, library=library)
    executor.forward(make_batch([([1, 2, 3], 0, [0])]))
    time.sleep(0.05)
    before = time.process_time()
    time.sleep(0.3)
    assert time.process_time() - before < 0.03
