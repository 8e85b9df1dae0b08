"""Calls by WebRTC to a live server, with aiortc as the browser: flite speaks into one track and listens to another."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from io import BytesIO
from typing import Any

import httpx2 as httpx
import numpy as np
import openai
import pytest
import soundfile
import soxr
from aioice.ice import get_host_addresses
from aiortc import MediaStreamTrack, RTCConfiguration, RTCDataChannel, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame

from clients.customers import Customer
from flite import flite
from freehold.voice.sound import SPEECH_RATE, to_pcm16
from freehold.voice.word_error_rate import word_error_rate
from live_server import LiveServer

pytestmark = [
    pytest.mark.network,
    pytest.mark.slow,
    pytest.mark.skipif(
        not get_host_addresses(use_ipv4=True, use_ipv6=True),
        reason="This machine has no address but its loopback, where WebRTC does not connect.",
    ),
]

WAIT_SECONDS = 60.0
QUESTION = "what can you do"
PIECE = SPEECH_RATE // 50
LOUD = 1000  # of 32767; Opus makes less of silence
TRANSCRIBED = {"transcription": {"model": "pocketsphinx"}, "turn_detection": {"type": "server_vad"}}
SETTINGS = {"type": "realtime", "model": "starter", "audio": {"input": TRANSCRIBED}}


class Microphone(MediaStreamTrack):
    """Always on: what is said, and silence between."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self.speech = bytearray()
        self._pieces = 0
        self._due = 0.0

    async def recv(self) -> AudioFrame:
        if self.readyState != "live":
            raise MediaStreamError
        now = asyncio.get_running_loop().time()
        self._due = max(self._due, now - 1)
        await asyncio.sleep(max(self._due - now, 0))
        self._due += 0.02
        frame = AudioFrame(format="s16", layout="mono", samples=PIECE)
        frame.planes[0].update(bytes(self.speech[: 2 * PIECE]).ljust(2 * PIECE, b"\0"))
        del self.speech[: 2 * PIECE]
        frame.sample_rate, frame.time_base, frame.pts = SPEECH_RATE, Fraction(1, SPEECH_RATE), self._pieces * PIECE
        self._pieces += 1
        return frame


@dataclass
class Browser:
    """A page with a microphone, a channel and an ear. `loud` counts frames above silence."""

    connection: RTCPeerConnection
    microphone: Microphone
    channel: RTCDataChannel
    address: str = ""
    events: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    loud: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    listening: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    @classmethod
    def opened(cls) -> "Browser":
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        microphone = Microphone()
        connection.addTrack(microphone)
        browser = cls(connection, microphone, connection.createDataChannel("oai-events"))
        browser.channel.on("message", browser._take)
        connection.on("track", browser._play)
        connection.on("connectionstatechange", browser.changed.set)
        return browser

    async def offer(self) -> str:
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return self.connection.localDescription.sdp

    async def take(self, answer: httpx.Response) -> None:
        assert answer.status_code == 201, answer.text
        assert answer.headers["content-type"].startswith("application/sdp")
        self.address = answer.headers["location"]
        await self.connection.setRemoteDescription(RTCSessionDescription(answer.text, "answer"))

    def send(self, **event: Any) -> None:
        self.channel.send(json.dumps(event))

    def say(self, text: str) -> None:
        found, rate = soundfile.read(BytesIO(flite(text)), dtype="float32")
        self.microphone.speech += to_pcm16(soxr.resample(np.asarray(found, np.float32), rate, SPEECH_RATE))

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == kind]

    async def until(self, kind: str, count: int = 1) -> dict[str, Any]:
        await self.until_true(lambda: len(self.of(kind)) >= count)
        return self.of(kind)[count - 1]

    async def until_true(self, condition: Any) -> None:
        async with asyncio.timeout(WAIT_SECONDS):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    def _take(self, message: str) -> None:
        self.events.append(json.loads(message))
        self.changed.set()

    def _play(self, track: MediaStreamTrack) -> None:
        self.listening.add(asyncio.ensure_future(self._listen(track)))

    async def _listen(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            assert isinstance(frame, AudioFrame)
            self.loud += int(np.abs(frame.to_ndarray()).max()) > LOUD
            self.changed.set()


async def post(server: LiveServer, key: str, path: str, **options: Any) -> httpx.Response:
    async with httpx.AsyncClient(base_url=server.address, timeout=60) as client:
        headers = {"authorization": f"Bearer {key}", "content-type": "application/sdp"}
        return await client.post(path, headers=headers, **options)


async def call(server: LiveServer, key: str, sdp: str, query: str = "") -> httpx.Response:
    return await post(server, key, f"/v1/realtime/calls{query}", content=sdp)


@asynccontextmanager
async def page() -> AsyncGenerator[Browser]:
    browser = Browser.opened()
    try:
        yield browser
    finally:
        await browser.connection.close()


async def free(server: LiveServer) -> None:
    """Wait until no session has a place, and the worker holds none."""
    async with asyncio.timeout(WAIT_SECONDS):
        while await asyncio.to_thread(held, server):
            await asyncio.sleep(0.2)


def held(server: LiveServer) -> float:
    lines = httpx.get(f"{server.address}/metrics", timeout=10).text.splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("freehold_realtime_sessions "))


