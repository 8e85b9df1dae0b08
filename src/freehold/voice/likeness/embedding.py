"""A network that tells speakers apart, as WeSpeaker exports them: filter banks in, a vector out. Knows nobody's name.

The graph takes `feats` [1, F, 80], each band without its mean over the recording, and gives `embs` [1, D]. Source:
https://github.com/wenet-e2e/wespeaker, `wespeaker/bin/export_onnx.py` and `infer_onnx.py`. Two recordings are compared
by the cosine of their vectors.
"""

from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from freehold.contracts.errors import SetupError
from freehold.models.audio.wespeaker import SETTINGS, SpeakerSettings, find_graph
from freehold.voice.likeness.fbank import BANDS, fbank
from freehold.voice.onnx_session import open_session
from freehold.voice.sound import HEARING_RATE, Samples

MIN_SECONDS = 1.0
MAX_SECONDS = 60.0  # of a recording that are looked at, which bounds memory


class SpeakerNetwork:
    """The loaded graph, which may be asked in several threads at once. `name` is the folder's."""

    def __init__(self, folder: Path, threads: int) -> None:
        """Raises `SetupError` for a folder of another kind."""
        path = find_graph(folder)
        self.name = folder.name
        self.threshold = read_settings(folder).threshold
        self._session = open_session(path, threads, engine="Speaker verification")
        inputs = self._session.get_inputs()
        shape = inputs[0].shape if len(inputs) == 1 else []
        if len(shape) != 3 or (isinstance(shape[2], int) and shape[2] != BANDS):
            hint = f"It takes one input of frames with {BANDS} bands, as WeSpeaker's do."
            raise SetupError(f"{path} does not tell speakers apart.", hint=hint)
        self._input = inputs[0].name

    def embed(self, samples_16khz: Samples) -> NDArray[np.float32] | None:
        """The direction [D] of the recording's vector, of length 1; None where it is too short, or has none."""
        if len(samples_16khz) < MIN_SECONDS * HEARING_RATE:
            return None
        bands = fbank(samples_16khz[: round(MAX_SECONDS * HEARING_RATE)])
        feats = (bands - bands.mean(axis=0))[None]
        vector = np.asarray(self._session.run(None, {self._input: feats})[0], np.float32).reshape(-1)
        length = float(np.linalg.norm(vector))
        return vector / np.float32(length) if np.isfinite(length) and length > 0 else None


def read_settings(folder: Path) -> SpeakerSettings:
    """What the folder's `speaker.json` says. Raises `SetupError`."""
    path = folder / SETTINGS
    try:
        return msgspec.json.decode(path.read_bytes(), type=SpeakerSettings) if path.is_file() else SpeakerSettings()
    except msgspec.DecodeError as error:
        raise SetupError(f"{path} is not understood: {error}.", hint='Such as {"threshold": 0.5}.') from error
