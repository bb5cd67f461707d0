"""What a path operation does with a request, as functions, for tools that put it together."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from sixlane._compile.callable import locate_call
from sixlane._compile.checks import Site
from sixlane._compile.dependant import Dependant, settle_tree
from sixlane._compile.field import Field
from sixlane._compile.protocol import SerializeOptions
from sixlane._compile.route import CompiledRoute
from sixlane._compile.stream import StreamFormat, find_stream_format
from sixlane._compile.websocket import CompiledWebSocketRoute
from sixlane._run.endpoint import run_route
from sixlane._run.exchange import RouteHandler, exchange_application
from sixlane._run.websocket import WebSocketFunction, run_websocket_route, session_application
from sixlane.datastructures import Default, DefaultPlaceholder
from sixlane.encoders import jsonable_encoder
from sixlane.exceptions import EndpointContext, ResponseValidationError
from sixlane.types import IncEx

_JSON_BY_DEFAULT = Default(JSONResponse)
_STRICT_BY_DEFAULT = Default(True)  # noqa: FBT003


@dataclass
class _Operation:
    """All that `run_route` needs of a route."""

    compiled: CompiledRoute
    form_limits: Mapping[str, Any]


def get_request_handler(
    dependant: Dependant,
    body_field: Field | None = None,
    status_code: int | None = None,
    response_class: type[Response] = _JSON_BY_DEFAULT,
    response_field: Field | None = None,
    response_model_include: IncEx | None = None,
    response_model_exclude: IncEx | None = None,
    response_model_by_alias: bool = True,
    response_model_exclude_unset: bool = False,
    response_model_exclude_defaults: bool = False,
    response_model_exclude_none: bool = False,
    dependency_overrides_provider: Any = None,
    embed_body_fields: bool = False,
    strict_content_type: bool = _STRICT_BY_DEFAULT,
    stream_item_field: Field | None = None,
    is_json_stream: bool = False,
    form_limits: Mapping[str, Any] | None = None,
) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    """Make the function from request to answer of a handler.

    Its exits and its exceptions are `request_response`'s to care for.

    Args:
        dependant: The handler, from `get_dependant`; brought up to date where it was changed.
        body_field: The whole body; without it none is read.
        status_code: Status of the answer; the response class's own if absent.
        response_class: Class that makes the answer of what the handler returns.
        response_field: What validates and filters the answer.
        response_model_include: Fields to keep.
        response_model_exclude: Fields to drop.
        response_model_by_alias: Answer with aliases instead of field names.
        response_model_exclude_unset: Drop fields nobody set.
        response_model_exclude_defaults: Drop fields equal to their default.
        response_model_exclude_none: Drop fields that are None.
        dependency_overrides_provider: Object whose `dependency_overrides` replace dependencies.
        embed_body_fields: Whether body parameters are members of a JSON object.
        strict_content_type: Whether a body without a content type stays bytes.
        stream_item_field: What validates and filters each value of a handler that yields.
        is_json_stream: Whether what it yields is written as JSON lines.
        form_limits: The limits of the form parser that differ from its own.
    """
    settle_tree(dependant)
    chosen: Any = response_class
    is_default = isinstance(chosen, DefaultPlaceholder)
    response_type = chosen.value if is_default else chosen
    stream = StreamFormat.JSON_LINES if is_json_stream else None
    if stream is None and dependant.call is not None:
        site = Site(dependant.call, dependant.path)
        stream = find_stream_format(site, dependant.kind, chosen)
    compiled = CompiledRoute(
        dependant=dependant,
        body_field=body_field,
        embed_body=embed_body_fields,
        strict_content_type=bool(strict_content_type),
        status_code=status_code,
        response_class=response_type,
        response_model=None if response_field is None else response_field.annotation,
        item_model=None if stream_item_field is None else stream_item_field.annotation,
        stream=stream,
        item_field=stream_item_field,
        is_form=body_field is not None and body_field.is_form,
        response_field=response_field,
        response_fields={},
        dumps_json=is_default and response_field is not None,
        serialize_options=SerializeOptions(
            include=response_model_include,
            exclude=response_model_exclude,
            by_alias=response_model_by_alias,
            exclude_unset=response_model_exclude_unset,
            exclude_defaults=response_model_exclude_defaults,
            exclude_none=response_model_exclude_none,
        ),
        overrides_provider=dependency_overrides_provider,
        has_exits=True,  # a tool may change the dependant
        location=locate_call(dependant.call),
    )
    return partial(run_route, _Operation(compiled, form_limits or {}))


def request_response(func: RouteHandler) -> ASGIApp:
    """Make an ASGI application of a function from request to response.

    Around the function lie the exits of `yield` dependencies and one round of exception handlers.

    Args:
        func: What `get_request_handler` makes, or a function of the same kind.
    """
    return exchange_application(func)


def get_websocket_app(
    dependant: Dependant, dependency_overrides_provider: Any = None, embed_body_fields: bool = False
) -> Callable[[WebSocket], Coroutine[Any, Any, None]]:
    """Make the function that serves a WebSocket by a handler.

    Args:
        dependant: The handler, from `get_dependant`; brought up to date where it was changed.
        dependency_overrides_provider: Object whose `dependency_overrides` replace dependencies.
        embed_body_fields: Whether body parameters would be members of a JSON object.
    """
    settle_tree(dependant)
    compiled = CompiledWebSocketRoute(
        dependant=dependant,
        embed_body=embed_body_fields,
        overrides_provider=dependency_overrides_provider,
        location=locate_call(dependant.call),
    )
    return partial(run_websocket_route, compiled)


def websocket_session(func: WebSocketFunction) -> ASGIApp:
    """Make an ASGI application of a function that takes a WebSocket.

    Around the function lie the exits of `yield` dependencies and one round of exception handlers.

    Args:
        func: What `get_websocket_app` makes, or a function of the same kind.
    """
    return session_application(func)


async def run_endpoint_function(
    *, dependant: Dependant, values: dict[str, Any], is_coroutine: bool
) -> Any:
    """Call a handler, in a worker thread if it is a `def`.

    Args:
        dependant: The handler.
        values: Its arguments.
        is_coroutine: Whether it is awaited.
    """
    if is_coroutine:
        return await dependant.call(**values)
    return await run_in_threadpool(dependant.call, **values)


async def serialize_response(
    *,
    field: Field | None = None,
    response_content: Any,
    include: IncEx | None = None,
    exclude: IncEx | None = None,
    by_alias: bool = True,
    exclude_unset: bool = False,
    exclude_defaults: bool = False,
    exclude_none: bool = False,
    is_coroutine: bool = True,
    endpoint_ctx: EndpointContext | None = None,
    dump_json: bool = False,
) -> Any:
    """Validate what a handler returned, and turn it into JSON or what `json.dumps` takes.

    Args:
        field: What validates and filters it; without it nothing does.
        response_content: What the handler returned.
        include: Fields to keep.
        exclude: Fields to drop.
        by_alias: Write aliases instead of field names.
        exclude_unset: Drop fields nobody set.
        exclude_defaults: Drop fields equal to their default.
        exclude_none: Drop fields that are None.
        is_coroutine: Whether the handler was awaited; else this is done in a thread too.
        endpoint_ctx: Where the handler is written, for the exception.
        dump_json: Return JSON as bytes.

    Raises:
        ResponseValidationError: It does not fit the field.
    """
    if field is None:
        return jsonable_encoder(response_content)
    validate = partial(field.validate_at, response_content, ("response",))
    value, errors = validate() if is_coroutine else await run_in_threadpool(validate)
    if errors:
        raise ResponseValidationError(errors, body=response_content, endpoint_ctx=endpoint_ctx)
    options = SerializeOptions(
        include=include,
        exclude=exclude,
        by_alias=by_alias,
        exclude_unset=exclude_unset,
        exclude_defaults=exclude_defaults,
        exclude_none=exclude_none,
    )
    return field.dump_json(value, options) if dump_json else field.dump_python(value, options)
