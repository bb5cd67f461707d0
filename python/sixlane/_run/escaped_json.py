"""JSON of values that JSON cannot say, as a client sent them and a handler gives them back."""

import json
from collections.abc import Callable
from typing import Any

from sixlane._compile.field import Field
from sixlane._compile.protocol import SerializeOptions
from sixlane._run.read_once import holds_iterator
from sixlane._run.unwritable import UnwritableParts
from sixlane.encoders import jsonable_encoder


def write_escaped(content: Any) -> bytes:
    r"""Write what `JSONResponse` cannot: NaN and infinities as null, lone surrogates as escapes.

    `json.loads` takes NaN, `1e999` and `"\ud800"`, so any client can send them. Null is what
    Pydantic writes for such numbers, and the escape is the form the text came in (RFC 8259, 8.2).

    Args:
        content: What `json.dumps` takes.

    Raises:
        TypeError: It is of a type that has no JSON form.
        ValueError: It contains itself.
    """
    try:
        return _dump(content, allow_nan=False)
    except ValueError:
        text = _dump(content, allow_nan=True)
    return _dump(json.loads(text, parse_constant=lambda _: None), allow_nan=False)


def serialize_json(field: Field, value: Any, options: SerializeOptions) -> bytes:
    """Write a validated value as JSON, with escapes where UTF-8 has no form for a part of it.

    Raises:
        ValueError: A part of it is of a type that has no JSON form, or contains itself.
    """
    try:
        return field.dump_json(value, options)
    except ValueError:
        written = serialize_again(field, value, options)
        if written is None:
            raise
    return written


def serialize_again(field: Field, value: Any, options: SerializeOptions) -> bytes | None:
    """Write a value that `Field.dump_json` did not; None if escapes do not help.

    An iterator has been read by the first attempt, so what is left of it is not the answer.
    """
    if holds_iterator(value):
        return None
    try:
        return write_escaped(serialize(field, value, options))
    except (ValueError, TypeError, RecursionError):
        return None


def serialize(field: Field, value: Any, options: SerializeOptions) -> Any:
    """Turn a validated value into what `json.dumps` takes, whatever a client has put into it.

    Raises:
        ValueError: A part of it is of a type that has no JSON form, or contains itself.
    """
    return _encode(lambda each: field.dump_python(each, options), value)


def encode_untyped(value: Any) -> Any:
    """As `serialize`, for a value without a response model."""
    return _encode(jsonable_encoder, value)


def _encode(encode: Callable[[Any], Any], value: Any) -> Any:
    try:
        return encode(value)
    except ValueError:
        if holds_iterator(value):
            raise
    parts = UnwritableParts()
    return parts.restore(encode(parts.replace(value)))


def _dump(content: Any, *, allow_nan: bool) -> bytes:
    return json.dumps(content, allow_nan=allow_nan, separators=(",", ":")).encode("ascii")
