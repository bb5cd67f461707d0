"""API keys in a query parameter, a header or a cookie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.status import HTTP_401_UNAUTHORIZED

from sixlane._reexports import reexported_names
from sixlane.security.base import SecurityBase, declare

if TYPE_CHECKING:
    from sixlane.openapi.models import APIKey, APIKeyIn  # noqa: F401 - handed on
else:
    __getattr__ = reexported_names(__name__)


class APIKeyBase(SecurityBase):
    """What the three places of an API key share.

    Args:
        location: "query", "header" or "cookie".
        name: Name of the parameter, header or cookie.
        description: Text of the scheme in the OpenAPI document.
        scheme_name: Key of the scheme in the document; the class's name if absent.
        auto_error: Whether a request without key is answered 401; otherwise the value is None.
    """

    model_name = "APIKey"

    def __init__(
        self,
        location: str,
        name: str,
        description: str | None,
        scheme_name: str | None,
        auto_error: bool,
    ) -> None:
        self.declared: dict[str, Any] = declare(
            type="apiKey", description=description, in_=location, name=name
        )
        self.name = name
        self.scheme_name: str = scheme_name or type(self).__name__
        self.auto_error = auto_error

    def make_not_authenticated_error(self) -> HTTPException:
        """Make the 401 answer; override it to answer otherwise.

        No challenge is standardized for API keys, yet RFC 9110 section 15.5.2 wants one with every
        401, hence the challenge "APIKey".
        """
        return HTTPException(
            HTTP_401_UNAUTHORIZED, "Not authenticated", {"WWW-Authenticate": "APIKey"}
        )

    def check_api_key(self, api_key: str | None) -> str | None:
        """Return the key, or what `auto_error` asks for where it is absent or empty."""
        if api_key:
            return api_key
        if self.auto_error:
            raise self.make_not_authenticated_error()
        return None


class APIKeyQuery(APIKeyBase):
    """An API key in a query parameter; gives the key.

    Args:
        name: Name of the query parameter.
        scheme_name: Key of the scheme in the document; the class's name if absent.
        description: Text of the scheme in the OpenAPI document.
        auto_error: Whether a request without key is answered 401; otherwise the value is None.
    """

    def __init__(
        self,
        *,
        name: str,
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        super().__init__("query", name, description, scheme_name, auto_error)

    async def __call__(self, request: HTTPConnection) -> str | None:
        """Read the key."""
        return self.check_api_key(request.query_params.get(self.name))


class APIKeyHeader(APIKeyBase):
    """An API key in a header; gives the key.

    Args:
        name: Name of the header.
        scheme_name: Key of the scheme in the document; the class's name if absent.
        description: Text of the scheme in the OpenAPI document.
        auto_error: Whether a request without key is answered 401; otherwise the value is None.
    """

    def __init__(
        self,
        *,
        name: str,
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        super().__init__("header", name, description, scheme_name, auto_error)

    async def __call__(self, request: HTTPConnection) -> str | None:
        """Read the key."""
        return self.check_api_key(request.headers.get(self.name))


class APIKeyCookie(APIKeyBase):
    """An API key in a cookie; gives the key.

    Args:
        name: Name of the cookie.
        scheme_name: Key of the scheme in the document; the class's name if absent.
        description: Text of the scheme in the OpenAPI document.
        auto_error: Whether a request without key is answered 401; otherwise the value is None.
    """

    def __init__(
        self,
        *,
        name: str,
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        super().__init__("cookie", name, description, scheme_name, auto_error)

    async def __call__(self, request: HTTPConnection) -> str | None:
        """Read the key."""
        return self.check_api_key(request.cookies.get(self.name))
