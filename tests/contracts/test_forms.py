import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.contracts.errors import InvalidRequest
from freehold.contracts.forms import MAX_PARTS, Upload, read_form, write_form

BOUNDARY = "c0ffee"
MEDIA_TYPE = f"multipart/form-data; boundary={BOUNDARY}"
# What a boundary is chosen not to occur in.
BYTES = st.binary(max_size=200).filter(lambda data: BOUNDARY.encode() not in data)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).filter(lambda text: BOUNDARY not in text)


@given(st.lists(TEXT, max_size=4), BYTES | st.sampled_from([b"\r\n", b"\r\n--", b"--\r\n\r\n", b"\n\r"]))
def test_what_is_written_is_read_again_byte_for_byte(values: list[str], data: bytes) -> None:
    upload = Upload(data=data, name="ü.wav", media_type="audio/wav")
    media_type, body = write_form([("a", value) for value in values], {"file": upload}, BOUNDARY)
    form = read_form(body, media_type)
    assert form.files == {"file": upload}
    assert form.fields.get("a", []) == values


@given(st.binary(max_size=300))
def test_bytes_that_are_no_form_are_refused_and_nothing_worse(body: bytes) -> None:
    with pytest.raises(InvalidRequest):
        read_form(body, MEDIA_TYPE)


def test_lists_lose_their_brackets_and_keep_their_order() -> None:
    media_type, body = write_form([("g[]", "word"), ("g[]", "segment")], {}, BOUNDARY)
    assert read_form(body, media_type).fields == {"g": ["word", "segment"]}


def test_a_quoted_boundary_and_a_preamble_are_understood() -> None:
    _, body = write_form([("a", "1")], {}, BOUNDARY)
    form = read_form(b"this is ignored\r\n" + body, f'Multipart/Form-Data; charset=utf-8; boundary="{BOUNDARY}"')
    assert form.fields == {"a": ["1"]}


def test_a_file_of_unknown_type_is_bytes() -> None:
    part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nabc\r\n--{BOUNDARY}--'
    assert read_form(part.encode(), MEDIA_TYPE).files["file"].media_type == "application/octet-stream"


def test_quotes_and_line_breaks_in_a_file_name_forge_no_header() -> None:
    evil = Upload(data=b"x", name='a"\r\nx-evil: 1\r\n\r\n', media_type="audio/wav")
    _, body = write_form([], {"file": evil}, BOUNDARY)
    assert b"\r\nx-evil" not in body
    assert read_form(body, MEDIA_TYPE).files["file"].data == b"x"


@pytest.mark.parametrize(
    "media_type", ["application/json", "multipart/form-data", "", "multipart/form-data; boundary="]
)
def test_a_body_without_a_boundary_is_no_form(media_type: str) -> None:
    with pytest.raises(InvalidRequest, match="boundary"):
        read_form(b"", media_type)


@pytest.mark.parametrize(
    "body",
    [
        f"--{BOUNDARY}\r\n\r\nx\r\n--{BOUNDARY}--",
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n',
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\nx: {"y" * 5000}\r\n\r\nx\r\n--{BOUNDARY}--',
    ],
    ids=["no name", "no end", "endless headers"],
)
def test_a_part_that_is_not_whole_is_refused(body: str) -> None:
    with pytest.raises(InvalidRequest):
        read_form(body.encode(), MEDIA_TYPE)


def test_a_form_of_many_parts_is_refused() -> None:
    _, body = write_form([("a", "1")] * MAX_PARTS, {}, BOUNDARY)
    with pytest.raises(InvalidRequest, match="parts"):
        read_form(body, MEDIA_TYPE)
