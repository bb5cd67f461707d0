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
    """
    try:
        written = _as_json({"detail": errors})
        if _DROPPED_KEYS not in written:
            return written.encode()
    except (TypeError, ValueError, RecursionError):
        pass  # what jsonable_encoder is for
    return _write_any(errors).encode()


def _write_any(errors: Sequence[Any]) -> str:
    try:
        encoded = _encoders.jsonable_encoder(errors)
    except UnicodeDecodeError:
        encoded = _encoders.jsonable_encoder(errors, custom_encoder={bytes: _decode})
    content = {"detail": encoded}
    try:
        written = _as_json(content)
        written.encode()
    except ValueError:
        return _as_json(_with_json_form(content))
    return written


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
