"""Whether a voice's mark names it: `python -m bench.watermark_voices --clips 100` writes two tables of the docs.

The clips are five seconds of flite's voices, those of `bench.watermark_table`. No timing is taken.
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from bench.watermark_table import ATTACKS, OTHER, OWN, RATE, mark, rewrite, speak, wilson
from freehold.voice.sound import Samples
from freehold.voice.watermark.detect import detect, identify
from freehold.voice.watermark.voices import open_marker, voice_key

BEGIN, END = "<!-- voices: begin -->", "<!-- voices: end -->"
SECONDS = 5
TURN_SECONDS = 0.16
VOICES = [f"voice_{number:032x}" for number in range(200)]
MINE, STRANGE = VOICES[7], "voice_of_nobody"
SHOWN = ("none", "MP3 64 kbit/s", "Opus 24 kbit/s", "AAC 64 kbit/s", "8 kHz", "telephone (8 kHz, µ-law)")
SHOWN += ("white noise at 30 dB", "white noise at 20 dB", "6 dB softer", "speed 1.02", "3 s from a random start")


@dataclass(slots=True)
class Row:
    """How often the mark was found, how often the voice was named, and how often as another one."""

    detected: int = 0
    named: int = 0
    misnamed: int = 0
    scores: list[float] = field(default_factory=list)


def clip(number: int) -> Samples:
    """Five seconds, the same for the same number."""
    parts: list[Samples] = []
    while sum(map(len, parts)) < SECONDS * RATE:
        parts.append(speak(number + 1000 * len(parts)))
    return np.concatenate(parts)[: SECONDS * RATE]


def with_voice(samples: Samples, key: bytes, voice: str) -> Samples:
    """The samples with both marks."""
    marker = open_marker(key, voice)
    return np.concatenate([marker.feed(samples), marker.finish()])


def note(row: Row, samples: Samples, rate: int) -> None:
    """Look for the mark, and for two hundred voices."""
    found = detect(samples, rate, OWN)
    row.detected += found.detected
    keys = {voice: voice_key(OWN, voice) for voice in VOICES}
    named = identify(samples, rate, keys, found.speed if found.detected else 1.0)
    if named is not None:
        row.named += named[0] == MINE
        row.misnamed += named[0] != MINE
        row.scores.append(named[1].score)


def arrangements(samples: Samples) -> Mapping[str, Samples]:
    """Ways to lay two marks into one sound."""
    first = mark(samples, OWN) - samples
    second = mark(samples, voice_key(OWN, MINE)) - samples
    is_first = (np.arange(len(samples)) / (TURN_SECONDS * RATE)).astype(np.int64) % 2 == 0
    return {
        "the ordinary mark alone": samples + first,
        "both, each as strong": samples + first + second,
        "both, the voice's 3 dB softer (chosen)": samples + first + np.float32(0.71) * second,
        "both, each 3 dB softer": samples + np.float32(0.71) * (first + second),
        "in turns of 160 ms": samples + np.where(is_first, first, second).astype(np.float32),
    }


def compare(clips: int) -> str:
    """The table of the arrangements, after MP3."""
    own: dict[str, list[float]] = {}
    voices: dict[str, list[float]] = {}
    ratios: dict[str, list[float]] = {}
    for number in range(clips):
        plain = clip(number)
        for name, marked in arrangements(plain).items():
            again, rate = ATTACKS["MP3 64 kbit/s"](marked, np.random.default_rng(number))
            again = again.astype(np.float32)
            own.setdefault(name, []).append(detect(again, rate, OWN).score)
            voices.setdefault(name, []).append(detect(again, rate, voice_key(OWN, MINE)).score)
            added = marked - plain
            ratios.setdefault(name, []).append(10 * float(np.log10(np.sum(plain**2) / np.sum(added**2))))
    lines = ["| Laid | Signal to added noise, dB | The ordinary mark's score | The voice's |", "|---|---|---|---|"]
    for name in own:
        cells = (f"{np.median(some[name]):.1f}, least {min(some[name]):.1f}" for some in (ratios, own, voices))
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def measure(clips: int) -> str:
    """The table of what is found and named."""
    rows: dict[str, Row] = {}
    for number in range(clips):
        plain, chance = clip(number), np.random.default_rng(number)
        both = with_voice(plain, OWN, MINE)
        note(rows.setdefault("unmarked", Row()), plain, RATE)
        note(rows.setdefault("the ordinary mark alone", Row()), mark(plain, OWN), RATE)
        note(rows.setdefault("a voice that is not asked for", Row()), with_voice(plain, OWN, STRANGE), RATE)
        note(rows.setdefault("the same voice's, of another key", Row()), with_voice(plain, OTHER, MINE), RATE)
        for name in SHOWN:
            samples, rate = ATTACKS[name](both, chance)
            note(rows.setdefault(f"both marks; {name}", Row()), samples.astype(np.float32), rate)
        print(f"{number + 1} of {clips}", flush=True)
    lines = ["| Recording | Found | Named | As another | 95 % of named | Median score |", "|---|---|---|---|---|---|"]
    for name, row in rows.items():
        least, most = wilson(row.named, clips)
        score = f"{np.median(row.scores):.1f}" if row.scores else "–"
        counts = f"{row.detected} | {row.named} | {row.misnamed}"
        lines.append(f"| {name} | {counts} | {least:.1%} – {most:.1%} | {score} |")
    return "\n".join(lines)


def main() -> None:
    """Measure and write the tables into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=100)
    clips = parser.parse_args().clips
    intro = f"{clips} clips of {SECONDS} s, each asked for {len(VOICES)} voices."
    rewrite(BEGIN, END, f"{compare(min(clips, 40))}\n\n{intro}\n\n{measure(clips)}")


if __name__ == "__main__":
    main()
