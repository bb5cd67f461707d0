"""Answers in JSON, written natively where the value is made of plain types."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse

from sixlane._engine import dump_answer as write_plain

__all__ = ["WrittenJSONResponse", "answer_plain", "write_plain"]


class WrittenJSONResponse(JSONResponse):
    """A response whose content is JSON already."""

    def render(self, content: bytes) -> bytes:
        """Return the content as it is."""
        return content


def answer_plain(value: Any) -> JSONResponse:
    """Make the answer that `JSONResponse(value)` is, in a tenth of the time."""
    written = write_plain(value)
    return JSONResponse(value) if written is None else WrittenJSONResponse(written)
