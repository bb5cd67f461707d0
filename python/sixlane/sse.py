"""Server-sent events: an answer that goes on for as long as there is something to tell.

A path operation with `response_class=EventSourceResponse` that yields sends each value as an event:
a `ServerSentEvent` as it says, anything else as JSON in the event's data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from sixlane._reexports import reexported_names
from sixlane.responses import EventSourceResponse

if not TYPE_CHECKING:
    __getattr__ = reexported_names(__name__)

__all__ = ["KEEPALIVE_COMMENT", "EventSourceResponse", "ServerSentEvent", "format_sse_event"]

KEEPALIVE_COMMENT = b": ping\n\n"
"""Sent when there has been no event for a while, so that proxies keep the connection open."""


def _check_one_line(field: str, value: str | None) -> str | None:
    if value is not None and ("\n" in value or "\r" in value):
        message = f"SSE '{field}' must be a single line"
        raise ValueError(message)
    return value


def _check_event(value: str | None) -> str | None:
    return _check_one_line("event", value)


def _check_id(value: str | None) -> str | None:
    if value is not None and "\0" in value:
        message = "SSE 'id' must not contain null characters: browsers would ignore it"
        raise ValueError(message)
    return _check_one_line("id", value)


class ServerSentEvent(BaseModel):
    """One event, for what a plain value cannot say.

    Attributes:
        data: Any value, sent as JSON; a text too, so that it arrives in quotes.
        raw_data: A text that is sent as it is, line by line; not together with `data`.
        event: The name that `addEventListener` in a browser waits for; "message" if absent.
        id: What a browser sends as `Last-Event-ID` when it connects anew.
        retry: How long a browser waits before it does, in milliseconds.
        comment: A text that browsers ignore.

    Raises:
        pydantic.ValidationError: A `ValueError`: a name or an id of several lines, an id with a
            null character, a negative `retry`, or both kinds of data.
    """

    data: Any = None
    raw_data: str | None = None
    event: Annotated[str | None, AfterValidator(_check_event)] = None
    id: Annotated[str | None, AfterValidator(_check_id)] = None
    retry: Annotated[int, Field(ge=0)] | None = None
    comment: str | None = None

    @model_validator(mode="after")
    def _check_data(self) -> Self:
        if self.data is not None and self.raw_data is not None:
            message = (
                "Cannot set both 'data' and 'raw_data': the first is sent as JSON, the second as "
                "it is"
            )
            raise ValueError(message)
        return self


def format_sse_event(
    *,
    data_str: str | None = None,
    event: str | None = None,
    id: str | None = None,  # noqa: A002 - the field's name
    retry: int | None = None,
    comment: str | None = None,
) -> bytes:
    """Write one event as it is sent; what is None is left out.

    Args:
        data_str: The data as it is; each of its lines becomes one of the event's.
        event: The event's name, one line.
        id: The event's id, one line.
        retry: Milliseconds before a browser connects anew.
        comment: A text for nobody; may have several lines.
    """
    parts = []
    if comment is not None:
        parts.append(_label_lines(":", comment))
    if event is not None:
        parts.append(f"event: {event}\n")
    if data_str is not None:
        parts.append(_label_lines("data:", data_str))
    if id is not None:
        parts.append(f"id: {id}\n")
    if retry is not None:
        parts.append(f"retry: {retry}\n")
    parts.append("\n")
    return "".join(parts).encode()


def _label_lines(label: str, text: str) -> str:
    """Put a label before each line, as the format ends lines: not where `str.splitlines` does."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", f"\n{label} ")
    return f"{label} {lines}\n"
