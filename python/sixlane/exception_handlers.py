"""The answers to exceptions where the application names no others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.status import WS_1008_POLICY_VIOLATION
from starlette.websockets import WebSocket

from sixlane._lazy import lazy_module
from sixlane._reexports import reexported_names
from sixlane._run.refusal import refuse
from sixlane._run.status import allows_body

if TYPE_CHECKING:
    from sixlane import encoders
    from sixlane.exceptions import RequestValidationError, WebSocketRequestValidationError
else:
    encoders = lazy_module("sixlane.encoders")
    __getattr__ = reexported_names(__name__)


async def http_exception_handler(request: Request, exc: HTTPException) -> Response:
    """Answer with the exception's status and headers, and its detail as JSON."""
    headers = getattr(exc, "headers", None)
    if not allows_body(exc.status_code):
        return Response(status_code=exc.status_code, headers=headers)
    return JSONResponse({"detail": exc.detail}, status_code=exc.status_code, headers=headers)


async def request_validation_exception_handler(
    request: Request, exc: RequestValidationError
) -> JSONResponse:
    """Answer 422 with the list of errors; see `sixlane._run.refusal.refuse`."""
    return refuse(exc.errors())


async def websocket_request_validation_exception_handler(
    websocket: WebSocket, exc: WebSocketRequestValidationError
) -> None:
    """Close the connection as a policy violation, with the list of errors as its reason."""
    reason = encoders.jsonable_encoder(exc.errors())
    await websocket.close(code=WS_1008_POLICY_VIOLATION, reason=reason)
