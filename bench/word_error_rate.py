"""`python -m bench.word_error_rate`: how many words the models that listen hear wrong, on speech that flite makes.

Four voices read the sentences of `sentences.txt`, clean, over a telephone (8 kHz, µ-law), and with pink noise. Writes
docs/reference/word-error-rate.md. Never espeak's voice: it is this project's own, and recognisers do badly on it.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from bench import machine
from freehold.cli.bench_listening import Heard, Listener, Summary, Utterance, find_model, summary
from freehold.contracts.errors import FreeholdError

SENTENCES = Path(__file__).with_name("sentences.txt")
PAGE = machine.ROOT / "docs/reference/word-error-rate.md"
VOICES = {
    "slt": "woman, US",
    "rms": "man, US",
    "awb": "man, Scotland",
    "kal16": "man, US, an older diphone voice",
}
RATE, TELEPHONE_RATE = 16_000, 8_000  # Hz
BUILTIN = "pocketsphinx"
WITHOUT_WEIGHTS = tuple(
    f"{engine} {size}"
    for engine, sizes in {
        "faster-whisper": ("tiny", "base", "small", "medium", "large-v3", "large-v3-turbo"),
        "whisper.cpp": ("tiny", "base", "small"),
    }.items()
    for size in sizes
)
NOT_RUN = "not run: no weights"

Samples = NDArray[np.float32]
Spoil = Callable[[Samples, Path, np.random.Generator], None]  # writes what a speaker said as it reached the listener


def _clean(samples: Samples, path: Path, random: np.random.Generator) -> None:
    soundfile.write(path, samples, RATE, "PCM_16")


def _telephone(samples: Samples, path: Path, random: np.random.Generator) -> None:
    soundfile.write(path, soxr.resample(samples, RATE, TELEPHONE_RATE), TELEPHONE_RATE, "ULAW")


def _noisy(decibels: float, samples: Samples, path: Path, random: np.random.Generator) -> None:
    """With pink noise, so many decibels below the mean power of the whole sentence."""
    spectrum = np.fft.rfft(random.standard_normal(len(samples)))
    frequencies = np.fft.rfftfreq(len(samples), 1 / RATE)
    noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(frequencies, 20.0)), len(samples))
    noise *= np.sqrt(np.mean(samples**2) / np.mean(noise**2)) * 10 ** (-decibels / 20)
    mixed = samples + noise
    soundfile.write(path, mixed / max(1.0, float(np.abs(mixed).max())), RATE, "PCM_16")


CONDITIONS: dict[str, Spoil] = {
    "clean": _clean,
    "telephone": _telephone,
    "noise at 20 dB": partial(_noisy, 20.0),
    "noise at 10 dB": partial(_noisy, 10.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One sentence as one voice said it under one condition."""

    voice: str
    condition: str
    utterance: Utterance


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a model heard of all clips."""

    name: str
    heard: Sequence[tuple[Clip, Heard]]

    def of(self, *, voice: str = "", condition: str = "") -> Summary:
        """The clips of one voice, one condition, or both."""
        return summary(
            [heard for clip, heard in self.heard if voice in ("", clip.voice) and condition in ("", clip.condition)]
        )


def main() -> int:
    """Make the clips, let every model listen, write the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.word_error_rate", description=__doc__)
    text = "a model folder, for instance 'faster-whisper small=/models/small'; repeat it for several"
    parser.add_argument("--model", action="append", default=[], metavar="NAME=FOLDER", help=text)
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N sentences")
    arguments = parser.parse_args()
    models = {BUILTIN: BUILTIN} | dict(_named(parser, text) for text in arguments.model)
    sentences = SENTENCES.read_text().splitlines()[: arguments.limit]
    load = machine.load()
    with tempfile.TemporaryDirectory(prefix="freehold-bench-") as folder:
        clips = make_clips(sentences, Path(folder))
        try:
            measured = [asyncio.run(listen(name, path, clips)) for name, path in models.items()]
        except FreeholdError as error:
            sys.stderr.write(f"{error.public_message()}\n")
            return 1
    text = page(measured, len(sentences), load)
    print(text)
    PAGE.write_text(text)
    print(f"wrote {PAGE}")
    return 0


def _named(parser: argparse.ArgumentParser, text: str) -> tuple[str, str]:
    name, separator, folder = text.partition("=")
    if not (name and separator and folder):
        parser.error(f"'{text}' is not of the form NAME=FOLDER")
    return name, folder


