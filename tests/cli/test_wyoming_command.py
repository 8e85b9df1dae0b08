"""`freehold wyoming` in a process of its own before a real server, asked by the `wyoming` package's own client."""

import asyncio
import io
import json
import re
import signal
import socket
import subprocess
import sys
import wave
from collections.abc import AsyncGenerator, Callable, Generator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.event import Event, Eventable
from wyoming.info import Describe, Info
from wyoming.ping import Ping, Pong
from wyoming.tts import (
    Synthesize,
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
    SynthesizeStopped,
    SynthesizeVoice,
)

from clients.customers import Customer
from command_module import run
from flite import flite
from freehold.cli import wyoming
from freehold.cli.sound_client import SoundClient, Voice
from freehold.cli.wyoming_bridge import MAX_CONNECTIONS
from freehold.cli.wyoming_offer import FRESH_SECONDS, MAX_VOICES, OPENAI_VOICES, Choice, Offer, Service, choose_voices
from freehold.cli.wyoming_speech import WrittenText
from freehold.contracts.audio.speaking import MAX_CHARACTERS
from freehold.contracts.errors import SetupError
from freehold.foundation.settings import child_environment
from freehold.foundation.tasks import TaskSupervisor
from freehold.voice.word_error_rate import word_error_rate
from held_clock import HeldClock
from live_server import LiveServer

pytestmark = [pytest.mark.network, pytest.mark.slow]

SENTENCE = "The weather is nice today and the train is on time."
PATIENCE_SECONDS = 60.0


@dataclass
class Bridge:
    """A running `freehold wyoming`."""

    process: subprocess.Popen[str]
    port: int
    told: str

    @classmethod
    def start(cls, server: LiveServer, key: str, *options: str) -> "Bridge":
        command = [sys.executable, "-m", "freehold", "wyoming", "--port", "0", "--url", server.address, "--key", key]
        process = subprocess.Popen(
            [*command, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=child_environment(),
        )
        assert process.stdout is not None
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line)
            if found := re.search(r"Wyoming at \S+:(\d+)", line):
                return cls(process, int(found.group(1)), "".join(lines))
        raise AssertionError("the bridge did not start:\n" + "".join(lines))

    @asynccontextmanager
    async def client(self) -> AsyncGenerator[AsyncTcpClient]:
        async with AsyncTcpClient("127.0.0.1", self.port, read_timeout=PATIENCE_SECONDS) as client:
            yield client


@pytest.fixture(scope="module")
def server(open_folder: Path) -> Generator[LiveServer]:
    running = LiveServer.start(open_folder / "wyoming")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def customer(server: LiveServer) -> Customer:
    """Whose key the bridge has: it may do no more than the guide says it must."""
    person = Customer.of(server).person_id
    wanted = {"name": "home", "person_id": person, "endpoints": ["audio/speech", "audio/transcriptions"]}
    return Customer(server, person, server.http().post("/admin/v1/keys", json=wanted).json()["key"])


@pytest.fixture(scope="module")
def bridge(server: LiveServer, customer: Customer) -> Generator[Bridge]:
    running = Bridge.start(server, customer.key)
    yield running
    running.process.send_signal(signal.SIGTERM)
    running.process.wait(30)


async def send(client: AsyncTcpClient, *events: Eventable) -> None:
    for event in events:
        await client.write_event(event.event())


async def until_event(client: AsyncTcpClient, kind: type[Eventable]) -> list[Event]:
    """What comes up to the first event of this kind."""
    found: list[Event] = []
    while not found or not kind.is_type(found[-1].type):
        event = await client.read_event()
        assert event is not None, f"the connection ended after {found}"
        found.append(event)
    return found


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what a server tells."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await asyncio.to_thread(condition):
            await asyncio.sleep(0.02)


async def lives(client: AsyncTcpClient) -> bool:
    """Whether the next answer is the one to this ping, so nothing else is left over."""
    await send(client, Ping(text="still there?"))
    event = await client.read_event()
    return event is not None and Pong.from_event(event).text == "still there?"


