"""Routers and path operations."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from os import PathLike
from traceback import format_exc
from typing import TYPE_CHECKING, Any, Final, Literal, Unpack

from starlette.responses import JSONResponse
from starlette.routing import (
    BaseRoute,
    Host,
    Match,
    Mount,
    NoMatchFound,
    Route,
    Router,
    WebSocketRoute,
    compile_path,
)
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send
from typing_extensions import deprecated

from sixlane._keywords import check_options
from sixlane._lazy import lazy_module
from sixlane._options import AddRouteOptions, IncludeOptions, RouterOptions
from sixlane._reexports import reexported_names
from sixlane._routing.arguments import (
    check_callable,
    check_inclusion,
    check_mount_path,
    check_takes,
    wrong_argument,
)
from sixlane._routing.check import check_routes
from sixlane._routing.form_limited import limit_forms
from sixlane._routing.frontend import (
    Fallback,
    Frontend,
    check_frontend_files,
    normalize_frontend_path,
)
from sixlane._routing.guarded import find_guarded, guard_route
from sixlane._routing.identifier import generate_unique_id
from sixlane._routing.inheritance import (
    Inheritance,
    check_prefix,
    combine_inherited,
    read_inherited,
)
from sixlane._routing.lifespan import as_lifespan, event_lifespan, merge_lifespans
from sixlane._routing.limit import check_body_size, check_form_limits
from sixlane._routing.route import ADD_ROUTE_DEFAULTS, ROUTE_DEFAULTS, APIRoute
from sixlane._routing.tree import Inclusion, RouteTree
from sixlane._routing.verbs import Handler, PathOperations
from sixlane._routing.websocket import APIWebSocketRoute
from sixlane._run.replaced import Steps
from sixlane._signature import shows_options
from sixlane.datastructures import Default

if TYPE_CHECKING:
    from enum import Enum

    from sixlane import _asgi
    from sixlane._compile import table as _table
    from sixlane._routing import handler as _handler
    from sixlane._routing.context import RouteContext, iter_route_contexts
    from sixlane._routing.handler import (
        get_request_handler,
        get_websocket_app,
        request_response,
        run_endpoint_function,
        serialize_response,
        websocket_session,
    )
    from sixlane.dependencies import utils as _utilities
    from sixlane.dependencies.utils import solve_dependencies
    from sixlane.params import Depends
else:
    _asgi = lazy_module("sixlane._asgi")
    _handler = lazy_module("sixlane._routing.handler")
    _table = lazy_module("sixlane._compile.table")
    _utilities = lazy_module("sixlane.dependencies.utils")

__all__ = [
    "APIRoute",
    "APIRouter",
    "APIWebSocketRoute",
    "BaseRoute",
    "Host",
    "Match",
    "Mount",
    "NoMatchFound",
    "Route",
    "RouteContext",
    "WebSocketRoute",
    "compile_path",
    "get_request_handler",
    "get_websocket_app",
    "iter_route_contexts",
    "request_response",
    "run_endpoint_function",
    "serialize_response",
    "solve_dependencies",
    "websocket_session",
]

_load_name = reexported_names(__name__)


def __getattr__(name: str) -> Any:
    return _load_name(name)


_IncludedRouter = Inclusion
"""FastAPI's private name; its `routes` hold such objects, ours the routes inside them."""


def _find_handler_maker() -> Callable[..., Any] | None:
    """Find what a tool, such as one for tracing, has put in the place of `get_request_handler`."""
    current: Callable[..., Any] | None = globals().get("get_request_handler")
    if current is None or current is _handler.get_request_handler:
        return None
    return current


APIRoute.find_handler_maker = _find_handler_maker


def _find_steps() -> Steps | None:
    names = globals()
    if not ("solve_dependencies" in names or "run_endpoint_function" in names):
        return None  # nobody has read them, let alone replaced one
    solve = names.get("solve_dependencies", _utilities.solve_dependencies)
    run = names.get("run_endpoint_function", _handler.run_endpoint_function)
    if solve is _utilities.solve_dependencies and run is _handler.run_endpoint_function:
        return None
    return Steps(solve, run)


Steps.find = _find_steps

_DEFAULTS = (
    "default_response_class",
    "generate_unique_id_function",
    "strict_content_type",
    "max_body_size",
    "form_limits",
)
"""What a router says for its routes wherever it is included, besides what it adds to them."""

