"""What a request for sound comes to: a bound before the call, an estimate where nobody reports it.

Speech is counted in the characters of its input, what is heard in seconds of audio. No recording is decoded here: the
length of a WAV follows from its header and size. An MP3 or an Ogg is held to what it says, with room for error and not
below what its size makes plausible; who lies there only has less reserved than the vendor then reports. Of anything
else a bound is known, by a bit rate that codecs do not go below. The tokens of vendors that bill sound by them are
bounded from these.
"""

from dataclasses import dataclass

import msgspec

from freehold.contracts.usage import Usage
from freehold.contracts.wire import Call
from freehold.gateway.calls.form_parts import file_of, is_form, parts_of
from freehold.gateway.calls.lengths import told_seconds, wav_seconds

SPEECH = "audio/speech"
TRANSCRIPTIONS = frozenset({"audio/transcriptions", "audio/translations"})
OF_VOICES = frozenset({"audio/speaker_match", "audio/voice_profile"})
HEARD = TRANSCRIPTIONS | OF_VOICES | {"audio/effects", "content_provenance_checks"}
SOUND = HEARD | {SPEECH}

# 8 kbit/s is the least that codecs for speech are used with (AMR-NB 4.75 to 12.2, Opus from 6, Speex 8); a voice
# note has about 32 kbit/s (Opus), so what is estimated rather errs upwards for other recordings.
LEAST_BYTES_PER_SECOND = 1_000
TYPICAL_BYTES_PER_SECOND = 4_000
# 512 kbit/s is more than MP3 (320) and Opus (510) go to. A recording may be twice as long as it says: an MP3 of a
# varying bit rate that does not count its frames is held to its first one.
MOST_BYTES_PER_SECOND = 64_000
ROOM = 2
# OpenAI takes 10 tokens for a second that it hears, Gemini 32; people speak about 3 tokens a second, and a model that
# runs wild writes up to 448 for 30 seconds (whisper's own limit).
HEARD_TOKENS, TYPICAL_HEARD_TOKENS = 32, 10
WRITTEN_TOKENS, TYPICAL_WRITTEN_TOKENS = 16, 4
# OpenAI makes about 21 tokens of a second that it speaks ($12 a million, about $0.015 a minute). People speak about
# 15 characters a second; at a quarter of the pace it is the fourth part.
SPOKEN_TOKENS, TYPICAL_SPOKEN_TOKENS = 8, 2
PROMPT_TOKENS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundBound:
    """The most that a request for sound may use, and what it probably does. Seconds are of audio.

    What is reserved may rest on what a recording says of itself; what a provider may report, `possible_tokens` of input
    and output, does not, or who lies would be billed less than the vendor bills.
    """

    characters: int = 0
    audio_seconds: float = 0.0
    input_tokens: int = 0
    output_tokens: int = 0
    possible_tokens: tuple[int, int] = (0, 0)
    is_exact: bool = False  # whether seconds or characters are known
    likely: Usage = Usage()

    def usage(self, *reported: Usage | None) -> Usage:
        """What was used, by all who report it; where nobody does, what is likely, but in no tokens."""
        told = [one for one in reported if one is not None]
        if not told:
            return msgspec.structs.replace(self.likely, input_tokens=0, output_tokens=0, estimated=not self.is_exact)
        fields = {name: max(getattr(one, name) for one in told) for name in Usage.__struct_fields__}
        fields["characters"] = fields["characters"] or self.characters
        return Usage(**fields)


def sound_bound(call: Call) -> SoundBound:
    """The bound of a call to an endpoint of sound. Raises `InvalidRequest` for a form that cannot be read."""
    return _spoken(call.body) if call.endpoint == SPEECH else _heard(call)


class _Speech(msgspec.Struct):
    input: str = ""


def _spoken(body: bytes) -> SoundBound:
    try:
        characters, is_exact = len(msgspec.json.decode(body, type=_Speech).input), True
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        characters, is_exact = len(body), False  # the provider refuses it, or reads more than we do
    input_tokens, output_tokens = len(body) + PROMPT_TOKENS, characters * SPOKEN_TOKENS
    return SoundBound(
        characters=characters,
        is_exact=is_exact,
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        possible_tokens=(input_tokens, output_tokens),
        likely=Usage(
            characters=characters,
            input_tokens=characters // 3 + 1,
            output_tokens=characters * TYPICAL_SPOKEN_TOKENS,
            estimated=True,
        ),
    )


def _heard(call: Call) -> SoundBound:
    body, file = call.body, None
    if is_form(call.media_type):
        parts = parts_of(body, call.media_type)
        file = file_of(parts)
    start, end = (file.start, file.end) if file else (0, len(body))
    other_bytes = len(body) - (end - start) if file else 0
    exact = wav_seconds(body, start, end)
    longest = (end - start) / LEAST_BYTES_PER_SECOND if exact is None else exact
    typical, most = _told(body, start, end, longest) if exact is None else (exact, exact)
    input_tokens, output_tokens = _bound_tokens(most, other_bytes)
    return SoundBound(
        audio_seconds=most,
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        possible_tokens=_bound_tokens(longest, other_bytes),
        is_exact=exact is not None,
        likely=Usage(
            audio_seconds=round(typical, 3),
            input_tokens=int(typical * TYPICAL_HEARD_TOKENS) + 1,
            output_tokens=int(typical * TYPICAL_WRITTEN_TOKENS) + 1,
            estimated=True,
        ),
    )


def _bound_tokens(seconds: float, other_bytes: int) -> tuple[int, int]:
    """The most tokens of a recording with its form, and of its text."""
    return int(seconds * HEARD_TOKENS) + other_bytes + PROMPT_TOKENS, int(seconds * WRITTEN_TOKENS) + PROMPT_TOKENS


def _told(body: bytes, start: int, end: int, longest: float) -> tuple[float, float]:
    """The probable and the greatest length in seconds of what is no plain WAV."""
    told, shortest = told_seconds(body, start, end), (end - start) / MOST_BYTES_PER_SECOND
    if told is None:
        return (end - start) / TYPICAL_BYTES_PER_SECOND, longest
    return min(max(told, shortest), longest), min(max(told * ROOM, shortest), longest)
