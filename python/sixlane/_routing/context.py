"""Routes for tools that read an application: documents, metrics, permission checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute


@dataclass(frozen=True)
class RouteContext:
    """A route as requests meet it, with the prefixes and options of the routers around it.

    Attributes of the route can be read here too.
    """

    route: BaseRoute

    @property
    def original_route(self) -> BaseRoute:
        """The route as its own router declared it."""
        original: BaseRoute = getattr(self.route, "original_route", self.route)
        return original

    @property
    def path(self) -> str | None:
        """The whole path; None for a route that has none."""
        return getattr(self.route, "path", None)

    @property
    def path_format(self) -> str | None:
        """The same without convertors."""
        return getattr(self.route, "path_format", None)

    @property
    def name(self) -> str | None:
        """Name for `url_path_for`."""
        return getattr(self.route, "name", None)

    @property
    def methods(self) -> set[str] | None:
        """The HTTP methods answered; None for any."""
        return getattr(self.route, "methods", None)

    @property
    def endpoint(self) -> Callable[..., Any] | None:
        """The handler."""
        return getattr(self.route, "endpoint", None)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.route, name)


def iter_route_contexts(routes: Iterable[BaseRoute | RouteContext]) -> Iterator[RouteContext]:
    """Go through routes, each with its whole path, in the order requests are matched."""
    for route in routes:
        yield route if isinstance(route, RouteContext) else RouteContext(route)
