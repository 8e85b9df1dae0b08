"""The sound of a reply as the session wants it: 24 kHz and 16 bit as it is made, or G.711 at 8 kHz, as it comes."""

import numpy as np

from freehold.contracts.errors import InvalidRequest
from freehold.voice.conversation.listening.g711 import A_LAW, MU_LAW, RATE
from freehold.voice.conversation.listening.resampling import Pcm, Resampling
from freehold.voice.sound import SPEECH_RATE

PCM = "audio/pcm"
LAWS = {"audio/pcmu": MU_LAW, "audio/pcma": A_LAW}


class Output:
    """One reply on its way out. `format_type` is OpenAI's: audio/pcm, audio/pcmu or audio/pcma.

    Raises `InvalidRequest` for any other.
    """

    def __init__(self, format_type: str) -> None:
        if format_type != PCM and format_type not in LAWS:
            known = ", ".join([PCM, *LAWS])
            text = f"'{format_type[:100]}' is no format to speak in."
            raise InvalidRequest(text, param="session.audio.output.format.type", hint=f"There are {known}.")
        self._law = LAWS.get(format_type)
        self._resampling = Resampling(SPEECH_RATE, RATE)

    @property
    def milliseconds_per_byte(self) -> float:
        """How long a byte sounds."""
        return 1000 / SPEECH_RATE / 2 if self._law is None else 1000 / RATE

    def feed(self, pcm_24khz: bytes) -> bytes:
        """What is certain after these whole samples; a telephone's last 3 ms come with what follows."""
        if self._law is None:
            return pcm_24khz
        return self._encoded(self._resampling.feed(np.frombuffer(pcm_24khz, "<i2").astype(np.int16)))

    def finish(self) -> bytes:
        """The last bytes. Called once, and nothing is fed after it."""
        return b"" if self._law is None else self._encoded(self._resampling.finish())

    def _encoded(self, pcm_8khz: Pcm) -> bytes:
        assert self._law is not None
        return self._law.codes[pcm_8khz.astype(np.int32) + 32768].tobytes()
