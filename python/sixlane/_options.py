"""The keyword options of applications, routers, inclusions and path operations, written once."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, TypedDict

from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Lifespan

from sixlane.datastructures import DefaultPlaceholder
from sixlane.types import IncEx

if TYPE_CHECKING:
    from sixlane.params import Depends
    from sixlane.telemetry import TelemetryConfig

# The annotations are evaluated: as strings, each would be compiled at import.


class SharedOptions(TypedDict, total=False):
    """What an application, a router, an inclusion and a path operation can all say.

    Attributes:
        dependencies: `Depends(...)` that run before the handler and whose values nobody reads.
            Outer ones run first.
        responses: Further answers for the OpenAPI document, by status code or "4XX"; "model"
            names the body's type. The inner entry replaces the outer one of the same code.
        callbacks: Routes the API calls back, shown in the OpenAPI document.
        deprecated: Marks operations as deprecated in the document; true anywhere on the way wins.
        include_in_schema: Whether the document lists the operations; false anywhere wins.
        generate_unique_id_function: Makes the operation id from a route; the innermost wins.
        max_body_size: Largest request body in bytes, answered 413 beyond; the innermost wins, None
            leaves it to the next one out.
        form_limits: Limits of form parsing: "max_fields", "max_files", and "max_part_size" in
            bytes; a form beyond them is answered 400. Each is the innermost's that names it.
    """

    dependencies: Sequence["Depends"] | None
    responses: dict[int | str, dict[str, Any]] | None
    callbacks: list[BaseRoute] | None
    deprecated: bool | None
    include_in_schema: bool
    generate_unique_id_function: Callable[[Any], str]
    max_body_size: int | None
    form_limits: Mapping[str, Any] | None


class RouteOptions(SharedOptions, total=False):
    """What a path operation accepts after its path, whichever the verb.

    Attributes:
        response_model: The type the answer is validated and filtered by; None turns the return
            annotation off.
        status_code: Status of the answer; 200 where neither this nor the handler says.
        tags: Groups of the OpenAPI document.
        summary: One line of the document; the handler's name in title case if absent.
        description: Text of the document; the handler's docstring if absent.
        response_description: The document's text for the successful answer.
        operation_id: The document's operation id, instead of a generated one.
        response_model_include: Fields to keep, as Pydantic's `include`.
        response_model_exclude: Fields to drop, as Pydantic's `exclude`.
        response_model_by_alias: Answer with aliases instead of field names.
        response_model_exclude_unset: Drop fields nobody set.
        response_model_exclude_defaults: Drop fields equal to their default.
        response_model_exclude_none: Drop fields that are None.
        response_class: Class that makes the answer of what the handler returns.
        name: Name for `url_path_for`; the handler's name if absent.
        openapi_extra: Merged deeply into the operation's part of the document.
    """

    response_model: Any
    status_code: int | None
    tags: list[str | Enum] | None
    summary: str | None
    description: str | None
    response_description: str
    operation_id: str | None
    response_model_include: IncEx | None
    response_model_exclude: IncEx | None
    response_model_by_alias: bool
    response_model_exclude_unset: bool
    response_model_exclude_defaults: bool
    response_model_exclude_none: bool
    response_class: type[Response]
    name: str | None
    openapi_extra: dict[str, Any] | None


class MethodRouteOptions(RouteOptions, total=False):
    """What a path operation accepts where the verb is an option too.

    Attributes:
        methods: The HTTP methods answered; GET if absent.
    """

    methods: set[str] | list[str] | None


class AddRouteOptions(MethodRouteOptions, total=False):
    """What `add_api_route` of a router accepts.

    Attributes:
        route_class_override: The route's class, instead of the router's `route_class`.
        strict_content_type: Whether a body is only read as JSON when the request says it is.
    """

    route_class_override: type[Route] | None
    strict_content_type: bool | DefaultPlaceholder


class APIRouteOptions(MethodRouteOptions, total=False):
    """What an `APIRoute` is made of, once its router has added its own options.

    Attributes:
        dependency_overrides_provider: Object whose `dependency_overrides` replace dependencies;
            the application.
        strict_content_type: Whether a body is only read as JSON when the request says it is.
    """

    dependency_overrides_provider: Any
    strict_content_type: bool | DefaultPlaceholder


class IncludeOptions(SharedOptions, total=False):
    """What `include_router` accepts.

    Attributes:
        prefix: Put before the path of each included route; begins with "/", ends without.
        tags: Put before the tags of each included operation.
        default_response_class: Class for operations whose router names none.
    """

    prefix: str
    tags: list[str | Enum] | None
    default_response_class: type[Response]


class RouterOptions(IncludeOptions, total=False):
    """What an `APIRouter` accepts.

    Attributes:
        routes: Routes to begin with, of any Starlette class.
        redirect_slashes: Answer 307 for a path that only matches with a slash more or less.
        default: ASGI application for requests that match no route, instead of 404.
        dependency_overrides_provider: Object whose `dependency_overrides` replace dependencies.
        route_class: Class of the routes made by decorators.
        on_startup: Called without arguments before the first request. Deprecated by `lifespan`.
        on_shutdown: Called without arguments after the last one. Deprecated by `lifespan`.
        lifespan: Async context manager function around the application's whole life.
        strict_content_type: Whether a body is only read as JSON when the request says it is.
    """

    routes: list[BaseRoute] | None
    redirect_slashes: bool
    default: ASGIApp | None
    dependency_overrides_provider: Any
    route_class: type[Any]
    on_startup: Sequence[Callable[[], Any]] | None
    on_shutdown: Sequence[Callable[[], Any]] | None
    lifespan: Lifespan[Any] | None
    strict_content_type: bool


class ApplicationOptions(SharedOptions, total=False):
    """What the application accepts, all by keyword.

    Attributes:
        telemetry: What OpenTelemetry is told of requests, and by which providers.
        debug: Answer unhandled exceptions with their traceback. Never in production.
        routes: Routes to begin with, of any Starlette class.
        title: Title of the API.
        summary: One line about the API.
        description: Text about the API, in Markdown.
        version: Version of the API itself.
        openapi_url: Path of the OpenAPI document; None turns it and the pages off.
        openapi_tags: Order and description of the tags.
        servers: Where the API is served, for the document.
        default_response_class: Class for operations that name none.
        redirect_slashes: Answer 307 for a path that only matches with a slash more or less.
        docs_url: Path of Swagger UI; None turns it off.
        redoc_url: Path of ReDoc; None turns it off.
        swagger_ui_oauth2_redirect_url: Path of Swagger UI's OAuth2 landing page.
        swagger_ui_init_oauth: Settings of Swagger UI's OAuth2 client.
        middleware: ASGI middleware, outermost first.
        exception_handlers: Exception class or status code to its handler.
        on_startup: Called without arguments before the first request. Deprecated by `lifespan`.
        on_shutdown: Called without arguments after the last one. Deprecated by `lifespan`.
        lifespan: Async context manager function around the application's whole life.
        terms_of_service: URL, for the document.
        contact: "name", "url" and "email", for the document.
        license_info: "name" and "identifier" or "url", for the document.
        root_path: Path prefix that a proxy has stripped.
        root_path_in_servers: Whether the document lists `root_path` as a server.
        webhooks: Router of the webhooks the document describes.
        swagger_ui_parameters: Settings of Swagger UI.
        separate_input_output_schemas: Whether a model that differs between request and answer has
            two schemas in the document.
        openapi_external_docs: "url" and "description", for the document.
        strict_content_type: Whether a body is only read as JSON when the request says it is.
    """

    telemetry: "TelemetryConfig | None"
    debug: bool
    routes: list[BaseRoute] | None
    title: str
    summary: str | None
    description: str
    version: str
    openapi_url: str | None
    openapi_tags: list[dict[str, Any]] | None
    servers: list[dict[str, str | Any]] | None
    default_response_class: type[Response]
    redirect_slashes: bool
    docs_url: str | None
    redoc_url: str | None
    swagger_ui_oauth2_redirect_url: str | None
    swagger_ui_init_oauth: dict[str, Any] | None
    middleware: Sequence[Middleware] | None
    exception_handlers: Mapping[Any, Callable[..., Any]] | None
    on_startup: Sequence[Callable[[], Any]] | None
    on_shutdown: Sequence[Callable[[], Any]] | None
    lifespan: Lifespan[Any] | None
    terms_of_service: str | None
    contact: dict[str, str | Any] | None
    license_info: dict[str, str | Any] | None
    root_path: str
    root_path_in_servers: bool
    webhooks: Any
    swagger_ui_parameters: dict[str, Any] | None
    separate_input_output_schemas: bool
    openapi_external_docs: dict[str, Any] | None
    strict_content_type: bool
