"""`python -m freehold_espeak.piper --model voice.onnx`: a Piper voice on a pipe. The protocol is in the README.

Sound comes sentence by sentence. A cancelled request ends in the middle of one: ONNX Runtime gives up what it computes.
"""

import argparse
import sys
from typing import Any

from freehold_espeak.numbers import number_of, text_of
from freehold_espeak.protocol import BadRequest, Pipe, Request

SPEEDS = (0.1, 10.0)


class Stoppable:
    """A model whose computing can be given up, in the place of the session that Piper holds."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self._options: Any = None

    def begin(self) -> None:
        """From now on it computes, until `stop`."""
        import onnxruntime

        self._options = onnxruntime.RunOptions()

    def stop(self) -> None:
        """Give up, at the end of the layer that is computed."""
        self._options.terminate = True

    def run(self, names: Any, feeds: Any) -> Any:
        """What `InferenceSession.run` does."""
        return self._session.run(names, feeds, self._options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)


class Speaker:
    """A loaded voice. Raises `OSError`, `ValueError` or `KeyError` for files that are none."""

    def __init__(self, model: str) -> None:
        from piper import PiperVoice

        self._voice: Any = PiperVoice.load(model)
        self._session = Stoppable(self._voice.session)
        self._voice.session = self._session

    def facts(self) -> dict[str, Any]:
        """The rate in Hz and the speakers' numbers."""
        config = self._voice.config
        return {"rate": config.sample_rate, "speakers": config.num_speakers}

    def speak(self, request: Request) -> None:
        """Answer a `speak` request."""
        from piper import SynthesisConfig

        fields = request.fields
        if fields.get("type") != "speak":
            raise BadRequest(f"No request is of the type {fields.get('type')!r}.")
        config = self._voice.config
        speaker = fields.get("speaker", config.default_speaker_id)
        if isinstance(speaker, bool) or not isinstance(speaker, int) or not 0 <= speaker < config.num_speakers:
            raise BadRequest(f"There is no speaker {speaker!r}.")
        wanted = SynthesisConfig(
            speaker_id=speaker if config.num_speakers > 1 else None,
            length_scale=config.length_scale / number_of(fields, "speed", 1.0, SPEEDS),
        )
        self._session.begin()
        request.on_cancel = self._session.stop
        try:
            for chunk in self._voice.synthesize(text_of(fields, "text"), wanted):
                if request.cancelled:
                    return
                request.say({"type": "audio", "words": []}, chunk.audio_int16_array.astype("<i2").tobytes())
        except Exception:
            if not request.cancelled:  # else it is what was asked for
                raise


def main() -> int:
    """Serve until the input ends."""
    parser = argparse.ArgumentParser(prog="python -m freehold_espeak.piper")
    parser.add_argument("--model", required=True, help="the voice's .onnx file, with its .onnx.json beside it")
    arguments = parser.parse_args()
    pipe = Pipe()
    try:
        speaker = Speaker(arguments.model)
    except ModuleNotFoundError as error:
        pipe.refuse(f"Piper is not installed ({error}): pip install 'freehold-espeak[piper]'.")
        return 1
    except Exception as error:  # ONNX Runtime's errors share no narrower class
        pipe.refuse(f"{arguments.model} is no Piper voice: {error!r}.")
        return 1
    pipe.serve(speaker.facts(), speaker.speak)
    return 0


if __name__ == "__main__":
    sys.exit(main())
