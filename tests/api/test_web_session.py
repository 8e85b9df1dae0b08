import pytest
from starlette.applications import Starlette

from asgi_client import AsgiClient
from freehold import __version__
from freehold.accounts.identity import Accounts
from freehold.api.web.session import ROUTES
from freehold.foundation.database import Database
from freehold.foundation.edge import EXCEPTION_HANDLERS
from held_clock import HeldClock


@pytest.fixture
async def admin_key(accounts: Accounts) -> str:
    key = await accounts.ensure_first_admin()
    assert key is not None
    return key


@pytest.fixture
def accounts(database: Database, clock: HeldClock) -> Accounts:
    return Accounts(database, clock)


@pytest.fixture
def browser(accounts: Accounts) -> AsgiClient:
    app = Starlette(routes=ROUTES, exception_handlers=EXCEPTION_HANDLERS)
    app.state.accounts = accounts
    return AsgiClient(app)


async def test_a_key_is_exchanged_for_a_cookie_that_scripts_cannot_read(browser: AsgiClient, admin_key: str) -> None:
    answer = await browser.call("POST", "/api/session", {"key": admin_key})
    assert answer.status == 200
    assert answer.json()["person"]["role"] == "admin"
    assert answer.json()["version"] == __version__
    cookie = dict(answer.headers)["set-cookie"]
    assert cookie.startswith("freehold_session=")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert admin_key not in cookie
    again = await browser.call("GET", "/api/session")
    assert again.json() == answer.json()


async def test_a_wrong_key_or_none_is_unauthorized(browser: AsgiClient, admin_key: str) -> None:
    wrong = await browser.call("POST", "/api/session", {"key": "fh-wrong"})
    assert (wrong.status, wrong.json()["error"]["code"]) == (401, "invalid_api_key")
    assert "set-cookie" not in dict(wrong.headers)
    assert (await browser.call("POST", "/api/session", {"key": ""})).status == 401
    assert (await browser.call("POST", "/api/session", {})).status == 400
    assert (await browser.call("POST", "/api/session", {"key": "x" * 20_000})).status == 413
    assert (await browser.call("GET", "/api/session")).status == 401


async def test_signing_out_ends_the_session_everywhere(browser: AsgiClient, admin_key: str) -> None:
    await browser.call("POST", "/api/session", {"key": admin_key})
    stolen = dict(browser.cookies)
    assert (await browser.call("DELETE", "/api/session")).status == 204
    assert browser.cookies == {}
    browser.cookies = stolen
    assert (await browser.call("GET", "/api/session")).status == 401
    assert (await browser.call("DELETE", "/api/session")).status == 204


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_another_sites_page_can_neither_sign_in_nor_out(browser: AsgiClient, admin_key: str, method: str) -> None:
    await browser.call("POST", "/api/session", {"key": admin_key})
    answer = await browser.call(method, "/api/session", {"key": admin_key}, origin="http://evil.test")
    assert answer.status == 403
    assert (await browser.call("GET", "/api/session")).status == 200
