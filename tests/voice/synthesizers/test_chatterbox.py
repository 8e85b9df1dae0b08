import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from tokenizers import Tokenizer

from freehold.contracts.audio.voices import VoiceProfile
from freehold.contracts.errors import InvalidRequest, SetupError, Unavailable
from freehold.models.audio import recognise
from freehold.voice.chatterbox.references import EncodedVoices
from freehold.voice.chatterbox.speaking import exaggeration, runs
from freehold.voice.synthesizer import Clause, Prosody, Reference, Synthesizer
from freehold.voice.synthesizers.chatterbox import ChatterboxSynthesizer, open_chatterbox
from tiny_chatterbox import HEADS, TOKEN_SAMPLES, WIDTH, write_chatterbox

from .conftest import Opened

PROFILE = VoiceProfile(pitch_hz=120.0, pitch_range_semitones=4.0, formant_scale=1.0)
START, STOP = 6561, 6562


def reference(voice: str, loudness: float = 0.1) -> Reference:
    sample = np.random.default_rng(3).normal(0, loudness, 5 * 24_000).astype(np.float32)
    return Reference(voice=voice, profile=PROFILE, digest=voice, sample=sample)


async def said(synthesizer: Synthesizer, text: str, **more: Any) -> np.ndarray:
    clause = Clause(text=text, voice=more.pop("voice", "default"), **more)
    return np.concatenate([piece.samples async for piece in synthesizer.speak(clause)])


def by_the_model_card(folder: Path, text: str, sample: np.ndarray, lively: float) -> np.ndarray:
    """The steps of the published example, written down plainly."""
    names = ("speech_encoder", "embed_tokens", "language_model", "conditional_decoder")
    sessions: list[Any] = [
        onnxruntime.InferenceSession(str(folder / "onnx" / f"{name}.onnx"), providers=["CPUExecutionProvider"])
        for name in names
    ]
    encoder, embedder, model, decoder = sessions
    condition, prompt, speaker, features = encoder.run(None, {"audio_values": sample[None]})
    ids = np.array([Tokenizer.from_file(str(folder / "tokenizer.json")).encode(text).ids], np.int64)
    positions = np.where(ids >= START, 0, np.arange(ids.shape[1])[None] - 1)
    mood = np.array([lively], np.float32)
    past = {
        f"past_key_values.{layer}.{kind}": np.zeros((1, HEADS, 0, WIDTH), np.float32)
        for layer in range(2)
        for kind in ("key", "value")
    }
    chosen, mask = [START], np.ones((1, 0), np.int64)
    for step in range(256):
        embeds = embedder.run(None, {"input_ids": ids, "position_ids": positions, "exaggeration": mood})[0]
        embeds = np.concatenate([condition, embeds], axis=1) if step == 0 else embeds
        mask = np.concatenate([mask, np.ones((1, embeds.shape[1]), np.int64)], axis=1)
        logits, *presents = model.run(None, {"inputs_embeds": embeds, "attention_mask": mask, **past})
        past = dict(zip(past, presents, strict=True))
        scores = logits[0, -1].copy()
        for token in set(chosen):
            scores[token] = scores[token] * 1.2 if scores[token] < 0 else scores[token] / 1.2
        chosen.append(int(scores.argmax()))
        if chosen[-1] == STOP:
            break
        ids, positions = np.array([[chosen[-1]]], np.int64), np.array([[step + 1]], np.int64)
    tokens = np.concatenate([prompt, np.array([chosen[1:-1]], np.int64)], axis=1)
    feeds = {"speech_tokens": tokens, "speaker_embeddings": speaker, "speaker_features": features}
    return decoder.run(None, feeds)[0].reshape(-1)


async def test_it_speaks_as_the_published_example_does(opened: Opened, tmp_path: Path) -> None:
    folder = write_chatterbox(tmp_path)
    chatterbox = await opened("chatterbox", folder)
    voice = reference("voice_a")
    for text, movement in (("Hello there.", 1.0), ("The kettle is on, my dear.", 1.5), ("No!", 0.6)):
        spoken = await said(chatterbox, text, reference=voice, prosody=Prosody(range=movement))
        expected = by_the_model_card(folder, text, voice.sample, exaggeration(movement))
        assert len(spoken) % TOKEN_SAMPLES == 0
        np.testing.assert_allclose(spoken, expected, atol=1e-4)


async def test_emotion_is_told_to_it_as_exaggeration(opened: Opened, tmp_path: Path) -> None:
    chatterbox = await opened("chatterbox", write_chatterbox(tmp_path))
    assert [exaggeration(movement) for movement in (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)] == [0.25, 0.25, 0.5, 0.75, 1.0, 1.0]
    assert chatterbox.native(Prosody(range=3.0, pitch=2.0, speed=1.2)) == Prosody(range=2.0)
    calm, lively = [await said(chatterbox, "Well, hello.", prosody=Prosody(range=r)) for r in (0.5, 2.0)]
    assert len(calm) != len(lively) or not np.array_equal(calm, lively)


