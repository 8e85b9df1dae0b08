"""A child that dies, stands still or is busy costs its request at most; what it may do is bounded by the kernel."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from freehold.contracts.errors import InvalidRequest, Unavailable
from freehold.voice.codecs import decoding
from freehold.voice.codecs.decoding import Decoder
from freehold.voice.sound import HEARING_RATE, Samples
from voice.codecs.recordings import a_tone, opened, take_all, wav

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def mortal() -> AsyncGenerator[Decoder]:
    """One whose child may be killed."""
    async with opened() as decoder:
        yield decoder


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="the limits of a process are seen under Linux only")
async def test_the_child_can_open_nothing_and_use_only_so_much(mortal: Decoder):
    await mortal.decode(wav(a_tone(0.5)))
    folder = Path(f"/proc/{mortal.pids[0]}")
    lines = folder.joinpath("limits").read_text().splitlines()[1:]
    limits = {line[:26].strip(): line[26:47].strip() for line in lines}
    assert limits["Max file size"] == limits["Max core file size"] == "0"
    assert limits["Max open files"] == str(len(list(folder.joinpath("fd").iterdir()))) == "5"
    assert int(limits["Max address space"]) < 2 << 30
    assert int(limits["Max cpu time"]) < 60


async def test_a_child_killed_in_the_middle_is_replaced_and_no_sample_is_lost(mortal: Decoder):
    data = wav(a_tone(120.0))
    (first,) = mortal.pids
    pieces: list[Samples] = []
    async for piece in mortal.stream(data):
        if not pieces:
            os.kill(first, signal.SIGKILL)
        pieces.append(piece)
    assert mortal.pids != [first]
    assert len(np.concatenate(pieces)) == 120 * HEARING_RATE
    assert np.array_equal(np.concatenate(pieces), (await mortal.decode(data)).sound.samples)


async def test_a_file_that_ends_two_children_is_refused_and_the_next_file_is_read(mortal: Decoder):
    seen: set[int] = set()

    def kill(_piece: Samples) -> None:
        for pid in set(mortal.pids) - seen:
            os.kill(pid, signal.SIGKILL)
            seen.add(pid)

    with pytest.raises(InvalidRequest, match="breaks what decodes it"):
        await take_all(mortal.stream(wav(a_tone(150.0))), kill)
    assert len(seen) == 2
    assert (await mortal.decode(wav(a_tone(0.5)))).seconds == 0.5
    assert not seen & set(mortal.pids)


@pytest.mark.parametrize("seconds", [0.5, 100.0])
async def test_a_child_that_stands_still_is_given_up_and_replaced(
    mortal: Decoder, monkeypatch: pytest.MonkeyPatch, seconds: float
):
    monkeypatch.setattr(decoding, "PIECE_SECONDS", 0.2)
    monkeypatch.setattr(decoding, "SENDING_SECONDS", 0.1)
    (pid,) = mortal.pids
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(Unavailable):
        await mortal.decode(wav(a_tone(seconds)))
    monkeypatch.undo()
    assert (await mortal.decode(wav(a_tone(0.5)))).seconds == 0.5
    assert pid not in mortal.pids


async def test_who_waits_too_long_for_a_child_is_told_so(mortal: Decoder, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(decoding, "LEASE_SECONDS", 0.05)
    stream = mortal.stream(wav(a_tone(120.0)))
    await anext(stream)
    with pytest.raises(Unavailable, match="wait"):
        await mortal.decode(wav(a_tone(0.5)))
    await stream.aclose()
    assert (await mortal.decode(wav(a_tone(0.5)))).seconds == 0.5


async def test_two_children_read_two_files_at_once():
    async with opened(workers=2) as decoder:
        streams = [decoder.stream(wav(a_tone(120.0))) for _ in range(2)]
        first = await asyncio.gather(*(anext(stream) for stream in streams))
        assert len(set(decoder.pids)) == 2
        assert all(len(piece) for piece in first)
        for stream in streams:
            await stream.aclose()
    assert decoder.pids == []


async def test_bytes_that_no_message_can_carry_are_no_bound():
    with pytest.raises(ValueError, match="message"):
        Decoder(max_seconds=1.0, max_bytes=2 << 30)
