"""A text that is spoken while it is still being written, and a recording that is heard once it is whole.

Both by the server's OpenAI API, and both as events of Wyoming. Knows no connection: events go where `send` takes them.
"""

import asyncio
import io
import wave
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any

import msgspec
from wyoming.asr import Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Eventable

from freehold.cli.sound_client import SoundClient
from freehold.cli.wyoming_frames import HearingWish, SoundFormat, SpeechWish
from freehold.contracts.audio.speaking import MAX_CHARACTERS
from freehold.contracts.errors import FreeholdError, InvalidRequest, ModelNotFound, ProviderFailed
from freehold.contracts.forms import Upload
from freehold.voice.speaking.reading.passage import whole
from freehold.voice.speaking.reading.text import SENTENCE, boundaries, is_speakable, normalise

RATE, WIDTH, CHANNELS = 24_000, 2, 1  # of `response_format` pcm
CHUNK_BYTES = 8192
MAX_WAITING_CHARACTERS = 64 * 1024
TEXT_SECONDS = 120.0  # between two parts of one text
MAX_RECORDING_SECONDS = 60
MAX_RECORDING_BYTES = 10 * 1024 * 1024

Send = Callable[[Eventable], Awaitable[None]]


class WrittenText:
    """A text as it comes, taken out in whole sentences. `is_cut` is false for markup, which is one piece."""

    def __init__(self, *, is_cut: bool = True) -> None:
        self._is_cut = is_cut
        self._waiting = ""
        self._is_whole = False
        self._is_dropped = False
        self._changed = asyncio.Event()

    def add(self, text: str) -> None:
        """More of it. Raises `InvalidRequest` where it is not spoken as fast as it comes."""
        self._changed.set()
        if self._is_dropped:
            return
        if len(self._waiting) + len(text) > MAX_WAITING_CHARACTERS:
            raise InvalidRequest(f"More than {MAX_WAITING_CHARACTERS} characters wait to be spoken.")
        self._waiting += text

    def finish(self) -> None:
        """That was all."""
        self._is_whole = True
        self._changed.set()

    def drop(self) -> None:
        """Whatever comes is passed over from here on."""
        self._is_dropped = True
        self._waiting = ""

    async def until_whole(self) -> None:
        """Wait for the end. Raises `InvalidRequest` when nothing comes for long."""
        while not self._is_whole:
            await self._change()

    async def portions(self) -> AsyncGenerator[str]:
        """All whole sentences that have come, as much as is spoken at once, again and again; at last what is left.

        Raises `InvalidRequest` when nothing comes for long.
        """
        while self._waiting or not self._is_whole:
            end = self._end()
            if end == 0:
                await self._change()
                continue
            portion, self._waiting = self._waiting[:end], self._waiting[end:]
            if is_speakable(normalise(whole(portion)).text):
                yield portion

    def _end(self) -> int:
        """Where the next portion ends; 0 while there is none."""
        text = self._waiting
        if not self._is_cut:
            return len(text) if self._is_whole else 0
        if self._is_whole and len(text) <= MAX_CHARACTERS:
            return len(text)
        end = finished(text[: MAX_CHARACTERS + 1])
        if end == 0 and len(text) > MAX_CHARACTERS:
            end = text.rfind(" ", 0, MAX_CHARACTERS) + 1 or MAX_CHARACTERS
        return end

    async def _change(self) -> None:
        self._changed.clear()
        try:
            async with asyncio.timeout(TEXT_SECONDS):
                await self._changed.wait()
        except TimeoutError:
            raise InvalidRequest(f"No more text came in {TEXT_SECONDS:g} s.") from None


def finished(text: str) -> int:
    """How many characters of a text that is still being written are whole sentences. A full stop at its very end may
    yet be half a number or an abbreviation, so something must follow.
    """
    return max((end for end, strength in boundaries(text) if strength >= SENTENCE and end < len(text)), default=0)


def speech_request(model: str, voice: str, wish: SpeechWish) -> dict[str, Any]:
    """What the server is asked, but for the text. `voice` is for a wish that names none."""
    wanted = wish.voice
    request = {"model": model, "voice": voice, "response_format": "pcm"}
    if wanted is not None and (named := wanted.speaker or wanted.name):
        return request | {"voice": named}
    return request | ({"language": wanted.language} if wanted is not None and wanted.language else {})


