"""The names that FastAPI's modules import from others, where applications import them too.

`from fastapi.routing import Request` works because of an import statement inside FastAPI. Most
modules here have no use for what FastAPI's have, and some of it is slow to import, so such names
are looked up when somebody asks for them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sixlane._lazy import lazy_names

_DEFINITIONS: Final = {"sixlane.openapi.definitions": "get_definitions get_schema_from_model_field"}

_PYDANTIC: Final = {"pydantic.aliases": "AliasChoices AliasPath", "pydantic.types": "Discriminator"}

_REEXPORTS: Final[dict[str, dict[str, str]]] = {
    "sixlane._compat": {
        **_DEFINITIONS,
        "pydantic.errors": "PydanticSchemaGenerationError",
        "pydantic_core": "Url",
        "pydantic_core.core_schema": "with_info_plain_validator_function",
    },
    "sixlane.applications": {
        "sixlane.datastructures": "Default DefaultPlaceholder",
        "sixlane.middleware.asyncexitstack": "AsyncExitStackMiddleware",
        "sixlane.openapi.docs": (
            "get_redoc_html get_swagger_ui_html get_swagger_ui_oauth2_redirect_html"
        ),
        "sixlane.openapi.utils": "get_openapi",
        "sixlane.params": "Depends",
        "sixlane.routing": "routing=",
        "sixlane.telemetry": "TelemetryConfig",
        "sixlane.types": "DecoratedCallable IncEx",
        "sixlane.utils": "generate_unique_id",
        "starlette.middleware.base": "BaseHTTPMiddleware",
        "starlette.middleware.errors": "ServerErrorMiddleware",
        "starlette.middleware.exceptions": "ExceptionMiddleware",
        "starlette.requests": "Request",
        "starlette.responses": "HTMLResponse JSONResponse Response",
        "starlette.types": "ExceptionHandler Lifespan",
    },
    "sixlane.background": {"starlette.background": "StarletteBackgroundTasks=BackgroundTasks"},
    "sixlane.datastructures": {"pydantic": "GetJsonSchemaHandler"},
    "sixlane.dependencies.models": {
        "sixlane._compat": "ModelField",
        "sixlane.security.base": "SecurityBase",
    },
    "sixlane.dependencies.utils": {
        "sixlane._compat": (
            "ModelField RequiredParam Undefined copy_field_info create_body_model "
            "evaluate_forwardref field_annotation_is_scalar field_annotation_is_scalar_sequence "
            "field_annotation_is_sequence get_cached_model_fields get_missing_field_error "
            "is_bytes_or_nonable_bytes_annotation is_bytes_sequence_annotation is_scalar_field "
            "is_uploadfile_or_nonable_uploadfile_annotation is_uploadfile_sequence_annotation "
            "lenient_issubclass sequence_types serialize_sequence_value value_is_sequence"
        ),
        "sixlane.concurrency": "asynccontextmanager contextmanager_in_threadpool",
        "sixlane.exceptions": "DependencyScopeError",
        "sixlane.logger": "logger",
        "sixlane.security.oauth2": "SecurityScopes",
        "sixlane.types": "UnionType",
        "sixlane.utils": "create_model_field",
        "pydantic": (
            "AliasChoices AliasPath BaseModel BeforeValidator ConfigDict GetJsonSchemaHandler "
            "GetPydanticSchema Json Tag"
        ),
        "pydantic.fields": "FieldInfo",
        "pydantic_core": "CoreSchema",
        "starlette.background": "StarletteBackgroundTasks=BackgroundTasks",
        "starlette.concurrency": "run_in_threadpool",
        "starlette.datastructures": "Headers ImmutableMultiDict QueryParams UploadFile",
        "starlette.requests": "HTTPConnection",
        "starlette.websockets": "WebSocket",
    },
    "sixlane.encoders": {"sixlane._compat": "is_pydantic_v1_model_instance"},
    "sixlane.exception_handlers": {
        "sixlane.encoders": "jsonable_encoder",
        "sixlane.exceptions": "RequestValidationError WebSocketRequestValidationError",
        "sixlane.utils": "is_body_allowed_for_status_code",
    },
    "sixlane.exceptions": {
        "sixlane._compat.error_models": "RequestErrorModel WebSocketErrorModel",
        "pydantic": "BaseModel create_model",
    },
    "sixlane.openapi.docs": {"sixlane.encoders": "jsonable_encoder"},
    "sixlane.openapi.models": {
        "sixlane.logger": "logger",
        "pydantic": "GetJsonSchemaHandler",
        "pydantic_core.core_schema": "with_info_plain_validator_function",
    },
    "sixlane.openapi.utils": {
        "sixlane._compat": (
            "ModelField get_flat_models_from_fields get_model_name_map lenient_issubclass"
        ),
        **_DEFINITIONS,
        "sixlane.datastructures": "DefaultPlaceholder",
        "sixlane.dependencies.models": "Dependant",
        "sixlane.dependencies.utils": "get_flat_params",
        "sixlane.encoders": "jsonable_encoder",
        "sixlane.exceptions": "FastAPIDeprecationWarning",
        "sixlane.openapi.constants": "METHODS_WITH_BODY REF_PREFIX",
        "sixlane.openapi.models": "OpenAPI",
        "sixlane.params": "Body ParamTypes",
        "sixlane.responses": "Response",
        "sixlane.routing": "routing=",
        "sixlane.types": "DependencyCacheKey ModelNameMap",
        "sixlane.utils": "deep_dict_update is_body_allowed_for_status_code",
        "starlette.responses": "JSONResponse",
    },
    "sixlane.param_functions": {
        "sixlane._compat": "Undefined",
        "sixlane.openapi.models": "Example",
        **_PYDANTIC,
    },
    "sixlane.params": {
        "sixlane._compat": "Undefined",
        "sixlane.openapi.models": "Example",
        **_PYDANTIC,
    },
    "sixlane.routing": {
        "sixlane._compat": "ModelField Undefined lenient_issubclass",
        "sixlane._routing.context": "RouteContext iter_route_contexts",
        "sixlane._routing.handler": (
            "get_request_handler get_websocket_app request_response run_endpoint_function "
            "serialize_response websocket_session"
        ),
        "sixlane.datastructures": "DefaultPlaceholder",
        "sixlane.dependencies.models": "Dependant",
        "sixlane.dependencies.utils": (
            "SolvedDependency get_dependant get_parameterless_sub_dependant get_stream_item_type "
            "get_typed_return_annotation solve_dependencies"
        ),
        "sixlane.encoders": "jsonable_encoder",
        "sixlane.exceptions": (
            "EndpointContext FastAPIError RequestValidationError ResponseValidationError "
            "WebSocketRequestValidationError"
        ),
        "sixlane.params": "params=",
        "sixlane.sse": "KEEPALIVE_COMMENT EventSourceResponse ServerSentEvent format_sse_event",
        "sixlane.telemetry": "get_telemetry_data",
        "sixlane.types": "DecoratedCallable IncEx",
        "sixlane.utils": "create_model_field get_value_or_default is_body_allowed_for_status_code",
        "starlette._exception_handler": "wrap_app_handling_exceptions",
        "starlette._utils": "get_route_path is_async_callable",
        "starlette.concurrency": "iterate_in_threadpool run_in_threadpool",
        "starlette.datastructures": "URL URLPath",
        "starlette.exceptions": "HTTPException",
        "starlette.middleware": "Middleware",
        "starlette.middleware.body_limit": "MAX_BODY_SIZE_SCOPE_KEY",
        "starlette.requests": "Request",
        "starlette.responses": "PlainTextResponse RedirectResponse Response StreamingResponse",
        "starlette.routing": "get_name routing=",
        "starlette.staticfiles": "StaticFiles",
        "starlette.types": "AppType",
        "starlette.websockets": "WebSocket",
    },
    "sixlane.security.api_key": {"sixlane.openapi.models": "APIKey APIKeyIn"},
    "sixlane.security.base": {"sixlane.openapi.models": "SecurityBaseModel=SecurityBase"},
    "sixlane.security.http": {
        "sixlane.openapi.models": "HTTPBaseModel=HTTPBase HTTPBearerModel=HTTPBearer"
    },
    "sixlane.security.oauth2": {
        "sixlane.openapi.models": "OAuth2Model=OAuth2 OAuthFlowsModel=OAuthFlows",
        "sixlane.param_functions": "Form",
    },
    "sixlane.security.open_id_connect_url": {
        "sixlane.openapi.models": "OpenIdConnectModel=OpenIdConnect"
    },
    "sixlane.sse": {"starlette.responses": "StreamingResponse"},
    "sixlane.types": {"sixlane._compat": "ModelNameMap", "pydantic": "BaseModel"},
    "sixlane.utils": {
        "sixlane._compat": "ModelField Undefined annotation_is_pydantic_v1",
        "sixlane._compat.v2": "v2=",
        "sixlane.datastructures": "DefaultPlaceholder",
        "sixlane.exceptions": "PydanticV1NotSupportedError",
        "pydantic.errors": "PydanticSchemaGenerationError",
    },
}
"""Our module to the modules that names come from, and the names: "name", "name=name there", or
"name=" for that module itself."""


def reexported_names(package: str) -> Callable[[str], Any]:
    """Make the `__getattr__` of a module that hands names on.

    Args:
        package: The module.
    """
    places: dict[str, str] = {}
    for module, names in _REEXPORTS[package].items():
        for each in names.split():
            name, renamed, there = each.partition("=")
            places[name] = f"{module}:{there if renamed else name}"
    return lazy_names(package, places)
