"""Server-sent events as they are declared and written."""

from typing import Any

import pytest

from sixlane.sse import ServerSentEvent, format_sse_event


@pytest.mark.parametrize(
    ("fields", "written"),
    [
        ({}, b"\n"),
        ({"data_str": ""}, b"data: \n\n"),
        ({"data_str": "a\nb\r\nc\rd"}, b"data: a\ndata: b\ndata: c\ndata: d\n\n"),
        ({"data_str": "a\n"}, b"data: a\ndata: \n\n"),
        ({"data_str": "a\u2028b\x0bc\x85d"}, "data: a\u2028b\x0bc\x85d\n\n".encode()),
        ({"comment": "a\nb"}, b": a\n: b\n\n"),
        ({"id": "", "event": ""}, b"event: \nid: \n\n"),
        (
            {"data_str": "d", "event": "e", "id": "i", "retry": 0, "comment": "c"},
            b": c\nevent: e\ndata: d\nid: i\nretry: 0\n\n",
        ),
    ],
)
def test_event_is_written(fields: dict[str, Any], written: bytes) -> None:
    """Only what the format ends lines with ends one."""
    assert format_sse_event(**fields) == written


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"event": "a\nb"}, "SSE 'event' must be a single line"),
        ({"event": "a\rb"}, "SSE 'event' must be a single line"),
        ({"id": "a\r\nb"}, "SSE 'id' must be a single line"),
        ({"id": "a\0b"}, "SSE 'id' must not contain null characters"),
        ({"retry": -1}, "greater than or equal to 0"),
        ({"retry": 1.5}, "valid integer"),
        ({"data": 1, "raw_data": "x"}, "Cannot set both 'data' and 'raw_data'"),
    ],
)
def test_event_that_could_not_be_read_is_refused(fields: dict[str, Any], message: str) -> None:
    """A line feed in a name would be the end of it, and the beginning of something else."""
    with pytest.raises(ValueError, match=message):
        ServerSentEvent(**fields)
