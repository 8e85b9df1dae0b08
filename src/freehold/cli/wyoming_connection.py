"""One client of the Wyoming bridge: its events in, events for it out.

Source: the README of wyoming 1.10.2, "Event Flow". Requests are answered one after the other, while `describe` and
`ping` are answered at once. Events that nobody knows are passed over, as the protocol wants.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from wyoming.event import Eventable, async_write_event
from wyoming.ping import Pong
from wyoming.tts import SynthesizeStopped

from freehold.cli.wyoming_frames import HearingWish, Ping, Received, SoundFormat, SpeechWish, Text, read_event
from freehold.cli.wyoming_offer import Service
from freehold.cli.wyoming_speech import Recording, WrittenText, error_event, hear, speak, speech_request
from freehold.contracts.errors import FreeholdError, InvalidRequest, RateLimited

IDLE_SECONDS = 600.0
SEND_SECONDS = 60.0  # in which a client must take some of what it is sent
LINGER_SECONDS = 2.0
MAX_WAITING = 8  # requests behind the one that is answered; one recording among them, as it is large

Work = Callable[[], Awaitable[None]]


class Connection:
    """Reads, asks and answers until the client goes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, service: Service) -> None:
        self._reader = reader
        self._writer = writer
        self._service = service
        self._jobs: asyncio.Queue[Work] = asyncio.Queue(MAX_WAITING)
        self._is_busy = False
        self._hearing = HearingWish()
        self._recording: Recording | None = None
        self._is_hearing = False
        self._text: WrittenText | None = None
        self._takes: dict[str, Callable[[Received], Awaitable[None]]] = {
            "describe": self._describe,
            "ping": self._ping,
            "transcribe": self._transcribe,
            "audio-start": self._audio_start,
            "audio-chunk": self._audio_chunk,
            "audio-stop": self._audio_stop,
            "synthesize": self._synthesize,
            "synthesize-start": self._synthesize_start,
            "synthesize-chunk": self._synthesize_chunk,
            "synthesize-stop": self._synthesize_stop,
        }

    async def run(self) -> None:
        """Until the client goes, takes nothing more, or sends what is no event."""
        try:
            async with asyncio.TaskGroup() as group:
                working = group.create_task(self._work())
                mistake = await self._listen()
                working.cancel()
            if mistake is not None:
                await self._part(mistake)
        except* OSError:
            pass  # the connection broke
        finally:
            await self._close()

    async def refuse(self, error: FreeholdError) -> None:
        """Say why the connection ends, and end it."""
        with suppress(OSError):
            await self._part(error)
        await self._close()

    async def _listen(self) -> InvalidRequest | None:
        """Take events until the client goes; or until one is none, which is returned."""
        try:
            while event := await self._next():
                take = self._takes.get(event.kind)
                if take is not None:
                    await take(event)
        except InvalidRequest as error:
            return error
        return None

    async def _next(self) -> Received | None:
        """The next event; None once the client has gone, or has been silent for long without waiting for anything."""
        while True:
            try:
                return await read_event(self._reader, IDLE_SECONDS)
            except TimeoutError:
                if not self._is_busy:
                    return None

    async def _work(self) -> None:
        """One request after the other."""
        while True:
            work = await self._jobs.get()
            self._is_busy = True
            await work()
            self._is_busy = not self._jobs.empty()

    async def _begin(self, work: Work) -> bool:
        """Put a request into the line. Where that is full the client is told, and it is not done."""
        try:
            self._jobs.put_nowait(work)
        except asyncio.QueueFull:
            text = f"{MAX_WAITING} requests of this connection wait already."
            await self._send(error_event(RateLimited(text, hint="Wait for their answers, or open another connection.")))
            return False
        return True

    async def _send(self, event: Eventable) -> None:
        async with asyncio.timeout(SEND_SECONDS):
            await async_write_event(event.event(), self._writer)

    async def _part(self, error: FreeholdError) -> None:
        """Tell the error. What is still coming is read for a moment: a reset would overtake the error."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                await self._send(error_event(error))
                self._writer.write_eof()
                while await self._reader.read(64 * 1024):
                    pass

    async def _close(self) -> None:
        self._writer.close()
        try:
            async with asyncio.timeout(LINGER_SECONDS):
                await self._writer.wait_closed()
        except OSError:
            self._writer.transport.abort()

    async def _describe(self, event: Received) -> None:
        await self._send(self._service.info())

    async def _ping(self, event: Received) -> None:
        await self._send(Pong(text=event.read(Ping).text))

    async def _transcribe(self, event: Received) -> None:
        self._hearing = event.read(HearingWish)

    async def _audio_start(self, event: Received) -> None:
        self._recording = Recording(event.read(SoundFormat))

    async def _audio_chunk(self, event: Received) -> None:
        recording, form = self._recording, event.read(SoundFormat)
        if recording is None:
            raise InvalidRequest("audio-chunk comes before audio-start.")
        try:
            recording.add(form, event.payload)
        except InvalidRequest as error:
            await self._send(error_event(error))

    async def _audio_stop(self, event: Received) -> None:
        recording, wish = self._recording, self._hearing
        if recording is None:
            raise InvalidRequest("audio-stop comes before audio-start.")
        self._recording, self._hearing = None, HearingWish()
        if recording.is_refused:
            return
        if self._is_hearing:
            text = "The recording before this one is still being heard."
            await self._send(error_event(RateLimited(text, hint="Wait for its transcript.")))
            return
        self._is_hearing = await self._begin(partial(self._hear, wish, recording))

    async def _synthesize(self, event: Received) -> None:
        said, wish = event.read(Text), event.read(SpeechWish)
        if self._text is not None:
            return  # the whole of what is being streamed, for servers that take no streams
        text = _written(wish)
        try:
            text.add(said.text)
        except InvalidRequest as error:
            await self._send(error_event(error))
            return
        text.finish()
        await self._begin(partial(self._speak, wish, text))

    async def _synthesize_start(self, event: Received) -> None:
        wish = event.read(SpeechWish)
        if self._text is not None:
            self._text.finish()
        self._text = text = _written(wish)
        if not await self._begin(partial(self._speak_stream, wish, text)):
            text.drop()

    async def _synthesize_chunk(self, event: Received) -> None:
        said = event.read(Text)
        if self._text is None:
            raise InvalidRequest("synthesize-chunk comes before synthesize-start.")
        try:
            self._text.add(said.text)
        except InvalidRequest as error:
            self._text.drop()
            await self._send(error_event(error))

    async def _synthesize_stop(self, event: Received) -> None:
        if self._text is None:
            raise InvalidRequest("synthesize-stop comes before synthesize-start.")
        self._text.finish()
        self._text = None

    async def _hear(self, wish: HearingWish, recording: Recording) -> None:
        try:
            await hear(self._service.client, self._service.offer.transcription_model, wish, recording, self._send)
        finally:
            self._is_hearing = False

    async def _speak(self, wish: SpeechWish, text: WrittenText) -> None:
        request = speech_request(self._service.offer.speech_model, self._service.choice.voice, wish)
        await speak(self._service.client, request, text, self._send)

    async def _speak_stream(self, wish: SpeechWish, text: WrittenText) -> None:
        """As above; the last word, also of what failed, is that it has stopped, once the client has said so."""
        await self._speak(wish, text)
        try:
            await text.until_whole()
        except InvalidRequest as error:
            await self._send(error_event(error))
        await self._send(SynthesizeStopped())


def _written(wish: SpeechWish) -> WrittenText:
    return WrittenText(is_cut=wish.text_format != "ssml")
