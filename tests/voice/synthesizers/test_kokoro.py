import asyncio
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.contracts.errors import SetupError, Unavailable
from freehold.voice.espeak_pool import EspeakPool, PhonemeClause
from freehold.voice.kokoro_phonemes import MAX_TOKENS, kokoro_text, token_runs
from freehold.voice.synthesizer import Clause, Prosody, Synthesizer
from freehold.voice.synthesizers.kokoro import KokoroSynthesizer, choose_presets, open_kokoro
from tiny_voices import KOKORO_SAMPLES, kokoro_vocabulary, write_kokoro, write_piper

from .conftest import Opened


async def _lengths(kokoro: Synthesizer, text: str, voice: str = "af_heart", speed: float = 1.0) -> list[int]:
    clause = Clause(text=text, voice=voice, prosody=Prosody(speed=speed))
    return [len(piece.samples) async for piece in kokoro.speak(clause)]


@pytest.mark.parametrize("community", [False, True])
async def test_both_layouts_are_spoken_from(opened: Opened, tmp_path: Path, community: bool) -> None:
    kokoro = await opened("kokoro", write_kokoro(tmp_path, community=community))
    assert [(voice.id, voice.language, voice.gender) for voice in kokoro.voices()] == [
        ("af_heart", "en-US", "female"),
        ("am_onyx", "en-US", "male"),
        ("bf_emma", "en-GB", "female"),
    ]
    # həlˈO wˈɜɹld. is 13 tokens, and there is a pad at each end.
    assert await _lengths(kokoro, "Hello world.") == [15 * KOKORO_SAMPLES]
    assert await _lengths(kokoro, "Hello world.", speed=2.0) == [15 * KOKORO_SAMPLES // 2]
    assert await _lengths(kokoro, "Hello world.", speed=100.0) == [15 * KOKORO_SAMPLES // 2]


async def test_the_style_is_that_of_the_voice_and_of_the_length(opened: Opened, tmp_path: Path) -> None:
    kokoro = await opened("kokoro", write_kokoro(tmp_path))

    async def sound(voice: str) -> np.ndarray:
        return np.concatenate([p.samples async for p in kokoro.speak(Clause(text="Hello world.", voice=voice))])

    usual = await sound("af_heart")
    assert not np.allclose(usual, await sound("am_onyx"), atol=0.01)
    kokoro._styles["af_heart"][12] += 1.0  # type: ignore[attr-defined]  # the row for 13 tokens
    assert not np.allclose(usual, await sound("af_heart"), atol=0.01)
    kokoro._styles["af_heart"][12] -= 1.0  # type: ignore[attr-defined]
    kokoro._styles["af_heart"][13] += 1.0  # type: ignore[attr-defined]
    kokoro._styles["af_heart"][11] += 1.0  # type: ignore[attr-defined]
    assert np.allclose(usual, await sound("af_heart"), atol=0.01)


async def test_a_long_text_is_spoken_in_runs_that_fit(opened: Opened, tmp_path: Path) -> None:
    kokoro = await opened("kokoro", write_kokoro(tmp_path))
    lengths = await _lengths(kokoro, "The kettle is on the stove. " * 60)
    assert len(lengths) > 2
    assert max(lengths) <= (MAX_TOKENS + 2) * KOKORO_SAMPLES


async def test_a_cancelled_clause_stops_the_computing(opened: Opened, tmp_path: Path) -> None:
    kokoro = await opened("kokoro", write_kokoro(tmp_path))
    assert isinstance(kokoro, KokoroSynthesizer)
    seen: list[bool] = []
    entered, go_on = asyncio.Event(), asyncio.Event()
    loop, model = asyncio.get_running_loop(), kokoro._model
    assert model is not None

    class Slow:
        speaks_at_any_speed = True

        def speak(self, run: object, style: object, speed: object, options: object) -> np.ndarray:
            loop.call_soon_threadsafe(entered.set)
            asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(20)
            seen.append(options.terminate)  # type: ignore[attr-defined]
            return np.zeros(1, np.float32)

    kokoro._model = Slow()  # type: ignore[assignment]
    task = asyncio.ensure_future(_lengths(kokoro, "Hello."))
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    kokoro._model = model
    assert len(await _lengths(kokoro, "Hello.")) == 1
    assert seen == [True]


async def test_a_graph_that_fails_is_unavailable(opened: Opened, tmp_path: Path) -> None:
    kokoro = await opened("kokoro", write_kokoro(tmp_path))
    kokoro._vocabulary = {letter: 10**6 for letter in kokoro_vocabulary()}  # type: ignore[attr-defined]
    with pytest.raises(Unavailable, match="Kokoro failed"):
        await _lengths(kokoro, "Hello.")


async def test_phonemes_are_in_kokoros_alphabet() -> None:
    espeak = EspeakPool(1)
    await espeak.start()

    async def said(text: str, voice: str, letter: str) -> str:
        return kokoro_text(await espeak.phonemes(text, voice), letter)

    assert await said("Hello, judge! I say now.", "gmw/en-US", "a") == "həlˈO, ʤˈʌʤ! I sˈA nˈW."
    assert await said("Go there.", "gmw/en", "b") == "ɡˌQ ðˈɛː."
    assert await said("Ciao, mezzo.", "roa/it", "i") == "ʧˈao, mˈɛʣːo."
    assert "\u0361" not in await said("Bonjour à tous. Ça va?", "roa/fr", "f")
    await espeak.close()


def test_foreign_marks_become_the_ones_that_kokoro_knows() -> None:
    clauses = [PhonemeClause(ipa="a", mark="，"), PhonemeClause(ipa="b", mark="。")]
    assert kokoro_text(clauses, "z") == "a, b."


@given(st.text(alphabet="ab .,;!~", max_size=2000))
def test_runs_hold_every_known_letter_in_order(text: str) -> None:
    vocabulary = {letter: number for number, letter in enumerate("ab .,;!", 1)}
    runs = list(token_runs(text, vocabulary))
    assert all(0 < len(run) <= MAX_TOKENS for run in runs)
    space = vocabulary[" "]
    said = [token for run in runs for token in run if token != space]
    assert said == [vocabulary[letter] for letter in text if letter in "ab.,;!"]


def test_runs_are_cut_after_sentences_then_clauses_then_words() -> None:
    vocabulary = {letter: number for number, letter in enumerate("a .,", 1)}
    for end in (".", ",", " "):
        text = "a" * 300 + end + "a" * 100 + " " * (end != " ") + "a" * 300
        first = next(token_runs(text, vocabulary))
        assert len(first) == (300 if end == " " else 301)


def test_openais_voices_are_those_of_the_name_else_of_the_gender() -> None:
    presets = choose_presets(["af_alloy", "am_adam", "am_echo", "bf_emma", "jf_nova"])
    assert (presets["alloy"], presets["echo"], presets["nova"]) == ("af_alloy", "am_echo", "jf_nova")
    assert presets["ash"] in ("am_adam", "am_echo")
    assert presets["coral"] in ("af_alloy", "bf_emma")
    assert set(choose_presets(["jf_alpha"]).values()) == {"jf_alpha"}


async def test_a_folder_without_one_of_its_parts_is_refused_in_words(opened: Opened, tmp_path: Path) -> None:
    for missing, message in (("kokoro-v1.0.onnx", "no Kokoro model"), ("voices-v1.0.bin", "has no voices")):
        folder = write_kokoro(tmp_path / missing)
        (folder / missing).unlink()
        with pytest.raises(SetupError, match=message):
            open_kokoro(folder, workers=1)
    folder = write_kokoro(tmp_path / "vocabulary")
    (folder / "config.json").unlink()
    with pytest.raises(SetupError, match="vocabulary") as caught:
        await opened("kokoro", folder)
    assert "config.json" in caught.value.hint


@pytest.mark.parametrize("content", [b"", b"123", bytes(1000), b"PK\x03\x04" + bytes(64), b"\xff" * 1024])
def test_voices_that_are_none_are_refused(tmp_path: Path, content: bytes) -> None:
    folder = write_kokoro(tmp_path, community=True)
    (folder / "voices" / "af_bad.bin").write_bytes(content)
    with pytest.raises(SetupError, match="af_bad"):
        open_kokoro(folder, workers=1)


async def test_a_graph_of_another_kind_is_refused(opened: Opened, tmp_path: Path) -> None:
    folder = write_kokoro(tmp_path / "kokoro")
    other = write_piper(tmp_path / "piper") / "en_US-tiny-low.onnx"
    (folder / "kokoro-v1.0.onnx").write_bytes(other.read_bytes())
    with pytest.raises(SetupError, match="is no Kokoro model"):
        await opened("kokoro", folder)
    (folder / "kokoro-v1.0.onnx").write_bytes(b"nonsense")
    with pytest.raises(SetupError, match="not a model"):
        await opened("kokoro", folder)


async def test_the_vocabulary_may_be_within_a_tokenizer(opened: Opened, tmp_path: Path) -> None:
    folder = write_kokoro(tmp_path, community=True)
    (folder / "config.json").write_text("no json")
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    assert tokenizer["model"]["vocab"] == kokoro_vocabulary()
    assert await _lengths(await opened("kokoro", folder), "Hello world.") == [15 * KOKORO_SAMPLES]
