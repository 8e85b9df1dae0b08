"""What a person does on the chat page, found by the names that assistive technology reads."""

import re

from playwright.sync_api import Locator, Page, expect


def button(page: Page | Locator, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def composer(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message", exact=True)


def answers(page: Page) -> Locator:
    return page.get_by_role("log", name="Conversation").get_by_role("article", name="Answer")


def choose_tiny(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Model: ")).click()
    page.get_by_role("menuitemradio", name="tiny", exact=True).click()
    expect(button(page, "Model: tiny")).to_be_visible()


def say(page: Page, text: str) -> None:
    composer(page).fill(text)
    button(page, "Send message").click()