def seconds(events: Iterable[Event]) -> float:
    chunks = [AudioChunk.from_event(event) for event in events if AudioChunk.is_type(event.type)]
    assert {(chunk.rate, chunk.width, chunk.channels) for chunk in chunks} <= {(24_000, 2, 1)}
    return sum(chunk.seconds for chunk in chunks)


def spoken_seconds(customer: Customer, text: str, **wish: str) -> float:
    """As the API itself says it."""
    request = {"model": "espeak", "voice": "alloy", "input": text, "response_format": "pcm"} | wish
    return len(customer.server.http(customer.key).post("/v1/audio/speech", json=request).content) / 2 / 24_000


def sound(text: str, rate: int, width: int, channels: int) -> list[Eventable]:
    """What flite says, as events of a client with this microphone."""
    with wave.open(io.BytesIO(flite(text))) as reader:
        assert (reader.getframerate(), reader.getsampwidth(), reader.getnchannels()) == (16_000, 2, 1)
        samples = np.frombuffer(reader.readframes(reader.getnframes()), "<i2")
    samples = np.repeat(samples, rate // 16_000).astype("<i4") << 8 * (width - 2)
    data = np.repeat(samples, channels).view(np.uint8).reshape(-1, 4)[:, :width].tobytes()
    form = {"rate": rate, "width": width, "channels": channels}
    pieces = [data[at : at + 4800] for at in range(0, len(data), 4800)]
    return [AudioStart(**form), *(AudioChunk(**form, audio=piece) for piece in pieces), AudioStop()]


async def test_info_lists_the_models_with_a_voice_of_each_language_and_openais_names(bridge: Bridge) -> None:
    async with bridge.client() as client:
        await send(client, Describe())
        info = Info.from_event((await until_event(client, Info))[-1])
    ((hearing,), (speech,)) = info.asr, info.tts
    assert [(model.name, model.languages, model.installed) for model in hearing.models] == [
        ("pocketsphinx", ["en"], True)
    ]
    assert "Warning" not in bridge.told
    assert (speech.installed, speech.supports_synthesize_streaming) == (True, True)
    assert all((voice.installed, voice.version, voice.attribution.name) for voice in speech.voices)
    by_language = {language: voice.name for voice in speech.voices for language in voice.languages}
    assert {"de", "fr-FR", "en-US", "zh"} <= by_language.keys()
    assert set(OPENAI_VOICES) <= {voice.name for voice in speech.voices}
    assert 100 < len(speech.voices) <= MAX_VOICES


async def test_what_is_synthesized_is_as_long_as_the_apis_own_speech(bridge: Bridge, customer: Customer) -> None:
    async with bridge.client() as client:
        voices: list[tuple[SynthesizeVoice | None, dict[str, str]]] = [
            (None, {}),
            (SynthesizeVoice(name="de+f2"), {"voice": "de+f2"}),
            (SynthesizeVoice(language="fr"), {"language": "fr"}),
        ]
        for voice, wish in voices:
            await send(client, Synthesize(text=SENTENCE, voice=voice))
            events = await until_event(client, AudioStop)
            assert AudioStart.is_type(events[0].type)
            assert seconds(events) == pytest.approx(spoken_seconds(customer, SENTENCE, **wish), abs=0.1)
            assert seconds(events) > 2
        assert await lives(client)


async def test_a_text_longer_than_the_api_takes_is_said_in_parts(bridge: Bridge, customer: Customer) -> None:
    text = " ".join([SENTENCE] * 90)
    assert len(text) > MAX_CHARACTERS
    async with bridge.client() as client:
        await send(client, Synthesize(text=text))
        events = await until_event(client, AudioStop)
    assert sum(AudioStart.is_type(event.type) for event in events) == 1
    assert seconds(events) > 80 * (spoken_seconds(customer, SENTENCE) - 1)


async def test_a_sentence_sounds_while_the_next_is_being_written(bridge: Bridge, customer: Customer) -> None:
    first, second = f"{SENTENCE} ", "It costs 3.50 and not a penny more."
    async with bridge.client() as client:
        await send(client, SynthesizeStart(voice=SynthesizeVoice(name="nova")))
        await send(client, *(SynthesizeChunk(text=part) for part in (first[:9], first[9:], second[:10])))
        events = await until_event(client, AudioChunk)
        await send(client, SynthesizeChunk(text=second[10:]), Synthesize(text=first + second), SynthesizeStop())
        events += await until_event(client, SynthesizeStopped)
        assert await lives(client)
    kinds = [event.type for event in events if not AudioChunk.is_type(event.type)]
    assert kinds == ["audio-start", "audio-stop", "synthesize-stopped"]
    said = spoken_seconds(customer, first, voice="nova") + spoken_seconds(customer, second, voice="nova")
    assert seconds(events) == pytest.approx(said, abs=0.2)


@pytest.mark.parametrize("form", [(16_000, 2, 1), (48_000, 3, 2)])
async def test_what_is_said_comes_back_as_text(bridge: Bridge, form: tuple[int, int, int]) -> None:
    async with bridge.client() as client:
        for text in (SENTENCE, ""):
            events = sound(text, *form) if text else [AudioStart(*form), AudioStop()]
            await send(client, Transcribe(language="en"), *events)
            heard = Transcript.from_event((await until_event(client, Transcript))[-1])
            assert heard.language == "en"
            score = word_error_rate(text, heard.text)
            assert 3 * score.errors <= score.words, heard.text
        assert await lives(client)


async def test_requests_that_come_at_once_are_answered_in_turn_but_for_a_second_recording(bridge: Bridge) -> None:
    said = [Synthesize(text=text) for text in (SENTENCE, "Yes.", f"{SENTENCE} {SENTENCE}")]
    recording = sound(SENTENCE, 16_000, 2, 1)
    async with bridge.client() as client:
        await send(client, *said, *recording, *recording, Ping())
        events = await until_event(client, Transcript)
        assert await lives(client)
    told = [event for event in events if Error.is_type(event.type)]
    assert [Error.from_event(event).code for event in told] == ["rate_limit_exceeded"]
    assert sum(Pong.is_type(event.type) for event in events) == 1
    ends = [at for at, event in enumerate(events) if AudioStop.is_type(event.type)]
    first, second, third = (seconds(events[start:end]) for start, end in zip([0, *ends], ends, strict=False))
    assert second < 2 < first < 0.7 * third


async def test_what_the_server_refuses_is_told_and_the_connection_lives_on(bridge: Bridge) -> None:
    async with bridge.client() as client:
        await send(client, Synthesize(text=SENTENCE, voice=SynthesizeVoice(name="nobody")))
        (event,) = await until_event(client, Error)
        assert "no voice 'nobody'" in Error.from_event(event).text
        await send(client, SynthesizeStart(voice=SynthesizeVoice(name="nobody")), SynthesizeChunk(text=f"{SENTENCE} A"))
        await until_event(client, Error)
        await send(client, SynthesizeChunk(text="nd."), SynthesizeStop())
        assert [event.type for event in await until_event(client, SynthesizeStopped)] == ["synthesize-stopped"]
        await send(client, Transcribe(language="de"), *sound(SENTENCE, 16_000, 2, 1))
        (event,) = await until_event(client, Error)
        assert "does not understand 'de'" in Error.from_event(event).text
        await send(client, Synthesize(text=SENTENCE))
        assert seconds(await until_event(client, AudioStop)) > 2
        assert await lives(client)


async def test_a_recording_over_a_minute_is_refused_and_the_next_is_heard(bridge: Bridge) -> None:
    form = {"rate": 16_000, "width": 2, "channels": 1}
    async with bridge.client() as client:
        second = AudioChunk(**form, audio=bytes(32_000))
        await send(client, AudioStart(**form), *[second] * 70, AudioStop())
        (event,) = await until_event(client, Error)
        assert "longer than 60 s" in Error.from_event(event).text
        await send(client, *sound(SENTENCE, 16_000, 2, 1))
        (event,) = await until_event(client, Transcript)
        assert "weather" in Transcript.from_event(event).text


async def answer_to(bridge: Bridge, sent: bytes) -> list[Event]:
    """All that comes before the connection ends."""
    async with bridge.client() as client:
        assert client._writer is not None
        client._writer.write(sent)
        found: list[Event] = []
        while event := await client.read_event():
            found.append(event)
        return found


async def test_what_is_no_event_ends_its_own_connection_only(bridge: Bridge) -> None:
    chunk = json.dumps({"type": "audio-chunk", "data": {"rate": 16000, "width": 2, "channels": 1}, "payload_length": 2})
    garbage = [
        b"GET / HTTP/1.1\r\n\r\n",
        b"[]\n",
        b'{"type": 7}\n',
        b"x" * 200_000,
        b'{"type": "ping", "data_length": -1}\n',
        b'{"type": "ping", "data_length": 99999999999}\n',
        b'{"type": "audio-chunk", "payload_length": 99999999999}\n',
        b'{"type": "ping", "data_length": 3}\n[1]',
        b'{"type": "synthesize", "data": {"text": null}}\n',
        b'{"type": "audio-start", "data": {"rate": "fast", "width": 2, "channels": 1}}\n',
        chunk.encode() + b"\n\0\0",
        b"\xff\xfe\n",
    ]
    async with bridge.client() as other:
        for sent in garbage:
            assert [event.type for event in await answer_to(bridge, sent)] == ["error"], sent
            assert await lives(other)
        await send(other, Synthesize(text="Still here."))
        assert seconds(await until_event(other, AudioStop)) > 0.3


@pytest.mark.parametrize("model", ["espeak", "pocketsphinx"])
async def test_a_client_that_vanishes_ends_what_was_asked_for_it(
    bridge: Bridge, customer: Customer, model: str
) -> None:
    admin = customer.server.http()

    def under_way() -> bool:
        targets = admin.get("/admin/v1/health/targets").json()["data"]
        return any(target["route"] == model and target["in_flight"] for target in targets)

    def cancelled() -> bool:
        rows = admin.get("/v1/usage", params={"rows": "true", "person_id": customer.person_id}).json()["data"]
        return any(row["outcome"] == "cancelled" and row["model"] == model for row in rows)

    assert not cancelled()
    start, *chunks, stop = sound(SENTENCE, 16_000, 2, 1)
    asked = {
        "espeak": [Synthesize(text=" ".join(f"{SENTENCE[:-1]}, {number}." for number in range(65)))],
        "pocketsphinx": [start, *chunks * 15, stop],
    }
    async with bridge.client() as client:
        await send(client, *asked[model])
        await until(under_way)
        assert client._writer is not None
        client._writer.transport.abort()
    await until(cancelled)


async def test_one_connection_too_many_is_refused_until_another_vanishes(bridge: Bridge) -> None:
    clients = [AsyncTcpClient("127.0.0.1", bridge.port, read_timeout=PATIENCE_SECONDS) for _ in range(MAX_CONNECTIONS)]
    try:
        for client in clients:
            await client.connect()
            while not await lives(client):
                await client.disconnect()  # those of the test before may not have gone yet
                await client.connect()
        (event,) = await answer_to(bridge, b"")
        assert f"{MAX_CONNECTIONS} connections" in Error.from_event(event).text
        writer = clients[0]._writer
        assert writer is not None
        writer.transport.abort()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await accepted(bridge):
                await asyncio.sleep(0.05)
    finally:
        for client in clients:
            with suppress(OSError):
                await client.disconnect()


async def accepted(bridge: Bridge) -> bool:
    async with bridge.client() as client:
        await send(client, Ping())
        event = await client.read_event()
        return event is not None and Pong.is_type(event.type)


async def test_ctrl_c_ends_it_in_order_in_the_middle_of_speech(server: LiveServer, customer: Customer) -> None:
    options = ("--host", "0.0.0.0", "--transcription-model", "pocketsphinx", "--languages", "en,de")
    running = await asyncio.to_thread(Bridge.start, server, customer.key, *options)
    assert "Warning: Wyoming has no passwords." in running.told
    async with running.client() as client:
        await send(client, Describe())
        (event,) = await until_event(client, Info)
        assert Info.from_event(event).asr[0].models[0].languages == ["en", "de"]
        await send(client, Synthesize(text=" ".join([SENTENCE] * 60)))
        await until_event(client, AudioChunk)
        running.process.send_signal(signal.SIGINT)
        while await client.read_event() is not None:
            pass
    told = (await asyncio.to_thread(running.process.communicate, timeout=PATIENCE_SECONDS))[0]
    assert running.process.returncode == 0
    assert told == "Stopped.\n"


def test_a_port_that_is_taken_and_a_missing_package_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SetupError, match=f"Port {port} is taken"):
            run(wyoming, "--port", str(port), "--key", "k")
    monkeypatch.setitem(sys.modules, "wyoming", None)
    with pytest.raises(SetupError, match="not installed"):
        run(wyoming, "--port", "0", "--key", "k")


