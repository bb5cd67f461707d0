"""Values of a form that count as none."""

from __future__ import annotations

from typing import Any

from pydantic_core import PydanticUndefined
from starlette.datastructures import UploadFile


def drop_empty(value: Any) -> Any:
    """Take what browsers send for an empty input as nothing: an empty text, a file without name.

    Returns:
        The value, a list without its empty files, or undefined where there was nothing else.
    """
    if isinstance(value, list):
        kept = [item for item in value if not _is_empty_file(item)]
        return kept if kept or not value else PydanticUndefined
    return PydanticUndefined if value == "" or _is_empty_file(value) else value


def _is_empty_file(value: Any) -> bool:
    return isinstance(value, UploadFile) and not value.filename and not value.size
