"""Where the parts of a form lie in its body (multipart/form-data, RFC 7578). Copies no file and reads none.

`contracts.forms.read_form` takes a form apart; here a form of a hundred megabytes is looked at in place, and one of its
fields may be given another value. Refuses what two readers could understand differently, for limits hold by what is
read here and the provider acts by what it reads itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser

from freehold.contracts.errors import InvalidRequest
from freehold.contracts.forms import MAX_PART_HEADER_BYTES, MAX_PARTS

FORM = "multipart/form-data"
SOUNDS = frozenset({"file", "candidate", "sample"})
MAX_VALUE_BYTES = 4096  # of a field that is decided by
# In a part's headers: lines that go on in the next, line breaks of one character, and a name in parts (RFC 2231).
UNEVEN = re.compile(r"\r\n[ \t]|(?<!\r)\n|\r(?!\n)|\bname\*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part: its value is `body[start:end]`."""

    name: str
    start: int
    end: int
    is_file: bool


def is_form(media_type: str) -> bool:
    """Whether this is the media type of a form."""
    return media_type[: len(FORM)].lower() == FORM


def parts_of(body: bytes, media_type: str) -> list[Part]:
    """The parts in their order. Raises `InvalidRequest` for what is no whole form."""
    found: list[Part] = []
    for part in _parts(body, b"--" + _boundary(media_type)):
        found.append(part)
        if len(found) > MAX_PARTS:
            raise InvalidRequest(f"The form has more than {MAX_PARTS} parts.")
    return found


def value_of(body: bytes, parts: list[Part], name: str) -> str | None:
    """The value of a field that is no file. Raises `InvalidRequest` where it stands twice, is too long or no text."""
    named = [part for part in parts if part.name == name]
    if not named:
        return None
    part = named[0]
    if len(named) > 1 or part.is_file or part.end - part.start > MAX_VALUE_BYTES:
        raise InvalidRequest(f"The form must have one short field '{name}'.", param=name)
    try:
        return body[part.start : part.end].decode()
    except UnicodeDecodeError as error:
        raise InvalidRequest(f"The field '{name}' is not UTF-8.", param=name) from error


def file_of(parts: list[Part]) -> Part | None:
    """The part with the sound, if it is there."""
    return next((part for part in parts if part.name in SOUNDS), None)


def with_value(body: bytes, media_type: str, name: str, value: str) -> bytes:
    """The form with another value in a field; one that it has not stays out. One copy, the boundary stays."""
    part = next((part for part in parts_of(body, media_type) if part.name == name), None)
    if part is None:
        return body
    view = memoryview(body)
    return b"".join((view[: part.start], value.encode(), view[part.end :]))


def _parts(body: bytes, delimiter: bytes) -> Iterator[Part]:
    # What comes before the first delimiter means nothing.
    at = _delimiter(body, delimiter, 0)
    if at < 0:
        raise InvalidRequest("The form does not begin with its boundary.")
    at += len(delimiter)
    while body[at : at + 2] != b"--":
        blank = body.find(b"\r\n\r\n", at, at + MAX_PART_HEADER_BYTES + 4)
        if blank < 0 or body.find(delimiter, at, blank) >= 0:
            raise InvalidRequest("A part of the form has no end of its headers.")
        # An empty value's end is the line break that ends its headers.
        end = _delimiter(body, delimiter, blank + 4)
        if end < 0:
            raise InvalidRequest("The form does not end with its boundary.")
        yield _part(body[at:blank], blank + 4, max(end - 2, blank + 4))
        at = end + len(delimiter)
    if body.find(delimiter, at) >= 0:
        raise InvalidRequest("The form goes on behind its end.")


def _delimiter(body: bytes, delimiter: bytes, start: int) -> int:
    """Where the next delimiter is, -1 for nowhere. One that only some readers take for one is refused (RFC 2046)."""
    at = body.find(delimiter, start)
    if at < 0:
        return -1
    behind = body[at + len(delimiter) : at + len(delimiter) + 2]
    if (at > 0 and body[at - 2 : at] != b"\r\n") or behind not in (b"\r\n", b"--"):
        raise InvalidRequest("The form's boundary stands within a line.")
    return at


def _part(header: bytes, start: int, end: int) -> Part:
    lines = header.removeprefix(b"\r\n").decode("utf-8", "replace")
    headers = HeaderParser().parsestr(lines)
    dispositions = headers.get_all("content-disposition", [])
    names = [value for key, value in headers.get_params([], "content-disposition") if key.lower() == "name"]
    # A name that is said twice, in parts, with escapes or beside a line that breaks is not the same to all readers.
    if len(dispositions) != 1 or len(names) != 1 or UNEVEN.search(lines) or "\\" in names[0]:
        raise InvalidRequest("A part of the form has no plain name.")
    is_file = headers.get_filename() is not None
    return Part(name=names[0] if is_file else names[0].removesuffix("[]"), start=start, end=end, is_file=is_file)


def _boundary(media_type: str) -> bytes:
    header = Message()
    header["content-type"] = media_type.replace("\r", " ").replace("\n", " ")
    found = header.get_param("boundary")
    is_plain = len(re.findall(r";\s*boundary\b", media_type, re.IGNORECASE)) == 1
    if header.get_content_type() != FORM or not isinstance(found, str) or not found or not is_plain:
        raise InvalidRequest("The request must be multipart/form-data with a boundary.")
    return found.encode("latin-1", "replace")