async def portions(*parts: str, is_cut: bool = True) -> list[str]:
    """What is spoken of a text that came in these parts, all at once."""
    text = WrittenText(is_cut=is_cut)
    found: list[str] = []
    for part in parts:
        text.add(part)
    text.finish()
    async for portion in text.portions():
        found.append(portion)
    return found


async def test_a_text_is_cut_at_sentences_within_what_is_spoken_at_once() -> None:
    long = " ".join([SENTENCE] * 200)
    found = await portions(long)
    assert "".join(found) == long
    assert all(len(portion) <= MAX_CHARACTERS for portion in found)
    assert all(portion.rstrip().endswith("time.") for portion in found)
    words = "word " * 2000
    assert "".join(await portions(words)) == words
    assert {len(portion) <= MAX_CHARACTERS for portion in await portions("x" * 9000)} == {True}
    assert await portions(" ", "👍", "…") == []
    assert await portions("<speak>One. ", "Two.</speak>", is_cut=False) == ["<speak>One. Two.</speak>"]


async def test_only_whole_sentences_leave_a_text_that_is_being_written() -> None:
    text = WrittenText()
    found: list[str] = []

    async def take() -> None:
        async for portion in text.portions():
            found.append(portion)

    async with asyncio.TaskGroup() as group:
        group.create_task(take())
        for part, expected in (("It is 3.", []), ("5 today. Dr. No", ["It is 3.5 today. "])):
            text.add(part)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert found == expected
        text.finish()
    assert found == ["It is 3.5 today. ", "Dr. No"]


async def test_what_is_offered_is_read_again_once_it_is_old(
    server: LiveServer, customer: Customer, clock: HeldClock
) -> None:
    client, tasks = SoundClient(server.address, customer.key), TaskSupervisor()
    known = Offer(speech_model="", transcription_model="", info=Info())
    service = Service(client, Choice(), known, tasks, clock)
    try:
        assert service.info() is known.info
        clock.advance(FRESH_SECONDS + 1)
        assert service.info() is known.info, "Home Assistant waits no longer than a second"
        await until(lambda: service.offer is not known)
        assert (service.offer.speech_model, service.offer.transcription_model) == ("espeak", "pocketsphinx")
        assert service.info().tts
    finally:
        await tasks.close()
        await client.close()


async def test_people_are_listed_before_presets_and_only_so_many() -> None:
    async def listed() -> AsyncGenerator[Voice]:
        for number in range(MAX_VOICES + 20):
            yield Voice(id=f"person-{number}", language="en", kind="speaker")
            yield Voice(id=f"preset-{number}", language=f"l{number}", kind="preset")

    found = [voice.id for voice in await choose_voices(listed())]
    assert found == [f"person-{number}" for number in range(MAX_VOICES)]
