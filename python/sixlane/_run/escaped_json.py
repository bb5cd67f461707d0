"""JSON of values that JSON cannot say, as a client sent them and a handler gives them back."""

import json
from typing import Any


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


def _dump(content: Any, *, allow_nan: bool) -> bytes:
    return json.dumps(content, allow_nan=allow_nan, separators=(",", ":")).encode("ascii")
