"""Routes for tools that read an application: documents, metrics, permission checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

from sixlane._routing.route import APIRoute


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

    @property
    def path(self) -> str | None:
        """The whole path; None for a route that has none."""
        return getattr(self.effective, "path", None)

    @property
    def path_format(self) -> str | None:
        """The same without convertors."""
        return getattr(self.effective, "path_format", None)

    @property
    def name(self) -> str | None:
        """Name for `url_path_for`."""
        return getattr(self.effective, "name", None)

    @property
    def methods(self) -> set[str] | None:
        """The HTTP methods answered; None for any."""
        return getattr(self.effective, "methods", None)

    @property
    def endpoint(self) -> Callable[..., Any] | None:
        """The handler."""
        return getattr(self.effective, "endpoint", None)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether the route takes a request.

        Of a path operation in an included router, path and method alone are looked at, as FastAPI
        does. Its class may decide by more, but tools ask before the application's middleware has
        added to the scope what that class looks for.
        """
        effective = self.effective
        if effective is not self.route and isinstance(effective, APIRoute):
            return Route.matches(effective, scope)
        return effective.matches(scope)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.effective, name)


def iter_route_contexts(routes: Iterable[BaseRoute | RouteContext]) -> Iterator[RouteContext]:
    """Go through routes, each with its whole path, in the order requests are matched."""
    for route in routes:
        yield route if isinstance(route, RouteContext) else RouteContext(route)
