"""Forms looked at in place: the same parts as a reader gets that takes them apart, and one value changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.contracts.errors import InvalidRequest
from freehold.contracts.forms import MAX_PARTS, Upload, read_form, write_form
from freehold.gateway.calls.form_parts import file_of, is_form, parts_of, value_of, with_value

BOUNDARY = "c0ffee"
MEDIA_TYPE = f"multipart/form-data; boundary={BOUNDARY}"
BYTES = st.binary(max_size=100).filter(lambda data: BOUNDARY.encode() not in data)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20).filter(lambda text: BOUNDARY not in text)


def written(*fields: tuple[str, str], data: bytes = b"sound") -> bytes:
    return write_form(fields, {"file": Upload(data=data)}, BOUNDARY)[1]


@given(st.lists(TEXT, max_size=4), BYTES | st.sampled_from([b"", b"\r\n", b"\r\n--", b"--\r\n\r\n", b"\r"]))
def test_the_parts_are_those_that_a_reader_takes_out(values: list[str], data: bytes) -> None:
    body = written(*(("a", value) for value in values), data=data)
    parts = parts_of(body, MEDIA_TYPE)
    assert [body[part.start : part.end].decode() for part in parts if not part.is_file] == values
    file = file_of(parts)
    assert file is not None
    assert body[file.start : file.end] == data == read_form(body, MEDIA_TYPE).files["file"].data


@given(TEXT, TEXT, BYTES)
def test_a_field_gets_another_value_and_nothing_else_changes(before: str, after: str, data: bytes) -> None:
    body = written(("a", "1"), ("model", before), ("b", "2"), data=data)
    assert with_value(body, MEDIA_TYPE, "model", after) == written(("a", "1"), ("model", after), ("b", "2"), data=data)
    assert with_value(body, MEDIA_TYPE, "colour", after) is body


@given(st.binary(max_size=200))
def test_bytes_that_are_no_form_are_refused_and_nothing_worse(body: bytes) -> None:
    with pytest.raises(InvalidRequest):
        parts_of(body, MEDIA_TYPE)


@pytest.mark.parametrize(
    "body",
    [
        written(("model", "a"), ("model", "b")),  # one reader takes the first, another the last
        written(("model", "x" * 5000)),
        written(("model", "ÿ")).replace("ÿ".encode(), b"\xff"),
    ],
)
def test_a_field_that_readers_could_take_for_different_things_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequest):
        value_of(body, parts_of(body, MEDIA_TYPE), "model")


@pytest.mark.parametrize(
    "body",
    [
        written(("model", "a")) + b"\r\n--c0ffee\r\n",
        written(("model", "a"))[:-4],
        written(*((f"f{number}", "") for number in range(MAX_PARTS))),
        b"--c0ffee\r\ncontent-type: text/plain\r\n\r\nx\r\n--c0ffee--\r\n",
        b"--c0ffee\r\n" + b"x" * 5000 + b"\r\n\r\n\r\n--c0ffee--\r\n",
    ],
)
def test_a_form_that_goes_on_breaks_off_or_is_endless_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequest):
        parts_of(body, MEDIA_TYPE)


PLAIN = written(("model", "a"))
MODEL = b'content-disposition: form-data; name="model"'


@pytest.mark.parametrize(
    "body",
    [
        written(("model", "a"), data=b"x\n--c0ffee\n" + MODEL + b"\n\nb\n"),  # some end lines with LF alone
        written(("model", "a"), data=b"x\r\n--c0ffees\r\n" + MODEL + b"\r\n\r\nb"),
        PLAIN.replace(b"--c0ffee\r\n", b"--c0ffee \r\n", 1),
        b"x" + PLAIN,
        PLAIN.replace(MODEL, MODEL + b'; name="other"'),
        PLAIN.replace(MODEL, b'content-disposition: form-data; name="other"\r\n' + MODEL),
        PLAIN.replace(MODEL, b'content-disposition: form-data;\r\n name="model"'),
        PLAIN.replace(MODEL, b'x: y\ncontent-disposition: form-data; name="model"'),
        PLAIN.replace(MODEL, b"content-disposition: form-data; name*=utf-8''model"),
        PLAIN.replace(MODEL, b'content-disposition: form-data; name*0="mo"; name*1="del"'),
        PLAIN.replace(MODEL, b'content-disposition: form-data; name="mo\\del"'),
        PLAIN.replace(MODEL, b'x: y\r\n--c0ffee\r\ncontent-disposition: form-data; name="model"'),
    ],
)
def test_a_form_that_readers_could_take_apart_in_different_ways_is_refused(body: bytes) -> None:
    assert body != PLAIN
    with pytest.raises(InvalidRequest):
        parts_of(body, MEDIA_TYPE)


@pytest.mark.parametrize("name", ['my "best" song.mp3', "C:\\music\\song.mp3", "name=x; Lied fürs Kind.mp3", ""])
def test_a_file_may_be_called_anything(name: str) -> None:
    body = write_form([("model", "m")], {"file": Upload(data=b"sound", name=name)}, BOUNDARY)[1]
    file = file_of(parts_of(body, MEDIA_TYPE))
    assert file is not None
    assert (file.is_file, body[file.start : file.end]) == (True, b"sound")


@pytest.mark.parametrize(
    "media_type",
    [
        "multipart/form-data; boundary=c0ffee; boundary=other",
        "multipart/form-data; boundary*0=c0; boundary*1=ffee",
    ],
)
def test_a_boundary_that_is_said_twice_or_in_parts_is_refused(media_type: str) -> None:
    with pytest.raises(InvalidRequest):
        parts_of(PLAIN, media_type)


@pytest.mark.parametrize(
    "media_type", ["", "multipart/form-data", "application/json", "multipart/mixed; boundary=c0ffee"]
)
def test_a_media_type_without_a_boundary_is_refused(media_type: str) -> None:
    with pytest.raises(InvalidRequest):
        parts_of(written(), media_type)


def test_a_form_is_known_by_its_media_type() -> None:
    assert is_form("Multipart/Form-Data; boundary=x")
    assert not is_form("application/json")
