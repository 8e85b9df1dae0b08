import os
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from pathlib import Path

import numpy as np
import pytest

from freehold.contracts.errors import SetupError, Unavailable
from freehold.voice.hearing.engine import Engine, fit_cores
from freehold.voice.sound import HEARING_RATE, Samples
from freehold.voice.transcriber import HeardSegment, Wish
from freehold.voice.word_error_rate import Score, word_error_rate


@pytest.fixture
async def sphinx(tmp_path: Path) -> AsyncGenerator[Engine]:
    engine = Engine("pocketsphinx", tmp_path, workers=1, threads=1)
    await engine.start()
    yield engine
    await engine.close()


async def heard_by(engine: Engine, samples: Samples, wish: Wish | None = None) -> list[HeardSegment]:
    async with aclosing(engine.hear(samples, wish or Wish())) as segments:
        return [segment async for segment in segments]


async def test_pocketsphinx_hears_flite_well_enough(
    sphinx: Engine, say: Callable[[str, str], Samples], sentences: list[str]
) -> None:
    assert (sphinx.facts.languages, sphinx.facts.translates) == (("en",), False)
    score = Score()
    for at, sentence in enumerate(sentences[:6]):
        samples = say(("slt", "rms", "kal16")[at % 3], sentence)
        segments = await heard_by(sphinx, samples)
        score += word_error_rate(sentence, " ".join(segment.text for segment in segments))
        assert segments[0].text[0].isupper()
        times = [moment for word in segments[0].words for moment in (word.start, word.end)]
        assert times == sorted(times)
        assert 0 <= times[0] < times[-1] <= len(samples) / HEARING_RATE
        assert all(word.logprob is not None and word.logprob <= 0 for word in segments[0].words)
    assert 4 * score.errors <= score.words, score


async def test_silence_and_noise_give_no_text(sphinx: Engine) -> None:
    rng = np.random.default_rng(1)
    time = np.arange(2 * HEARING_RATE) / HEARING_RATE
    quiet = 0.001 * rng.standard_normal(len(time))
    for samples in (np.zeros(0), np.zeros(50), 0 * time, quiet, 100 * quiet, 0.3 * np.sin(2 * np.pi * 440 * time)):
        assert await heard_by(sphinx, samples.astype(np.float32)) == []


async def test_a_closed_generator_frees_the_child(whisper_folder: Path, murmur: Samples) -> None:
    engine = Engine("faster_whisper", whisper_folder, workers=1, threads=1)
    await engine.start()
    segments = engine.hear(np.tile(murmur, 60), Wish(language="en"))
    assert (await anext(segments)).text == "freehold listens to you"
    await segments.aclose()
    assert [segment.text for segment in await heard_by(engine, murmur)] == ["freehold listens to you"]
    assert engine.facts.translates
    await engine.close()
    assert engine.pids == []


async def test_an_engine_that_crashes_fails_its_request_alone(crashing_folder: Path, murmur: Samples) -> None:
    engine = Engine("whisper_cpp", crashing_folder, workers=1, threads=1)
    await engine.start()
    for served in (1, 2):
        with pytest.raises(Unavailable):
            await heard_by(engine, murmur, Wish(language="en"))
        assert engine.started == 2 * served  # each asked two children, the second of them fresh
    await engine.close()


async def test_a_killed_child_is_replaced_and_asked_again(ggml_folder: Path, murmur: Samples) -> None:
    engine = Engine("whisper_cpp", ggml_folder, workers=1, threads=1)
    await engine.start()
    assert len(await heard_by(engine, murmur, Wish(language="en"))) == 1

    os.kill(engine.pids[0], signal.SIGKILL)
    (segment,) = await heard_by(engine, murmur, Wish(language="en"))
    assert (segment.text, engine.started) == ("freehold listens to you", 2)
    await engine.close()


async def test_a_folder_without_a_model_stops_the_start(tmp_path: Path) -> None:
    engine = Engine("faster_whisper", tmp_path, workers=1, threads=1)
    with pytest.raises(SetupError, match=r"tokenizer\.json"):
        await engine.start()
    await engine.close()


@pytest.mark.parametrize(
    ("asked", "fitted"), [((1, 8), (1, 4)), ((2, 8), (2, 2)), ((9, 1), (4, 1)), ((0, 0), (1, 4)), ((3, 2), (3, 1))]
)
def test_threads_and_workers_never_exceed_four_cores(asked: tuple[int, int], fitted: tuple[int, int]) -> None:
    assert fit_cores(*asked, 4) == fitted


@pytest.mark.parametrize(
    ("reference", "heard", "edits"),
    [
        ("The cat sat.", "the CAT sat", (3, 0, 0, 0)),
        ("the cat sat", "the hat sat down", (3, 1, 0, 1)),
        ("the cat sat", "cat", (3, 0, 2, 0)),
        ("it's 7", "it’s seven", (2, 1, 0, 0)),
        ("", "oh no", (0, 0, 0, 2)),
        ("", "", (0, 0, 0, 0)),
    ],
)
def test_the_word_error_rate_counts_each_kind_of_edit(
    reference: str, heard: str, edits: tuple[int, int, int, int]
) -> None:
    score = word_error_rate(reference, heard)
    assert (score.words, score.substitutions, score.deletions, score.insertions) == edits
    assert score.rate == sum(edits[1:]) / max(1, edits[0])
