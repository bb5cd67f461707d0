"""Forms with files: parts out of a body as it comes, each file spooled."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from starlette import formparsers
from starlette.datastructures import FormData, Headers
from starlette.datastructures import UploadFile as StarletteUploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from sixlane._engine import MultipartParser
from sixlane._lazy import lazy_module
from sixlane._run.charset import find_charset
from sixlane._run.form_limits import MOST_OF_A_KIND, PART_BYTES
from sixlane._run.received_file import SPOOLED_BYTES, keep_inside
from sixlane.datastructures import UploadFile

if TYPE_CHECKING:
    from python_multipart import multipart as _headers
else:
    _headers = lazy_module("python_multipart.multipart")

_MULTIPART = b"multipart/form-data"


async def read_multipart(request: Request, limits: Mapping[str, Any]) -> FormData | None:
    """Read a form with files; None where the body says that it is something else.

    Args:
        request: The request.
        limits: What differs from the usual limits, as arguments of `request.form()`.

    Raises:
        HTTPException: 400: the body is not what its type says, or goes beyond a limit.
    """
    header = request.headers.get("content-type")
    if header is None or "multipart" not in header.lower():
        return None
    media_type, options = _headers.parse_options_header(header)
    if media_type != _MULTIPART:
        return None
    charset = find_charset(options.get(b"charset", b"utf-8").decode("latin-1"))
    parts = _Parts(charset, limits)
    async with aclosing(request.stream()) as stream:
        return await _read(parts, _make_parser(options), stream)


def _make_parser(options: Mapping[bytes, bytes]) -> MultipartParser:
    boundary = options.get(b"boundary")
    if boundary is None:
        raise HTTPException(400, "Missing boundary in multipart.")
    try:
        return MultipartParser(boundary)
    except ValueError:
        raise _invalid() from None


async def _read(parts: _Parts, parser: MultipartParser, stream: AsyncIterator[bytes]) -> FormData:
    try:
        async for chunk in stream:
            events, is_valid = parser.feed(chunk)
            for event in events:
                if event is None:
                    await parts.end()
                elif isinstance(event, bytes):
                    await parts.add(event)
                else:
                    parts.begin(event)
            if not is_valid:
                raise _invalid()
        if not parser.is_complete:
            # Unlike FastAPI, which takes what has come for a whole form.
            raise _invalid()
    except BaseException:
        parts.close()
        raise
    return FormData(parts.items)


def _invalid() -> HTTPException:
    return HTTPException(400, "Invalid multipart data.")


class _Parts:
    """The parts of one form.

    Args:
        charset: What names and texts are encoded by.
        limits: What differs from the usual limits.

    Attributes:
        items: Names, and texts or files.
    """

    def __init__(self, charset: str, limits: Mapping[str, Any]) -> None:
        self.items: list[tuple[str, str | StarletteUploadFile]] = []
        self._charset = charset
        self._most_files = limits.get("max_files", MOST_OF_A_KIND)
        self._most_fields = limits.get("max_fields", MOST_OF_A_KIND)
        self._part_bytes = limits.get("max_part_size", PART_BYTES)
        self._files: list[UploadFile] = []
        self._fields = 0
        self._name = ""
        self._file: UploadFile | None = None
        self._text = bytearray()

    def begin(self, headers: list[tuple[bytes, bytes]]) -> None:
        """Begin a part.

        Raises:
            HTTPException: 400: it has no name, or there are too many.
        """
        disposition = dict(headers).get(_DISPOSITION)
        _, options = _headers.parse_options_header(disposition)
        if b"name" not in options:
            message = 'The Content-Disposition header field "name" must be provided.'
            raise HTTPException(400, message)
        self._name = self._decode(options[b"name"])
        self._text.clear()
        if b"filename" not in options:
            self._file = None
            self._fields += 1
            _check_count("fields", self._fields, self._most_fields)
            return
        _check_count("files", len(self._files) + 1, self._most_files)
        # Closed with the form. Who puts another class there means all files that go to disk.
        make_spool = formparsers.SpooledTemporaryFile  # type: ignore[attr-defined]
        spool = make_spool(max_size=SPOOLED_BYTES)
        self._file = UploadFile(
            cast("BinaryIO", spool),
            size=0,
            filename=keep_inside(self._decode(options[b"filename"])),
            headers=Headers(raw=headers),
        )
        self._files.append(self._file)

    async def add(self, content: bytes) -> None:
        """Add to the part.

        Raises:
            HTTPException: 400: the text is too long.
        """
        if self._file is not None:
            await self._file.write(content)
            return
        if len(self._text) + len(content) > self._part_bytes:
            size = int(self._part_bytes / 1024)
            raise HTTPException(400, f"Part exceeded maximum size of {size}KB.")
        self._text += content

    async def end(self) -> None:
        """End the part."""
        if self._file is None:
            self.items.append((self._name, self._decode(self._text)))
            return
        await self._file.seek(0)
        self.items.append((self._name, self._file))

    def close(self) -> None:
        """Remove the files."""
        for file in self._files:
            file.file.close()

    def _decode(self, content: bytes | bytearray) -> str:
        try:
            return content.decode(self._charset)
        except UnicodeDecodeError:
            return content.decode("latin-1")


_DISPOSITION = b"content-disposition"


def _check_count(what: str, count: int, most: float) -> None:
    if count > most:
        raise HTTPException(400, f"Too many {what}. Maximum number of {what} is {most}.")
