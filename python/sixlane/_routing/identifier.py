"""The operation id a route gets in the OpenAPI document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:

    class IdentifiedRoute(Protocol):
        """What an operation id is made of."""

        name: str
        path_format: str
        methods: set[str]


_NOT_A_WORD = re.compile(r"\W")


def generate_unique_id(route: IdentifiedRoute) -> str:
    """Make an operation id of the route's name, its path and its first method."""
    return make_identifier(route.name, route.path_format, next(iter(route.methods)))


def make_identifier(name: str, path: str, method: str) -> str:
    """Join a name, a path and a method to an operation id of letters, digits and underscores."""
    return f"{_NOT_A_WORD.sub('_', name + path)}_{method.lower()}"
