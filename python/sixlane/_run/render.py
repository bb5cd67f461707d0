"""The answer, made of what a handler returned."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sixlane._compile.route import CompiledRoute
from sixlane._compile.validator import locate_errors
from sixlane._run.escaped_json import (
    encode_untyped,
    serialize,
    serialize_again,
    serialize_json,
    write_escaped,
)
from sixlane._run.json_answer import WrittenJSONResponse, write_plain
from sixlane._run.solve import SolveState
from sixlane._run.status import allows_body
from sixlane.exceptions import ResponseValidationError


def validate_result(route: CompiledRoute, request: Request, result: Any) -> Any:
    """Validate what a handler returned against the response model, and filter it.

    Raises:
        ResponseValidationError: It does not fit.
    """
    field = route.response_field
    if field is None or isinstance(result, Response):
        return result
    value, errors = field.validate_at(result, ("response",))
    if errors:
        context = route.endpoint_context(request)
        raise ResponseValidationError(errors, body=result, endpoint_ctx=context)
    return value


def refuse_result(
    route: CompiledRoute, failure: BaseException, request: Request, result: Any
) -> BaseException | bytes | None:
    """Decide about a result that does not validate, or a validated one that does not encode.

    Returns:
        The error to answer with; the body, if the values were JSON's only hindrance; or None for
        a response, which is rendered as it is.
    """
    if isinstance(result, Response):
        return None
    if not isinstance(failure, ValidationError):
        return _encode_again(route, failure, result)
    errors = locate_errors(failure, ("response",))
    context = route.endpoint_context(request)
    return ResponseValidationError(errors, body=result, endpoint_ctx=context)


def _encode_again(
    route: CompiledRoute, failure: BaseException, value: Any
) -> BaseException | bytes:
    """Write what the response model's encoder could not, or give its failure back."""
    field = route.response_field
    if field is None or not isinstance(failure, ValueError):
        return failure
    return serialize_again(field, value, route.serialize_options) or failure


def render_alone(route: CompiledRoute, request: Request, value: Any) -> Response:
    """Make the answer of what a handler returned, where nothing else was solved for it.

    Raises:
        ResponseValidationError: The value does not fit the response model.
    """
    state = SolveState(request, None, embed_body=False, overrides_provider=None)
    return render(route, state, validate_result(route, request, value))


def render(route: CompiledRoute, state: SolveState, value: Any) -> Response:
    """Make the answer of a validated value; a response is the answer already."""
    response: Response
    if isinstance(value, Response):
        if value.background is None:
            value.background = state.background_tasks
        return value
    options = response_options(route, state)
    field = route.response_field
    if field is None:
        response = _answer_untyped(route, value, options)
    elif route.dumps_json:
        content = serialize_json(field, value, route.serialize_options)
        response = Response(content, media_type="application/json", **options)
    else:
        content = serialize(field, value, route.serialize_options)
        response = _make_response(route, content, options)
    if not allows_body(response.status_code):
        _drop_body(response)
    if state.response is not None:
        response.headers.raw.extend(state.response.headers.raw)
    return response


def _answer_untyped(route: CompiledRoute, value: Any, options: dict[str, Any]) -> Response:
    written = write_plain(value) if route.response_class is JSONResponse else None
    if written is None:
        return _make_response(route, encode_untyped(value), options)
    return WrittenJSONResponse(written, **options)


def _make_response(route: CompiledRoute, content: Any, options: dict[str, Any]) -> Response:
    """Make the route's response; where JSON cannot say the content, its class gets no say.

    A class with a `render` of its own decides for itself what it can write.
    """
    response_class = route.response_class
    try:
        return response_class(content, **options)
    except ValueError:
        if getattr(response_class, "render", None) is not JSONResponse.render:
            raise
        body = write_escaped(content)
    return Response(body, media_type=response_class.media_type, **options)


def response_options(route: CompiledRoute, state: SolveState) -> dict[str, Any]:
    """Collect the arguments of the response class; without a status, its own applies."""
    options: dict[str, Any] = {"background": state.background_tasks}
    injected = None if state.response is None else state.response.status_code
    status_code = injected or route.status_code
    if status_code is not None:
        options["status_code"] = status_code
    return options


def _drop_body(response: Response) -> None:
    response.body = b""
    if "content-length" in response.headers:
        # 205 keeps the header; it must not announce the body that was dropped (RFC 9110, 15.3.6).
        response.headers["content-length"] = "0"
