"""The page where one talks with a model, in Chromium: a microphone that plays a file, and flite's voice in it.

The model speaks a script (conftest.py): an ordinary question gets a short answer, and one with "forever" gets one that
never ends, so that it can only be interrupted. Tests wait for what the page says, never for a time.
"""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import soxr
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright, Route, WebSocket, expect

from chat_moves import button
from live_server import KEY

# What listens, thinks and speaks starts with the first conversation, on a machine that may be busy with other things.
pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.slow, pytest.mark.timeout(420)]

CHROMIUM = "/usr/bin/chromium"
RATE = 48_000
ENDLESS = "tell me a story that goes on forever"
SHORT = "what is the weather like today"
PATIENCE_MS = 90_000

# A microphone that is silent until the test lets it say something.
SAYING = """
navigator.mediaDevices.getUserMedia = async () => {
  const context = new AudioContext();
  const out = context.createMediaStreamDestination();
  window.microphone = out.stream.getTracks()[0];
  window.say = async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const source = context.createBufferSource();
    source.buffer = await context.decodeAudioData(bytes.buffer);
    source.connect(out);
    const ended = new Promise((resolve) => { source.onended = resolve; });
    source.start();
    await ended;
  };
  return out.stream;
};
"""

# Keeps hold of the browser's own microphone, and of the page's connections.
WATCHING = """
const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await real(wanted);
  window.microphone = stream.getTracks()[0];
  return stream;
};
"""
SOCKETS = """
window.opened = [];
window.WebSocket = class extends WebSocket {
  constructor(...given) { super(...given); window.opened.push(this); }
};
"""


