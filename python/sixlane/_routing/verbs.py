"""The decorators that declare path operations, for routers and applications alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, Unpack

from sixlane._keywords import check_options
from sixlane._options import AddRouteOptions, MethodRouteOptions, RouteOptions
from sixlane._routing.route import ADD_ROUTE_DEFAULTS, ROUTE_DEFAULTS
from sixlane._signature import shows_options

Handler = TypeVar("Handler", bound=Callable[..., Any])

_shows_route_options = shows_options(RouteOptions, ROUTE_DEFAULTS)


class PathOperations:
    """One decorator per HTTP method, each of which leaves the handler as it was."""

    @shows_options(AddRouteOptions, ADD_ROUTE_DEFAULTS)
    def add_api_route(
        self, path: str, endpoint: Callable[..., Any], **options: Unpack[AddRouteOptions]
    ) -> None:
        """Declare a path operation without a decorator."""
        raise NotImplementedError

    @shows_options(MethodRouteOptions, ROUTE_DEFAULTS)
    def api_route(
        self, path: str, **options: Unpack[MethodRouteOptions]
    ) -> Callable[[Handler], Handler]:
        """Declare a path operation for the methods given; GET if none are.

        Args:
            path: Begins with "/"; "{name}" or "{name:convertor}" is a path parameter.
            **options: See `MethodRouteOptions`.

        Raises:
            TypeError: An option nobody knows, when the decorator is called.
        """
        check_options("api_route()", options, MethodRouteOptions)
        settings: Any = {**ROUTE_DEFAULTS, **options}

        def declare(handler: Handler) -> Handler:
            self.add_api_route(path, handler, **settings)
            return handler

        return declare

    @_shows_route_options
    def get(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[Handler], Handler]:
        """Declare what answers GET. HEAD is not answered with it."""
        return self._operation("GET", path, options)

    @_shows_route_options
    def put(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[Handler], Handler]:
        """Declare what answers PUT."""
        return self._operation("PUT", path, options)

    @_shows_route_options
    def post(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[Handler], Handler]:
        """Declare what answers POST."""
        return self._operation("POST", path, options)

    @_shows_route_options
    def delete(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[Handler], Handler]:
        """Declare what answers DELETE."""
        return self._operation("DELETE", path, options)

    @_shows_route_options
    def options(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[Handler], Handler]:
        """Declare what answers OPTIONS."""
        return self._operation("OPTIONS", path, options)

    @_shows_route_options
    def head(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[Handler], Handler]:
        """Declare what answers HEAD."""
        return self._operation("HEAD", path, options)

    @_shows_route_options
    def patch(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[Handler], Handler]:
        """Declare what answers PATCH."""
        return self._operation("PATCH", path, options)

    @_shows_route_options
    def trace(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[Handler], Handler]:
        """Declare what answers TRACE."""
        return self._operation("TRACE", path, options)

    def _operation(
        self, method: str, path: str, options: RouteOptions
    ) -> Callable[[Handler], Handler]:
        check_options(f"{method.lower()}()", options, RouteOptions)
        return self.api_route(path, methods=[method], **options)
