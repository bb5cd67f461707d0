"""Values that can be read only once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from pydantic import BaseModel


def holds_iterator(value: Any) -> bool:
    """Whether an iterator is anywhere in a value that Pydantic has validated.

    One that no encoder reads, in a private attribute for one, counts too: nothing tells them apart.
    """
    pending = [value]
    # The values themselves are kept: a mapping may make them as it is read, and ids are used again.
    seen: dict[int, Any] = {}
    while pending:
        each = pending.pop()
        if isinstance(each, Iterator):
            return True
        if id(each) not in seen:
            seen[id(each)] = each
            pending.extend(_parts(each))
    return False


def _parts(value: Any) -> Iterable[Any]:
    """What Pydantic encodes a value of: the kinds that it knows without being told the type."""
    if isinstance(value, BaseModel):
        # A computed field may hand out what a private attribute keeps.
        extra, private = value.__pydantic_extra__ or {}, value.__pydantic_private__ or {}
        return (*vars(value).values(), *extra.values(), *private.values())
    if isinstance(value, Mapping):
        return value.values()
    if isinstance(value, list | tuple | set | frozenset | deque):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, field.name, None) for field in fields(value)]
    return ()
