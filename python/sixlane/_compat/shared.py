"""Questions about annotations and values that plug-ins ask in FastAPI's words."""

from __future__ import annotations

import sys
from typing import Any, TypeGuard, get_args

from starlette.datastructures import UploadFile

from sixlane._compile.annotation import (
    SEQUENCE_TYPES,
    contains_pydantic_v1,
    is_scalar,
    is_scalar_sequence,
    is_sequence,
    is_subclass,
    is_union,
)

__all__ = [
    "annotation_is_pydantic_v1",
    "field_annotation_is_scalar",
    "field_annotation_is_scalar_sequence",
    "field_annotation_is_sequence",
    "is_bytes_or_nonable_bytes_annotation",
    "is_bytes_sequence_annotation",
    "is_pydantic_v1_model_instance",
    "is_uploadfile_or_nonable_uploadfile_annotation",
    "is_uploadfile_sequence_annotation",
    "lenient_issubclass",
    "sequence_types",
    "value_is_sequence",
]

annotation_is_pydantic_v1 = contains_pydantic_v1
field_annotation_is_scalar = is_scalar
field_annotation_is_scalar_sequence = is_scalar_sequence
field_annotation_is_sequence = is_sequence
sequence_types = SEQUENCE_TYPES


def lenient_issubclass(cls: Any, class_or_tuple: Any) -> TypeGuard[type[Any]]:
    """Tell whether something is a class, and one of these; False for anything else."""
    return is_subclass(cls, class_or_tuple)


def is_bytes_or_nonable_bytes_annotation(annotation: Any) -> bool:
    """Tell whether a value is bytes, for one member of a union at least."""
    return _is_single(annotation, bytes)


def is_uploadfile_or_nonable_uploadfile_annotation(annotation: Any) -> bool:
    """Tell whether a value is a file, for one member of a union at least."""
    return _is_single(annotation, UploadFile)


def is_bytes_sequence_annotation(annotation: Any) -> bool:
    """Tell whether a value is a sequence of bytes, for one member of a union at least."""
    return _is_sequence_of(annotation, bytes)


def is_uploadfile_sequence_annotation(annotation: Any) -> bool:
    """Tell whether a value is a sequence of files, for one member of a union at least."""
    return _is_sequence_of(annotation, UploadFile)


def value_is_sequence(value: Any) -> bool:
    """Tell whether a value is a sequence, and no text."""
    return isinstance(value, SEQUENCE_TYPES) and not isinstance(value, str | bytes)


def is_pydantic_v1_model_instance(obj: Any) -> bool:
    """Tell whether an object is a model of `pydantic.v1`."""
    legacy = sys.modules.get("pydantic.v1")
    return legacy is not None and isinstance(obj, legacy.BaseModel)


def _is_single(annotation: Any, item: type) -> bool:
    members = get_args(annotation) if is_union(annotation) else (annotation,)
    return any(is_subclass(member, item) for member in members)


def _is_sequence_of(annotation: Any, item: type) -> bool:
    members = get_args(annotation)
    if is_union(annotation):
        return any(_is_sequence_of(member, item) for member in members)
    return is_sequence(annotation) and all(_is_single(member, item) for member in members)
