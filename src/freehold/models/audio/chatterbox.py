"""Chatterbox in ONNX: four graphs below `onnx/`, with their weights beside them, `tokenizer.json`, `default_voice.wav`.

Source: https://huggingface.co/onnx-community/chatterbox-ONNX and `…/chatterbox-multilingual-ONNX`. Of several language
models the first of `LANGUAGE_MODELS` is taken.
"""

from collections.abc import Collection

from freehold.models.audio import AudioLayout

GRAPHS = ("speech_encoder", "embed_tokens", "conditional_decoder")
LANGUAGE_MODELS = ("language_model_q4", "language_model", "language_model_fp16", "language_model_q4f16")
BESIDES = ("tokenizer.json", "default_voice.wav")


def _files(names: Collection[str]) -> list[str]:
    language = next((name for name in LANGUAGE_MODELS if f"onnx/{name}.onnx" in names), LANGUAGE_MODELS[0])
    graphs = [f"onnx/{graph}.onnx" for graph in (*GRAPHS, language)]
    if not {*graphs, *BESIDES} <= set(names):
        return []
    weights = [name for name in sorted(names) for graph in graphs if name.startswith(f"{graph}_data")]
    return [*graphs, *weights, *BESIDES]


LAYOUT = AudioLayout(kind="speech", files=_files)
