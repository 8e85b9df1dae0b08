import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.voice.children.messages import MAX_LINE_BYTES, BrokenPipeProtocol, decode_line, encode, read

JSON = st.dictionaries(st.text(), st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(), max_size=5)


@given(JSON.filter(lambda message: "bytes" not in message), st.binary(max_size=300))
def test_what_is_encoded_is_read_again(message: dict[str, object], payload: bytes) -> None:
    stream = io.BytesIO(encode(message, payload) * 2)
    assert read(stream) == (message, payload)
    assert read(stream) == (message, payload)
    assert read(stream) is None


@given(st.binary(max_size=80))
def test_any_line_is_a_message_or_refused(line: bytes) -> None:
    try:
        message, length = decode_line(line)
    except BrokenPipeProtocol:
        return
    assert isinstance(message, dict)
    assert length >= 0


@pytest.mark.parametrize("length", ["true", "-1", "1.5", '"9"', "null", str(1 << 40)])
def test_a_payload_of_no_sensible_length_is_refused(length: str) -> None:
    with pytest.raises(BrokenPipeProtocol):
        decode_line(b'{"type":"x","bytes":%s}' % length.encode())


def test_json_nested_without_end_is_refused() -> None:
    with pytest.raises(BrokenPipeProtocol):
        decode_line(b'{"a":' + b"[" * 100_000)


def test_an_endless_line_is_refused_and_not_gathered() -> None:
    stream = io.BytesIO(b"x" * (MAX_LINE_BYTES + 10))
    with pytest.raises(BrokenPipeProtocol, match="endless"):
        read(stream)
    assert stream.tell() == MAX_LINE_BYTES


@pytest.mark.parametrize("cut", [1, 10, 25])
def test_a_stream_that_ends_within_a_message_has_ended(cut: int) -> None:
    whole = encode({"type": "x", "id": 1}, b"0123456789")
    assert read(io.BytesIO(whole[:-cut])) is None
