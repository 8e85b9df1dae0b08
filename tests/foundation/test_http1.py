"""What comes back over one connection, and which connections are used again; against servers that write bytes."""

import asyncio
import datetime
import ipaddress
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from freehold.contracts.errors import InvalidRequest, ProviderFailed, ProviderTimeout, Unavailable
from freehold.foundation import egress as egress_module
from freehold.foundation.egress import Egress, Place
from freehold.foundation.http1 import BUFFERED_BYTES, MAX_HEAD_BYTES, Answer

pytestmark = pytest.mark.network
SECONDS = 5.0
OK = b"HTTP/1.1 200 OK\r\n"
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """Answers every request of a connection with the same bytes; `requests` holds the heads, `left` tells of ends."""

    def __init__(self, answer: bytes, *, then_close: bool = False, talk: Talk | None = None) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self.left = asyncio.Event()
        self._answer, self._then_close, self._talk = answer, then_close, talk

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        try:
            while True:
                self.requests.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(self._answer)
                if self._talk is not None:
                    await self._talk(reader, writer)
                if self._then_close:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.left.set()
            writer.close()


@asynccontextmanager
async def serving(server: Server, tls: ssl.SSLContext | None = None) -> AsyncGenerator[tuple[Egress, str]]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls)
    egress = Egress(trusted=True)
    try:
        yield egress, f"http{'s' if tls else ''}://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"
    finally:
        await egress.close()
        listening.close()


async def ask(egress: Egress, url: str) -> Answer:
    return await egress.request("GET", url, timeout_seconds=SECONDS)


async def read(answer: Answer) -> bytes:
    return await answer.whole(1 << 20, SECONDS)


@pytest.mark.parametrize(
    ("answer", "closes", "connections"),
    [
        (OK + b"content-length: 5\r\n\r\nhello", False, 1),
        (OK + b"transfer-encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nx-late: 1\r\n\r\n", False, 1),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"content-length: 5\r\n\r\nhello", False, 1),
        (b"HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n" + OK + b"content-length: 5\r\n\r\nhello", False, 1),
        (OK + b"connection: close\r\ncontent-length: 5\r\n\r\nhello", False, 3),
        (b"HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\nhello", True, 3),
        (OK + b"\r\nhello", True, 3),
        # What follows an answer unasked must never be the answer to the next question.
        (OK + b"content-length: 5\r\n\r\nhello" + OK + b"content-length: 4\r\n\r\nevil", False, 3),
        (OK + b"content-length: 5\r\n\r\nhelloevil", False, 3),
    ],
    ids=["length", "chunks", "continue", "hints", "says close", "1.0", "until close", "two answers", "too many bytes"],
)
async def test_an_answer_is_whole_and_its_connection_used_again_if_it_can(
    answer: bytes, closes: bool, connections: int
) -> None:
    server = Server(answer, then_close=closes)
    async with serving(server) as (egress, url):
        for _ in range(3):
            got = await ask(egress, url)
            assert (got.status, await read(got)) == (200, b"hello")
    assert server.connections == connections


@pytest.mark.parametrize("cut", range(1, 75, 7))
async def test_where_the_bytes_are_cut_does_not_matter(cut: int) -> None:
    whole = OK + b"x-a: 1\r\nX-A: 2\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"

    async def rest(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.01)
        writer.write(whole[cut:])

    async with serving(Server(whole[:cut], talk=rest)) as (egress, url):
        got = await ask(egress, url)
        assert got.headers["x-a"] == "1, 2"
        assert await read(got) == b"hello"


async def test_bytes_that_come_while_nobody_asks_end_the_connection() -> None:
    async def later(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.02)
        writer.write(OK + b"content-length: 4\r\n\r\nevil")

    server = Server(OK + b"content-length: 5\r\n\r\nhello", talk=later)
    async with serving(server) as (egress, url):
        for _ in range(2):
            assert await read(await ask(egress, url)) == b"hello"
            await asyncio.sleep(0.1)
    assert server.connections == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH\r\n",
        OK + b"x: " + b"a" * (2 * MAX_HEAD_BYTES),
        b"HTTP/1.1 101 Switching\r\nupgrade: x\r\n\r\n",
    ],
    ids=["another protocol", "an endless head", "another protocol from now on"],
)
async def test_what_is_no_answer_fails(answer: bytes) -> None:
    async with serving(Server(answer)) as (egress, url):
        with pytest.raises(ProviderFailed):
            await ask(egress, url)


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 2", OK + b"content-length: 9\r\n\r\nhel"])
async def test_an_answer_that_breaks_off_fails(begin: bytes) -> None:
    async with serving(Server(begin, then_close=True)) as (egress, url):
        with pytest.raises(ProviderFailed, match="broke off"):
            await read(await ask(egress, url))


