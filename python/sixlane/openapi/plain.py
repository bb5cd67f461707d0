"""Values as JSON knows them: what users put into the document becomes plain here."""

from __future__ import annotations

from math import isfinite
from typing import Any

from pydantic_core import to_jsonable_python


def to_plain(value: Any) -> Any:
    """Copy a value as plain JSON, leaving out every key whose value JSON has no word for.

    Nothing of the copy is shared with the original, nor with itself: users edit documents in place.

    Args:
        value: JSON values and anything Pydantic can serialize: models, enums, dates, numbers.

    Raises:
        pydantic_core.PydanticSerializationError: There is something it cannot serialize.
    """
    kind = type(value)
    if kind is dict:
        return {
            name if type(name) is str else _to_key(name): to_plain(item)
            for name, item in value.items()
            if not is_nothing(item)
        }
    if kind is list:
        return [to_plain(item) for item in value]
    if kind is str or kind is int or kind is bool:
        return value
    if kind is float or value is None:
        return None if is_nothing(value) else value
    return to_plain(to_jsonable_python(value, by_alias=True, exclude_none=True))


def is_nothing(value: Any) -> bool:
    """Tell whether a value is None, as FastAPI takes infinity and NaN to be."""
    return value is None or (type(value) is float and not isfinite(value))


def _to_key(name: Any) -> str:
    (key,) = to_jsonable_python({name: 0})
    return str(key)
