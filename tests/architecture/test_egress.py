"""Where requests may go: URLs that users give lead to public addresses only, however the address is spelled."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import pytest

from freehold.contracts.errors import Forbidden, FreeholdError, ProviderTimeout, Unavailable
from freehold.foundation.egress import Egress

REDIRECT = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:%d/inside\r\ncontent-length: 0\r\n\r\n"
DEADLINE_SECONDS = 5.0


class Insider:
    """A server on the loopback interface that answers with a redirect to itself, and counts who came."""

    def __init__(self) -> None:
        self.paths: list[bytes] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer every request of one connection."""
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                path = request.split(b" ")[1]
                self.paths.append(path)
                if path != b"/silent":
                    writer.write(REDIRECT % self.port)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def insider() -> AsyncGenerator[Insider]:
    insider = Insider()
    server = await asyncio.start_server(insider.serve, "127.0.0.1", 0)
    insider.port = server.sockets[0].getsockname()[1]
    yield insider
    server.close()


@pytest.fixture
async def untrusted() -> AsyncGenerator[Egress]:
    egress = Egress(trusted=False)
    yield egress
    await egress.close()


@pytest.fixture
async def trusted() -> AsyncGenerator[Egress]:
    egress = Egress(trusted=True)
    yield egress
    await egress.close()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, list[str]]], None]:
    """Makes host names resolve to the given addresses."""

    def use(addresses: dict[str, list[str]]) -> None:
        def look_up(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses[host]]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)

    return use


@pytest.mark.network
@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "0",
        "①②⑦.⓪.⓪.①",
        "localhost",
        "LOCALHOST",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[0:0:0:0:0:ffff:7f00:1]",
        "user@127.0.0.1",
        "1.1.1.1@127.0.0.1",
    ],
)
async def test_no_spelling_of_this_machine_gets_through(untrusted: Egress, insider: Insider, host: str) -> None:
    with pytest.raises(FreeholdError):
        await untrusted.request("GET", f"http://{host}:{insider.port}/", timeout_seconds=DEADLINE_SECONDS)
    assert insider.paths == []


@pytest.mark.parametrize(
    "host",
    [
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "[::]",
        "[::ffff:10.0.0.1]",
        "[fe80::1]",
        "[fc00::1]",
        "[fec0::1]",
        "[::127.0.0.1]",
        "[64:ff9b::10.0.0.1]",
        "[2002:a00:1::]",
        "224.0.0.1",
        "[ff02::1]",
    ],
)
async def test_private_addresses_are_forbidden(untrusted: Egress, host: str) -> None:
    with pytest.raises(Forbidden, match="not a public address"):
        await untrusted.request("GET", f"http://{host}/", timeout_seconds=DEADLINE_SECONDS)


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["169.254.169.254"]])
async def test_a_name_that_leads_inside_is_forbidden(
    untrusted: Egress, names: Callable[[dict[str, list[str]]], None], addresses: list[str]
) -> None:
    names({"harmless.test": addresses})
    with pytest.raises(Forbidden, match="not a public address"):
        await untrusted.request("GET", "http://harmless.test/", timeout_seconds=DEADLINE_SECONDS)


@pytest.mark.network
async def test_a_redirect_is_handed_back_and_not_followed(trusted: Egress, insider: Insider) -> None:
    response = await trusted.request("GET", f"http://127.0.0.1:{insider.port}/", timeout_seconds=DEADLINE_SECONDS)
    assert response.status == 302
    assert insider.paths == [b"/"]
    response.close()


@pytest.mark.network
async def test_no_proxy_of_the_environment_sees_a_request(
    trusted: Egress, insider: Insider, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with trusted.open("GET", f"http://127.0.0.1:{insider.port}/", timeout_seconds=DEADLINE_SECONDS) as response:
        assert response.status == 302


@pytest.mark.network
async def test_silence_and_a_closed_door_are_told_apart(trusted: Egress, insider: Insider, tmp_path: Path) -> None:
    with pytest.raises(ProviderTimeout, match=r"within 0\.2 s"):
        await trusted.request("GET", f"http://127.0.0.1:{insider.port}/silent", timeout_seconds=0.2)
    nobody = Egress(trusted=True, socket_path=tmp_path / "nobody.sock")
    with pytest.raises(Unavailable, match="No connection"):
        await nobody.request("GET", "http://worker/", timeout_seconds=DEADLINE_SECONDS)
    await nobody.close()