INCLUDE_DEFAULTS: Final[dict[str, Any]] = {
    "prefix": "",
    "include_in_schema": True,
    "default_response_class": Default(JSONResponse),
    "generate_unique_id_function": Default(generate_unique_id),
}
"""The options of an inclusion that are not None where nobody says otherwise."""

_ROUTER_DEFAULTS: Final[dict[str, Any]] = {
    **INCLUDE_DEFAULTS,
    "redirect_slashes": True,
    "route_class": APIRoute,
    "strict_content_type": Default(True),  # noqa: FBT003  it is the value
}
"""Those of a router."""

_LIFESPAN_FIX = "pass a function of the app, decorated with @asynccontextmanager, that yields once"
_EVENT_FIX = "pass a function without parameters"
_MOUNT_FIX = "pass an ASGI application, such as another FastAPI() or StaticFiles(directory=...)"


class APIRouter(PathOperations, Router):
    """A group of path operations with options in common, for an application or another router.

    An included router stays live: routes declared on it later appear wherever it is included.
    """

    lifespan_context: Lifespan[Any]

    @shows_options(RouterOptions, _ROUTER_DEFAULTS)
    def __init__(self, **options: Unpack[RouterOptions]) -> None:
        check_options("APIRouter()", options, RouterOptions)
        self.prefix: str = options.get("prefix", "")
        check_prefix(self.prefix)
        self.tree: RouteTree = RouteTree()
        self._table: _table.RouteTable | None = None
        self.on_startup: list[Callable[[], Any]] = list(options.get("on_startup") or ())
        self.on_shutdown: list[Callable[[], Any]] = list(options.get("on_shutdown") or ())
        lifespan = options.get("lifespan")
        if lifespan is not None:
            check_callable("lifespan", lifespan, _LIFESPAN_FIX)
            check_takes("lifespan", lifespan, "app")
        self.has_own_lifespan: bool = lifespan is not None
        super().__init__(
            options.get("routes"),
            options.get("redirect_slashes", True),
            options.get("default"),
            event_lifespan(self.on_startup, self.on_shutdown)
            if lifespan is None
            else as_lifespan(lifespan),
        )
        self.tags: list[str | Enum] = list(options.get("tags") or ())
        self.dependencies: list[Depends] = list(options.get("dependencies") or ())
        self.responses: dict[int | str, dict[str, Any]] = options.get("responses") or {}
        self.callbacks: list[BaseRoute] = options.get("callbacks") or []
        self.deprecated: bool | None = options.get("deprecated")
        self.include_in_schema: bool = options.get("include_in_schema", True)
        self.default_response_class: Any = options.get(
            "default_response_class", Default(JSONResponse)
        )
        self.generate_unique_id_function: Callable[[Any], str] = options.get(
            "generate_unique_id_function", Default(generate_unique_id)
        )
        self.strict_content_type: bool = options.get("strict_content_type", Default(True))  # noqa: FBT003
        self.max_body_size: int | None = options.get("max_body_size")
        check_body_size(self.max_body_size)
        check_form_limits(options.get("form_limits"))
        self.form_limits: dict[str, int] = dict(options.get("form_limits") or ())
        self.route_class: type[Any] = options.get("route_class", APIRoute)
        self.dependency_overrides_provider: Any = options.get("dependency_overrides_provider")

    @property
    def routes(self) -> list[BaseRoute]:
        """Every route in matching order, included ones in place; may be edited."""
        return self.tree.routes

    @routes.setter
    def routes(self, routes: list[BaseRoute]) -> None:
        self.tree.replace(routes)

    def defaults(self) -> Inheritance:
        """Tell what the routes of this router fall back to wherever it is included."""
        return Inheritance.from_options("", {name: getattr(self, name) for name in _DEFAULTS})

    def inheritance(self) -> Inheritance:
        """Tell what this router hands down to the routes and routers declared in it."""
        return Inheritance.from_options(self.prefix, vars(self))

    @shows_options(AddRouteOptions, ADD_ROUTE_DEFAULTS)
    def add_api_route(
        self, path: str, endpoint: Callable[..., Any], **options: Unpack[AddRouteOptions]
    ) -> None:
        """Declare a path operation without a decorator.

        Args:
            path: Put behind the router's prefix.
            endpoint: The handler, of any callable kind.
            **options: See `AddRouteOptions`; those that combine do so with the router's.
        """
        check_options("add_api_route()", options, AddRouteOptions)
        check_form_limits(options.get("form_limits"))
        route_options: dict[str, Any] = {**ROUTE_DEFAULTS, **options}
        route_class = route_options.pop("route_class_override", None) or self.route_class
        own = read_inherited(route_options)
        route_options.update(combine_inherited(read_inherited(vars(self)), own))
        self.tree.add(route_class(self.prefix + path, endpoint=endpoint, **route_options))

    def add_api_websocket_route(
        self,
        path: str,
        endpoint: Callable[..., Any],
        name: str | None = None,
        *,
        dependencies: Sequence[Depends] | None = None,
    ) -> None:
        """Declare a WebSocket path operation without a decorator.

        Args:
            path: Put behind the router's prefix.
            endpoint: The handler, a coroutine function.
            name: Name for `url_path_for`; the handler's if absent.
            dependencies: Run behind the router's.
        """
        own = Inheritance.from_options(path, {"dependencies": dependencies})
        whole = self.inheritance().around(own)
        route = APIWebSocketRoute(
            whole.prefix,
            endpoint,
            name=name,
            dependencies=whole.dependencies,
            dependency_overrides_provider=whole.dependency_overrides_provider,
        )
        self.tree.add(route)

    @shows_options(IncludeOptions, INCLUDE_DEFAULTS)
    def include_router(self, router: APIRouter, **options: Unpack[IncludeOptions]) -> None:
        """Take in the routes of another router, those it has now and those it gets later.

        Args:
            router: May be included many times, here and elsewhere.
            **options: See `IncludeOptions`; they lie between this router's options and those of the
                included one.

        Raises:
            AssertionError: The router is this one, or includes it; or the prefix is malformed.
            DeclarationError: It is not a router.
            FastAPIError: A route would have neither a prefix nor a path.
        """
        check_options("include_router()", options, IncludeOptions)
        prefix = options.get("prefix", "")
        check_prefix(prefix)
        check_body_size(options.get("max_body_size"))
        check_form_limits(options.get("form_limits"))
        self._check_router(router)
        check_inclusion(self, router, prefix)
        context = self.inheritance().around(Inheritance.from_options(prefix, options))
        self.tree.include(Inclusion(router, context))
        if router.has_own_lifespan:
            # Its events are not part of that lifespan; here they run, and only here.
            self.on_startup.extend(router.on_startup)
            self.on_shutdown.extend(router.on_shutdown)
        self.lifespan_context = merge_lifespans(self.lifespan_context, router.lifespan_context)

    def add_route(
        self,
        path: str,
        endpoint: Callable[..., Any],
        methods: Collection[str] | None = None,
        name: str | None = None,
        include_in_schema: bool = True,
    ) -> None:
        """Declare a plain Starlette route: a function from request to response, or an ASGI class.

        The router's prefix and options do not apply.
        """
        self.tree.add(
            Route(path, endpoint, methods=methods, name=name, include_in_schema=include_in_schema)
        )

    def route(
        self,
        path: str,
        methods: Collection[str] | None = None,
        name: str | None = None,
        include_in_schema: bool = True,
    ) -> Callable[[Handler], Handler]:
        """Declare a plain Starlette route with a decorator."""

        def declare(handler: Handler) -> Handler:
            self.add_route(path, handler, methods, name, include_in_schema)
            return handler

        return declare

    def add_websocket_route(
        self, path: str, endpoint: Callable[..., Any], name: str | None = None
    ) -> None:
        """Declare a plain Starlette route: a function of a WebSocket, or an ASGI class.

        The router's own prefix and dependencies do not apply.
        """
        self.tree.add(WebSocketRoute(path, endpoint, name=name))

    def mount(self, path: str, app: ASGIApp, name: str | None = None) -> None:
        """Hand every request below a path to another ASGI application.

        Raises:
            DeclarationError: It cannot be called, or the path does not begin with a slash.
        """
        check_callable("mount()", app, _MOUNT_FIX)
        check_mount_path(path)
        self.tree.add(Mount(path, app=app, name=name))

    def host(self, host: str, app: ASGIApp, name: str | None = None) -> None:
        """Hand every request for a host to another ASGI application; see `mount`."""
        check_callable("host()", app, _MOUNT_FIX)
        self.tree.add(Host(host, app=app, name=name))

    def frontend(
        self,
        path: str,
        *,
        directory: str | PathLike[str],
        fallback: Fallback = "auto",
        check_dir: bool | Literal["auto"] = "auto",
    ) -> None:
        """Serve a directory of a built front end where no route takes the request.

        The dependencies of the routers around it run before each file. A directory's path answers
        with its `index.html`. Of several front ends the one with the longest path answers.

        Args:
            path: Prefix of the paths answered, begins with "/"; put behind the router's prefix.
            directory: Holds the files; a relative path is looked up where the process runs.
            fallback: What answers a path without a file. "index.html" answers page loads alone,
                those whose `Accept` names HTML, for routing in the browser; "404.html" answers all
                with that page and status 404; "auto" takes the one that exists, "404.html" first;
                None answers 404.
            check_dir: Whether the directory and the fallback have to be there now; "auto" only
                warns where the environment variable FASTAPI_ENV is "development".

        Raises:
            DeclarationError: The path is malformed, or what has to be there is not.
        """
        prefix = normalize_frontend_path(path)
        check_frontend_files(directory, fallback, check_dir=check_dir)
        self.tree.add_frontend(
            Frontend(prefix, directory=directory, fallback=fallback, context=self.inheritance())
        )

    def add_event_handler(self, event_type: str, func: Callable[[], Any]) -> None:
        """Call a function at "startup" or "shutdown".

        Raises:
            DeclarationError: It cannot be called without arguments.
        """
        handlers = self._event_handlers(event_type)
        owner = f"on_event({event_type!r})"
        check_callable(owner, func, _EVENT_FIX)
        check_takes(owner, func)
        handlers.append(func)

    @deprecated("on_event is deprecated, use lifespan event handlers instead.")
    def on_event(self, event_type: str) -> Callable[[Handler], Handler]:
        """Call the decorated function at "startup" or "shutdown"."""

        def declare(handler: Handler) -> Handler:
            self.add_event_handler(event_type, handler)
            return handler

        return declare

    @property
    def guards_routes(self) -> bool:
        """Whether a subclass wants to be asked about the requests for the routes inside."""
        own = type(self)
        return own.matches is not APIRouter.matches or own.handle is not APIRouter.handle

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether this router, included in another one, takes a request.

        A subclass may override it to decide by more than the path; it is asked about each route
        inside whose path matches.

        Args:
            scope: The request's scope.

        Returns:
            How the request is matched, and what is added to its scope.
        """
        guarded = find_guarded(scope, self)
        return (Match.NONE, {}) if guarded is None else guarded.inside(self).matches(scope)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request that this router took as an included one; a subclass may override it."""
        guarded = find_guarded(scope, self)
        answer = self if guarded is None else guarded.inside(self).handle
        await answer(scope, receive, send)

    def __getstate__(self) -> dict[str, Any]:
        """Return the router without what is compiled of it, for copies and other processes."""
        return {**vars(self), "_table": None}

    def compiled_table(self) -> _table.RouteTable:
        """Return the routes compiled for matching, anew where they changed since the last time.

        Raises:
            DeclarationError: A route that an included router got since is declared wrongly.
        """
        table = self._table
        if table is None or table.version != self.tree.version:
            routes = self.routes
            check_routes(routes)
            limits = self.form_limits
            asked = [limit_forms(route, guard_route(route), limits) for route in routes]
            table = self._table = _table.RouteTable(
                asked, self.tree.version, frontends=self.tree.frontends
            )
        return table

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the lifespan, before which the routes are compiled and checked."""
        scope.setdefault("router", self)
        if scope["type"] != "lifespan":
            await _asgi.route_request(self, scope, receive, send)
            return
        try:
            self.compiled_table()
        except Exception:
            await receive()
            await send({"type": "lifespan.startup.failed", "message": format_exc()})
            raise
        await self.lifespan(scope, receive, send)

    def _event_handlers(self, event_type: str) -> list[Callable[[], Any]]:
        if event_type not in ("startup", "shutdown"):
            message = f"event_type must be 'startup' or 'shutdown', not {event_type!r}"
            raise AssertionError(message)
        return self.on_startup if event_type == "startup" else self.on_shutdown

    def _check_router(self, router: APIRouter) -> None:
        if not isinstance(router, APIRouter):
            raise wrong_argument(
                f"include_router() got {router!r}, which is not an APIRouter",
                "pass an APIRouter; another application is mounted: app.mount('/path', other)",
            )
