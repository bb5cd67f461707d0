"""OAuth2: bearer tokens, and where the OpenAPI document says they are had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import HTTPConnection
from starlette.status import HTTP_401_UNAUTHORIZED

from sixlane._lazy import lazy_module
from sixlane._reexports import reexported_names
from sixlane.exceptions import HTTPException
from sixlane.security.base import SecurityBase, declare
from sixlane.security.password_form import (
    OAuth2PasswordRequestForm,
    OAuth2PasswordRequestFormStrict,
)
from sixlane.security.scopes import SecurityScopes
from sixlane.security.utils import get_authorization_scheme_param

if TYPE_CHECKING:
    from sixlane.openapi import models
    from sixlane.openapi.models import OAuth2 as OAuth2Model  # noqa: F401 - handed on
    from sixlane.openapi.models import OAuthFlows as OAuthFlowsModel  # noqa: F401 - handed on
else:
    models = lazy_module("sixlane.openapi.models")
    __getattr__ = reexported_names(__name__)

__all__ = [
    "OAuth2",
    "OAuth2AuthorizationCodeBearer",
    "OAuth2PasswordBearer",
    "OAuth2PasswordRequestForm",
    "OAuth2PasswordRequestFormStrict",
    "SecurityScopes",
]


class OAuth2(SecurityBase):
    """OAuth2 with flows of your own; gives the whole Authorization header.

    Args:
        flows: The flows as the document shows them: `models.OAuthFlows` or a mapping like it.
        scheme_name: Key of the scheme in the document; the class's name if absent.
        description: Text of the scheme in the OpenAPI document.
        auto_error: Whether a request without the header is answered 401; otherwise the value is
            None.

    Raises:
        pydantic.ValidationError: The flows do not follow the specification.
    """

    model_name = "OAuth2"

    def __init__(
        self,
        *,
        flows: models.OAuthFlows | dict[str, dict[str, Any]] | None = None,
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        if flows:
            self.model = models.OAuth2.model_validate({"flows": flows, "description": description})
        else:
            self.declared: dict[str, Any] = declare(
                type="oauth2", description=description, flows={}
            )
        self.scheme_name: str = scheme_name or type(self).__name__
        self.auto_error = auto_error

    def make_not_authenticated_error(self) -> HTTPException:
        """Make the 401 answer; override it to answer otherwise.

        OAuth2 itself (RFC 6749) names no challenge; "Bearer" suits the tokens nearly all use.
        """
        return HTTPException(
            status_code=HTTP_401_UNAUTHORIZED,
            detail="Not authenticated",
            headers={"WWW-Authenticate": "Bearer"},
        )

    async def __call__(self, request: HTTPConnection) -> str | None:
        """Read the Authorization header."""
        authorization = request.headers.get("Authorization")
        if authorization:
            return authorization
        if self.auto_error:
            raise self.make_not_authenticated_error()
        return None


class _OAuth2Bearer(OAuth2):
    """OAuth2 with one flow whose tokens are bearer tokens; gives the token."""

    def _declare_flow(self, flow: str, description: str | None, **values: Any) -> None:
        flows = {flow: declare(**values)}
        self.declared: dict[str, Any] = declare(type="oauth2", description=description, flows=flows)

    async def __call__(self, request: HTTPConnection) -> str | None:
        """Read the token."""
        header = request.headers.get("Authorization")
        scheme, token = get_authorization_scheme_param(header)
        if scheme.lower() == "bearer":
            return token
        if self.auto_error:
            raise self.make_not_authenticated_error()
        return None


class OAuth2PasswordBearer(_OAuth2Bearer):
    """A bearer token had for user name and password; gives the token.

    Args:
        tokenUrl: Where clients post `OAuth2PasswordRequestForm`; relative to the API's root.
        scheme_name: Key of the scheme in the document; the class's name if absent.
        scopes: Scope to its description.
        description: Text of the scheme in the OpenAPI document.
        auto_error: Whether a request without token is answered 401; otherwise the value is None.
        refreshUrl: Where clients get a new token.
    """

    def __init__(
        self,
        tokenUrl: str,  # noqa: N803 - the public name, as OpenAPI writes it
        scheme_name: str | None = None,
        scopes: dict[str, str] | None = None,
        description: str | None = None,
        auto_error: bool = True,
        refreshUrl: str | None = None,  # noqa: N803
    ) -> None:
        super().__init__(scheme_name=scheme_name, description=description, auto_error=auto_error)
        self._declare_flow(
            "password", description, refreshUrl=refreshUrl, scopes=scopes or {}, tokenUrl=tokenUrl
        )


class OAuth2AuthorizationCodeBearer(_OAuth2Bearer):
    """A bearer token had for an authorization code; gives the token.

    Args:
        authorizationUrl: Where the user is sent to sign in.
        tokenUrl: Where clients change the code for a token.
        refreshUrl: Where clients get a new token.
        scheme_name: Key of the scheme in the document; the class's name if absent.
        scopes: Scope to its description.
        description: Text of the scheme in the OpenAPI document.
        auto_error: Whether a request without token is answered 401; otherwise the value is None.
    """

    def __init__(
        self,
        authorizationUrl: str,  # noqa: N803 - the public name, as OpenAPI writes it
        tokenUrl: str,  # noqa: N803
        refreshUrl: str | None = None,  # noqa: N803
        scheme_name: str | None = None,
        scopes: dict[str, str] | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        super().__init__(scheme_name=scheme_name, description=description, auto_error=auto_error)
        self._declare_flow(
            "authorizationCode",
            description,
            refreshUrl=refreshUrl,
            scopes=scopes or {},
            authorizationUrl=authorizationUrl,
            tokenUrl=tokenUrl,
        )
