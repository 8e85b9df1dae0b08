"""A file that somebody sent, as samples. Trusts nothing that its header says; runs in the decoding child only.

Reads the containers and codecs that are named here and no others: FFmpeg also knows playlists, scripts and session
descriptions that open files and addresses of their own. Length is counted as it is decoded, never believed.
"""

import io
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

import av
import numpy as np
import soxr
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from numpy.typing import NDArray

from freehold.contracts.errors import InvalidRequest, RequestTooLarge
from freehold.voice.sound import Samples

PIECE_SECONDS = 5.0
SLACK_SECONDS = 0.25  # what a codec pads at both ends
MAX_CHANNELS = 32
MIN_RATE, MAX_RATE = 1_000, 768_000  # Hz

CONTAINERS = (
    "wav,w64,aiff,au,caf,mp3,ogg,flac,aac,amr,amrnb,amrwb,mov,mp4,m4a,3gp,3g2,matroska,webm,asf,mpeg,mpegts,avi,flv"
)
CODECS = (
    "mp3,mp3float,mp2,mp2float,mp1,mp1float,aac,aac_latm,alac,flac,opus,libopus,vorbis,wmav1,wmav2,wmapro,ac3,eac3,"
    "amrnb,amrwb,libopencore_amrnb,libopencore_amrwb,gsm,gsm_ms,adpcm_ms,adpcm_ima_wav,adpcm_ima_qt,g722,adpcm_g726,"
    "pcm_alaw,pcm_mulaw,pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,"
    "pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be,speex,libspeex"
)
OPTIONS = {
    "format_whitelist": CONTAINERS,
    "codec_whitelist": CODECS,
    "protocol_whitelist": "none",
    "max_streams": "64",
    "max_probe_packets": "1",  # else every 16-bit WAV is searched for a DTS stream, which takes longer than decoding it
}
# Sample format → NumPy's type, the value of silence, and the distance from it to full scale.
FORMATS = {
    "u8": ("u1", 128, 128),
    "s16": ("i2", 0, 1 << 15),
    "s32": ("i4", 0, 1 << 31),
    "flt": ("f4", 0, 1),
    "dbl": ("f8", 0, 1),
}
FRAMES_AT_ONCE = 64
# What PyAV raises for bytes that it cannot make sense of; its FFmpegErrors are of these kinds too, or OSErrors.
UNREADABLE = (FFmpegError, ValueError, OverflowError)

