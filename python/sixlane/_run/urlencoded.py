"""Forms without files: fields out of a body as it comes."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from starlette import formparsers
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

from sixlane._lazy import lazy_module

if TYPE_CHECKING:
    from python_multipart import multipart as _headers
else:
    _headers = lazy_module("python_multipart.multipart")

_URLENCODED = b"application/x-www-form-urlencoded"

_PIECE_BYTES = 64 * 1024
"""What is parsed at once, so that a form beyond a limit is refused before the rest is looked at."""

_empty_fields = re.compile(rb"&&+")


async def read_urlencoded(request: Request, limits: Mapping[str, Any]) -> FormData | None:
    """Read a form without files; None where the body says that it is something else.

    Args:
        request: The request.
        limits: What differs from the usual limits, as arguments of `request.form()`.

    Raises:
        HTTPException: 400: the form goes beyond a limit.
    """
    header = request.headers.get("content-type")
    if header is None or _headers.parse_options_header(header)[0] != _URLENCODED:
        return None
    own = {name: limits[name] for name in ("max_fields", "max_part_size") if name in limits}
    try:
        async with (
            aclosing(request.stream()) as stream,
            aclosing(_leave_out_empty_fields(stream)) as fields,
        ):
            return await formparsers.FormParser(request.headers, fields, **own).parse()
    except formparsers.MultiPartException as error:
        raise HTTPException(400, error.message) from error


async def _leave_out_empty_fields(
    stream: AsyncGenerator[bytes, None],
) -> AsyncGenerator[bytes, None]:
    """Shorten what stands for no field; the parser takes each byte of it by itself, and slowly."""
    async for chunk in stream:
        for start in range(0, len(chunk), _PIECE_BYTES):
            yield _empty_fields.sub(b"&", chunk[start : start + _PIECE_BYTES])
