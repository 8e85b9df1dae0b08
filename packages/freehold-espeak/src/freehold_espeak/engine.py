"""Speaks and tells phonemes with espeak-ng. The library's state is one for the whole process: one call at a time."""

import contextlib
import ctypes
import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import espeakng_loader

from freehold_espeak import library as c
from freehold_espeak.protocol import BadRequest

# Where a word stands in the text and its length, in characters, and when it begins, in seconds.
Word = tuple[int, int, float]
Emit = Callable[[bytes, list[Word]], bool]

PROBE = "1"
SILENT_BYTES = 1000  # a voice without its dictionary makes a few samples of nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How it is said, in espeak-ng's own units: words a minute, 0–99, 0–100, and 0–200 where 100 is usual."""

    rate: int = 175
    pitch: int = 50
    range: int = 50
    volume: int = 100


class Engine:
    """espeak-ng, started. Raises `OSError` where the library or its data cannot be used."""

    def __init__(self) -> None:
        self._library = c.load(str(espeakng_loader.get_library_path()))
        data = os.fsencode(espeakng_loader.get_data_path())
        self.rate = self._library.espeak_Initialize(c.SYNCHRONOUS, c.BUFFER_MILLISECONDS, data, c.DO_NOT_EXIT)
        if self.rate <= 0:
            raise OSError(f"espeak-ng does not start with the data in {os.fsdecode(data)}")
        self.version: str = self._library.espeak_Info(None).decode()
        # ctypes keeps no reference of its own to a callback.
        self._callback = c.SynthCallback(self._receive)
        self._library.espeak_SetSynthCallback(self._callback)
        self._voice = ""
        self._speech = _Speech("", self.rate, lambda samples, words: True)
        self.variants = {voice.identifier.removeprefix("!v/"): voice for voice in c.listed(self._library, "variant")}
        every = {voice.identifier: voice for voice in c.listed(self._library)}
        self.voices = every
        with _standard_error_muted():
            self.voices = {name: voice for name, voice in every.items() if self._can_speak(name)}

    def speak(self, text: str, voice: str, settings: Settings, emit: Emit) -> None:
        """Hand the sound to `emit` chunk by chunk, 16 bits a sample; it returns False to stop. Raises `BadRequest`.

        Not the same to the bit each time: espeak-ng's flutter runs on between calls.
        """
        self._choose(voice)
        parameters = {
            c.RATE: settings.rate,
            c.PITCH: settings.pitch,
            c.RANGE: settings.range,
            c.VOLUME: settings.volume,
        }
        for parameter, value in parameters.items():
            self._library.espeak_SetParameter(parameter, value, 0)
        text = _speakable(text)
        flags = c.TEXT_UTF8 | (c.END_PAUSE if _ends_with_mark(text) else 0)
        data = text.encode("utf-8", "replace") + b"\0"
        self._speech = _Speech(text, self.rate, emit)
        status = self._library.espeak_Synth(data, len(data), 0, c.POSITION_CHARACTER, 0, flags, None, None)
        if self._speech.error is not None:
            raise self._speech.error
        if status != 0:
            raise OSError(f"espeak-ng failed with status {status}")

    def phonemes(self, text: str, voice: str) -> list[tuple[str, str]]:
        """The clauses of a text: each one's phonemes in IPA, ties included, and the punctuation that ends it."""
        self._choose(voice)
        data = _speakable(text).encode("utf-8", "replace")
        buffer = ctypes.create_string_buffer(data)
        start = ctypes.addressof(buffer)
        position = ctypes.c_void_p(start)
        mode = c.IPA | c.TIE | (ord(c.TIE_BAR) << 8)
        clauses: list[tuple[str, str]] = []
        while position.value is not None:
            begun = position.value - start
            found = self._library.espeak_TextToPhonemes(ctypes.byref(position), c.TEXT_UTF8, mode)
            ended = len(data) if position.value is None else position.value - start
            # The library reads one character of the next clause before it knows that this one has ended.
            read = data[begun:ended].decode("utf-8", "replace")
            clause = read if position.value is None else read[:-1]
            ipa = re.sub(r"\([^)]*\)", "", found.decode()).strip()  # without marks of a changed language
            if ipa:
                clauses.append((ipa, _last_mark(clause)))
        return clauses

    def _choose(self, voice: str) -> None:
        """Speak with a voice from now on. Loading one takes longer than a word, so it is not done twice."""
        if voice == self._voice:
            return
        base, _, variant = voice.partition("+")
        if base not in self.voices or (variant and variant not in self.variants):
            raise BadRequest(f"espeak-ng has no voice '{voice}'.")
        self._voice = ""
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise BadRequest(f"espeak-ng cannot use the voice '{voice}'.")
        self._voice = voice

    def _can_speak(self, voice: str) -> bool:
        made = 0

        def count(samples: bytes, words: list[Word]) -> bool:
            nonlocal made
            made += len(samples)
            return made < SILENT_BYTES

        self.speak(PROBE, voice, Settings(), count)
        return made >= SILENT_BYTES

    def _receive(self, samples: int | None, count: int, events: "ctypes._Pointer[c.Event]") -> int:
        return self._speech.receive(samples, count, events)


class _Speech:
    """What is being said: the callback's side of `Engine.speak`."""

    def __init__(self, text: str, rate: int, emit: Emit) -> None:
        self._text = text
        self._rate = rate
        self._emit = emit
        self._told = 0  # characters of the text up to the end of the last word
        self.error: Exception | None = None

    def receive(self, samples: int | None, count: int, events: "ctypes._Pointer[c.Event]") -> int:
        """Returns 1 to stop. An exception must not pass through the library: it is kept."""
        try:
            words = list(self._words(events))
            data = ctypes.string_at(samples, count * 2) if samples and count > 0 else b""
            go_on = self._emit(data, words) if data or words else True
        except Exception as error:
            self.error, go_on = error, False
        return 0 if go_on else 1

    def _words(self, events: "ctypes._Pointer[c.Event]") -> Iterator[Word]:
        """Words in order. A word that is said as several – a number, a symbol – is told of once."""
        index = 0
        while events[index].type != c.EVENT_END_OF_LIST:
            event = events[index]
            index += 1
            start = event.text_position - 1
            if event.type != c.EVENT_WORD or start < self._told or start >= len(self._text):
                continue
            word = self._text[start : start + event.length].rstrip()
            if word:
                self._told = start + len(word)
                yield start, len(word), event.sample / self._rate


def _speakable(text: str) -> str:
    """The text without control characters, which are commands to espeak-ng; as long as before."""
    return "".join(" " if unicodedata.category(letter) == "Cc" and letter not in "\n\t" else letter for letter in text)


def _ends_with_mark(text: str) -> bool:
    return bool(_last_mark(text))


def _last_mark(text: str) -> str:
    """The punctuation at the end of a text."""
    stripped = text.rstrip()
    start = len(stripped)
    while start and unicodedata.category(stripped[start - 1]).startswith("P"):
        start -= 1
    return stripped[start:]


@contextlib.contextmanager
def _standard_error_muted() -> Iterator[None]:
    """espeak-ng itself writes there of each dictionary that is missing."""
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)
