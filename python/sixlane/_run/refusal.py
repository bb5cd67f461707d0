"""The answer to a request that does not fit what its handler declares."""

from __future__ import annotations

from collections.abc import Sequence
from json import JSONEncoder
from math import isfinite
from typing import Any

from starlette.responses import JSONResponse

from sixlane._lazy import lazy_module

# Only refusals with values that JSON does not know need it.
_encoders: Any = lazy_module("sixlane.encoders")
_answers: Any = lazy_module("sixlane._run.json_answer")

_as_json = JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
"""Writes JSON as `JSONResponse` does, but its encoder is made once."""

_DROPPED_KEYS = '"_sa'
"""How the keys begin that `jsonable_encoder` leaves out, because SQLAlchemy adds them."""


def refuse(errors: Sequence[Any]) -> JSONResponse:
    """Answer 422 with the list of errors; see `write_refusal`."""
    answer: JSONResponse = _answers.WrittenJSONResponse(write_refusal(errors), status_code=422)
    return answer


def write_refusal(errors: Sequence[Any]) -> bytes:
    """Write the list of errors as the body of a 422.

    What was sent is part of it, and may have no JSON form: NaN becomes null, half of a surrogate
    pair a question mark, and bytes that are no UTF-8 are replaced. (FastAPI answers 500 to these.)
    Where that makes it too long, as every field that is missing repeats the whole object, it is
    left out; where the names alone do, the number of errors is told.
    """
    written = _write_within_bounds(errors)
    if written is None:
        written = _write_within_bounds([_without_input(error) for error in errors])
    if written is None:
        written = _write_all([_tell_number(errors)])
    return written


MOST_BYTES = 16 * 1024 * 1024
"""The longest list of several errors, in bytes: what a body may have by the usual limit."""


def _without_input(error: Any) -> Any:
    if not isinstance(error, dict):
        return error
    return {key: value for key, value in error.items() if key != "input"}


def _tell_number(errors: Sequence[Any]) -> dict[str, Any]:
    message = f"{len(errors)} errors, too long to be listed"
    return {"type": "too_many_errors", "loc": [], "msg": message, "input": None}


def _write_within_bounds(errors: Sequence[Any]) -> bytes | None:
    """Write a list of errors; None where it gets too long, which is found before it is whole."""
    if len(errors) == 1 or type(errors) is not list:
        return _write_all(errors)
    parts: list[bytes] = []
    length = 0
    for error in errors:
        parts.append(_write(error))
        length += len(parts[-1])
        if length > MOST_BYTES:
            return None
    return b'{"detail":[%b]}' % b",".join(parts)


def _write_all(errors: Sequence[Any]) -> bytes:
    return b'{"detail":%b}' % _write(errors)


def _write(content: Any) -> bytes:
    try:
        written = _as_json(content)
        if _DROPPED_KEYS not in written:
            return written.encode()
    except (TypeError, ValueError, RecursionError):
        pass  # what jsonable_encoder is for
    return _write_any(content)


def _write_any(content: Any) -> bytes:
    try:
        encoded = _encoders.jsonable_encoder(content)
    except UnicodeDecodeError:
        encoded = _encoders.jsonable_encoder(content, custom_encoder={bytes: _decode})
    try:
        return _as_json(encoded).encode()
    except ValueError:
        return _as_json(_with_json_form(encoded)).encode()


def _decode(value: bytes) -> str:
    return value.decode(errors="replace")


def _with_json_form(value: Any) -> Any:
    if isinstance(value, dict):
        return {_with_json_form(key): _with_json_form(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_json_form(item) for item in value]
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, float) and not isfinite(value):
        return None
    return value