async def test_a_voice_is_encoded_once_and_a_new_sample_again(opened: Opened, tmp_path: Path) -> None:
    chatterbox = await opened("chatterbox", write_chatterbox(tmp_path))
    assert isinstance(chatterbox, ChatterboxSynthesizer)
    graphs = chatterbox._graphs
    assert graphs is not None
    encoded: list[int] = []
    encode = graphs.encode
    graphs.encode = lambda samples, options: (encoded.append(len(samples)), encode(samples, options))[1]  # type: ignore[method-assign]
    for voice in (reference("voice_a"), reference("voice_a"), reference("voice_b")):
        await said(chatterbox, "Hello.", reference=voice)
    other = Reference(voice="voice_a", profile=PROFILE, digest="another", sample=np.ones(20 * 24_000, np.float32))
    await said(chatterbox, "Hello.", reference=other)
    assert encoded == [5 * 24_000, 5 * 24_000, 10 * 24_000]


def test_only_so_many_voices_are_remembered() -> None:
    voices = EncodedVoices(bound=2)
    first, second, third = (object() for _ in range(3))
    voices.keep("a", first)  # type: ignore[arg-type]
    voices.keep("b", second)  # type: ignore[arg-type]
    assert voices.find("a") is first
    voices.keep("c", third)  # type: ignore[arg-type]
    assert (voices.find("b"), voices.find("a"), len(voices)) == (None, first, 2)


async def test_cancelling_stops_between_two_steps(opened: Opened, tmp_path: Path) -> None:
    chatterbox = await opened("chatterbox", write_chatterbox(tmp_path))
    assert isinstance(chatterbox, ChatterboxSynthesizer)
    graphs = chatterbox._graphs
    assert graphs is not None
    steps: list[bool] = []
    loop, entered, go_on = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
    step = graphs.step

    def slow(embeds: Any, cache: Any, options: Any) -> Any:
        steps.append(options.terminate)
        if len(steps) == 2:
            loop.call_soon_threadsafe(entered.set)
            asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(30)
        return step(embeds, cache, onnxruntime.RunOptions())

    graphs.step = slow  # type: ignore[method-assign]
    task = asyncio.ensure_future(said(chatterbox, "A clause that would go on for a while."))
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    graphs.step = step  # type: ignore[method-assign]
    assert len(await said(chatterbox, "Hello.")) > 0
    assert steps == [False, False]


async def test_a_multilingual_tokenizer_is_told_the_language(opened: Opened, tmp_path: Path) -> None:
    folder = write_chatterbox(tmp_path, multilingual=True, language_model="language_model_q4")
    chatterbox = await opened("chatterbox", folder)
    assert [(voice.id, voice.language) for voice in chatterbox.voices()] == [("default", "en"), ("default-fr", "fr")]
    french, english = await said(chatterbox, "oui", voice="default-fr"), await said(chatterbox, "oui")
    assert not np.array_equal(french[: len(english)], english[: len(french)])
    with pytest.raises(InvalidRequest, match="no voice"):
        await said(chatterbox, "oui", voice="default-zh")


def test_a_long_text_is_cut_at_spaces() -> None:
    text = " ".join(["word"] * 200)
    assert " ".join(runs(text)) == text
    assert max(map(len, runs(text))) <= 300
    assert list(runs("x" * 700)) == ["x" * 300, "x" * 300, "x" * 100]


async def test_folders_that_are_none_are_refused_in_words(opened: Opened, tmp_path: Path) -> None:
    for missing, words in (("tokenizer.json", "does not load"), ("default_voice.wav", "is no voice")):
        folder = write_chatterbox(tmp_path / missing)
        (folder / missing).unlink()
        with pytest.raises(SetupError, match=words):
            open_chatterbox(folder, workers=1)
    folder = write_chatterbox(tmp_path / "other")
    (folder / "onnx" / "embed_tokens.onnx").write_bytes((folder / "onnx" / "speech_encoder.onnx").read_bytes())
    with pytest.raises(SetupError, match="takes no exaggeration"):
        await opened("chatterbox", folder)
    (folder / "onnx" / "embed_tokens.onnx").unlink()
    with pytest.raises(SetupError, match="is no Chatterbox model"):
        await opened("chatterbox", folder)


async def test_a_graph_that_fails_is_unavailable(opened: Opened, tmp_path: Path) -> None:
    chatterbox = await opened("chatterbox", write_chatterbox(tmp_path))
    assert isinstance(chatterbox, ChatterboxSynthesizer)
    assert chatterbox._graphs is not None
    chatterbox._graphs._empty = {name: empty[:, :1] for name, empty in chatterbox._graphs._empty.items()}
    with pytest.raises(Unavailable, match="Chatterbox failed"):
        await said(chatterbox, "Hello.")


def test_a_repository_is_known_with_the_weights_beside_its_graphs() -> None:
    graphs = ["speech_encoder", "embed_tokens", "conditional_decoder", "language_model", "language_model_q4"]
    names = [f"onnx/{name}.onnx{data}" for name in graphs for data in ("", "_data")]
    model = recognise([*names, "tokenizer.json", "default_voice.wav", "README.md", "config.json"])
    assert model is not None
    assert model.engine == "chatterbox"
    assert {"onnx/language_model_q4.onnx", "onnx/language_model_q4.onnx_data"} <= set(model.files)
    assert "onnx/language_model.onnx" not in model.files
    assert recognise([*names, "tokenizer.json"]) is None
