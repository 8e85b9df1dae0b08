"""A whole spoken conversation with the official `openai` client: flite speaks, Freehold listens, thinks and answers."""

import asyncio
import base64
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy as np
import openai
import pytest
import soundfile
import soxr
from openai.resources.realtime.realtime import AsyncRealtimeConnection
from openai.types.realtime import RealtimeServerEvent

from clients.customers import Customer
from flite import flite
from freehold.voice.conversation.listening.g711 import A_LAW, MU_LAW
from freehold.voice.sound import SPEECH_RATE, Samples, to_pcm16
from freehold.voice.word_error_rate import word_error_rate
from live_server import KEY, LiveServer

pytestmark = [pytest.mark.network, pytest.mark.slow]

FRAME_MS = 40
FRAME_BYTES = 2 * SPEECH_RATE * FRAME_MS // 1000
WAIT_SECONDS = 60.0
QUESTION = "what can you do"


def samples(text: str) -> Samples:
    found, rate = soundfile.read(BytesIO(flite(text)), dtype="float32")
    return soxr.resample(np.asarray(found, np.float32), rate, SPEECH_RATE)


@dataclass
class Person:
    """Somebody with a microphone that is always on, and a player: frames go out and come in as time passes."""

    connection: AsyncRealtimeConnection
    speech: bytearray = field(default_factory=bytearray)
    events: list[RealtimeServerEvent] = field(default_factory=list[RealtimeServerEvent])
    came: asyncio.Event = field(default_factory=asyncio.Event)
    seen: int = 0

    def say(self, text: str) -> None:
        self.speech += to_pcm16(samples(text))

    async def microphone(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            frame = bytes(self.speech[:FRAME_BYTES])
            del self.speech[:FRAME_BYTES]
            audio = base64.b64encode(frame.ljust(FRAME_BYTES, b"\0")).decode()
            await self.connection.input_audio_buffer.append(audio=audio)
            due += FRAME_MS / 1000
            await asyncio.sleep(max(due - loop.time(), 0))

    async def listen(self) -> None:
        async for event in self.connection:
            self.events.append(event)
            self.came.set()

    async def until(self, type_: str) -> Any:
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                while self.seen < len(self.events):
                    self.seen += 1
                    if self.events[self.seen - 1].type == type_:
                        return self.events[self.seen - 1]
                self.came.clear()
                await self.came.wait()

    def of(self, type_: str) -> list[Any]:
        return [event for event in self.events if event.type == type_]


@asynccontextmanager
async def conversation(
    server: LiveServer, key: str = KEY, *, model: str = "starter", microphone: bool = True, **session: Any
) -> AsyncGenerator[Person]:
    client = openai.AsyncOpenAI(base_url=f"{server.address}/v1", api_key=key, max_retries=0)
    async with client.realtime.connect(model=model) as connection:
        person = Person(connection)
        background = [asyncio.create_task(person.listen())]
        if microphone:
            background.append(asyncio.create_task(person.microphone()))
        try:
            if session:
                await connection.session.update(session={"type": "realtime", **session})  # pyright: ignore
                await person.until("session.updated")
            yield person
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)


def turns(detection: dict[str, Any] | None) -> dict[str, Any]:
    return {"input": {"turn_detection": detection, "transcription": {"model": "pocketsphinx"}}}


QUICK = turns({"type": "server_vad", "silence_duration_ms": 300})


async def ask(person: Person, text: str) -> Any:
    """Say it; the transcript, once it is there."""
    person.say(text)
    return (await person.until("conversation.item.input_audio_transcription.completed")).transcript


async def transcript_of(person: Person, item_id: str) -> str:
    await person.connection.conversation.item.retrieve(item_id=item_id)
    return (await person.until("conversation.item.retrieved")).item.content[0].transcript


