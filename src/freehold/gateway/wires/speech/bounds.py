"""What the vendors that only speak and listen cannot be asked for. Refuses it, rather than leave it undone unsaid."""

from freehold.contracts.audio.hearing import Chunking, TranscriptionRequest, read_transcription
from freehold.contracts.audio.speaking import SpeechRequest, read_speech
from freehold.contracts.errors import UnsupportedParameter


def read_vendor_speech(body: bytes) -> SpeechRequest:
    """The request of a caller. Raises `InvalidRequest`, or `UnsupportedParameter` for what no vendor here can do."""
    request = read_speech(body)
    if request.instructions:
        raise UnsupportedParameter("This voice takes no instructions.", param="instructions")
    if request.stream_format not in (None, "audio"):
        raise UnsupportedParameter("Speech is streamed as audio, not as events.", param="stream_format")
    for name in ("pitch", "emotion", "language", "timestamps"):
        if getattr(request, name) is not None:
            raise UnsupportedParameter(f"This voice cannot honour '{name}'.", param=name, hint=f"Leave {name} out.")
    return request


def read_vendor_transcription(body: bytes, media_type: str) -> TranscriptionRequest:
    """The request in a form. Raises `InvalidRequest`, or `UnsupportedParameter` for what no vendor here can do.

    A form that asks to be cut at pauses by `auto` gets it: vendors do so anyway.
    """
    request = read_transcription(body, media_type)
    asked = {
        "prompt": bool(request.prompt),
        "stream": request.stream,
        "include": request.logprobs,
        "known_speaker_names": bool(request.known_speakers),
        "chunking_strategy": request.chunking not in (None, Chunking()),
    }
    for name, is_asked in asked.items():
        if is_asked:
            raise UnsupportedParameter(
                f"This transcriber cannot honour '{name}'.", param=name, hint=f"Leave {name} out."
            )
    return request