class Wire:
    """What the page and the server tell each other."""

    def __init__(self, page: Page) -> None:
        self.sent: list[dict[str, Any]] = []
        self.received: list[dict[str, Any]] = []
        self.sockets: list[WebSocket] = []
        page.on("websocket", self._opened)

    def _opened(self, socket: WebSocket) -> None:
        self.sockets.append(socket)
        socket.on("framesent", lambda frame: self.sent.append(json.loads(frame)))
        socket.on("framereceived", lambda frame: self.received.append(json.loads(frame)))

    def sent_of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.sent if event["type"] == kind]

    def received_of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.received if event["type"] == kind]


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what is said, as WAV."""
    if shutil.which("flite") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("flite is missing.")
        pytest.skip("flite is missing: apt-get install flite")
    folder = tmp_path_factory.mktemp("voice")
    write(folder / "endless.wav", spoken(folder, ENDLESS))
    write(folder / "short.wav", spoken(folder, SHORT))
    # Chromium's microphone plays this over and over.
    write(folder / "microphone.wav", np.concatenate([silence(1.0), spoken(folder, ENDLESS), silence(5.0)]))
    return folder


def spoken(folder: Path, text: str) -> np.ndarray:
    said = folder / "said.wav"
    subprocess.run(["flite", "-voice", "slt", "-t", text, "-o", said], check=True, timeout=60)
    samples, rate = soundfile.read(said, dtype="float32")
    return soxr.resample(samples, rate, RATE)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * RATE), np.float32)


def write(path: Path, samples: np.ndarray) -> None:
    soundfile.write(path, samples, RATE, subtype="PCM_16")


@pytest.fixture(scope="module")
def browser(playwright: Playwright, voice: Path) -> Generator[Browser]:
    """Chromium whose microphone says the same again and again, and who may use it without asking."""
    arguments = [
        *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
        *("--disable-background-networking", "--disable-component-update"),
        *("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"),
        f"--use-file-for-fake-audio-capture={voice / 'microphone.wav'}",
    ]
    opened = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    assert context.request.post("/api/session", data={"key": KEY}).ok
    context.grant_permissions(["microphone"])
    return context.new_page()


@pytest.fixture
def wire(page: Page) -> Wire:
    return Wire(page)


def state(page: Page) -> Locator:
    return page.get_by_role("region", name="Talk").get_by_role("status")


def log(page: Page, name: str) -> Locator:
    return page.get_by_role("log", name="Conversation").get_by_role("article", name=name)


def start(page: Page) -> None:
    page.goto("/talk?model=tiny")
    expect(button(page, "Model: tiny")).to_be_visible()
    button(page, "Start talking").click()


def say(page: Page, sound: Path) -> None:
    page.evaluate("sound => window.say(sound)", base64.b64encode(sound.read_bytes()).decode())


def test_what_is_asked_is_answered_aloud_and_who_speaks_over_the_answer_interrupts_it(
    page: Page, wire: Wire, voice: Path
) -> None:
    page.add_init_script(SAYING)
    start(page)
    expect(state(page)).to_have_text("Listening", timeout=PATIENCE_MS)
    say(page, voice / "endless.wav")
    expect(log(page, "You said")).to_contain_text("forever", timeout=PATIENCE_MS)
    expect(state(page)).to_have_text("Speaking", timeout=PATIENCE_MS)
    expect(log(page, "Answer")).to_contain_text("On and on it goes")
    say(page, voice / "short.wav")
    interrupted = log(page, "Answer").first
    expect(interrupted).to_contain_text("Interrupted", timeout=PATIENCE_MS)
    expect(interrupted.locator("del")).not_to_be_empty()
    assert interrupted.inner_text().startswith("On and")
    [truncation] = wire.sent_of("conversation.item.truncate")
    assert truncation["audio_end_ms"] > 0, "the clock of what was played stands still"
    [confirmed] = wire.received_of("conversation.item.truncated")
    assert confirmed["audio_end_ms"] == truncation["audio_end_ms"]
    first = wire.received_of("response.done")[0]["response"]
    assert (first["status"], first["status_details"]["reason"]) == ("cancelled", "turn_detected")
    expect(log(page, "You said").nth(1)).to_contain_text("weather", timeout=PATIENCE_MS)
    expect(log(page, "Answer").nth(1)).to_contain_text("Anything else?", timeout=PATIENCE_MS)
    expect(log(page, "Answer").nth(1)).to_contain_text("heard after", timeout=PATIENCE_MS)
    expect(state(page)).to_have_text("Listening", timeout=PATIENCE_MS)


def test_held_to_talk_by_keyboard_the_answer_comes_on_letting_go(page: Page, wire: Wire, voice: Path) -> None:
    page.add_init_script(SAYING)
    start(page)
    page.get_by_text("Hold to talk", exact=True).click()
    expect(state(page)).to_have_text("Hold to talk", timeout=PATIENCE_MS)
    page.keyboard.down("Space")
    expect(state(page)).to_have_text("You speak")
    say(page, voice / "endless.wav")
    page.keyboard.up("Space")
    expect(log(page, "You said")).to_contain_text("forever", timeout=PATIENCE_MS)
    expect(state(page)).to_have_text("Speaking", timeout=PATIENCE_MS)
    page.keyboard.press("Escape")
    expect(state(page)).to_have_text("Hold to talk")
    expect(log(page, "Answer")).to_contain_text("Interrupted", timeout=PATIENCE_MS)
    assert len(wire.sent_of("input_audio_buffer.commit")) == len(wire.sent_of("response.create")) == 1


def test_leaving_the_page_ends_the_session_and_frees_the_microphone(page: Page, wire: Wire) -> None:
    page.add_init_script(WATCHING)
    start(page)
    # The browser's own microphone is heard.
    expect(log(page, "You said").first).to_contain_text("forever", timeout=PATIENCE_MS)
    page.keyboard.press("m")
    expect(button(page, "Unmute")).to_be_visible()
    assert page.evaluate("window.microphone.readyState") == "live"
    [socket] = wire.sockets
    page.get_by_role("link", name="New chat").first.click()
    expect(page.get_by_role("textbox", name="Message", exact=True)).to_be_visible()
    page.wait_for_function("window.microphone.readyState === 'ended'")
    if not socket.is_closed():
        socket.wait_for_event("close")
    assert len(wire.sockets) == 1


def test_a_lost_session_says_so_and_what_was_said_is_told_to_the_next(page: Page, wire: Wire, voice: Path) -> None:
    page.add_init_script(SAYING)
    page.add_init_script(SOCKETS)
    start(page)
    expect(state(page)).to_have_text("Listening", timeout=PATIENCE_MS)
    say(page, voice / "short.wav")
    expect(log(page, "You said")).to_contain_text("weather", timeout=PATIENCE_MS)
    expect(log(page, "Answer")).to_contain_text("Anything else?", timeout=PATIENCE_MS)
    page.evaluate("() => window.opened[0].close(4000)")
    expect(page.get_by_role("alert")).to_contain_text("lost")
    expect(state(page)).to_have_text("Ended")
    expect(log(page, "You said")).to_contain_text("weather")
    page.get_by_role("alert").get_by_role("button", name="Start again").click()
    expect(state(page)).to_have_text("Listening", timeout=PATIENCE_MS)
    told = [event["item"]["content"][0]["text"] for event in wire.sent_of("conversation.item.create")]
    assert len(told) == 2
    assert "weather" in told[0]
    assert "Good day" in told[1]
    expect(log(page, "You said")).to_have_count(1)


def test_a_page_without_a_microphone_says_what_to_do(page: Page) -> None:
    refusal = "Promise.reject(new DOMException('no', 'NotFoundError'))"
    page.add_init_script(f"navigator.mediaDevices.getUserMedia = () => {refusal}")
    start(page)
    expect(page.get_by_role("alert")).to_contain_text("Connect one and try again")
    expect(state(page)).to_have_text("Ended")


def _list_a_model_that_is_gone(route: Route) -> None:
    answer = route.fetch()
    listed = answer.json()
    listed["data"].append({"id": "gone", "object": "model", "owned_by": "freehold"})
    route.fulfill(response=answer, json=listed)


def test_a_model_that_one_may_not_talk_with_is_refused_in_words(page: Page) -> None:
    page.route("**/v1/models", _list_a_model_that_is_gone)
    page.goto("/talk?model=gone")
    expect(button(page, "Model: gone")).to_be_visible()
    button(page, "Start talking").click()
    expect(page.get_by_role("alert")).to_contain_text("'gone'")


def test_the_page_fits_a_small_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto("/talk?model=tiny")
    expect(button(page, "Start talking")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
