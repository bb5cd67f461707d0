"""The path operation."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from enum import Enum, IntEnum
from functools import cached_property, partial
from re import Pattern
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, Unpack

from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Match, Route, compile_path, get_name

from sixlane._compile.plain import PlainParameter, read_plain_parameters
from sixlane._keywords import check_options
from sixlane._lazy import lazy_module
from sixlane._options import APIRouteOptions
from sixlane._routing.arguments import check_methods, check_response_class, check_status_code
from sixlane._routing.identifier import generate_unique_id
from sixlane._routing.included import compiling, find_compiled, find_copy
from sixlane._routing.inheritance import Inheritance, read_inherited
from sixlane._routing.limit import check_body_size, check_form_limits
from sixlane._routing.pattern import parse_pattern
from sixlane._run.replaced import Steps
from sixlane._signature import shows_options
from sixlane.datastructures import Default, DefaultPlaceholder

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from starlette.convertors import Convertor
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from sixlane._compile.dependant import Dependant
    from sixlane._compile.field import Field
    from sixlane._compile.route import CompiledRoute
    from sixlane._run import exchange as _exchange
    from sixlane._run.exchange import RequestHandler
    from sixlane.params import Depends
    from sixlane.types import IncEx
else:
    _exchange = lazy_module("sixlane._run.exchange")
_compile = lazy_module("sixlane._compile.route")
_endpoint = lazy_module("sixlane._run.endpoint")

ROUTE_DEFAULTS: Final[dict[str, Any]] = {
    "response_model": Default(None),
    "status_code": None,
    "tags": None,
    "dependencies": None,
    "summary": None,
    "description": None,
    "response_description": "Successful Response",
    "responses": None,
    "deprecated": None,
    "methods": None,
    "operation_id": None,
    "response_model_include": None,
    "response_model_exclude": None,
    "response_model_by_alias": True,
    "response_model_exclude_unset": False,
    "response_model_exclude_defaults": False,
    "response_model_exclude_none": False,
    "include_in_schema": True,
    "response_class": Default(JSONResponse),
    "name": None,
    "callbacks": None,
    "openapi_extra": None,
    "generate_unique_id_function": Default(generate_unique_id),
    "max_body_size": None,
    "form_limits": None,
}
"""What a path operation's options are where nobody says otherwise."""

ADD_ROUTE_DEFAULTS: Final[dict[str, Any]] = {
    **ROUTE_DEFAULTS,
    "strict_content_type": Default(True),  # noqa: FBT003  it is the value
}
"""The same for those who add routes without a decorator."""

_DERIVED = ("path_regex", "unique_id", "compiled", "app")
"""What is made of the path and the options, and so anew where they change."""


def describe_endpoint(endpoint: Callable[..., Any], text: str | None) -> str:
    """Return what the document says of a handler: a text of its own, or else its docstring."""
    docstring = endpoint.__doc__
    text = text or (inspect.cleandoc(docstring) if docstring else "")
    # A form feed ends the part of a docstring that is for readers of the document.
    return text.split("\f")[0].strip()


