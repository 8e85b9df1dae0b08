"""A safetensors header is read whole or refused."""

import json
import math
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.contracts.errors import InvalidRequest
from freehold.nn.safetensors_file import read_safetensors


class Header(NamedTuple):
    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


@given(
    st.dictionaries(
        st.text(max_size=3),
        st.builds(
            Header,
            st.sampled_from(["F32", "I8", "X1"]),
            st.tuples(st.integers(-1, 3)),
            st.integers(-1, 12),
            st.integers(-1, 12),
        ),
        max_size=3,
    ),
    st.binary(max_size=24),
)
def test_a_header_is_read_whole_or_refused(
    tmp_path_factory: pytest.TempPathFactory, entries: dict[str, Header], body: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "header.safetensors"
    fields = {
        name: {"dtype": e.dtype, "shape": e.shape, "data_offsets": [e.begin, e.end]} for name, e in entries.items()
    }
    raw = json.dumps(fields).encode()
    path.write_bytes(len(raw).to_bytes(8, "little") + raw + body)
    try:
        tensors = read_safetensors(path)
    except InvalidRequest:
        return
    assert sum(place.format.block_bytes * math.prod(place.shape) for place in tensors.values()) == len(body)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_weights_are_refused(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "noise.safetensors"
    path.write_bytes(raw)
    with pytest.raises(InvalidRequest):
        read_safetensors(path)
