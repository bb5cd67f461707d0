"""Every exception and warning of the package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.exceptions import WebSocketException as StarletteWebSocketException

from sixlane._reexports import reexported_names

if not TYPE_CHECKING:
    __getattr__ = reexported_names(__name__)

__all__ = [
    "DeclarationAssertionError",
    "DeclarationError",
    "DeclarationTypeError",
    "DeclarationValueError",
    "DependencyScopeError",
    "EndpointContext",
    "FastAPIDeprecationWarning",
    "FastAPIError",
    "HTTPException",
    "PydanticV1NotSupportedError",
    "RequestValidationError",
    "ResponseValidationError",
    "StarletteHTTPException",
    "StarletteWebSocketException",
    "ValidationException",
    "WebSocketException",
    "WebSocketRequestValidationError",
]


class EndpointContext(TypedDict, total=False):
    """Where a handler is written, for messages.

    Attributes:
        function: Name of the handler.
        path: Method and path of the route, such as "GET /items/{id}".
        file: Source file of the handler.
        line: Line in it, counted from 1.
    """

    function: str
    path: str
    file: str
    line: int


class HTTPException(StarletteHTTPException):
    """Raised by a handler or a dependency to answer with an error status.

    Args:
        status_code: Status of the answer, 400 to 599.
        detail: Sent as the "detail" of a JSON body: anything `json.dumps` takes.
        headers: Added to the answer.
    """

    def __init__(
        self, status_code: int, detail: Any = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status_code=status_code, detail=detail, headers=headers)


class WebSocketException(StarletteWebSocketException):
    """Raised by a WebSocket handler or a dependency to close the connection.

    Args:
        code: Close code of RFC 6455, section 7.4.
        reason: UTF-8 text for the client, at most 123 bytes.
    """

    def __init__(self, code: int, reason: str | None = None) -> None:
        super().__init__(code=code, reason=reason)


class FastAPIError(RuntimeError):
    """Base of what the framework raises about the application itself."""


class DeclarationError(FastAPIError):
    """A path operation or a dependency is declared wrongly; raised at start-up.

    The message says what is wrong, where (file, line and name of the callable), and how to fix it.
    """


class DeclarationAssertionError(DeclarationError, AssertionError):
    """A wrong declaration that FastAPI reports by `assert`; caught as either class."""


class DeclarationValueError(DeclarationError, ValueError):
    """A wrong declaration that FastAPI reports by a `ValueError`; caught as either class."""


class DeclarationTypeError(DeclarationError, TypeError):
    """A wrong declaration that FastAPI reports by a `TypeError`; caught as either class."""


class DependencyScopeError(DeclarationError):
    """A dependency needs another one that ends before it does."""


class PydanticV1NotSupportedError(DeclarationError):
    """A model of `pydantic.v1` is declared or returned."""


class ValidationException(Exception):  # noqa: N818 - FastAPI's name
    """Base of the errors found when values are validated.

    Attributes:
        endpoint_ctx: Where the handler is written, as far as it is known.
        endpoint_function: Name of the handler.
        endpoint_path: Method and path of the route.
        endpoint_file: Source file of the handler.
        endpoint_line: Line in it, counted from 1.
    """

    def __init__(
        self, errors: Sequence[Any], *, endpoint_ctx: EndpointContext | None = None
    ) -> None:
        self._errors = errors
        self.endpoint_ctx = endpoint_ctx
        context = endpoint_ctx or {}
        self.endpoint_function: str | None = context.get("function")
        self.endpoint_path: str | None = context.get("path")
        self.endpoint_file: str | None = context.get("file")
        self.endpoint_line: int | None = context.get("line")

    def errors(self) -> Sequence[Any]:
        """Return the errors, each a dictionary with "type", "loc", "msg", "input", maybe "ctx"."""
        return self._errors

    def __str__(self) -> str:
        count = len(self._errors)
        lines = [f"{count} validation error{'' if count == 1 else 's'}:"]
        lines += [f"  {error}" for error in self._errors]
        place = self._place()
        return "\n".join([*lines, "", *place] if place else lines)

    def _place(self) -> list[str]:
        if self.endpoint_file and self.endpoint_line and self.endpoint_function:
            place = (
                f'  File "{self.endpoint_file}", line {self.endpoint_line}, '
                f"in {self.endpoint_function}"
            )
            return [place, f"    {self.endpoint_path}"] if self.endpoint_path else [place]
        return [f"  Endpoint: {self.endpoint_path}"] if self.endpoint_path else []


class RequestValidationError(ValidationException):
    """The request does not fit what the handler declares; answered 422.

    Args:
        errors: What is wrong with it.
        body: The body as received: decoded JSON, or bytes if it was not JSON; None if absent.
        endpoint_ctx: Where the handler is written.
    """

    def __init__(
        self,
        errors: Sequence[Any],
        *,
        body: Any = None,
        endpoint_ctx: EndpointContext | None = None,
    ) -> None:
        super().__init__(errors, endpoint_ctx=endpoint_ctx)
        self.body = body


class WebSocketRequestValidationError(ValidationException):
    """The handshake does not fit what the handler declares; the connection is closed with 1008."""


class ResponseValidationError(ValidationException):
    """What the handler returned does not fit its response model; answered 500.

    Args:
        errors: What is wrong with it.
        body: What the handler returned.
        endpoint_ctx: Where the handler is written.
    """

    def __init__(
        self,
        errors: Sequence[Any],
        *,
        body: Any = None,
        endpoint_ctx: EndpointContext | None = None,
    ) -> None:
        super().__init__(errors, endpoint_ctx=endpoint_ctx)
        self.body = body


class FastAPIDeprecationWarning(UserWarning):
    """Something public will go away; a `UserWarning`, since those are shown by default."""
