"""Questions about annotations that plug-ins ask in FastAPI's words."""

from __future__ import annotations

from typing import Any, get_args

from starlette.datastructures import UploadFile

from sixlane._compile.annotation import is_sequence, is_subclass, is_union

__all__ = ["is_bytes_sequence_annotation", "is_uploadfile_sequence_annotation"]


def is_bytes_sequence_annotation(annotation: Any) -> bool:
    """Tell whether a value is a sequence of bytes, for one member of a union at least."""
    return _is_sequence_of(annotation, bytes)


def is_uploadfile_sequence_annotation(annotation: Any) -> bool:
    """Tell whether a value is a sequence of files, for one member of a union at least."""
    return _is_sequence_of(annotation, UploadFile)


def _is_sequence_of(annotation: Any, item: type) -> bool:
    members = get_args(annotation)
    if is_union(annotation):
        return any(_is_sequence_of(member, item) for member in members)
    return is_sequence(annotation) and all(is_subclass(member, item) for member in members)
