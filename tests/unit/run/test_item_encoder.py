"""The native writer of untyped values in streams, beside the Python encoder that it stands for."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixlane._engine import dump_stream_item
from sixlane.encoders import jsonable_encoder


class Text(str):
    """Text that may be more than its characters."""

    __slots__ = ()


TEXTS = st.text(st.characters())
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_what_is_written_is_what_python_writes(value: Any) -> None:
    """Byte for byte; what the native writer declines is Python's affair."""
    written = dump_stream_item(value)
    if written is not None:
        assert written == json.dumps(jsonable_encoder(value), allow_nan=False).encode()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"a": [1, -2.5, True, None]}, b'{"a": [1, -2.5, true, null]}'),
        ('"\\/\b\f\n\r\t', rb'"\"\\/\b\f\n\r\t"'),
        ("\x00\x1f ~\x7f\x80", rb'"\u0000\u001f ~\u007f\u0080"'),
        ("\u00e9\u2028\uffff\U0001f600.", rb'"\u00e9\u2028\uffff\ud83d\ude00."'),
        ([[], {}, ""], b'[[], {}, ""]'),
        (1e16, b"1e+16"),
    ],
)
def test_plain_values_are_written(value: Any, written: bytes) -> None:
    """In ASCII, with a space after commas and colons."""
    assert dump_stream_item(value) == written


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        1 << 64,
        "\ud800",
        (1,),
        {1: 2},
        {"_sa_state": 1},
        [b""],
        Text("a"),
    ],
    ids=repr,
)
def test_other_values_are_declined(value: Any) -> None:
    """The Python encoder decides what becomes of them."""
    assert dump_stream_item(value) is None
