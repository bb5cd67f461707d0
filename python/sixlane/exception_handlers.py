"""The answers to exceptions where the application names no others."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.status import WS_1008_POLICY_VIOLATION
from starlette.websockets import WebSocket

from sixlane._lazy import lazy_module
from sixlane._run.status import allows_body

if TYPE_CHECKING:
    from sixlane import encoders
    from sixlane.exceptions import RequestValidationError, WebSocketRequestValidationError
else:
    encoders = lazy_module("sixlane.encoders")


async def http_exception_handler(request: Request, exc: HTTPException) -> Response:
    """Answer with the exception's status and headers, and its detail as JSON."""
    headers = getattr(exc, "headers", None)
    if not allows_body(exc.status_code):
        return Response(status_code=exc.status_code, headers=headers)
    return JSONResponse({"detail": exc.detail}, status_code=exc.status_code, headers=headers)


async def request_validation_exception_handler(
    request: Request, exc: RequestValidationError
) -> JSONResponse:
    """Answer 422 with the list of errors.

    What was sent is part of it, and may have no JSON form: NaN becomes null, half of a surrogate
    pair a question mark, and bytes that are no UTF-8 are replaced. (FastAPI answers 500 to these.)
    """
    try:
        errors = encoders.jsonable_encoder(exc.errors())
    except UnicodeDecodeError:
        errors = encoders.jsonable_encoder(exc.errors(), custom_encoder={bytes: _decode})
    content = {"detail": errors}
    try:
        return JSONResponse(content, status_code=422)
    except ValueError:
        return JSONResponse(_with_json_form(content), status_code=422)


def _decode(value: bytes) -> str:
    return value.decode(errors="replace")


def _with_json_form(value: Any) -> Any:
    if isinstance(value, dict):
        return {_with_json_form(key): _with_json_form(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_json_form(item) for item in value]
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, float) and not isfinite(value):
        return None
    return value


async def websocket_request_validation_exception_handler(
    websocket: WebSocket, exc: WebSocketRequestValidationError
) -> None:
    """Close the connection as a policy violation, with the list of errors as its reason."""
    reason = encoders.jsonable_encoder(exc.errors())
    await websocket.close(code=WS_1008_POLICY_VIOLATION, reason=reason)
