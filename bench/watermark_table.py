"""How well the watermark is found again: `python -m bench.watermark_table --clips 200` writes the table of the docs.

Clips are flite's voices at several paces with sentences put together from a seed. No timing is taken.
"""

import argparse
import hashlib
import hmac
import io
import random
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
import soundfile
import soxr

from freehold.voice.sound import Samples
from freehold.voice.watermark.detect import detect
from freehold.voice.watermark.mark import Marker

RATE = 24_000
PAGE = Path(__file__).parents[1] / "docs/reference/watermark.md"
BEGIN, END = "<!-- watermark: begin -->", "<!-- watermark: end -->"
VOICES = ("kal", "kal16", "awb", "rms", "slt")
WHO = ("The captain", "My neighbour", "A young doctor", "Our teacher", "The driver", "An old sailor", "Nobody here")
DID = ("carried", "painted", "forgot", "measured", "borrowed", "repaired", "counted", "described")
WHAT = ("the heavy boxes", "seven green chairs", "a broken radio", "the long bridge", "three silver coins", "her map")
WHEN = ("before the storm", "on a quiet Thursday", "in the old station", "without a word", "at half past nine")


def _key(name: bytes) -> bytes:
    """A key of 32 bytes."""
    pseudorandom = hmac.digest(b"freehold watermark v1", name, hashlib.sha256)
    return hmac.digest(pseudorandom, b"key\x01", hashlib.sha256)


OWN, OTHER = _key(b"bench own"), _key(b"bench other")

Attack = Callable[[Samples, np.random.Generator], tuple[Samples, int]]


@dataclass(slots=True)
class Row:
    """The scores of one attack."""

    scores: list[float] = field(default_factory=list)
    found: int = 0


def speak(number: int) -> Samples:
    """A clip of 2 to 10 s, the same for the same number."""
    choose = random.Random(number)
    said = (f"{choose.choice(WHO)} {choose.choice(DID)} {choose.choice(WHAT)} {choose.choice(WHEN)}." for _ in range(3))
    text = " ".join(list(said)[: choose.choice((1, 2, 2, 3))])
    pace = f"duration_stretch={choose.choice((0.8, 0.9, 1.0, 1.15, 1.3))}"
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        command = ["flite", "-voice", VOICES[number % len(VOICES)], "--setf", pace, "-t", text, "-o", file.name]
        subprocess.run(command, check=True)
        samples, rate = soundfile.read(file.name, dtype="float32")
    return soxr.resample(samples, rate, RATE).astype(np.float32)


def mark(samples: Samples, key: bytes) -> Samples:
    """The samples with a key's mark."""
    marker = Marker(key, RATE)
    return np.concatenate([marker.feed(samples), marker.finish()])


def coded(codec: str, container: str, kilobits: int) -> Attack:
    """Through a codec and back."""

    def attack(samples: Samples, _: np.random.Generator) -> tuple[Samples, int]:
        buffer = io.BytesIO()
        with av.open(buffer, "w", format=container) as output:
            stream = output.add_stream(codec, rate=RATE)
            assert isinstance(stream, av.AudioStream)
            stream.bit_rate, stream.layout = kilobits * 1000, "mono"
            pcm = (np.clip(samples, -1, 1) * 32767).astype(np.int16)[None]
            frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout="mono")
            frame.sample_rate = RATE
            output.mux([*stream.encode(frame), *stream.encode(None)])
        buffer.seek(0)
        resampler = av.AudioResampler("flt", "mono", RATE)
        with av.open(buffer, "r") as source:
            frames = [out for frame in source.decode(audio=0) for out in resampler.resample(frame)]
        frames += resampler.resample(None)
        return np.concatenate([frame.to_ndarray()[0] for frame in frames]), RATE

    return attack


def noisy(decibels: float) -> Attack:
    """White noise so many decibels below the clip."""

    def attack(samples: Samples, chance: np.random.Generator) -> tuple[Samples, int]:
        power = float(np.mean(samples**2)) / 10 ** (decibels / 10)
        return (samples + chance.standard_normal(len(samples)) * power**0.5).astype(np.float32), RATE

    return attack


def resampled(rate: int) -> Attack:
    """At another rate."""
    return lambda samples, _: (soxr.resample(samples, RATE, rate).astype(np.float32), rate)


def sped(factor: float) -> Attack:
    """Played faster, pitch and all."""
    return lambda samples, _: (soxr.resample(samples, RATE, RATE / factor).astype(np.float32), RATE)


def louder(decibels: float) -> Attack:
    """At another volume, clipped where it is too loud."""
    return lambda samples, _: (np.clip(samples * np.float32(10 ** (decibels / 20)), -1, 1), RATE)


def cropped(seconds: float | None) -> Attack:
    """A random half, or so many seconds from a random start."""

    def attack(samples: Samples, chance: np.random.Generator) -> tuple[Samples, int]:
        length = len(samples) // 2 if seconds is None else min(round(seconds * RATE), len(samples))
        start = int(chance.integers(0, len(samples) - length + 1))
        return samples[start : start + length], RATE

    return attack


def telephoned(samples: Samples, _: np.random.Generator) -> tuple[Samples, int]:
    """8 kHz and µ-law's 256 steps."""
    narrow = np.clip(soxr.resample(samples, RATE, 8000), -1, 1)
    steps = np.round(np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256) * 127) / 127
    return (np.sign(steps) * np.expm1(np.abs(steps) * np.log(256)) / 255).astype(np.float32), 8000