async def test_a_question_is_answered_aloud_interrupted_and_hung_up(server: LiveServer, customer: Customer) -> None:
    secret = customer.openai().realtime.client_secrets.create(session=SETTINGS)  # pyright: ignore
    async with page() as browser:
        await browser.take(await call(server, secret.value, await browser.offer()))
        await browser.until("session.created")
        browser.say(QUESTION)
        heard = await browser.until("conversation.item.input_audio_transcription.completed")
        await browser.until("output_audio_buffer.started")
        await browser.until_true(lambda: browser.loud > 10)
        browser.say("wait a moment please")
        cleared = await browser.until("output_audio_buffer.cleared")
        truncated = await browser.until("conversation.item.truncated")
        stranger = Customer.of(server)
        assert (await post(server, stranger.key, f"{browser.address}/hangup")).status_code == 404
        assert (await post(server, customer.key, f"{browser.address}/hangup")).status_code == 200
        await browser.until_true(lambda: browser.connection.connectionState == "closed")
    await free(server)
    assert word_error_rate(QUESTION, heard["transcript"]).errors <= 2
    assert cleared["response_id"] == browser.of("output_audio_buffer.started")[0]["response_id"]
    assert truncated["audio_end_ms"] > 0
    assert browser.of("response.output_audio.delta") == []
    assert browser.of("error") == []


async def test_a_call_by_the_official_client_writes_and_reads_by_the_channel(
    server: LiveServer, customer: Customer
) -> None:
    """Settings come with the offer, formats among them are the tracks' to agree; a page that closes frees its place."""
    settings = {"type": "realtime", "model": "starter", "audio": {"output": {"format": {"type": "audio/pcmu"}}}}
    async with (
        page() as browser,
        openai.AsyncOpenAI(base_url=f"{server.address}/v1", api_key=customer.key, max_retries=0) as client,
    ):
        made = await client.realtime.calls.with_raw_response.create(sdp=await browser.offer(), session=settings)  # pyright: ignore
        await browser.take(made.http_response)  # pyright: ignore
        created = await browser.until("session.created")
        content = [{"type": "input_text", "text": "Who are you?"}]
        browser.send(type="conversation.item.create", item={"type": "message", "role": "user", "content": content})
        browser.send(type="session.update", session={"type": "realtime", "output_modalities": ["text"]})
        browser.send(type="response.create")
        done = await browser.until("response.done")
        browser.send(type="nothing")
        error = await browser.until("error")
    await free(server)
    assert created["session"]["audio"]["output"]["format"]["type"] == "audio/pcm"
    assert done["response"]["output"][0]["content"][0]["text"]
    assert browser.of("output_audio_buffer.started") == []
    assert error["error"]["code"] == "unknown_event_type"


async def test_what_is_no_offer_is_refused(server: LiveServer, customer: Customer) -> None:
    async with page() as browser:
        offer = await browser.offer()
    broken = offer.replace("a=ice-ufrag", "a=ice-nothing")
    answers = [
        await call(server, customer.key, offer),  # of no model
        await call(server, customer.key, "hello", "?model=starter"),
        await call(server, customer.key, offer.replace("m=audio", "m=video"), "?model=starter"),
        await call(server, customer.key, broken, "?model=starter"),
        await call(server, customer.key, offer + "a=x\r\n" * 20_000, "?model=starter"),
        await call(server, "nobody", offer, "?model=starter"),
        await post(server, customer.key, "/v1/realtime/calls/rtc_none/hangup"),
    ]
    assert [answer.status_code for answer in answers] == [400, 400, 400, 400, 413, 401, 404]
    await free(server)
