"""`python -m bench.peers.speech.random_voice medium|tiny FILE.onnx`: a Piper voice whose weights nobody trained.

Piper's own network and its own way to export it (piper-tts 1.8.0, `train/export_onnx.py`); `medium` has the sizes that
its training uses by default. A program of its own: Piper is under the GPL.
"""

import argparse
import json
import sys
import warnings
from pathlib import Path
from typing import Any

import torch
from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP
from piper.train.vits.models import SynthesizerTrn

RATE = 22_050  # Hz
SYMBOLS = 256
SPECTRUM, SEGMENT = 513, 32  # for training only
SHAPE: dict[str, Any] = {
    "kernel_size": 3,
    "p_dropout": 0.1,
    "resblock": "2",
    "resblock_kernel_sizes": (3, 5, 7),
    "resblock_dilation_sizes": ((1, 2), (2, 6), (3, 12)),
    "upsample_rates": (8, 8, 4),
    "upsample_kernel_sizes": (16, 16, 8),
}
SIZES: dict[str, dict[str, Any]] = {
    "medium": {
        "inter_channels": 192,
        "hidden_channels": 192,
        "filter_channels": 768,
        "n_heads": 2,
        "n_layers": 6,
        "upsample_initial_channel": 256,
    },
    "tiny": {
        "inter_channels": 8,
        "hidden_channels": 8,
        "filter_channels": 8,
        "n_heads": 2,
        "n_layers": 1,
        "upsample_initial_channel": 8,
    },
}
SCALES = {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8}


class Exported(torch.nn.Module):
    """The network with the inputs that Piper gives it."""

    def __init__(self, network: SynthesizerTrn) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: torch.Tensor, lengths: torch.Tensor, scales: torch.Tensor) -> torch.Tensor:
        """Sound of phoneme ids [1, n]; `scales` are noise, length, and noise of the length."""
        options: dict[str, Any] = {"noise_scale": scales[0], "length_scale": scales[1], "noise_scale_w": scales[2]}
        return self.network.infer(ids, lengths, **options)[0].unsqueeze(1)


def write(size: str, path: Path) -> None:
    """The voice and its configuration."""
    torch.manual_seed(1)
    network = SynthesizerTrn(SYMBOLS, SPECTRUM, SEGMENT, **SHAPE, **SIZES[size]).eval()
    with torch.no_grad():
        network.dec.remove_weight_norm()
    example = (torch.randint(0, SYMBOLS, (1, 50)), torch.tensor([50]), torch.tensor(list(SCALES.values())))
    torch.onnx.export(
        Exported(network),
        example,
        path,
        opset_version=15,
        input_names=["input", "input_lengths", "scales"],
        output_names=["output"],
        dynamic_axes={"input": {1: "phonemes"}, "output": {2: "time"}},
        dynamo=False,
    )
    config = {
        "audio": {"sample_rate": RATE, "quality": size},
        "espeak": {"voice": "en-us"},
        "language": {"code": "en_US"},
        "inference": SCALES,
        "phoneme_type": "espeak",
        "phoneme_id_map": DEFAULT_PHONEME_ID_MAP,
        "num_symbols": SYMBOLS,
        "num_speakers": 1,
        "speaker_id_map": {},
    }
    Path(f"{path}.json").write_text(json.dumps(config))


def main() -> int:
    """Write one voice."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers.speech.random_voice", description=__doc__)
    parser.add_argument("size", choices=sorted(SIZES))
    parser.add_argument("path", type=Path, metavar="FILE.onnx")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    write(arguments.size, arguments.path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
