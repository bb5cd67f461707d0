"""The application."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from sys import modules
from typing import TYPE_CHECKING, Any, Final, Literal, ParamSpec, Unpack
from warnings import warn

from starlette._utils import is_async_callable
from starlette.applications import Starlette
from starlette.datastructures import State
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send
from typing_extensions import deprecated

from sixlane._collection import uncollected
from sixlane._keywords import check_options
from sixlane._lazy import lazy_module
from sixlane._observable import OPENTELEMETRY, Observable
from sixlane._options import ApplicationOptions, IncludeOptions
from sixlane._reexports import reexported_names
from sixlane._routing.arguments import (
    check_callable,
    check_exception_key,
    check_takes,
    wrong_argument,
)
from sixlane._routing.check import check_answers
from sixlane._routing.cross_origin import check_added_middleware
from sixlane._routing.frontend import Fallback
from sixlane._routing.limit import check_body_size, check_form_limits
from sixlane._routing.telemetry import complete_telemetry
from sixlane._routing.verbs import Handler, RoutedOperations
from sixlane._signature import shows_options
from sixlane.exception_handlers import (
    http_exception_handler,
    request_validation_exception_handler,
    websocket_request_validation_exception_handler,
)
from sixlane.exceptions import (
    FastAPIDeprecationWarning,
    RequestValidationError,
    WebSocketRequestValidationError,
)
from sixlane.routing import INCLUDE_DEFAULTS, APIRoute, APIRouter, BaseRoute

if TYPE_CHECKING:
    from starlette.middleware import _MiddlewareFactory
    from starlette.middleware import base as base_middleware

    from sixlane import _asgi, _documentation
    from sixlane._compile import middleware as _middleware
    from sixlane._compile import routes as _routes
    from sixlane._compile.plan import Routes
    from sixlane._compile.table import RouteTable
    from sixlane._run import body_limit as _body_limit
    from sixlane._run import failure as _failure
    from sixlane._run import http_middleware as _http_middleware
    from sixlane._run.forwarding import TrustedProxies
    from sixlane.openapi import utils as openapi_document
else:
    _asgi = lazy_module("sixlane._asgi")
    _documentation = lazy_module("sixlane._documentation")
    _body_limit = lazy_module("sixlane._run.body_limit")
    _failure = lazy_module("sixlane._run.failure")
    _middleware = lazy_module("sixlane._compile.middleware")
    _routes = lazy_module("sixlane._compile.routes")
    _http_middleware = lazy_module("sixlane._run.http_middleware")
    base_middleware = lazy_module("starlette.middleware.base")
    openapi_document = lazy_module("sixlane.openapi.utils")
    __getattr__ = reexported_names(__name__)

P = ParamSpec("P")

_DEFAULTS: Final[dict[str, Any]] = {
    "debug": False,
    "title": "FastAPI",
    "summary": None,
    "description": "",
    "version": "0.1.0",
    "openapi_url": "/openapi.json",
    "openapi_tags": None,
    "servers": None,
    "docs_url": "/docs",
    "redoc_url": "/redoc",
    "swagger_ui_oauth2_redirect_url": "/docs/oauth2-redirect",
    "swagger_ui_init_oauth": None,
    "terms_of_service": None,
    "contact": None,
    "license_info": None,
    "root_path": "",
    "root_path_in_servers": True,
    "swagger_ui_parameters": None,
    "separate_input_output_schemas": True,
    "openapi_external_docs": None,
    "max_body_size": None,
}
"""The application's own options, kept as attributes, where nobody says otherwise."""

_SHOWN_DEFAULTS: Final[dict[str, Any]] = {
    **INCLUDE_DEFAULTS,
    **_DEFAULTS,
    "redirect_slashes": True,
    "strict_content_type": True,
}
"""All options that are not None where nobody says otherwise."""

_ROUTER_OPTIONS = (
    "routes",
    "redirect_slashes",
    "on_startup",
    "on_shutdown",
    "lifespan",
    "default_response_class",
    "dependencies",
    "callbacks",
    "deprecated",
    "include_in_schema",
    "responses",
    "generate_unique_id_function",
    "max_body_size",
    "form_limits",
)
"""The options the application hands to its router."""


