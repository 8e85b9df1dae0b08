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

    def emit(samples: bytes, words: list[Word]) -> bool:
        if not request.cancelled:
            request.say({"type": "audio", "words": words}, samples)
        return not request.cancelled

    engine.speak(text_of(fields, "text"), text_of(fields, "voice"), settings, emit)


def _phonemes(engine: Engine, request: Request) -> None:
    clauses = engine.phonemes(text_of(request.fields, "text"), text_of(request.fields, "voice"))
    request.say({"type": "phonemes", "clauses": clauses})


if __name__ == "__main__":
    sys.exit(main())
