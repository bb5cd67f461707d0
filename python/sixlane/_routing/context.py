"""Routes for tools that read an application: documents, metrics, permission checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute


@dataclass(frozen=True)
class RouteContext:
    """A route as requests meet it, with the prefixes and options of the routers around it.

    Attributes of the route can be read here too.

    Attributes:
        effective: The route as requests meet it.
    """

    effective: BaseRoute

    @property
    def route(self) -> BaseRoute:
        """The route as its own router declared it."""
        original: BaseRoute = getattr(self.effective, "original_route", self.effective)
        return original

    @property
    def original_route(self) -> BaseRoute:
        """The same as `route`."""
        return self.route

    def __getattr__(self, name: str) -> Any:
        if name in _OPTIONAL:
            return getattr(self.effective, name, None)
        return getattr(self.effective, name)


_OPTIONAL = frozenset({"path", "path_format", "name", "methods", "endpoint"})
"""What a route of any class is asked for; None where it has no such thing."""


def iter_route_contexts(routes: Iterable[BaseRoute | RouteContext]) -> Iterator[RouteContext]:
    """Go through routes, each with its whole path, in the order requests are matched."""
    for route in routes:
        yield route if isinstance(route, RouteContext) else RouteContext(route)
