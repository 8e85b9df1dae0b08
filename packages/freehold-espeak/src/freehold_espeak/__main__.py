"""`python -m freehold_espeak`: espeak-ng on a pipe. The protocol is in the package's README."""

import sys
from typing import Any

from freehold_espeak.engine import Engine, Settings, Word
from freehold_espeak.library import Listed
from freehold_espeak.numbers import number_of, text_of
from freehold_espeak.protocol import BadRequest, Pipe, Request

RATES = (80, 900)
PITCHES = (0, 99)
RANGES = (0, 100)
VOLUMES = (0, 200)
MOST_SECONDS = 0.5  # of sound in a message


def main() -> int:
    """Serve until the input ends."""
    pipe = Pipe()
    try:
        engine = Engine()
    except OSError as error:
        pipe.refuse(f"espeak-ng cannot be used: {error}.")
        return 1
    answers = {"speak": _speak, "phonemes": _phonemes}

    def answer(request: Request) -> None:
        kind = request.fields.get("type")
        if not isinstance(kind, str) or kind not in answers:
            raise BadRequest(f"No request is of the type {kind!r}.")
        answers[kind](engine, request)

    pipe.serve(_facts(engine), answer)
    return 0


def _facts(engine: Engine) -> dict[str, Any]:
    return {
        "rate": engine.rate,
        "version": engine.version,
        "voices": [_fact(name, voice) for name, voice in engine.voices.items()],
        "variants": [_fact(name, voice) for name, voice in engine.variants.items()],
    }


def _fact(name: str, voice: Listed) -> dict[str, Any]:
    return {
        "identifier": name,
        "name": voice.name.strip(),
        "languages": voice.languages,
        "gender": voice.gender,
    }


def _speak(engine: Engine, request: Request) -> None:
    fields = request.fields
    settings = Settings(
        rate=round(number_of(fields, "rate", 175, RATES)),
        pitch=round(number_of(fields, "pitch", 50, PITCHES)),
        range=round(number_of(fields, "range", 50, RANGES)),
        volume=round(number_of(fields, "volume", 100, VOLUMES)),
    )

    sound = _Sound(request, engine.rate)
    engine.speak(text_of(fields, "text"), text_of(fields, "voice"), settings, sound.add)
    sound.finish()


class _Sound:
    """What is said, in messages that grow: the first sound goes at once, and a message costs more than its samples."""

    def __init__(self, request: Request, rate: int) -> None:
        self._request = request
        self._most = int(MOST_SECONDS * rate) * 2
        self._wanted = 0
        self._samples = bytearray()
        self._words: list[Word] = []

    def add(self, samples: bytes, words: list[Word]) -> bool:
        """Returns False to stop."""
        if self._request.cancelled:
            return False
        self._samples += samples
        self._words += words
        if len(self._samples) > self._wanted:
            self._wanted = min(2 * len(self._samples), self._most)
            self._say()
        return True

    def finish(self) -> None:
        """What is left."""
        if (self._samples or self._words) and not self._request.cancelled:
            self._say()

    def _say(self) -> None:
        self._request.say({"type": "audio", "words": self._words}, bytes(self._samples))
        self._samples.clear()
        self._words = []


def _phonemes(engine: Engine, request: Request) -> None:
    clauses = engine.phonemes(text_of(request.fields, "text"), text_of(request.fields, "voice"))
    request.say({"type": "phonemes", "clauses": clauses})


if __name__ == "__main__":
    sys.exit(main())