def reverberated(samples: Samples, chance: np.random.Generator) -> tuple[Samples, int]:
    """A room with 0.3 s of decay, the direct sound in front."""
    times = np.arange(round(0.3 * RATE)) / RATE
    room = chance.standard_normal(len(times)) * np.exp(-times * 6.9 / 0.3) * 0.03
    room[0] = 1.0
    size = len(samples) + len(room)
    return np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(room, size), size).astype(np.float32), RATE


def accompanied(samples: Samples, chance: np.random.Generator) -> tuple[Samples, int]:
    """Chords of decaying harmonic tones, 15 dB below the clip."""
    times = np.arange(len(samples)) / RATE
    music = np.zeros(len(samples))
    for start in np.arange(0, len(samples) / RATE, 0.4):
        for pitch in 220 * 2 ** (chance.integers(0, 24, 3) / 12):
            since = np.maximum(times - start, 0)
            tone = sum(np.sin(2 * np.pi * pitch * part * since) / part for part in range(1, 6))
            music += np.where(times >= start, tone * np.exp(-since * 5), 0)
    scale = float(np.sqrt(np.mean(samples**2) / np.mean(music**2) / 10**1.5))
    return (samples + music * scale).astype(np.float32), RATE


ATTACKS: Mapping[str, Attack] = {
    "none": lambda samples, _: (samples, RATE),
    "MP3 64 kbit/s": coded("libmp3lame", "mp3", 64),
    "MP3 128 kbit/s": coded("libmp3lame", "mp3", 128),
    "Opus 24 kbit/s": coded("libopus", "ogg", 24),
    "Opus 32 kbit/s": coded("libopus", "ogg", 32),
    "AAC 64 kbit/s": coded("aac", "adts", 64),
    "8 kHz": resampled(8_000),
    "16 kHz": resampled(16_000),
    "44.1 kHz": resampled(44_100),
    "a random half": cropped(None),
    "3 s from a random start": cropped(3.0),
    "white noise at 30 dB": noisy(30),
    "white noise at 20 dB": noisy(20),
    "white noise at 10 dB": noisy(10),
    "6 dB softer": louder(-6),
    "6 dB louder": louder(6),
    "telephone (8 kHz, µ-law)": telephoned,
    "reverberation": reverberated,
    "speed 1.02": sped(1.02),
    "speed 1.05": sped(1.05),
    "speed 1.1": sped(1.1),
    "music at 15 dB": accompanied,
}
CLEAN, WRONG = "unmarked", "marked with another key"


def wilson(found: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a rate (Wilson, J. American Statistical Association 22, 1927)."""
    z, rate = 1.96, found / of
    middle = (rate + z * z / (2 * of)) / (1 + z * z / of)
    half = z * (rate * (1 - rate) / of + z * z / (4 * of * of)) ** 0.5 / (1 + z * z / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def measure(clips: int) -> tuple[dict[str, Row], list[float]]:
    """The rows, and each clip's signal-to-noise ratio in dB."""
    rows = {name: Row() for name in (CLEAN, WRONG, *ATTACKS)}
    ratios: list[float] = []
    for number in range(clips):
        clip, chance = speak(number), np.random.default_rng(number)
        marked = mark(clip, OWN)
        ratios.append(10 * float(np.log10(np.sum(clip**2) / np.sum((marked - clip) ** 2))))
        _note(rows[CLEAN], clip, RATE)
        _note(rows[WRONG], mark(clip, OTHER), RATE)
        for name, attack in ATTACKS.items():
            _note(rows[name], *attack(marked, chance))
        if number % 10 == 9:
            print(f"{number + 1} of {clips}", flush=True)
    return rows, ratios


def _note(row: Row, samples: Samples, rate: int) -> None:
    found = detect(samples, rate, OWN)
    row.scores.append(found.score)
    row.found += found.detected


def table(rows: Mapping[str, Row], ratios: list[float]) -> str:
    """The page's generated part."""
    clips = len(ratios)
    low, middle = float(np.min(ratios)), float(np.median(ratios))
    lines = [
        f"{clips} clips of flite's voices ({', '.join(VOICES)}), 24 kHz. Signal to added noise: median {middle:.1f} "
        f"dB, least {low:.1f} dB.",
        "",
        "| Recording | Found | Rate | 95 % interval | Median score | Highest |",
        "|---|---|---|---|---|---|",
    ]
    for name, row in rows.items():
        least, most = wilson(row.found, clips)
        scores = f"{np.median(row.scores):.1f} | {max(row.scores):.1f}"
        rate = f"{row.found / clips:.1%} | {least:.1%} – {most:.1%}"
        lines.append(f"| {name} | {row.found} of {clips} | {rate} | {scores} |")
    return "\n".join(lines)


def rewrite(begin: str, end: str, text: str) -> None:
    """Put a text between two marks of the page, and leave the rest as it is."""
    before, _, rest = PAGE.read_text().partition(begin)
    _, _, after = rest.partition(end)
    PAGE.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}")


def main() -> None:
    """Measure and write the table into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=200)
    rows, ratios = measure(parser.parse_args().clips)
    rewrite(BEGIN, END, table(rows, ratios))
    print(table(rows, ratios))


if __name__ == "__main__":
    main()