Shape = tuple[str, int, int]  # sample format, channels, Hz


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What the sound was in the file; rate and channels as decoded, not as claimed."""

    codec: str
    container: str
    rate_in: int
    channels_in: int


def decode(data: bytes, rate: int, max_seconds: float) -> Iterator[tuple[Source, Samples]]:
    """The file's first sound, as one channel at `rate` Hz, in pieces of at least five seconds but for the last.

    What is cut off or damaged in the middle is passed over. Raises `InvalidRequest` where no sound is found, and
    `RequestTooLarge` once more than `max_seconds` have come.
    """
    try:
        with _opened(data) as container:
            yield from _pieces(container, _sound_stream(container), rate, max_seconds)
    except MemoryError as error:
        raise InvalidRequest("The file asks for more memory than a recording needs.", param="file") from error


def _opened(data: bytes) -> InputContainer:
    try:
        return av.open(io.BytesIO(data), "r", options=OPTIONS, io_open=_refuse_open)
    except MemoryError:
        raise
    except UNREADABLE as error:
        if data[4:8] == b"ftyp":
            text, hint = "The file's index is missing.", "It was cut off, or sent before it was finished."
        else:
            text, hint = "The file is not a recording that can be read.", "Send WAV, MP3, M4A, OGG, WebM or FLAC."
        raise InvalidRequest(text, param="file", hint=hint) from error


def _refuse_open(url: str, flags: int, options: dict[str, Any]) -> NoReturn:
    raise InvalidRequest("The file refers to other files, which are not read.", param="file", hint="Send the sound.")


def _sound_stream(container: InputContainer) -> AudioStream:
    if not container.streams.audio:
        pictures = "It has pictures only. " if container.streams.video else ""
        raise InvalidRequest("The file has no sound.", param="file", hint=f"{pictures}Send a recording.")
    stream = container.streams.audio[0]
    context: Any = stream.codec_context
    if context is None or context.codec.name not in CODECS.split(","):
        name = "an unknown codec" if context is None else context.codec.name
        raise InvalidRequest(f"The sound is in {name}, which is not read.", param="file", hint="Send WAV, MP3 or OGG.")
    context.thread_count = 1
    return stream


def _pieces(
    container: InputContainer, stream: AudioStream, rate: int, max_seconds: float
) -> Iterator[tuple[Source, Samples]]:
    source: Source | None = None
    total, waiting, held = 0, 0, list[Samples]()
    for shape, samples in _resampled(_frames(container, stream), rate):
        if source is None:
            source = Source(
                codec=stream.codec_context.name, container=container.format.name, rate_in=shape[2], channels_in=shape[1]
            )
        total, waiting = total + len(samples), waiting + len(samples)
        if total > (max_seconds + SLACK_SECONDS) * rate:
            text = f"The recording is longer than {max_seconds:g} seconds."
            raise RequestTooLarge(text, param="file", hint="Send it in parts.")
        held.append(samples)
        if waiting >= PIECE_SECONDS * rate:
            yield source, np.concatenate(held)
            waiting, held = 0, []
    if source is None or not total:
        raise InvalidRequest("There is no sound in the file that can be decoded.", param="file")
    if waiting:
        yield source, np.concatenate(held)


def _frames(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """The frames that can be decoded. Ends where the file is broken for good.

    Raises `InvalidRequest` where more packets are broken than sound: then it was never a recording.
    """
    good = broken = 0
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except UNREADABLE:
            packet = None
        if packet is None:
            break
        try:
            frames = packet.decode()
        except UNREADABLE:
            broken += 1
            continue
        good += len(frames) > 0
        yield from frames
        if packet.size == 0:
            break
    if broken > good:
        raise InvalidRequest("The recording is damaged: most of it cannot be decoded.", param="file")


def _resampled(frames: Iterator[AudioFrame], rate: int) -> Iterator[tuple[Shape, Samples]]:
    """One channel at `rate` Hz, whatever the frames are; their shape may change in mid-stream."""
    for shape, run in itertools.groupby(frames, _shape):
        if shape[2] == rate:
            while batch := list(itertools.islice(run, FRAMES_AT_ONCE)):
                yield shape, _bounded(_one_channel(batch, shape))
            continue
        stream = soxr.ResampleStream(shape[2], rate, 1, dtype="float32")
        while batch := list(itertools.islice(run, FRAMES_AT_ONCE)):
            yield shape, _bounded(stream.resample_chunk(_one_channel(batch, shape)))
        yield shape, _bounded(stream.resample_chunk(np.empty(0, np.float32), last=True))


def _shape(frame: AudioFrame) -> Shape:
    sample_format, channels, rate = frame.format.packed.name, frame.layout.nb_channels, frame.sample_rate
    if sample_format not in FORMATS or not 0 < channels <= MAX_CHANNELS or not MIN_RATE <= rate <= MAX_RATE:
        text = f"The file claims {channels} channels of {sample_format} at {rate} Hz, which no recording has."
        raise InvalidRequest(text, param="file", hint=f"At most {MAX_CHANNELS} channels and {MAX_RATE} Hz are read.")
    return sample_format, channels, rate


def _one_channel(frames: list[AudioFrame], shape: Shape) -> Samples:
    """The mean of the channels."""
    kind, silence, full_scale = FORMATS[shape[0]]
    channels = shape[1]
    values = np.concatenate([_values(frame, kind, channels) for frame in frames], axis=1)
    samples = values.mean(axis=0, dtype=np.float32) if channels > 1 else values[0].astype(np.float32)
    if not np.isfinite(samples).all():
        samples = np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0)
    return (samples - np.float32(silence)) / np.float32(full_scale)


def _values(frame: AudioFrame, kind: str, channels: int) -> NDArray[Any]:
    """[channels, samples] as the decoder left them; a plane is longer than what lies in it."""
    planes: Any = frame.planes
    if frame.format.is_planar:
        return np.stack([np.frombuffer(plane, kind, frame.samples) for plane in planes])
    return np.frombuffer(planes[0], kind, frame.samples * channels).reshape(-1, channels).T


def _bounded(samples: Samples) -> Samples:
    return np.clip(samples, -1.0, 1.0)
