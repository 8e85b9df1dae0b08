"""espeak-ng's C interface, as far as it is used here. Source: `espeak-ng/speak_lib.h` of espeak-ng 1.52."""

import ctypes
from collections.abc import Iterator
from ctypes import POINTER, c_char, c_char_p, c_int, c_size_t, c_ubyte, c_uint, c_void_p
from dataclasses import dataclass

SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS: espeak_Synth returns once all sound is made
DO_NOT_EXIT = 0x8000  # espeakINITIALIZE_DONT_EXIT
BUFFER_MILLISECONDS = 60  # the shortest that espeak-ng takes

TEXT_UTF8 = 1
END_PAUSE = 0x1000
POSITION_CHARACTER = 1

RATE, VOLUME, PITCH, RANGE = 1, 2, 3, 4
EVENT_END_OF_LIST, EVENT_WORD = 0, 1

IPA = 0x02
TIE = 0x80
TIE_BAR = "\u0361"


class VoiceRecord(ctypes.Structure):
    """espeak_VOICE. `languages` is a list of a priority byte and a text, ended by a zero byte."""

    _fields_ = (
        ("name", c_char_p),
        ("languages", c_void_p),
        ("identifier", c_char_p),
        ("gender", c_ubyte),
        ("age", c_ubyte),
        ("variant", c_ubyte),
        ("unused", c_ubyte),
        ("score", c_int),
        ("spare", c_void_p),
    )


class EventName(ctypes.Union):
    """The last field of an event."""

    _fields_ = (("number", c_int), ("name", c_char_p), ("string", c_char * 8))


class Event(ctypes.Structure):
    """espeak_EVENT. `text_position` counts characters from one; `sample` counts from the start of the sound."""

    _fields_ = (
        ("type", c_int),
        ("unique_identifier", c_uint),
        ("text_position", c_int),
        ("length", c_int),
        ("audio_position", c_int),
        ("sample", c_int),
        ("user_data", c_void_p),
        ("id", EventName),
    )


SynthCallback = ctypes.CFUNCTYPE(c_int, c_void_p, c_int, POINTER(Event))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A voice or variant as espeak-ng lists it."""

    identifier: str
    name: str
    languages: tuple[str, ...]
    gender: str


def load(path: str) -> ctypes.CDLL:
    """The shared library with its functions' types. Raises `OSError` where it cannot be loaded."""
    library = ctypes.CDLL(path)
    library.espeak_Initialize.argtypes = [c_int, c_int, c_char_p, c_int]
    library.espeak_Info.argtypes = [POINTER(c_char_p)]
    library.espeak_Info.restype = c_char_p
    library.espeak_ListVoices.argtypes = [POINTER(VoiceRecord)]
    library.espeak_ListVoices.restype = POINTER(POINTER(VoiceRecord))
    library.espeak_SetVoiceByName.argtypes = [c_char_p]
    library.espeak_SetParameter.argtypes = [c_int, c_int, c_int]
    library.espeak_SetSynthCallback.argtypes = [SynthCallback]
    library.espeak_SetSynthCallback.restype = None
    library.espeak_Synth.argtypes = [c_char_p, c_size_t, c_uint, c_int, c_uint, c_uint, c_void_p, c_void_p]
    library.espeak_TextToPhonemes.argtypes = [POINTER(c_void_p), c_int, c_int]
    library.espeak_TextToPhonemes.restype = c_char_p
    return library


def listed(library: ctypes.CDLL, language: str = "") -> list[Listed]:
    """The voices of a language, all without one; "variant" lists the timbres."""
    asked = VoiceRecord()
    languages = ctypes.create_string_buffer(language.encode())
    asked.languages = ctypes.cast(languages, c_void_p)
    found = library.espeak_ListVoices(ctypes.byref(asked) if language else None)
    return list(_records(found))


def _records(found: "ctypes._Pointer[ctypes._Pointer[VoiceRecord]]") -> Iterator[Listed]:
    index = 0
    while found[index]:
        record = found[index].contents
        yield Listed(
            identifier=record.identifier.decode(),
            name=record.name.decode(),
            languages=tuple(_languages(record.languages)),
            gender={1: "male", 2: "female"}.get(record.gender, ""),
        )
        index += 1


def _languages(address: int) -> Iterator[str]:
    while ctypes.string_at(address, 1) != b"\0":
        text = ctypes.string_at(address + 1)
        yield text.decode()
        address += len(text) + 2
