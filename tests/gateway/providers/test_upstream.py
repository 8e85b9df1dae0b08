"""What all providers share of HTTP: what is kept whole, what is streamed, what breaks, what is too long."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from freehold.contracts.errors import ProviderFailed, ProviderTimeout
from freehold.contracts.models import Endpoint
from freehold.contracts.usage import Usage
from freehold.gateway.settings import GatewaySettings
from freehold.gateway.upstream import Upstream, kept
from vendor_server import Vendor, vendor_server

pytestmark = pytest.mark.network

SETTINGS = GatewaySettings(
    connect_timeout_seconds=2, answer_timeout_seconds=1, silence_timeout_seconds=0.3, max_answer_bytes=100_000
)
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"


@asynccontextmanager
async def asking(url: str, query: tuple[tuple[str, str], ...] = ()) -> AsyncGenerator[Upstream]:
    upstream = Upstream(Endpoint(url=url, query=query), SETTINGS)
    yield upstream
    await upstream.close()


@asynccontextmanager
async def writing(*pieces: bytes) -> AsyncGenerator[str]:
    """The URL of a server that writes these bytes, pausing between them, and closes, whatever it is asked."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.02)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1")
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.fixture
async def vendor() -> AsyncGenerator[Vendor]:
    async with vendor_server() as running:
        yield running


@pytest.mark.parametrize(
    ("media_type", "is_kept"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ("text/event-stream", False),
        ("audio/mpeg", False),
    ],
)
async def test_json_is_kept_whole_and_all_else_is_streamed(vendor: Vendor, media_type: str, is_kept: bool) -> None:
    vendor.answers(b"[1,", b"2]", content_type=media_type, retry_after="3", server="s")
    async with asking(vendor.url) as upstream:
        reply = await upstream.answer(await upstream.post("chat", b"", {}))
        assert (reply.content, reply.media_type) == (b"[1,2]" if is_kept else None, media_type)
        assert reply.headers == {"retry-after": "3"}
        assert b"".join([chunk async for chunk in reply.body]) == b"[1,2]"


async def test_the_endpoints_query_stands_behind_the_paths_own(vendor: Vendor) -> None:
    async with asking(vendor.url, (("key", "a b&c"),)) as upstream:
        for path in ("speak", "speak?model=m"):
            vendor.answers(b"")
            (await upstream.post(path, b"", {})).close()
    assert [sent.query for sent in vendor.sent] == [[("key", "a b&c")], [("model", "m"), ("key", "a b&c")]]


@pytest.mark.parametrize(
    "pieces",
    [
        (HEAD + b"content-length: 9\r\n\r\n", b'{"a"'),
        (HEAD + b"content-encoding: gzip\r\ncontent-length: 4\r\n\r\n", b"oops"),
        (HEAD + b"transfer-encoding: chunked\r\n\r\n", b"5\r\n12345\r\n", b"no length\r\n"),
    ],
    ids=["too short", "packed, which nobody asked for", "no chunk"],
)
async def test_bytes_that_are_no_body_are_no_answer(pieces: tuple[bytes, ...]) -> None:
    async with writing(*pieces) as url, asking(url) as upstream:
        with pytest.raises(ProviderFailed):
            await upstream.answer(await upstream.post("", b"", {}))


@pytest.mark.parametrize("size", [100_000, 100_001])
async def test_the_largest_answer_is_taken_and_no_larger(size: int) -> None:
    body = b"0" * size
    async with writing(HEAD + b"content-length: %d\r\n\r\n" % size + body) as url, asking(url) as upstream:
        response = await upstream.post("", b"", {})
        if size == SETTINGS.max_answer_bytes:
            assert await upstream.whole(response) == body
        else:
            with pytest.raises(ProviderFailed, match="over"):
                await upstream.whole(response)


async def test_silence_is_measured_between_pieces_not_over_the_whole() -> None:
    pieces = [b"1\r\nx\r\n"] * 20  # 0.4 s in all, against 0.3 s of allowed silence
    head = HEAD + b"transfer-encoding: chunked\r\n\r\n"
    async with writing(head, *pieces, b"0\r\n\r\n") as url, asking(url) as upstream:
        assert await upstream.whole(await upstream.post("", b"", {})) == b"x" * 20


async def test_a_status_that_never_comes_is_a_timeout(vendor: Vendor) -> None:
    async def silent(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)

    server = await asyncio.start_server(silent, "127.0.0.1")
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with asking(url) as upstream:
        with pytest.raises(ProviderTimeout, match="1 s"):
            await upstream.post("", b"", {})
    server.close()


async def test_words_where_sound_should_be_are_told(vendor: Vendor) -> None:
    vendor.answers('{"err_msg": "Voices are resting."}', content_type="application/json")
    async with asking(vendor.url) as upstream:
        with pytest.raises(ProviderFailed, match="Voices are resting"):
            await upstream.sound(await upstream.post("", b"", {}), media_type="audio/mpeg", usage=Usage(characters=1))


@pytest.mark.parametrize("usage", [Usage(audio_seconds=-1), Usage(audio_seconds=1e12), Usage(input_tokens=-1)])
def test_a_usage_that_cannot_be_is_none(usage: Usage) -> None:
    assert kept(200, b"{}", usage=usage).usage is None
    assert kept(200, b"{}", usage=Usage(audio_seconds=1.5, estimated=True)).usage is not None
