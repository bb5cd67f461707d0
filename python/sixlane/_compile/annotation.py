"""Questions about an annotation: is it a single value, a sequence of them, or something larger?"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from types import UnionType
from typing import Annotated, Any, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel
from starlette.datastructures import UploadFile

SEQUENCE_TYPES = (Sequence, list, tuple, set, frozenset, deque)
"""What a repeated parameter may be collected into."""


@dataclass(frozen=True, slots=True)
class StructMember:
    """Marks a member of a body's model that msgspec validates, so that the document shows it.

    Attributes:
        annotation: The type, with a `msgspec.Struct` in it.
    """

    annotation: Any


def is_subclass(annotation: Any, classes: type | tuple[type, ...]) -> TypeGuard[type[Any]]:
    """Tell whether an annotation is a class, and one of these; False for anything else."""
    try:
        return isinstance(annotation, type) and issubclass(annotation, classes)
    except TypeError:
        return False


def is_union(annotation: Any) -> bool:
    """Tell whether an annotation is `A | B`, `Union[A, B]` or `Optional[A]`."""
    return get_origin(annotation) in (Union, UnionType)


def is_scalar(annotation: Any) -> bool:
    """Tell whether one text on the wire can be the whole value."""
    if annotation is Ellipsis:
        return True  # the dots of `tuple[int, ...]`
    if is_union(annotation):
        return all(is_scalar(argument) for argument in get_args(annotation))
    origin = get_origin(annotation)
    if origin is Annotated:
        return is_scalar(get_args(annotation)[0])
    return not (
        _is_complex_class(annotation)
        or _is_complex_class(origin)
        or hasattr(origin, "__pydantic_core_schema__")
        or hasattr(origin, "__get_pydantic_core_schema__")
    )


def is_sequence(annotation: Any) -> bool:
    """Tell whether a value can be a sequence, for one member of a union at least."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return is_sequence(get_args(annotation)[0])
    if is_union(annotation):
        return any(is_sequence(argument) for argument in get_args(annotation))
    return _is_sequence_class(annotation) or _is_sequence_class(origin)


def is_scalar_sequence(annotation: Any) -> bool:
    """Tell whether a value is a sequence of single values, or a union of such and single values."""
    if get_origin(annotation) is Annotated:
        return is_scalar_sequence(get_args(annotation)[0])
    arguments = get_args(annotation)
    if is_union(annotation):
        sequences = [argument for argument in arguments if is_scalar_sequence(argument)]
        others = [argument for argument in arguments if not is_scalar_sequence(argument)]
        return bool(sequences) and all(is_scalar(argument) for argument in others)
    return is_sequence(annotation) and all(is_scalar(argument) for argument in arguments)


def is_upload(annotation: Any) -> bool:
    """Tell whether an annotation is an uploaded file, an optional one, or a sequence of them.

    A sequence of nothing in particular, such as a bare `list`, counts: FastAPI takes it for files.
    """
    if _is_single_upload(annotation):
        return True
    if is_union(annotation):
        return any(is_upload(argument) for argument in get_args(annotation))
    return is_sequence(annotation) and all(map(_is_single_upload, get_args(annotation)))


def contains_bytes(annotation: Any) -> bool:
    """Tell whether a value can be bytes, or a sequence of them."""
    return any(is_subclass(part, bytes) for part in walk(annotation))


def find_model(annotation: Any) -> type[BaseModel] | None:
    """Return the Pydantic model of `Model` or `Model | None`; None for anything else."""
    if is_union(annotation):
        members = [each for each in get_args(annotation) if each is not type(None)]
        if len(members) != 1 or len(get_args(annotation)) != 2:
            return None
        annotation = members[0]
    return annotation if is_subclass(annotation, BaseModel) else None


def is_struct(annotation: Any) -> bool:
    """Tell whether an annotation is a class of `msgspec.Struct`."""
    # Without msgspec imported by somebody, there can be no such class.
    msgspec = sys.modules.get("msgspec")
    return msgspec is not None and is_subclass(annotation, msgspec.Struct)


def contains_struct(annotation: Any) -> bool:
    """Tell whether a `msgspec.Struct` is anywhere in an annotation."""
    return "msgspec" in sys.modules and any(is_struct(part) for part in walk(annotation))


def contains_pydantic_v1(annotation: Any) -> bool:
    """Tell whether a model of `pydantic.v1` is anywhere in an annotation."""
    legacy = sys.modules.get("pydantic.v1")
    return legacy is not None and any(
        is_subclass(part, legacy.BaseModel) for part in walk(annotation)
    )


def walk(annotation: Any) -> Iterator[Any]:
    """Go through an annotation and everything in its brackets."""
    yield annotation
    for argument in get_args(annotation):
        yield from walk(argument)


def _is_single_upload(annotation: Any) -> bool:
    members = get_args(annotation) if is_union(annotation) else (annotation,)
    return any(is_subclass(member, UploadFile) for member in members)


def _is_sequence_class(annotation: Any) -> bool:
    return is_subclass(annotation, SEQUENCE_TYPES) and not issubclass(annotation, (str, bytes))


def _is_complex_class(annotation: Any) -> bool:
    return (
        is_subclass(annotation, (BaseModel, Mapping, UploadFile))
        or _is_sequence_class(annotation)
        or is_dataclass(annotation)
        or is_struct(annotation)
    )