async def speak(client: SoundClient, request: Mapping[str, Any], text: WrittenText, send: Send) -> None:
    """Say the text, each portion as soon as it is there, between one start and one stop.

    What goes wrong is told by an error event; a start that was sent has its stop even then.
    """
    playing = _Playing(send)
    try:
        if not request["model"]:
            raise ModelNotFound("The server has no model that speaks.")
        async with aclosing(text.portions()) as portions:
            async for portion in portions:
                async with aclosing(client.speech({**request, "input": portion})) as sound:
                    async for data in sound:
                        await playing.play(data)
                playing.end_portion()
    except FreeholdError as error:
        text.drop()
        await send(error_event(error))
        if playing.has_begun:
            await playing.stop()
    else:
        await playing.stop()


class _Playing:
    """Samples as they go out, in events of a handy size."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._samples = 0
        self._rest = b""
        self.has_begun = False

    async def play(self, data: bytes) -> None:
        """All whole samples; half a one waits for its other half."""
        await self._begin()
        data = self._rest + data
        end = len(data) - len(data) % WIDTH
        self._rest = data[end:]
        for start in range(0, end, CHUNK_BYTES):
            sound = data[start : min(start + CHUNK_BYTES, end)]
            at = self._samples * 1000 // RATE
            await self._send(AudioChunk(rate=RATE, width=WIDTH, channels=CHANNELS, audio=sound, timestamp=at))
            self._samples += len(sound) // WIDTH

    def end_portion(self) -> None:
        """Another answer begins with a whole sample."""
        self._rest = b""

    async def stop(self) -> None:
        """That was all, even if it was nothing."""
        await self._begin()
        await self._send(AudioStop(timestamp=self._samples * 1000 // RATE))

    async def _begin(self) -> None:
        if not self.has_begun:
            self.has_begun = True
            await self._send(AudioStart(rate=RATE, width=WIDTH, channels=CHANNELS, timestamp=0))


class Recording:
    """The sound of one `audio-start` to its `audio-stop`, in memory and bounded."""

    def __init__(self, form: SoundFormat) -> None:
        self._form = form
        self._data = bytearray()
        self.is_refused = False

    def add(self, form: SoundFormat, data: bytes) -> None:
        """More of it. Raises `InvalidRequest`, once, for too much of it or what has another format."""
        if self.is_refused:
            return
        most = min(MAX_RECORDING_SECONDS * self._form.bytes_per_second, MAX_RECORDING_BYTES)
        if form != self._form or len(self._data) + len(data) > most:
            self.is_refused = True
            self._data.clear()
            if form != self._form:
                raise InvalidRequest("The sound changes its format in the middle.", hint="Begin another recording.")
            seconds = most / self._form.bytes_per_second
            raise InvalidRequest(f"The recording is longer than {seconds:.4g} s.", hint="Send it in parts.")
        self._data += data

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to hear."""
        return len(self._data) < self._form.width * self._form.channels

    def as_wav(self) -> bytes:
        """A WAV file. Its samples lie as Wyoming's do: little endian, and unsigned where they have one byte."""
        frame = self._form.width * self._form.channels
        file = io.BytesIO()
        with wave.open(file, "wb") as writer:
            writer.setnchannels(self._form.channels)
            writer.setsampwidth(self._form.width)
            writer.setframerate(self._form.rate)
            writer.writeframes(memoryview(self._data)[: len(self._data) // frame * frame])
        return file.getvalue()


class _Heard(msgspec.Struct):
    text: str


async def hear(client: SoundClient, model: str, wish: HearingWish, recording: Recording, send: Send) -> None:
    """Send what is said in the recording. What goes wrong is told by an error event."""
    try:
        text = "" if recording.is_empty else await _heard(client, wish.name or model, wish.language, recording)
    except FreeholdError as error:
        await send(error_event(error))
    else:
        await send(Transcript(text=text, language=wish.language))


async def _heard(client: SoundClient, model: str, language: str | None, recording: Recording) -> str:
    if not model:
        raise ModelNotFound("The server has no model that listens.")
    fields = {"model": model, "response_format": "json"} | ({"language": language} if language else {})
    upload = Upload(data=recording.as_wav(), name="recording.wav", media_type="audio/wav")
    answer = await client.transcript(upload, fields, translate=False)
    try:
        return msgspec.json.decode(answer, type=_Heard).text.strip()
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProviderFailed(f"The server sent what is no transcript: {error}.") from error


def error_event(error: FreeholdError) -> Error:
    """The error as a client is told it."""
    return Error(text=error.public_message(), code=error.code)