async def test_a_question_is_answered_and_the_answer_interrupted(server: LiveServer, customer: Customer) -> None:
    async with conversation(server, customer.key, audio=QUICK) as person:
        heard = await ask(person, QUESTION)
        await person.until("response.output_audio.delta")
        await asyncio.sleep(1.5)
        person.say("wait a moment please")
        await person.until("input_audio_buffer.speech_started")
        item_id = person.of("response.output_audio.delta")[0].item_id
        await person.connection.conversation.item.truncate(item_id=item_id, content_index=0, audio_end_ms=1500)
        await person.until("conversation.item.truncated")
        kept = await transcript_of(person, item_id)
        await person.connection.conversation.item.truncate(item_id=item_id, content_index=0, audio_end_ms=600)
        await person.until("conversation.item.truncated")
        shorter = await transcript_of(person, item_id)
        await person.until("response.done")
    told = "".join(
        event.delta for event in person.of("response.output_audio_transcript.delta") if event.item_id == item_id
    )
    assert word_error_rate(QUESTION, heard).errors <= 1
    assert told.startswith(kept)
    assert kept.startswith(shorter)
    assert len(kept.split()) - len(shorter.split()) >= 1
    assert told[len(kept) :][:1] in (" ", "")
    assert {row["endpoint"] for row in customer.seen()} >= {"audio/transcriptions", "chat/completions", "audio/speech"}


async def test_speaking_over_a_long_answer_cancels_it(server: LiveServer) -> None:
    async with conversation(server, model="gpt-long", audio=QUICK) as person:
        await ask(person, QUESTION)
        await person.until("response.output_audio.delta")
        await asyncio.sleep(1)
        person.say("wait a moment please")
        await person.until("input_audio_buffer.speech_started")
        stopped = (await person.until("response.done")).response
        at = len(person.events)
        await person.until("response.created")
    assert (stopped.status, stopped.status_details.reason) == ("cancelled", "turn_detected")
    late = [event for event in person.events[at:] if getattr(event, "response_id", "") == stopped.id]
    assert late == []


async def test_telephones_are_understood_and_answered(server: LiveServer) -> None:
    """G.711 both ways, turns ended by the client."""
    formats = {
        "input": {"format": {"type": "audio/pcmu"}, **turns(None)["input"]},
        "output": {"format": {"type": "audio/pcma"}},
    }
    async with conversation(server, audio=formats, microphone=False) as person:
        law = MU_LAW.encode(soxr.resample(samples(QUESTION), SPEECH_RATE, 8000).astype(np.float32))
        await person.connection.input_audio_buffer.append(audio=base64.b64encode(law).decode())
        await person.connection.input_audio_buffer.commit()
        await person.connection.response.create()
        done = (await person.until("response.done")).response
        heard = person.of("conversation.item.input_audio_transcription.completed")[0].transcript
        sound = b"".join(base64.b64decode(event.delta) for event in person.of("response.output_audio.delta"))
    assert word_error_rate(QUESTION, heard).errors <= 2
    assert done.status == "completed"
    assert np.abs(A_LAW.decode(sound)).max() > 0.1
    assert len(sound) > 8000


async def test_a_client_secret_opens_a_session_and_nothing_else(server: LiveServer, customer: Customer) -> None:
    session = {"type": "realtime", "model": "starter", "instructions": "Be brief.", "output_modalities": ["text"]}
    secret = customer.openai().realtime.client_secrets.create(session=session)  # pyright: ignore
    async with conversation(server, secret.value, model="starter", microphone=False) as person:
        created = await person.until("session.created")
        item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Who are you?"}]}
        await person.connection.conversation.item.create(item=item)  # pyright: ignore
        await person.connection.response.create()
        done = (await person.until("response.done")).response
    assert created.session.instructions == "Be brief."
    assert done.output[0].content[0].text
    with pytest.raises(openai.PermissionDeniedError):
        server.client(secret.value).chat.completions.create(
            model="starter", messages=[{"role": "user", "content": "?"}]
        )


async def test_bad_events_get_errors_and_the_session_lives_on(server: LiveServer) -> None:
    async with conversation(server, microphone=False) as person:
        await person.connection.send_raw("no json")
        await person.connection.send({"type": "conversation.item.delete", "item_id": "nobody", "event_id": "e1"})
        errors = [(await person.until("error")).error for _ in range(2)]
        await person.connection.session.update(session={"type": "realtime", "instructions": "Be brief."})
        await person.until("session.updated")
    assert [error.type for error in errors] == ["invalid_request_error"] * 2
    assert errors[1].event_id == "e1"
