"""The decorators that declare path operations, for routers and applications alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

from sixlane._keywords import check_options
from sixlane._options import AddRouteOptions, MethodRouteOptions, RouteOptions
from sixlane._routing.arguments import check_path
from sixlane._routing.route import ADD_ROUTE_DEFAULTS, ROUTE_DEFAULTS
from sixlane._signature import shows_options

if TYPE_CHECKING:
    from sixlane.params import Depends

Handler = TypeVar("Handler", bound=Callable[..., Any])

_shows_route_options = shows_options(RouteOptions, ROUTE_DEFAULTS)


class PathOperations:
    """One decorator per HTTP method and two for WebSockets; all leave the handler as it was."""

    @shows_options(AddRouteOptions, ADD_ROUTE_DEFAULTS)
    def add_api_route(
        self, path: str, endpoint: Callable[..., Any], **options: Unpack[AddRouteOptions]
    ) -> None:
        """Declare a path operation without a decorator."""
        raise NotImplementedError

    def add_api_websocket_route(
        self,
        path: str,
        endpoint: Callable[..., Any],
        name: str | None = None,
        *,
        dependencies: Sequence[Depends] | None = None,
    ) -> None:
        """Declare a WebSocket path operation without a decorator; see `websocket`."""
        raise NotImplementedError

    def add_websocket_route(
        self, path: str, endpoint: Callable[..., Any], name: str | None = None
    ) -> None:
        """Declare a plain WebSocket route without a decorator; see `websocket_route`."""
        raise NotImplementedError

    def websocket(
        self,
        path: str,
        name: str | None = None,
        *,
        dependencies: Sequence[Depends] | None = None,
    ) -> Callable[[Handler], Handler]:
        """Declare what takes the WebSockets of a path.

        The handler, an `async def`, declares parameters and dependencies as those of requests do,
        and accepts the connection by the `WebSocket` it asks for. Where the handshake does not fit,
        the connection is closed with 1008 before it is accepted.

        Args:
            path: Begins with "/"; "{name}" or "{name:convertor}" is a path parameter.
            name: Name for `url_path_for`; the handler's if absent.
            dependencies: Dependencies whose results nobody reads; they run before the handler's.
        """
        check_path("websocket", path)

        def declare(handler: Handler) -> Handler:
            self.add_api_websocket_route(path, handler, name, dependencies=dependencies)
            return handler

        return declare

    def websocket_route(self, path: str, name: str | None = None) -> Callable[[Handler], Handler]:
        """Declare a plain Starlette route: a function of a WebSocket, or an ASGI class.

        The router's own prefix and dependencies do not apply.
        """

        def declare(handler: Handler) -> Handler:
            self._declaring.add_websocket_route(path, handler, name)
            return handler

        return declare

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
            DeclarationError: The path is no text, as where the decorator's brackets are missing.
        """
        check_options("api_route()", options, MethodRouteOptions)
        check_path("api_route", path)
        settings: Any = {**ROUTE_DEFAULTS, **options}

        def declare(handler: Handler) -> Handler:
            self._declaring.add_api_route(path, handler, **settings)
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
        check_path(method.lower(), path)
        declaring = self._declaring
        if type(declaring).api_route is PathOperations.api_route:
            return declaring.api_route(path, methods=[method], **options)
        # A subclass may look at any option, as FastAPI names all of them here.
        settings: Any = {**ROUTE_DEFAULTS, **options, "methods": [method]}
        return declaring.api_route(path=path, **settings)

    @property
    def _declaring(self) -> PathOperations:
        return self


class RoutedOperations(PathOperations):
    """The decorators of an application, which go past its own methods to those of its router.

    Attributes:
        router: Declares all path operations; what a subclass of the application makes of
            `add_api_route` or `api_route` is for those who call that, as in FastAPI.
    """

    router: PathOperations

    @property
    def _declaring(self) -> PathOperations:
        return self.router

    @shows_options(AddRouteOptions, ADD_ROUTE_DEFAULTS)
    def add_api_route(
        self, path: str, endpoint: Callable[..., Any], **options: Unpack[AddRouteOptions]
    ) -> None:
        """Declare a path operation without a decorator; see `APIRouter.add_api_route`."""
        self.router.add_api_route(path, endpoint, **options)

    def add_api_websocket_route(
        self,
        path: str,
        endpoint: Callable[..., Any],
        name: str | None = None,
        *,
        dependencies: Sequence[Depends] | None = None,
    ) -> None:
        """Declare a WebSocket path operation without a decorator; see `websocket`."""
        self.router.add_api_websocket_route(path, endpoint, name, dependencies=dependencies)

    def add_websocket_route(
        self, path: str, endpoint: Callable[..., Any], name: str | None = None
    ) -> None:
        """Declare a plain WebSocket route without a decorator; see `websocket_route`."""
        self.router.add_websocket_route(path, endpoint, name)
