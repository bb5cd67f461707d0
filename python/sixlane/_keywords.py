"""The check that keyword options, typed by a `TypedDict`, get when they are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def check_options(owner: str, given: Mapping[str, Any], accepted: type) -> None:
    """Refuse options nobody knows, as a call with a wrong keyword does.

    Args:
        owner: What the options were given to, for the message, such as "APIRouter()".
        given: The options.
        accepted: The typed dictionary that lists those allowed.

    Raises:
        TypeError: Names the first unknown option.
    """
    names = accepted.__annotations__.keys()
    if not given.keys() <= names:
        unknown = min(given.keys() - names)
        message = f"{owner} got an unexpected keyword argument {unknown!r}"
        raise TypeError(message)
