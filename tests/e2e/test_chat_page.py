"""The web app in headless Chromium, as a person uses it, found by the names that assistive technology reads."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from chat_moves import answers, button, choose_tiny, composer, say
from live_server import KEY, LiveServer
from page_watch import Watch

pytestmark = [pytest.mark.browser, pytest.mark.network]

SPOKEN = re.compile(r"Good day, I am tiny\.")
PHONE = {"width": 390, "height": 844}
expect.set_options(timeout=15_000)


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A new chat with `tiny`, signed in."""
    assert context.request.post("/api/session", data={"key": KEY}).ok
    page = context.new_page()
    page.goto("/")
    choose_tiny(page)
    return page


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[Page, str], None]:
    """Keeps a picture of the page, for people who look into a failure."""

    def keep(page: Page, name: str) -> None:
        page.screenshot(path=tmp_path / f"{name}.png")

    return keep


def say_and_hear(page: Page, text: str) -> None:
    """Send a message and wait for the end of its answer."""
    before = answers(page).count()
    say(page, text)
    answer = answers(page).nth(before)
    expect(answer).to_contain_text("Anything else?")
    expect(answer).to_have_attribute("aria-busy", "false")


def open_options(page: Page, title: str, item: str) -> None:
    page.get_by_role("link", name=title, exact=True).hover()
    button(page, f"Options for {title}").click()
    page.get_by_role("menuitem", name=item, exact=True).click()


