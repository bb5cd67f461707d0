"""The errors of msgspec in the form of a 422 answer.

msgspec stops at the first error and says where it is as a path, such as "$.items[0].name". It
writes "[...]" for a value of a mapping without telling which; that one is searched for here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sixlane._compile.protocol import Location

_PLACE = re.compile(r"^(?P<text>.*) - at (?P<key>`key` in )?`\$(?P<path>.*)`$", re.DOTALL)
_STEP = re.compile(r"\.(?P<name>[^.\[]+)|\[(?P<index>\d+)\]|(?P<unknown>\[\.\.\.\])")
_FIELD = re.compile(
    r"^Object (?P<problem>missing required|contains unknown) field `(?P<name>.*)`$", re.DOTALL
)
_EXPECTED = re.compile(r"^Expected `(?P<type>[^`]+)`(?P<rest>.*)$", re.DOTALL)

_TYPES = {
    "int": "int_type",
    "float": "float_type",
    "bool": "bool_type",
    "str": "string_type",
    "bytes": "bytes_type",
    "array": "list_type",
    "object": "model_attributes_type",
    "null": "none_required",
    "datetime": "datetime_type",
    "date": "date_type",
    "time": "time_type",
    "duration": "time_delta_type",
    "uuid": "uuid_type",
    "decimal": "decimal_type",
}
"""Types as msgspec calls them to the error types Pydantic has for them."""

_CONSTRAINTS = (
    ("matching regex", "string_pattern_mismatch"),
    ("that's a multiple of", "multiple_of"),
    ("of length >=", "too_short"),
    ("of length <=", "too_long"),
    (">=", "greater_than_equal"),
    (">", "greater_than"),
    ("<=", "less_than_equal"),
    ("<", "less_than"),
)
"""How msgspec words a constraint to the error type Pydantic has for it, longer wordings first."""

_INVALID = {
    "Invalid enum value": "enum",
    "Invalid RFC3339 encoded datetime": "datetime_parsing",
    "Invalid RFC3339 encoded date": "date_parsing",
    "Invalid RFC3339 encoded time": "time_parsing",
    "Invalid ISO8601 duration": "time_delta_parsing",
    "Invalid UUID": "uuid_parsing",
    "Invalid decimal string": "decimal_parsing",
    "Invalid base64 encoded string": "bytes_invalid_encoding",
    "Invalid value": "union_tag_invalid",
}


@dataclass(frozen=True, slots=True)
class Rejection:
    """A value that msgspec did not take.

    Attributes:
        message: Its error message.
        value: The value as a whole.
        convert: Tells the message for another value; None if that would be taken.
    """

    message: str
    value: Any
    convert: Callable[[Any], str | None]


def describe_error(rejection: Rejection, location: Location) -> dict[str, Any]:
    """Translate an error of msgspec.

    Args:
        rejection: What was rejected, and why.
        location: Where the value as a whole lies.

    Returns:
        The error, its type and place as Pydantic would have them, its text msgspec's.
    """
    text, steps, in_key = _split(rejection.message)
    path = _resolve(rejection, steps)
    value = _follow(rejection.value, path)
    field = _FIELD.match(text)
    if field is not None:
        return _describe_field(field, location + path, value)
    if in_key:
        key = _find_key(rejection, path, value)
        path, value = (*path, str(key), "[key]"), key
    return {"type": _error_type(text), "loc": location + path, "msg": text, "input": value}


def _split(message: str) -> tuple[str, list[str | int | None], bool]:
    """Take a message apart: text, steps inwards (None: unknown key), whether a key is meant."""
    place = _PLACE.match(message)
    if place is None:
        return message, [], False
    steps: list[str | int | None] = []
    for step in _STEP.finditer(place["path"]):
        if step["unknown"]:
            steps.append(None)
        else:
            steps.append(step["name"] if step["index"] is None else int(step["index"]))
    return place["text"], steps, place["key"] is not None


def _describe_field(field: re.Match[str], path: Location, value: Any) -> dict[str, Any]:
    name = field["name"]
    if field["problem"] == "missing required":
        return {"type": "missing", "loc": (*path, name), "msg": "Field required", "input": value}
    return {
        "type": "extra_forbidden",
        "loc": (*path, name),
        "msg": "Extra inputs are not permitted",
        "input": _child(value, name),
    }


def _error_type(text: str) -> str:
    expected = _EXPECTED.match(text)
    if expected is None:
        found = (kind for start, kind in _INVALID.items() if text.startswith(start))
        return next(found, "value_error")
    name, rest = expected["type"].split(" | ")[0], expected["rest"]
    if rest.startswith(", got"):
        return _TYPES.get(name, "value_error")
    for wording, kind in _CONSTRAINTS:
        if wording in rest:
            is_text = name == "str" and kind.startswith("too_")
            return f"string_{kind}" if is_text else kind
    return "value_error"


def _resolve(rejection: Rejection, steps: list[str | int | None]) -> tuple[str | int, ...]:
    path: tuple[str | int, ...] = ()
    for step in steps:
        if step is None:
            step = _find_key(rejection, path, _follow(rejection.value, path))  # noqa: PLW2901
        path = (*path, step)
    return path


def _find_key(rejection: Rejection, path: tuple[str | int, ...], mapping: Any) -> Any:
    """Find the key of the item that was rejected: the last of the shortest rejected beginning.

    Cost: as many conversions as the number of items has binary digits.
    """
    if not isinstance(mapping, Mapping) or not mapping:
        return "[...]"
    items = list(mapping.items())
    low, high = 0, len(items) - 1
    while low < high:
        middle = (low + high) // 2
        try:
            shorter = _replace(rejection.value, path, dict(items[: middle + 1]))
        except TypeError:
            return "[...]"  # inside an object, which cannot be copied with another attribute
        if rejection.convert(shorter) == rejection.message:
            high = middle
        else:
            low = middle + 1
    return items[low][0]


def _replace(value: Any, path: tuple[str | int, ...], part: Any) -> Any:
    """Copy a value of mappings and sequences with another part at a path in it."""
    if not path:
        return part
    copied: Any = dict(value) if isinstance(value, Mapping) else list(value)
    copied[path[0]] = _replace(copied[path[0]], path[1:], part)
    return copied


def _follow(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = _child(value, step)
    return value


def _child(value: Any, step: str | int) -> Any:
    """Return a part of a value; None where it cannot be reached, as in the items of a set."""
    try:
        if isinstance(step, str) and not isinstance(value, Mapping):
            return getattr(value, step)
        return value[step]
    except (AttributeError, KeyError, IndexError, TypeError):
        return None