class Sixlane(RoutedOperations, Observable, Starlette):
    """An API: its path operations, what is around them, and what describes it.

    Args:
        **options: See `ApplicationOptions`.

    Attributes:
        state: Free for the application's own things.
        router: The router that the application's path operations are declared on.
        webhooks: Router of the webhooks the OpenAPI document describes.
        exception_handlers: Exception class or status code to handler, read at the first request.
        user_middleware: Middleware around the router, outermost first.
        openapi_schema: The OpenAPI document, once it has been made; may be assigned.
        openapi_version: Version of OpenAPI that the document names.
        trusted_proxies: Set by the engine, which plans routes past its ASGI entrance: the proxies
            whose word about clients is taken.
    """

    debug: bool
    title: str
    summary: str | None
    description: str
    version: str
    openapi_url: str | None
    openapi_tags: list[dict[str, Any]] | None
    servers: list[dict[str, Any]]
    docs_url: str | None
    redoc_url: str | None
    swagger_ui_oauth2_redirect_url: str | None
    swagger_ui_init_oauth: dict[str, Any] | None
    terms_of_service: str | None
    contact: dict[str, Any] | None
    license_info: dict[str, Any] | None
    root_path: str
    root_path_in_servers: bool
    swagger_ui_parameters: dict[str, Any] | None
    separate_input_output_schemas: bool
    openapi_external_docs: dict[str, Any] | None
    max_body_size: int | None

    @shows_options(ApplicationOptions, _SHOWN_DEFAULTS)
    def __init__(self, **options: Unpack[ApplicationOptions]) -> None:
        check_options(f"{type(self).__name__}()", options, ApplicationOptions)
        check_body_size(options.get("max_body_size"))
        check_form_limits(options.get("form_limits"))
        given: dict[str, Any] = dict(options)
        self._telemetry = complete_telemetry(given.get("telemetry"))
        for name, default in _DEFAULTS.items():
            setattr(self, name, given.get(name, default))
        self.servers = self.servers or []
        if self.root_path:
            warn(
                "The `root_path` parameter is deprecated: give the prefix to the server, as "
                "`fastapi run --root-path /api/v1` does, and `sixlane run` likewise.",
                FastAPIDeprecationWarning,
                stacklevel=2,
            )
        self.openapi_version = "3.1.0"
        self.openapi_schema: dict[str, Any] | None = None
        self._openapi_routes_version = -1
        self.state: State = State()
        self._dependency_overrides: dict[Callable[..., Any], Callable[..., Any]] = {}
        self.trusted_proxies: TrustedProxies | None = None
        self._planned_routes: Routes | None = None
        self._checked_routes: Routes | None = None
        self._planned_version = (-1, 0)
        router_options: Any = {name: given[name] for name in _ROUTER_OPTIONS if name in given}
        router_options["strict_content_type"] = given.get("strict_content_type", True)
        self.router: APIRouter = APIRouter(dependency_overrides_provider=self, **router_options)
        for key in given.get("exception_handlers") or {}:
            check_exception_key(key)
        self.webhooks: APIRouter = given.get("webhooks") or APIRouter()
        self.exception_handlers: dict[Any, Callable[..., Any]] = {
            HTTPException: http_exception_handler,
            RequestValidationError: request_validation_exception_handler,
            WebSocketRequestValidationError: websocket_request_validation_exception_handler,
            **(given.get("exception_handlers") or {}),
        }
        self.user_middleware: list[Middleware] = list(given.get("middleware") or ())
        for middleware_class, arguments, keywords in self.user_middleware:
            check_added_middleware(middleware_class, arguments, keywords)
        self.middleware_stack: ASGIApp | None = None
        self._failure_handlers: _failure.FailureHandlers | None = None
        self.setup()

    @property
    def routes(self) -> list[BaseRoute]:
        """Every route in matching order, included ones in place; may be edited."""
        return self.router.routes

    @property
    def allows_native(self) -> bool:
        """Whether the engine may serve planned routes without asking the application.

        It may not where anything lies before the router that the engine does not do by itself.
        """
        if self._has_own_stack or self.max_body_size is not None or not self.is_called_directly:
            return False
        if _failure.is_layer_watched():
            return False
        return not self.user_middleware or _middleware.plan_middleware(self) is not None

    @property
    def bounds_bodies(self) -> bool:
        """Whether a body that is too large is refused before anything of the application reads it.

        The engine's own bound is then not needed.
        """
        is_bounded = self.max_body_size is not None and not self._has_own_stack
        return is_bounded and self.is_called_directly

    @property
    def _has_own_stack(self) -> bool:
        return "build_middleware_stack" in vars(self) or (
            type(self).build_middleware_stack is not Sixlane.build_middleware_stack
        )

    @property
    def is_called_directly(self) -> bool:
        """Whether nobody has put anything around the calls of applications.

        Subclasses do, and tools that watch every application of Starlette's.
        """
        return type(self).__call__ is Sixlane.__call__ and not _is_watched()

    @property
    def failure_handlers(self) -> _failure.FailureHandlers:
        """The exception handlers, as compiled when they were first needed."""
        if self._failure_handlers is None:
            self._failure_handlers = _failure.compile_failure_handlers(
                self.exception_handlers, debug=self.debug
            )
        return self._failure_handlers

    def compiled_table(self) -> RouteTable:
        """Return the routes compiled for matching, anew where they changed since the last time."""
        return self.router.compiled_table()

    def planned_routes(self) -> Routes:
        """Return the plans of the routes, anew where routes changed since the last time."""
        if self.middleware_stack is None:
            # The engine serves planned routes past the stack: what comes later must be refused.
            self.middleware_stack = self.build_middleware_stack()
        version = (self.router.tree.version, APIRoute.openings)
        if self._planned_routes is None or self._planned_version != version:
            self._planned_routes = _routes.compile_routes(self)
            self._planned_version = version
        return self._planned_routes

    def __getstate__(self) -> dict[str, Any]:
        """Return the application without what is compiled of it, for other processes."""
        kept = {**vars(self), "_planned_routes": None, "_checked_routes": None}
        if type(self.state) is State:  # which cannot be made again by itself
            kept["state"] = vars(self.state)["_state"]
        return kept

    def __setstate__(self, kept: dict[str, Any]) -> None:
        state = kept["state"]
        vars(self).update(kept, state=State(state) if type(state) is dict else state)

    def check_declarations(self) -> None:
        """Check what shows only once everything is declared; the engine does before it serves.

        Raises:
            DeclarationError: A path that no request reaches, a type that is not defined, or
                additional responses of what is no status.
        """
        routes = self.planned_routes()
        if routes is not self._checked_routes:
            _routes.check_routes_defined(self)
            if self.openapi_url:
                check_answers(self.routes)
            self._checked_routes = routes

    @property
    def dependency_overrides(self) -> dict[Callable[..., Any], Callable[..., Any]]:
        """Dependency to what is called in its place, for tests; None is taken for none."""
        return self._dependency_overrides

    @dependency_overrides.setter
    def dependency_overrides(
        self, overrides: dict[Callable[..., Any], Callable[..., Any]] | None
    ) -> None:
        self._dependency_overrides = {} if overrides is None else overrides
        # Plans hold on to the dictionary they were compiled with.
        self.router.tree.mark_changed()

    def setup(self) -> None:
        """Declare the routes of the OpenAPI document and its pages."""
        if self.openapi_url and not (self.title and self.version):
            message = "the OpenAPI document needs a title and a version, such as '0.1.0'"
            raise AssertionError(message)
        _documentation.add_documentation_routes(self, __name__)

    def openapi(self) -> dict[str, Any]:
        """Make the OpenAPI document, or return it if no route has changed since it was made."""
        version = self.router.tree.version
        if not self.openapi_schema or self._openapi_routes_version != version:
            self.openapi_schema = self._make_document()
            self._openapi_routes_version = version
        return self.openapi_schema

    def _make_document(self) -> dict[str, Any]:
        # The document and what is compiled for it stay: searching them takes a third of the time.
        with uncollected():
            make = globals().get("get_openapi", openapi_document.get_openapi)
            document: dict[str, Any] = make(
                title=self.title,
                version=self.version,
                openapi_version=self.openapi_version,
                summary=self.summary,
                description=self.description,
                terms_of_service=self.terms_of_service,
                contact=self.contact,
                license_info=self.license_info,
                routes=self.routes,
                webhooks=self.webhooks.routes,
                tags=self.openapi_tags,
                servers=self.servers,
                separate_input_output_schemas=self.separate_input_output_schemas,
                external_docs=self.openapi_external_docs,
            )
            return document

    def build_middleware_stack(self) -> ASGIApp:
        """Put the user's middleware around the router, between the two layers for exceptions.

        A subclass may override it.
        """
        return self.surround(_asgi.inner_application(self, self.failure_handlers))

    def surround(self, app: ASGIApp) -> ASGIApp:
        """Put the user's middleware around an application, and around that what answers 500."""
        for cls, arguments, options in reversed(self.user_middleware):
            make: Any = cls
            if cls is base_middleware.BaseHTTPMiddleware:
                make = _http_middleware.HTTPMiddleware
            app = make(app, *arguments, **options)
        if self.max_body_size is not None:
            app = _body_limit.limit_bodies(app, self.max_body_size)
        return _asgi.OuterEntrance(app, self.failure_handlers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or the lifespan, as an ASGI application."""
        scope["app"] = self
        if self.root_path:
            scope["root_path"] = self.root_path
        stack = self.middleware_stack
        if stack is None:
            stack = self.middleware_stack = self.build_middleware_stack()
        call = super().__call__ if _is_watched() else stack
        if OPENTELEMETRY in modules and self.observes(scope):
            await self.native_telemetry.serve(stack, scope, receive, send, call=call)
            return
        await call(scope, receive, send)

    @shows_options(IncludeOptions, INCLUDE_DEFAULTS)
    def include_router(self, router: APIRouter, **options: Unpack[IncludeOptions]) -> None:
        """Take in the routes of a router; see `APIRouter.include_router`."""
        self.router.include_router(router, **options)

    def frontend(
        self,
        path: str,
        *,
        directory: str | PathLike[str],
        fallback: Fallback = "auto",
        check_dir: bool | Literal["auto"] = "auto",
    ) -> None:
        """Serve a directory of a built front end; see `APIRouter.frontend`."""
        self.router.frontend(path, directory=directory, fallback=fallback, check_dir=check_dir)

    @deprecated("on_event is deprecated, use lifespan event handlers instead.")
    def on_event(self, event_type: str) -> Callable[[Handler], Handler]:
        """Call the decorated function at "startup" or "shutdown"."""

        def declare(handler: Handler) -> Handler:
            self.router.add_event_handler(event_type, handler)
            return handler

        return declare

    def middleware(self, middleware_type: str) -> Callable[[Handler], Handler]:
        """Put the decorated `async def (request, call_next)` around every request.

        Args:
            middleware_type: "http", the only kind there is.
        """
        if middleware_type != "http":
            message = f"middleware of type {middleware_type!r} does not exist; use 'http'"
            raise AssertionError(message)

        def declare(handler: Handler) -> Handler:
            if not is_async_callable(handler):
                raise wrong_argument(
                    "middleware() got a function that is not awaited",
                    f"write async def {getattr(handler, '__name__', 'middleware')}(...)",
                )
            check_takes("middleware()", handler, "request", "call_next")
            self.add_middleware(base_middleware.BaseHTTPMiddleware, dispatch=handler)
            return handler

        return declare

    def add_middleware(
        self, middleware_class: _MiddlewareFactory[P], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Put middleware around everything that was declared before.

        Args:
            middleware_class: Called with the application inside and the further arguments; returns
                an ASGI application.
            *args: Passed on.
            **kwargs: Passed on.

        Raises:
            DeclarationError: The class does not take these arguments.
            RuntimeError: The application has started.
        """
        check_added_middleware(middleware_class, args, kwargs)
        super().add_middleware(middleware_class, *args, **kwargs)

    def add_exception_handler(
        self, exc_class_or_status_code: int | type[Exception], handler: Callable[..., Any]
    ) -> None:
        """Answer an exception class, or a status code, with a function; see `exception_handler`."""
        check_exception_key(exc_class_or_status_code)
        check_callable("add_exception_handler()", handler, "pass a function of request and error")
        check_takes("exception_handler()", handler, "request", "error")
        super().add_exception_handler(exc_class_or_status_code, handler)

    def exception_handler(
        self, exc_class_or_status_code: int | type[Exception]
    ) -> Callable[[Handler], Handler]:
        """Answer an exception class, or a status code, with the decorated function.

        Raises:
            DeclarationError: It is neither.
        """
        check_exception_key(exc_class_or_status_code)

        def declare(handler: Handler) -> Handler:
            self.add_exception_handler(exc_class_or_status_code, handler)
            return handler

        return declare


def _is_watched() -> bool:
    """Tell whether a tool has wrapped what Starlette's applications do with a request."""
    return Starlette.__call__.__module__ != Starlette.__module__


FastAPI = Sixlane
