"""Speaker verification as WeSpeaker exports it: one ONNX graph, and perhaps a `speaker.json` with the threshold.

Known by the names of its releases (`voxceleb_resnet34_LM.onnx`, `wespeaker_….onnx`), else by its `speaker.json`. It
answers no requests of its own: the sound worker asks it. Source: https://github.com/wenet-e2e/wespeaker.
"""

from collections.abc import Collection
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

import msgspec

from freehold.contracts.errors import InvalidRequest
from freehold.models.audio import AudioLayout

SETTINGS = "speaker.json"
GRAPHS = ("voxceleb_*.onnx", "cnceleb_*.onnx", "wespeaker*.onnx")


class SpeakerSettings(msgspec.Struct, frozen=True):
    """From which cosine on two recordings count as one person's.

    The default is of no measurement: one's own recordings must say what a model makes of them.
    """

    threshold: Annotated[float, msgspec.Meta(gt=0.0, lt=1.0)] = 0.5


def _files(names: Collection[str]) -> list[str]:
    graphs = sorted(name for name in names if "/" not in name and name.endswith(".onnx"))
    known = [name for name in graphs if any(fnmatchcase(name, pattern) for pattern in GRAPHS)]
    if SETTINGS in names and len(graphs) == 1:
        return [graphs[0], SETTINGS]
    return known[:1]


def find_graph(folder: Path) -> Path:
    """The graph of a folder. Raises `InvalidRequest`."""
    found = _files([path.name for path in folder.iterdir()])
    if not found:
        raise InvalidRequest(f"{folder} has no network for speakers.", hint=f"One .onnx file, and a {SETTINGS}.")
    return folder / found[0]


def _check(folder: Path) -> None:
    path = folder / SETTINGS
    try:
        if path.is_file():
            msgspec.json.decode(path.read_bytes(), type=SpeakerSettings)
    except msgspec.DecodeError as error:
        raise InvalidRequest(f"{path} is not understood: {error}.", hint='Such as {"threshold": 0.5}.') from error


LAYOUT = AudioLayout(kind="speaker", files=_files, check=_check)
