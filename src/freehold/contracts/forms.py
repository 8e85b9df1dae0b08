"""Forms with a file in them (multipart/form-data, RFC 7578), read and written.

A delimiter never occurs within a part (RFC 2046, 5.1.1), so a body is cut at it in one pass and the file's bytes are
taken as they are. Only the few header lines of a part go through Python's `email` parser.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.parser import HeaderParser

from freehold.contracts.errors import InvalidRequest

MAX_PARTS = 64
MAX_PART_HEADER_BYTES = 4096
UNKNOWN = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file of a form."""

    data: bytes = field(repr=False)
    name: str = "audio"
    media_type: str = UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a form holds. The names of lists have lost their `[]`."""

    fields: Mapping[str, list[str]]
    files: Mapping[str, Upload]


def read_form(body: bytes, media_type: str) -> Form:
    """The fields and files of a body. Raises `InvalidRequest`."""
    delimiter = b"\r\n--" + _boundary(media_type)
    # The first delimiter may stand at the very start; what comes before it means nothing.
    _, *parts = (b"\r\n" + body).split(delimiter, MAX_PARTS + 1)
    if len(parts) > MAX_PARTS:
        raise InvalidRequest(f"The form has more than {MAX_PARTS} parts.")
    if not parts or not parts[-1].startswith(b"--"):
        raise InvalidRequest("The form does not end with its boundary.")
    fields: dict[str, list[str]] = {}
    files: dict[str, Upload] = {}
    for part in parts[:-1]:
        name, found = _part(part)
        if isinstance(found, Upload):
            files[name] = found
        else:
            fields.setdefault(name, []).append(found)
    return Form(fields=fields, files=files)


def write_form(fields: Iterable[tuple[str, str]], files: Mapping[str, Upload], boundary: str) -> tuple[str, bytes]:
    """The media type and the body. `boundary` must occur in none of the values: make it random."""
    body = bytearray()
    for name, value in fields:
        body += f'--{boundary}\r\ncontent-disposition: form-data; name="{_quoted(name)}"\r\n\r\n{value}\r\n'.encode()
    for name, upload in files.items():
        disposition = f'form-data; name="{_quoted(name)}"; filename="{_quoted(upload.name)}"'
        media_type = _quoted(upload.media_type)
        body += f"--{boundary}\r\ncontent-disposition: {disposition}\r\ncontent-type: {media_type}\r\n\r\n".encode()
        body += upload.data
        body += b"\r\n"
    body += f"--{boundary}--\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", bytes(body)


def _boundary(media_type: str) -> bytes:
    header = _headers(b"content-type: " + media_type.encode("latin-1", "replace"))
    found = header.get_param("boundary")
    if header.get_content_type() != "multipart/form-data" or not isinstance(found, str) or not found:
        raise InvalidRequest("The request must be multipart/form-data with a boundary.")
    return found.encode("latin-1", "replace")


def _part(part: bytes) -> tuple[str, Upload | str]:
    header, blank, data = part.partition(b"\r\n\r\n")
    if not blank or len(header) > MAX_PART_HEADER_BYTES:
        raise InvalidRequest("A part of the form has no end of its headers.")
    headers = _headers(header.lstrip(b" \t\r\n"))
    name = headers.get_param("name", header="content-disposition")
    if not isinstance(name, str):
        raise InvalidRequest("A part of the form has no name.")
    filename = headers.get_filename()
    if filename is not None:
        known = "content-type" in headers
        return name, Upload(data=data, name=filename, media_type=headers.get_content_type() if known else UNKNOWN)
    try:
        return name.removesuffix("[]"), data.decode()
    except UnicodeDecodeError as error:
        raise InvalidRequest(f"The field '{name}' is not UTF-8.", param=name) from error


def _headers(lines: bytes) -> Message:
    return HeaderParser().parsestr(lines.decode("utf-8", "replace"))


def _quoted(text: str) -> str:
    """As the WHATWG's multipart/form-data encoding escapes names."""
    return text.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