def width_beyond(page: Page) -> int:
    """Pixels of the page that lie beyond the right edge."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_a_wrong_key_shows_the_servers_words_and_the_right_one_opens_the_chat(
    context: BrowserContext, server: LiveServer, picture: Callable[[Page, str], None]
) -> None:
    page = context.new_page()
    page.goto("/")
    key = page.get_by_role("textbox", name="Key", exact=True)
    expect(key).to_be_focused()
    picture(page, "sign-in")
    key.fill("fh-wrong")
    button(page, "Sign in").click()
    words = server.http(None).post("/api/session", json={"key": "fh-wrong"}).json()["error"]["message"]
    expect(page.get_by_role("alert")).to_have_text(words)
    picture(page, "wrong-key")
    key.fill(KEY)
    button(page, "Sign in").click()
    expect(composer(page)).to_be_focused()
    choose_tiny(page)
    picture(page, "empty")
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert KEY not in stored
    assert "freehold_session" not in stored


def test_an_answer_is_written_and_survives_a_reload(page: Page, picture: Callable[[Page, str], None]) -> None:
    say_and_hear(page, "Who is there?")
    expect(answers(page)).to_have_text(SPOKEN)
    expect(answers(page).locator("strong")).to_have_text("tiny")
    expect(page.get_by_role("article", name="Your message")).to_contain_text("Who is there?")
    expect(page.get_by_role("navigation", name="Chats").get_by_role("link", name="Who is there?")).to_be_visible()
    picture(page, "conversation")
    shown = answers(page).inner_text()
    page.reload()
    expect(answers(page)).to_have_text(SPOKEN)
    assert answers(page).inner_text() == shown
    expect(button(page, "Model: tiny")).to_be_visible()


def test_an_answer_shows_as_it_grows_and_stop_keeps_what_was_written(
    page: Page, picture: Callable[[Page, str], None]
) -> None:
    say(page, "Go on forever")
    answer = answers(page)
    expect(answer).to_have_attribute("aria-busy", "true")
    expect(answer).to_contain_text("On and on it goes")
    picture(page, "streaming")
    button(page, "Stop").click()
    expect(answer).to_have_attribute("aria-busy", "false")
    expect(answer).to_contain_text("Stopped.")
    expect(button(page, "Send message")).to_be_visible()
    written = answer.inner_text()
    assert "On and on it goes" in written
    page.reload()
    expect(answers(page)).to_contain_text("Stopped.")
    assert "On and on it goes" in answers(page).inner_text()
    say_and_hear(page, "And now?")


def test_regenerate_shows_a_sibling_in_place_of_the_answer(page: Page) -> None:
    say_and_hear(page, "Say it twice")
    with page.expect_response(re.compile("/regenerate$")) as responded:
        button(answers(page), "Regenerate").click()
    assert responded.value.ok
    expect(answers(page)).to_have_count(1)
    expect(answers(page)).to_contain_text("Anything else?")
    expect(answers(page)).to_have_attribute("aria-busy", "false")


def test_copy_gives_the_answers_markdown_and_the_codes_text(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    say_and_hear(page, "Copy this")
    button(answers(page), "Copy code").click()
    assert page.evaluate("navigator.clipboard.readText()").strip() == "print('hello')"
    button(answers(page), "Copy message").click()
    assert page.evaluate("navigator.clipboard.readText()").startswith("Good day, I am **tiny**.\n\n```python\n")
    article = page.get_by_role("article", name="Your message")
    article.hover()
    button(article, "Copy message").click()
    assert page.evaluate("navigator.clipboard.readText()") == "Copy this"


def test_a_chat_can_be_renamed_and_deleted(page: Page) -> None:
    say_and_hear(page, "Call me something else")
    open_options(page, "Call me something else", "Rename")
    title = page.get_by_role("textbox", name="Chat title")
    expect(title).to_be_focused()
    title.fill("Harbour notes")
    # The new title shows before the server has it.
    with page.expect_response(lambda response: response.request.method == "PATCH") as renamed:
        title.press("Enter")
    assert renamed.value.ok
    expect(page.get_by_role("link", name="Harbour notes", exact=True)).to_be_visible()
    page.reload()
    open_options(page, "Harbour notes", "Delete")
    question = page.get_by_role("alertdialog", name="Delete this chat?")
    button(question, "Cancel").click()
    expect(page.get_by_role("link", name="Harbour notes", exact=True)).to_be_visible()
    open_options(page, "Harbour notes", "Delete")
    button(question, "Delete").click()
    expect(page.get_by_role("link", name="Harbour notes", exact=True)).to_have_count(0)
    expect(page).to_have_url(re.compile("/$"))


def test_the_dark_theme_survives_a_reload(page: Page, picture: Callable[[Page, str], None]) -> None:
    say_and_hear(page, "Good evening")
    light = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    button(page, "Use dark theme").click()
    expect(button(page, "Use light theme")).to_be_visible()
    page.reload()
    expect(button(page, "Use light theme")).to_be_visible()
    expect(answers(page)).to_have_text(SPOKEN)
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != light
    picture(page, "dark")
    button(page, "Use light theme").click()
    expect(button(page, "Use dark theme")).to_be_visible()


def test_a_phone_shows_everything_without_scrolling_sideways(page: Page, picture: Callable[[Page, str], None]) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    picture(page, "phone-empty")
    assert width_beyond(page) == 0
    say_and_hear(page, "From the train " + "without-a-single-break" * 10)
    picture(page, "phone-conversation")
    assert width_beyond(page) == 0
    button(page, "Show chats").click()
    drawer = page.get_by_role("dialog", name="Chats")
    expect(drawer).to_be_visible()
    page.wait_for_timeout(300)  # the drawer slides in
    picture(page, "phone-drawer")
    assert width_beyond(page) == 0
    drawer.get_by_role("link", name="New chat").click()
    expect(drawer).to_be_hidden()
    expect(composer(page)).to_be_visible()
    button(page, "Show chats").click()
    drawer.get_by_role("link", name=re.compile("^From the train")).click()
    expect(drawer).to_be_hidden()
    expect(answers(page)).to_have_text(SPOKEN)


def test_the_way_to_a_better_model_is_shown(page: Page) -> None:
    dialog = page.get_by_role("dialog", name="Use a better model")
    button(page, "Model: tiny").click()
    page.get_by_role("menuitem", name="Use a better model…").click()
    expect(dialog).to_contain_text("freehold models import")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    # Beside a built-in model the first name is shown, beside another one the second.
    page.get_by_role("button", name=re.compile("^(Use a better model|Add another model)$")).click()
    expect(dialog).to_contain_text("freehold models pull")
    button(dialog, "Close").click()
    expect(dialog).to_be_hidden()


def test_a_keyboard_alone_signs_in_and_sends(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/")
    expect(page.get_by_role("textbox", name="Key", exact=True)).to_be_focused()
    page.keyboard.type(KEY)
    page.keyboard.press("Enter")
    expect(composer(page)).to_be_focused()
    picker = page.get_by_role("button", name=re.compile("^Model: "))
    tab_to(page, picker)
    page.keyboard.press("Enter")
    choice = page.get_by_role("menuitemradio", name="tiny", exact=True)
    expect(choice).to_be_visible()
    for _ in range(5):
        if choice.evaluate("item => item === document.activeElement"):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(button(page, "Model: tiny")).to_be_visible()
    tab_to(page, composer(page))
    page.keyboard.type("By keys alone")
    page.keyboard.press("Tab")
    expect(button(page, "Dictate")).to_be_focused()
    page.keyboard.press("Tab")
    expect(button(page, "Send message")).to_be_focused()
    page.keyboard.press("Enter")
    expect(answers(page)).to_contain_text("Anything else?")
    expect(composer(page)).to_be_focused()
    page.keyboard.type("And by Enter")
    page.keyboard.press("Enter")
    expect(answers(page)).to_have_count(2)


def tab_to(page: Page, wanted: Locator) -> None:
    for _ in range(40):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {wanted}")


def test_signing_out_closes_every_page_of_the_app(page: Page) -> None:
    say_and_hear(page, "Before I go")
    chat = page.url
    page.get_by_role("button", name=re.compile("^Account: ")).click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("textbox", name="Key", exact=True)).to_be_visible()
    page.goto(chat)
    expect(page.get_by_role("textbox", name="Key", exact=True)).to_be_visible()
    expect(page.get_by_text("Before I go")).to_have_count(0)


def test_the_watch_sees_what_a_page_must_not_do(browser: Browser, server: LiveServer) -> None:
    context = browser.new_context(base_url=server.address)
    watch = Watch(context, server.address)
    page = context.new_page()
    page.goto("/")
    page.evaluate("console.error('planted'); setTimeout(() => { throw new Error('thrown') })")
    page.evaluate("fetch('http://127.0.0.1:9/').catch(() => null)")
    page.evaluate("document.head.append(Object.assign(document.createElement('script'), { text: 'window.ran = 1' }))")
    with pytest.raises(AssertionError) as found:
        watch.check(context)
    context.close()
    for complaint in ("console: planted", "uncaught: thrown", "policy: connect-src", "policy: script-src"):
        assert complaint in str(found.value)