def make_clips(sentences: Sequence[str], folder: Path) -> list[Clip]:
    """Every sentence by every voice under every condition; the same noise each time."""
    clips: list[Clip] = []
    for voice in VOICES:
        for number, sentence in enumerate(sentences):
            said = folder / "said.wav"
            subprocess.run(["flite", "-voice", voice, "-t", sentence, "-o", str(said)], check=True)
            read, rate = soundfile.read(said, dtype="float32")
            samples: Samples = soxr.resample(read, rate, RATE).astype(np.float32)
            for at, (condition, spoil) in enumerate(CONDITIONS.items()):
                path = folder / f"{voice}-{at}-{number:03d}.wav"
                spoil(samples, path, np.random.default_rng([number, at]))
                clips.append(Clip(voice=voice, condition=condition, utterance=Utterance(path=path, text=sentence)))
    return clips


async def listen(name: str, model: str, clips: Sequence[Clip]) -> Measured:
    """What the model hears of each clip. Raises `FreeholdError`."""
    folder, found = find_model(model)
    heard: list[tuple[Clip, Heard]] = []
    async with AsyncExitStack() as held:
        listener = await Listener.opened(folder, found, held)
        for number, clip in enumerate(clips, 1):
            heard.append((clip, await listener.hear(clip.utterance, "en")))
            if number % 40 == 0:
                print(f"{name}: {number} of {len(clips)} clips", file=sys.stderr, flush=True)
    return Measured(name=name, heard=heard)


def page(measured: Sequence[Measured], sentences: int, load: float) -> str:
    """The whole Markdown page."""
    about = machine.describe()
    words = measured[0].of(voice="slt", condition="clean").score.words
    tables = "\n\n".join(_voices(one) for one in measured)
    return f"""# Word error rate

Written by `python -m bench.word_error_rate`; do not edit.

How many words of a known text are heard wrong: words replaced, left out and added, over the words that were said. Case
and punctuation do not count. In brackets, the 95 % interval from resampling the recordings.

{_models({one.name: one for one in measured})}

The real-time factor is machine seconds for a second of sound, one recording at a time, from the file to the text, after
the model has been loaded; on {about["processor"]}, {about["cores"]} cores, beside a load of {load:.1f}.

## What these figures are, and what they are not

The speech is made by flite: {len(VOICES)} voices read {sentences} sentences, {words} words in all. A synthetic voice
has no hesitation, no breath, no room and no second speaker, and says a sentence the same way every time. So the table
shows whether recognition works, how telephone and noise change it, and which of two models does better on the same
sound. It does not show what you will get on your recordings: expect more errors there, and another distance between
models.

Recognition is never tested on espeak's own voice, with which the built-in starter speaks: recognisers hear half of its
words wrong, which says nothing about recognition.

*Telephone* is 8 kHz and µ-law, as in a call. *Noise* is pink, at so many decibels below the mean power of the sentence.

The models that were not run need weights, which this project does not bring along. With weights in a folder, this runs
them beside the built-in one and writes this page again:

    python -m bench.word_error_rate --model 'faster-whisper small=/models/faster-whisper-small'

## On your own recordings

Put the text of `x.wav` into `x.txt` beside it, or use a folder in LibriSpeech's layout, and let each model listen:

    freehold bench wer --model pocketsphinx --audio recordings/
    freehold bench wer --model /models/faster-whisper-small --audio recordings/ --language en --json > small.json

A hundred recordings of different people, as they reach you, tell more than this page. Write the texts as the model
writes: "7" is not "seven".

## By voice

{tables}
"""


def _models(measured: Mapping[str, Measured]) -> str:
    head = ["model", *CONDITIONS, "real-time factor"]
    rows = [[name, *_cells(one), f"{one.of().real_time_factor:.2f}"] for name, one in measured.items()]
    rows += [[name, NOT_RUN, *[""] * len(CONDITIONS)] for name in WITHOUT_WEIGHTS if name not in measured]
    return _table(head, rows)


def _voices(one: Measured) -> str:
    rows = [[f"{voice} ({about})", *_cells(one, voice)] for voice, about in VOICES.items()]
    return f"**{one.name}**\n\n" + _table(["voice", *CONDITIONS], [*rows, ["all", *_cells(one)]])


def _cells(one: Measured, voice: str = "") -> list[str]:
    found = [one.of(voice=voice, condition=condition) for condition in CONDITIONS]
    return [f"{each.score.rate:.1%} ({each.low:.1%}–{each.high:.1%})" for each in found]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