class APIRoute(Route):
    """A path operation: a handler, the requests it takes, and how its answer is made.

    A subclass may override `get_route_handler` to work on the request or the answer.

    Attributes:
        strict_content_type: Whether a body is only read as JSON when the request says it is.
        dependency_overrides_provider: The application, or what else holds `dependency_overrides`.
        item_model: The type of each value that the handler yields; None for any.
        plain_parameters: The handler's parameters where nothing about it needs a closer look.
        original_route: The route as its own router declared it; itself unless that was included.

    The options of `RouteOptions` are attributes of the same names, none of them absent any more;
    those that combine include what the routers around the route say.
    """

    endpoint: Callable[..., Any]
    methods: set[str]
    status_code: int | None
    tags: list[str | Enum]
    dependencies: list[Depends]
    summary: str | None
    description: str
    response_description: str
    responses: dict[int | str, dict[str, Any]]
    deprecated: bool | None
    operation_id: str | None
    response_model: Any
    response_model_include: IncEx | None
    response_model_exclude: IncEx | None
    response_model_by_alias: bool
    response_model_exclude_unset: bool
    response_model_exclude_defaults: bool
    response_model_exclude_none: bool
    response_class: type[Response]
    callbacks: list[BaseRoute]
    openapi_extra: dict[str, Any] | None
    generate_unique_id_function: Callable[[Any], str]
    max_body_size: int | None
    form_limits: dict[str, int]
    strict_content_type: bool
    dependency_overrides_provider: Any
    item_model: Any
    path_format: str
    param_convertors: dict[str, Convertor[Any]]
    plain_parameters: tuple[PlainParameter, ...] | None
    original_route: APIRoute

    openings: ClassVar[int] = 0
    """How many routes have been opened to tools, so that plans from before are known as such."""
    is_open: bool = False
    """Whether a tool may have changed what the route was compiled to; it is interpreted then."""
    find_handler_maker: ClassVar[Callable[[], Callable[..., RequestHandler] | None]] = lambda: None
    """Finds what a tool has put in the place of `get_request_handler`, if anything."""

    @shows_options(APIRouteOptions, ADD_ROUTE_DEFAULTS)
    def __init__(
        self, path: str, endpoint: Callable[..., Any], **options: Unpack[APIRouteOptions]
    ) -> None:
        check_options("APIRoute()", options, APIRouteOptions)
        if not callable(endpoint):
            message = f"the handler of path {path!r} must be callable, not {endpoint!r}"
            raise TypeError(message)
        settings = vars(self)
        settings.update(ROUTE_DEFAULTS)
        settings.update(options)
        check_form_limits(settings["form_limits"])
        check_methods(settings["methods"])
        settings.update(read_inherited(settings))
        self.original_route = self
        self.item_model = None
        self.endpoint = endpoint
        self.methods = {method.upper() for method in settings["methods"] or ("GET",)}
        self.name: str = get_name(endpoint) if settings["name"] is None else settings["name"]
        status_code = settings["status_code"]
        check_status_code(status_code)
        check_response_class(_settled(settings["response_class"]))
        if isinstance(status_code, IntEnum):
            self.status_code = int(status_code)
        self.description = describe_endpoint(endpoint, settings["description"])
        self.compile_at(path)

    # Starlette declares an attribute that is there from the start.
    @cached_property
    def path_regex(self) -> Pattern[str]:  # type: ignore[override]
        """The path as a regular expression, made when the first request is matched in Python."""
        return compile_path(self.path)[0]

    @cached_property
    def unique_id(self) -> str:
        """The operation id of the OpenAPI document."""
        if self.operation_id:
            return self.operation_id
        identifier: str = _settled(self.generate_unique_id_function)(self)
        return identifier

    @cached_property
    def compiled(self) -> CompiledRoute:
        """What `compile_route` makes of all this, for the solver and for the document."""
        compiled: CompiledRoute = _compile.compile_route(self)
        return compiled

    @property
    def app(self) -> ASGIApp:
        """The route as an ASGI application, which solves each request; may be replaced."""
        application: ASGIApp | None = vars(self).get("app")
        if application is None:
            application = vars(self)["app"] = self._make_application()
        return application

    @app.setter
    def app(self, application: ASGIApp) -> None:
        self._open()
        vars(self)["app"] = application

    def _make_application(self) -> ASGIApp:
        with compiling(self) as declared:
            application: ASGIApp = _exchange.exchange_application(declared.get_route_handler())
        if self.max_body_size is None:
            return application
        return RequestBodyLimitMiddleware(application, max_body_size=self.max_body_size)

    def _open(self) -> CompiledRoute:
        """Give what the route was compiled to to a tool, which may change it."""
        if not self.is_open:
            self.is_open = True
            APIRoute.openings += 1
        return self.compiled

    @property
    def dependant(self) -> Dependant:
        """The handler with its parameters and dependencies; more may be added."""
        return self._open().dependant

    @property
    def body_field(self) -> Field | None:
        """The whole request body; None where the handler takes none. May be replaced."""
        return self.compiled.body_field

    @body_field.setter
    def body_field(self, field: Field | None) -> None:
        self._open().body_field = field

    @property
    def _embed_body_fields(self) -> bool:
        return self.compiled.embed_body

    @property
    def response_field(self) -> Field | None:
        """What validates and filters the answer; None without a response model. May be replaced."""
        return self.compiled.response_field

    @response_field.setter
    def response_field(self, field: Field | None) -> None:
        self._open().response_field = field

    @property
    def response_fields(self) -> dict[int | str, Field]:
        """The models of further answers, by status code."""
        return self.compiled.response_fields

    def get_route_handler(self) -> RequestHandler:
        """Make the function from request to answer; the place to override in a subclass.

        A route of an included router is asked once more for each inclusion.
        """
        route: APIRoute = find_compiled(self)
        make_handler = APIRoute.find_handler_maker()
        if make_handler is None:
            return partial(_endpoint.run_route, route)
        compiled = route.compiled
        options = compiled.serialize_options
        return make_handler(
            dependant=compiled.dependant,
            body_field=compiled.body_field,
            status_code=compiled.status_code,
            response_class=route.response_class,
            response_field=compiled.response_field,
            dependency_overrides_provider=compiled.overrides_provider,
            embed_body_fields=compiled.embed_body,
            strict_content_type=compiled.strict_content_type,
            stream_item_field=compiled.item_field,
            form_limits=route.form_limits,
            **{f"response_model_{name}": value for name, value in options.items()},
        )

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether the route takes a request; a subclass may decide by more than the path."""
        return Route.matches(find_copy(self, scope), scope)

    # Starlette's is an `async def`; here that would be one more coroutine around its.
    def handle(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:  # type: ignore[override]
        """Serve a request that the route took; a subclass may do more about it."""
        return Route.handle(find_copy(self, scope), scope, receive, send)

    @property
    def is_asked(self) -> bool:
        """Whether the class wants to be asked about the requests themselves."""
        own = type(self)
        return own.matches is not APIRoute.matches or own.handle is not APIRoute.handle

    @property
    def has_own_handler(self) -> bool:
        """Whether the way from request to answer is another than the one that can be planned."""
        return (
            self.is_open
            or type(self).get_route_handler is not APIRoute.get_route_handler
            or type(self).handle is not APIRoute.handle
            or APIRoute.find_handler_maker() is not None
            or Steps.find() is not None
        )

    def within(self, context: Inheritance) -> Self:
        """Copy this route as it is inside the routers around it.

        The handler is compiled anew: a prefix may turn a query parameter into a path parameter, and
        dependencies may be added.
        """
        effective = copy.copy(self)
        whole = context.around(Inheritance.from_options(self.path, vars(self)))
        vars(effective).update(whole.as_options())
        effective.compile_at(whole.prefix)
        return effective

    def compile_at(self, path: str) -> None:
        """Take a path and compile the handler with the options as they are.

        Whatever could fail is done at once; the rest waits for its first use.
        """
        check_body_size(self.max_body_size)
        self.path = path
        self.path_format, self.param_convertors = parse_pattern(path, self.endpoint)
        attributes = vars(self)
        for name in _DERIVED:
            attributes.pop(name, None)
        if not isinstance(self.generate_unique_id_function, DefaultPlaceholder):
            _ = self.unique_id
        self.plain_parameters = self._read_plain_parameters()
        if self.plain_parameters is None:
            self.response_model = self.compiled.response_model
            self.item_model = self.compiled.item_model
        else:
            self.response_model = None
        if type(self).get_route_handler is not APIRoute.get_route_handler:
            _ = self.app

    def _read_plain_parameters(self) -> tuple[PlainParameter, ...] | None:
        if self.dependencies or self.responses or self.response_model:
            return None
        if self.path_format.count("{") != len(self.param_convertors):
            return None  # braces that Starlette's patterns do not know, but FastAPI's parameters do
        return read_plain_parameters(self.endpoint, self.param_convertors)


def _settled(option: Any) -> Any:
    return option.value if isinstance(option, DefaultPlaceholder) else option
