import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sounds import FOX, ROAD, noise, said, silence

from freehold.contracts.audio.hearing import Chunking
from freehold.voice.hearing.chunks import Chunk, pack
from freehold.voice.hearing.recording import Recording
from freehold.voice.hearing.vad import FRAME, Listening, Probabilities, Stretch, probabilities, speech
from freehold.voice.sound import HEARING_RATE, Samples

LEVELS = st.lists(st.sampled_from([0.0, 0.2, 0.4, 0.6, 0.9]), max_size=120)
CHUNKINGS = st.builds(
    Chunking,
    threshold=st.sampled_from([0.1, 0.5, 0.95]),
    prefix_padding_ms=st.sampled_from([0, 300, 5000]),
    silence_duration_ms=st.sampled_from([50, 500, 10_000]),
)


def found_in(samples: Samples) -> list[Stretch]:
    return speech(probabilities(samples), len(samples))


def drawn(levels: list[float]) -> tuple[Probabilities, int]:
    """Probabilities and the samples that they were found in; the last frame was not full."""
    return np.array(levels, np.float32), max(len(levels) * FRAME - 100, 0)


@pytest.mark.parametrize("voice", ["slt", "rms", "awb", "kal16"])
def test_every_voice_is_found_where_it_speaks_and_nowhere_else(voice: str) -> None:
    one, two = said(FOX, voice), said(ROAD, voice)
    first, second = found_in(np.concatenate([silence(2), one, silence(2), two, silence(2)]))
    starts, lengths = (2 * HEARING_RATE, 4 * HEARING_RATE + len(one)), (len(one), len(two))
    for stretch, start, length in zip((first, second), starts, lengths, strict=True):
        assert stretch[0] == pytest.approx(start, abs=HEARING_RATE // 2)
        assert stretch[1] == pytest.approx(start + length, abs=HEARING_RATE // 2)


def test_silence_noise_and_nothing_are_no_speech() -> None:
    hum = (0.2 * np.sin(2 * np.pi * 50 * np.arange(4 * HEARING_RATE) / HEARING_RATE)).astype(np.float32)
    for sound in (silence(4), noise(4), noise(4, 0.2), hum, silence(0.01), silence(0)):
        assert found_in(sound) == []


def test_pieces_of_any_size_are_heard_like_the_whole() -> None:
    sound = np.concatenate([silence(0.3), said(FOX), noise(0.4)])
    listening, found, at = Listening(), list[Probabilities](), 0
    for size in (1, 0, 511, 512, 513, 7000, len(sound)):
        found.append(listening.feed(sound[at : at + size]))
        at += size
    found.append(listening.finish())
    np.testing.assert_allclose(np.concatenate(found), probabilities(sound), atol=1e-5)
    assert sum(map(len, found)) == -(-len(sound) // FRAME)


def test_a_short_pause_parts_nothing_and_a_click_is_no_speech() -> None:
    spoken, pause, click = [0.9] * 20, [0.0] * 10, [0.9] * 2
    found, length = drawn([*spoken, *pause, *spoken, *[0.0] * 40, *click, *[0.0] * 40])
    chunking = Chunking(prefix_padding_ms=0, silence_duration_ms=500)
    assert [start for start, _ in speech(found, length, chunking)] == [0]
    apart = speech(found, length, Chunking(prefix_padding_ms=0, silence_duration_ms=100))
    assert [start for start, _ in apart] == [0, 30 * FRAME]


@given(LEVELS, CHUNKINGS)
def test_stretches_are_in_order_apart_and_within_the_recording(levels: list[float], chunking: Chunking) -> None:
    found, length = drawn(levels)
    edges = [edge for stretch in speech(found, length, chunking) for edge in stretch]
    assert edges == sorted(edges)
    assert all(0 <= edge <= length for edge in edges)
    assert all(start < end for start, end in speech(found, length, chunking))


@given(LEVELS, CHUNKINGS, st.integers(1, 40 * FRAME))
def test_chunks_cover_the_speech_exactly_in_order_and_within_the_bound(
    levels: list[float], chunking: Chunking, limit: int
) -> None:
    found, length = drawn(levels)
    stretches = speech(found, length, chunking)
    chunks = pack(stretches, found, limit)
    assert all(0 < chunk.length <= limit for chunk in chunks)
    heard = [sample for chunk in chunks for start, end in chunk.stretches for sample in (start, end)]
    assert heard == sorted(heard)
    assert _merged([stretch for chunk in chunks for stretch in chunk.stretches]) == _merged(stretches)


def _merged(stretches: list[Stretch]) -> list[Stretch]:
    """With those that touch as one."""
    merged: list[Stretch] = []
    for start, end in stretches:
        if merged and merged[-1][1] == start:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def test_a_stretch_that_is_too_long_is_cut_where_it_is_least_like_speech() -> None:
    found = np.full(70, 0.9, np.float32)
    found[33], found[10] = 0.5, 0.4  # the other is in the half that is kept whole
    one, two = pack([(0, 70 * FRAME)], found, 40 * FRAME)
    cut = 33 * FRAME + FRAME // 2
    assert (one.stretches, two.stretches) == (((0, cut),), ((cut, 70 * FRAME),))


def test_times_within_a_chunk_are_found_again_in_the_recording() -> None:
    rate = HEARING_RATE
    chunk = Chunk(stretches=((2 * rate, 3 * rate), (10 * rate, 12 * rate), (20 * rate, 21 * rate)))
    assert chunk.seconds == 4.0
    assert chunk.times(0.0, 0.5) == (2.0, 2.5)
    assert chunk.times(0.5, 1.0) == (2.5, 3.0)  # what ends with a stretch ends there
    assert chunk.times(1.0, 1.5) == (10.0, 10.5)  # and what begins with one begins there
    assert chunk.times(0.75, 1.25) == (2.75, 10.25)
    assert chunk.times(3.0, 4.0) == (20.0, 21.0)
    assert chunk.times(3.9, 30.0) == (20.9, 21.0)  # engines hear beyond the end
    assert chunk.times(-1.0, 0.0) == (2.0, 2.0)


@given(st.lists(st.tuples(st.integers(1, 400), st.integers(0, 400)), min_size=1, max_size=6), st.data())
def test_later_in_a_chunk_is_later_in_the_recording(lengths: list[tuple[int, int]], data: st.DataObject) -> None:
    at, stretches = 0, list[Stretch]()
    for length, pause in lengths:
        at += 160 * pause
        stretches.append((at, at + 160 * length))
        at += 160 * length
    chunk = Chunk(stretches=stretches)
    moments = sorted(data.draw(st.lists(st.floats(-1, chunk.seconds + 1, allow_nan=False), min_size=4, max_size=4)))
    one, two = chunk.times(moments[0], moments[1]), chunk.times(moments[2], moments[3])
    times = [*one, *two]
    assert one[0] <= two[0]
    assert one[0] <= one[1]
    assert two[0] <= two[1]
    assert all(any(start <= round(time * HEARING_RATE) <= end for start, end in stretches) for time in times)


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_recording_gives_back_its_stretches(in_memory: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("freehold.voice.hearing.recording.MEMORY_BYTES", 1 << 20 if in_memory else 1000)
    sound, recorded = noise(0.5), Recording()
    for at in range(0, len(sound), 999):
        recorded.append(sound[at : at + 999])
    assert (recorded.length, recorded.seconds) == (len(sound), 0.5)
    read = recorded.read([(10, 20), (4000, 7000), (7990, 8000)])
    wanted = np.concatenate([sound[10:20], sound[4000:7000], sound[7990:8000]])
    np.testing.assert_allclose(read, wanted, atol=2 / 32768)
    assert len(recorded.read([])) == 0
    recorded.close()
