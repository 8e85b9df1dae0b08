"""The rollouts page in headless Chromium: an operator plans, starts, watches and ends a rollout, by keyboard names."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from live_server import KEY, LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.network]


@pytest.fixture
def page(context: BrowserContext) -> Page:
    assert context.request.post("/api/session", data={"key": KEY}).ok
    page = context.new_page()
    page.goto("/rollouts")
    return page


def plan(page: Page, name: str, model: str) -> None:
    """Fill the form in and save it."""
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Route", exact=True).fill("tiny")
    page.get_by_label("Candidate’s provider").fill("local")
    page.get_by_label("Candidate’s model").fill(model)
    page.get_by_role("button", name="Save the plan").click()


def test_an_operator_plans_starts_watches_and_aborts_a_rollout(page: Page, server: LiveServer) -> None:
    page.get_by_role("link", name="New rollout").click()
    plan(page, "leave-tiny", "startr")
    expect(page.get_by_text(re.compile("Did you mean 'starter'"))).to_be_visible()
    assert page.get_by_label("Name", exact=True).input_value() == "leave-tiny"
    page.get_by_label("Candidate’s model").fill("starter")
    page.get_by_role("button", name="Save the plan").click()
    expect(page.get_by_role("heading", name="leave-tiny")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Mirroring").first).to_be_visible()

    client = server.client()
    for _ in range(3):
        client.chat.completions.create(model="tiny", messages=[{"role": "user", "content": "hi"}], max_tokens=5)
    expect(page.get_by_role("img", name=re.compile("Control: 3 values.* Candidate: 3 values")).first).to_be_visible()
    expect(page.get_by_role("table").first).to_be_visible()

    page.get_by_role("button", name="Abort").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Abort").click()
    expect(page.get_by_text("Aborted").first).to_be_visible()
    page.goto("/rollouts")
    expect(page.get_by_role("link", name="leave-tiny")).to_be_visible()


def test_it_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 740})
    page.goto("/new-rollout")
    expect(page.get_by_role("button", name="Save the plan")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_who_may_not_is_told_so(context: BrowserContext, server: LiveServer) -> None:
    with server.http() as http:
        person = http.post("/admin/v1/people", json={"name": "Bob", "role": "member"}).json()
        key = http.post("/admin/v1/keys", json={"name": "laptop", "person_id": person["id"]}).json()["key"]
    assert context.request.post("/api/session", data={"key": key}).ok
    page = context.new_page()
    page.goto("/")
    expect(page.get_by_role("link", name="Rollouts")).to_have_count(0)
