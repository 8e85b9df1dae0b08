"""Chatterbox's four graphs, asked one at a time. Knows tensors, not text.

Names, order and token numbers as the model card of onnx-community/chatterbox-ONNX has them: `speech_encoder` takes
`audio_values` and gives the condition, the prompt's speech tokens, the speaker's embedding and features; `embed_tokens`
takes `input_ids`, `position_ids` and `exaggeration`; `language_model` takes `inputs_embeds`, `attention_mask` and
`past_key_values.<layer>.<key or value>` and gives `logits` and `present.…`; `conditional_decoder` takes
`speech_tokens`, `speaker_embeddings`, `speaker_features` and gives sound. Layers, heads and types are read from the
graphs, for exports differ in them. Legend: B 1, S tokens, H hidden size, V speech tokens there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from freehold.contracts.errors import SetupError
from freehold.voice.onnx_session import open_session
from freehold.voice.sound import Samples

ENGINE = "Chatterbox"
HEADS, HEAD_WIDTH = 16, 64  # where a graph does not say
HALF = "tensor(float16)"
LANGUAGE_MODELS = ("_q4", "", "_fp16", "_q4f16")  # the endings of its files, the first one first
PAST, PRESENT = "past_key_values.", "present."
NEEDED = {
    "speech_encoder": {"audio_values"},
    "embed_tokens": {"input_ids", "position_ids", "exaggeration"},
    "language_model": {"inputs_embeds", "attention_mask", f"{PAST}0.key", f"{PAST}0.value"},
    "conditional_decoder": {"speech_tokens", "speaker_embeddings", "speaker_features"},
}

Cache = Mapping[str, NDArray[Any]]  # by the names of the graph's inputs


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EncodedVoice:
    """A voice as the encoder hears it. `condition_BSH` goes before the text, `tokens_BS` before what is said."""

    condition_BSH: NDArray[np.float32]
    tokens_BS: NDArray[np.int64]
    embedding: NDArray[np.float32]
    features: NDArray[np.float32]


class ChatterboxGraphs:
    """The loaded graphs. `options` of each call is a `RunOptions`, by which it can be given up."""

    def __init__(self, folder: Path, threads: int) -> None:
        """Raises `SetupError`."""
        paths = {name: find_graph(folder, name) for name in NEEDED}
        self._sessions = {name: open_session(path, threads, engine=ENGINE) for name, path in paths.items()}
        for name, session in self._sessions.items():
            _refuse_other(name, paths[name], {each.name for each in session.get_inputs()})
        self._types = {each.name: each.type for each in self._sessions["language_model"].get_inputs()}
        self._empty = {
            each.name: np.zeros((1, _size(each.shape[1], HEADS), 0, _size(each.shape[3], HEAD_WIDTH)), _type(each.type))
            for each in self._sessions["language_model"].get_inputs()
            if each.name.startswith(PAST)
        }
        self._presents = [PRESENT + name.removeprefix(PAST) for name in self._empty]

    def encode(self, samples_24khz: Samples, options: Any) -> EncodedVoice:
        """A voice, from some seconds of its speech."""
        found = self._run("speech_encoder", None, {"audio_values": samples_24khz[None]}, options)
        condition, tokens, embedding, features = found[:4]
        return EncodedVoice(condition_BSH=condition, tokens_BS=tokens, embedding=embedding, features=features)

    def embed(
        self, ids: Sequence[int], positions: Sequence[int], exaggeration: float, options: Any
    ) -> NDArray[np.float32]:
        """[B, S, H] of tokens."""
        feeds = {
            "input_ids": np.array([ids], np.int64),
            "position_ids": np.array([positions], np.int64),
            "exaggeration": np.array([exaggeration], np.float32),
        }
        return self._run("embed_tokens", None, feeds, options)[0]

    def step(
        self, embeds_BSH: NDArray[np.float32], cache: Cache | None, options: Any
    ) -> tuple[NDArray[np.float32], Cache]:
        """What comes after the last of some tokens, [V], and the cache with them in it. None is an empty cache."""
        past = self._empty if cache is None else cache
        before = next(iter(past.values())).shape[2]
        after = before + embeds_BSH.shape[1]
        feeds: dict[str, NDArray[Any]] = {
            "inputs_embeds": embeds_BSH.astype(_type(self._types["inputs_embeds"])),
            "attention_mask": np.ones((1, after), np.int64),
            **past,
        }
        if "position_ids" in self._types:
            feeds["position_ids"] = np.arange(before, after, dtype=np.int64)[None]
        logits, *presents = self._run("language_model", ["logits", *self._presents], feeds, options)
        return logits[0, -1].astype(np.float32), dict(zip(past, presents, strict=True))

    def decode(self, tokens: Sequence[int], voice: EncodedVoice, options: Any) -> Samples:
        """The sound of speech tokens at 24 kHz."""
        feeds = {
            "speech_tokens": np.concatenate([voice.tokens_BS, np.array([tokens], np.int64)], axis=1),
            "speaker_embeddings": voice.embedding,
            "speaker_features": voice.features,
        }
        samples = self._run("conditional_decoder", None, feeds, options)[0]
        return np.clip(np.asarray(samples, np.float32).reshape(-1), -1.0, 1.0)

    def _run(self, name: str, outputs: list[str] | None, feeds: Mapping[str, NDArray[Any]], options: Any) -> list[Any]:
        return self._sessions[name].run(outputs, dict(feeds), options)


def find_graph(folder: Path, name: str) -> Path:
    """The file of a graph; of several language models the smallest that a CPU computes well. Raises `SetupError`."""
    endings = LANGUAGE_MODELS if name == "language_model" else ("",)
    for path in (folder / "onnx" / f"{name}{ending}.onnx" for ending in endings):
        if path.is_file():
            return path
    hint = "It has onnx/ with four graphs and their weights: docs/guides/voice.md lists them."
    raise SetupError(f"{folder} is no Chatterbox model: it has no {name}.", hint=hint)


def _refuse_other(name: str, path: Path, inputs: set[str]) -> None:
    missing = sorted(NEEDED[name] - inputs)
    if missing:
        hint = "Chatterbox and Chatterbox Multilingual are spoken with; Chatterbox Turbo is another model."
        raise SetupError(f"{path} is no {name} of Chatterbox: it takes no {missing[0]}.", hint=hint)


def _size(given: Any, usual: int) -> int:
    return given if isinstance(given, int) else usual


def _type(name: str) -> Any:
    return np.float16 if name == HALF else np.float32
