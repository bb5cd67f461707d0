"""Files of a form that has come whole, for planned calls."""

from __future__ import annotations

from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from starlette.datastructures import Headers

from sixlane.datastructures import UploadFile

SPOOLED_BYTES = 1024 * 1024
"""The content of a file that is kept in memory, as Starlette does; more goes to disk."""


class ReceivedFile(SpooledTemporaryFile[bytes]):
    """A spooled file whose content has come: it is not copied until somebody writes.

    Args:
        content: The content.
    """

    def __init__(self, content: bytes) -> None:
        super().__init__(max_size=SPOOLED_BYTES)
        self._file = BytesIO(content)


def make_file(content: bytes, filename: str, headers: list[tuple[bytes, bytes]]) -> UploadFile:
    """Make a file of a part's content, with the part's header lines."""
    return UploadFile(
        cast("BinaryIO", ReceivedFile(content)),
        size=len(content),
        filename=keep_inside(filename),
        headers=Headers(raw=headers),
    )


def keep_inside(filename: str) -> str:
    r"""Reduce a client's file name that would lead out of a folder to its last part.

    `../../etc/passwd`, `/etc/passwd` and `C:\passwd` become `passwd`; a path below the folder, as
    browsers send it for a whole folder, stays. What was sent stands in the file's headers.
    """
    segments = filename.replace("\\", "/").split("/")
    first, last = segments[0], segments[-1]
    if ".." in segments or first.endswith(":") or (not first and len(segments) > 1):
        return "" if last == ".." else last
    return filename
