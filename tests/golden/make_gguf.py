"""`cd tests && python -m golden.make_gguf LLAMA_CPP [FAMILY …]`: GGUF fixtures by the converter of a llama.cpp tree."""

import json
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from golden.building import write
from golden.families import CONVERTED, VOCABULARY

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "gguf"


def main() -> None:
    """Write the fixtures."""
    source, *families = sys.argv[1:]
    sys.path[:0] = [source, f"{source}/gguf-py"]
    convert = import_module("convert_hf_to_gguf")
    for family in families or CONVERTED:
        with tempfile.TemporaryDirectory() as folder:
            model = write(family, Path(folder))
            (Path(folder) / "tokenizer.json").write_text(
                json.dumps({"model": {"vocab": _tokens()}, "added_tokens": []})
            )
            # Only the vocabulary is not the converter's: it knows tokenizers by their hashes.
            import_module("conversion").get_model_class(type(model).__name__).set_vocab = _write_vocabulary
            sys.argv[1:] = [folder, "--outfile", str(FIXTURES / f"{family}.gguf"), "--outtype", "f32"]
            convert.main()


def _tokens() -> list[str]:
    return [f"<{token}>" for token in range(VOCABULARY)]


def _write_vocabulary(model: Any) -> None:
    model.gguf_writer.add_tokenizer_model("gpt2")
    model.gguf_writer.add_token_list(_tokens())


if __name__ == "__main__":
    main()
