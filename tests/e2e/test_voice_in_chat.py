"""Dictating a message and having an answer read aloud, in Chromium with a microphone that plays a file."""

import os
import re
import shutil
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from chat_moves import answers, button, choose_tiny, composer, say
from live_server import KEY

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.slow]

CHROMIUM = "/usr/bin/chromium"
SENTENCE = "the weather is nice today"
LISTENING_MS = 4500


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence in flite's voice, with silence around it, as Chromium's fake microphone takes it: 48 kHz WAV."""
    if shutil.which("flite") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("flite is missing.")
        pytest.skip("flite is missing: apt-get install flite")
    import numpy as np
    import soundfile
    import soxr

    folder = tmp_path_factory.mktemp("spoken")
    subprocess.run(["flite", "-voice", "slt", "-t", SENTENCE, "-o", folder / "said.wav"], check=True, timeout=60)
    samples, rate = soundfile.read(folder / "said.wav", dtype="float32")
    silence = np.zeros(24_000, np.float32)
    whole = np.concatenate([silence, soxr.resample(samples, rate, 48_000), silence])
    soundfile.write(folder / "microphone.wav", whole, 48_000, subtype="PCM_16")
    return folder / "microphone.wav"


@pytest.fixture(scope="module")
def browser(playwright: Playwright, spoken: Path) -> Generator[Browser]:
    """Chromium whose microphone hears the sentence once, and who may use it without asking."""
    arguments = [
        *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
        *("--disable-background-networking", "--disable-component-update"),
        *("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"),
        f"--use-file-for-fake-audio-capture={spoken}%noloop",
    ]
    opened = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    assert context.request.post("/api/session", data={"key": KEY}).ok
    context.grant_permissions(["microphone"])
    page = context.new_page()
    page.goto("/")
    choose_tiny(page)
    return page


def test_what_is_said_into_the_microphone_becomes_the_draft(page: Page) -> None:
    composer(page).fill("I think")
    button(page, "Dictate").click()
    expect(button(page, "Finish dictation")).to_be_focused()
    page.wait_for_timeout(LISTENING_MS)
    page.keyboard.press("Enter")
    expect(composer(page)).to_have_value(re.compile(r"^I think .*weather.*today", re.IGNORECASE), timeout=60_000)
    expect(composer(page)).to_be_focused()
    expect(button(page, "Send message")).to_be_enabled()


def test_a_cancelled_dictation_asks_nobody_and_leaves_the_draft(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/audio/" in request.url else None)
    composer(page).fill("Kept")
    button(page, "Dictate").click()
    expect(button(page, "Finish dictation")).to_be_focused()
    page.keyboard.press("Escape")
    expect(button(page, "Dictate")).to_be_visible()
    expect(composer(page)).to_have_value("Kept")
    assert asked == []


def test_a_page_without_permission_says_how_to_mend_it(context: BrowserContext, page: Page) -> None:
    refusal = "Promise.reject(new DOMException('no', 'NotAllowedError'))"
    page.evaluate(f"() => {{ navigator.mediaDevices.getUserMedia = () => {refusal} }}")
    button(page, "Dictate").click()
    expect(page.get_by_role("alert")).to_contain_text("Allow it in the address bar")


def test_an_answer_is_read_aloud_and_can_be_stopped(page: Page) -> None:
    say(page, "hello")
    expect(answers(page).last).to_contain_text("Anything else?")
    with page.expect_response(lambda response: response.url.endswith("/v1/audio/speech"), timeout=60_000) as spoken:
        button(page, "Read aloud").click()
    assert spoken.value.status == 200
    body = spoken.value.request.post_data_json or {}
    assert "Good day, I am tiny." in body["input"]
    assert "print" not in body["input"]
    button(page, "Stop reading").click()
    expect(button(page, "Read aloud")).to_be_visible()
    button(page, "Read aloud").click()
    expect(button(page, "Stop reading")).to_be_visible()
    # Heard to its end, the button is ready for another time.
    expect(button(page, "Read aloud")).to_be_visible(timeout=30_000)