async def test_silence_in_the_middle_is_a_timeout_and_ends_the_connection() -> None:
    server = Server(OK + b"content-length: 9\r\n\r\nhel")
    async with serving(server) as (egress, url):
        answer = await ask(egress, url)
        with pytest.raises(ProviderTimeout, match="fell silent"):
            await answer.whole(100, 0.1)
        await asyncio.wait_for(server.left.wait(), SECONDS)


@pytest.mark.parametrize("how", ["close", "cancel"])
async def test_the_server_learns_that_nobody_waits_any_more(how: str) -> None:
    server = Server(OK + b"content-length: 9\r\n\r\nhel" if how == "close" else b"")
    async with serving(server) as (egress, url):
        asking = asyncio.ensure_future(ask(egress, url))
        if how == "close":
            (await asking).close()
        else:
            await asyncio.sleep(0.05)
            asking.cancel()
        await asyncio.wait_for(server.left.wait(), SECONDS)


async def test_a_sender_waits_for_a_slow_reader() -> None:
    sent = 0

    async def flood(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        for _piece in range(1000):
            writer.write(b"x" * 65536)
            await writer.drain()
            sent += 65536

    async with serving(Server(OK + b"content-length: 65536000\r\n\r\n", talk=flood)) as (egress, url):
        answer = await ask(egress, url)
        await asyncio.sleep(0.3)
        assert answer.bytes_waiting < BUFFERED_BYTES + (1 << 20)
        assert sent < 1000 * 65536
        assert sum([len(chunk) async for chunk in answer.chunks(SECONDS)]) == 65536000


async def test_a_connection_that_waited_too_long_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(OK + b"content-length: 5\r\n\r\nhello")
    async with serving(server) as (egress, url):
        await read(await ask(egress, url))
        monkeypatch.setattr(egress_module, "IDLE_SECONDS", -1.0)
        await read(await ask(egress, url))
    assert server.connections == 2


@pytest.mark.parametrize("value", ["a\r\nx-admin: 1", "a\nb", "a\rb", "a\0b", "☃"])
async def test_no_header_smuggles_another(value: str) -> None:
    server = Server(OK + b"content-length: 0\r\n\r\n")
    async with serving(server) as (egress, url):
        with pytest.raises(InvalidRequest, match="header cannot hold"):
            await egress.request("GET", url, headers={"x-a": value}, timeout_seconds=SECONDS)
    assert server.requests == []


@pytest.mark.parametrize(
    ("url", "authority", "target"),
    [
        ("http://a.test", "a.test", "/"),
        ("https://A.test:443/x y?q=ä&r=%20#part", "a.test", "/x%20y?q=%C3%A4&r=%20"),
        ("http://[::1]:8080/v1", "[::1]:8080", "/v1"),
        ("http://bücher.test/a\r\nb", "xn--bcher-kva.test", "/ab"),
        ("http://user:p%40ss@a.test/", "a.test", "/"),
    ],
)
def test_an_address_is_written_as_a_request_may_hold_it(url: str, authority: str, target: str) -> None:
    place = Place.of(url)
    assert (place.authority, place.target) == (authority, target)
    assert place.authorization == ("Basic dXNlcjpwQHNz" if "user" in url else "")


@pytest.mark.parametrize("url", ["ftp://a.test/", "http://", "a.test", "http://a.test:99999/", "http://a..test/"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidRequest):
        Place.of(url)


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "key.pem").write_bytes(pem)
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return folder / "certificate.pem", folder / "key.pem"


@pytest.mark.parametrize("trusted", [True, False])
async def test_tls_is_spoken_with_whom_the_machine_trusts(
    trusted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = _certificate(tmp_path)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    egress_module.tls_context.cache_clear()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = Server(OK + b"content-length: 5\r\n\r\nhello")
    try:
        async with serving(server, context) as (egress, url):
            if trusted:
                for _ in range(2):
                    assert await read(await ask(egress, url)) == b"hello"
            else:
                with pytest.raises(Unavailable, match="certificate"):
                    await ask(egress, url)
    finally:
        egress_module.tls_context.cache_clear()
    assert (server.connections, len(server.requests)) == ((1, 2) if trusted else (0, 0))
