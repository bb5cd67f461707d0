"""OpenID Connect, for the OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.status import HTTP_401_UNAUTHORIZED

from sixlane._reexports import reexported_names
from sixlane.security.base import SecurityBase, declare

if TYPE_CHECKING:
    from sixlane.openapi.models import OpenIdConnect as OpenIdConnectModel  # noqa: F401 - handed on
else:
    __getattr__ = reexported_names(__name__)


class OpenIdConnect(SecurityBase):
    """A scheme found through OpenID Connect discovery; gives the whole Authorization header.

    Only the document learns of the discovery URL: subclass to check tokens.

    Args:
        openIdConnectUrl: URL of the discovery document.
        scheme_name: Key of the scheme in the document; the class's name if absent.
        description: Text of the scheme in the OpenAPI document.
        auto_error: Whether a request without the header is answered 401; otherwise the value is
            None.
    """

    model_name = "OpenIdConnect"

    def __init__(
        self,
        *,
        openIdConnectUrl: str,  # noqa: N803 - the public name, as OpenAPI writes it
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        self.declared: dict[str, Any] = declare(
            type="openIdConnect", description=description, openIdConnectUrl=openIdConnectUrl
        )
        self.scheme_name: str = scheme_name or type(self).__name__
        self.auto_error = auto_error

    def make_not_authenticated_error(self) -> HTTPException:
        """Make the 401 answer; override it to answer otherwise."""
        return HTTPException(
            HTTP_401_UNAUTHORIZED, "Not authenticated", {"WWW-Authenticate": "Bearer"}
        )

    async def __call__(self, request: HTTPConnection) -> str | None:
        """Read the Authorization header."""
        authorization = request.headers.get("Authorization")
        if authorization:
            return authorization
        if self.auto_error:
            raise self.make_not_authenticated_error()
        return None
