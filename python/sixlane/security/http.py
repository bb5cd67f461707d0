"""The schemes of the Authorization header: Basic, Bearer, Digest and others."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from starlette.requests import HTTPConnection
from starlette.status import HTTP_401_UNAUTHORIZED

from sixlane._reexports import reexported_names
from sixlane.exceptions import HTTPException
from sixlane.security.base import SecurityBase, declare
from sixlane.security.utils import get_authorization_scheme_param

if TYPE_CHECKING:
    from sixlane.openapi.models import HTTPBase as HTTPBaseModel  # noqa: F401 - handed on
    from sixlane.openapi.models import HTTPBearer as HTTPBearerModel  # noqa: F401 - handed on
else:
    __getattr__ = reexported_names(__name__)


class HTTPBasicCredentials(BaseModel):
    """What `HTTPBasic` gives.

    Attributes:
        username: Everything before the first colon.
        password: Everything after it.
    """

    username: str
    password: str


class HTTPAuthorizationCredentials(BaseModel):
    """What `HTTPBearer`, `HTTPDigest` and `HTTPBase` give.

    Attributes:
        scheme: First word of the header, as the client wrote it, such as "Bearer".
        credentials: The rest of the header.
    """

    scheme: str
    credentials: str


class HTTPBase(SecurityBase):
    """Any scheme of the Authorization header; gives `HTTPAuthorizationCredentials`.

    Args:
        scheme: Name of the scheme for the document and the 401 answer; not compared with the
            request's.
        scheme_name: Key of the scheme in the document; the class's name if absent.
        description: Text of the scheme in the OpenAPI document.
        auto_error: Whether a request without credentials is answered 401; otherwise the value is
            None.
    """

    model_name = "HTTPBase"
    required_scheme: str | None = None
    """The scheme a request must name, in lower case; None if any will do."""

    def __init__(
        self,
        *,
        scheme: str,
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        self.declared: dict[str, Any] = declare(type="http", description=description, scheme=scheme)
        self.scheme = scheme
        self.scheme_name: str = scheme_name or type(self).__name__
        self.auto_error = auto_error

    def make_authenticate_headers(self) -> dict[str, str]:
        """Make the challenge that the 401 answer carries."""
        return {"WWW-Authenticate": self.scheme.title()}

    def make_not_authenticated_error(self) -> HTTPException:
        """Make the 401 answer; override it to answer otherwise."""
        return HTTPException(
            status_code=HTTP_401_UNAUTHORIZED,
            detail="Not authenticated",
            headers=self.make_authenticate_headers(),
        )

    async def __call__(self, request: HTTPConnection) -> HTTPAuthorizationCredentials | None:
        """Read the credentials."""
        header = request.headers.get("Authorization")
        scheme, credentials = get_authorization_scheme_param(header)
        wanted = self.required_scheme
        if scheme and credentials and wanted in (None, scheme.lower()):
            return HTTPAuthorizationCredentials(scheme=scheme, credentials=credentials)
        if self.auto_error:
            raise self.make_not_authenticated_error()
        return None


class HTTPBearer(HTTPBase):
    """A bearer token (RFC 6750); gives `HTTPAuthorizationCredentials`.

    Args:
        bearerFormat: Hint for readers of the document, such as "JWT".
        scheme_name: Key of the scheme in the document; the class's name if absent.
        description: Text of the scheme in the OpenAPI document.
        auto_error: Whether a request without token is answered 401; otherwise the value is None.
    """

    model_name = "HTTPBearer"
    required_scheme: str = "bearer"

    def __init__(
        self,
        *,
        bearerFormat: str | None = None,  # noqa: N803 - the public name, as OpenAPI writes it
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        super().__init__(
            scheme="bearer",
            scheme_name=scheme_name,
            description=description,
            auto_error=auto_error,
        )
        self.declared: dict[str, Any] = declare(
            type="http", description=description, scheme="bearer", bearerFormat=bearerFormat
        )


class HTTPDigest(HTTPBase):
    """Digest credentials (RFC 7616), not checked; gives `HTTPAuthorizationCredentials`.

    Args:
        scheme_name: Key of the scheme in the document; the class's name if absent.
        description: Text of the scheme in the OpenAPI document.
        auto_error: Whether a request without credentials is answered 401; otherwise the value is
            None.
    """

    required_scheme: str = "digest"

    def __init__(
        self,
        *,
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        super().__init__(
            scheme="digest",
            scheme_name=scheme_name,
            description=description,
            auto_error=auto_error,
        )


class HTTPBasic(HTTPBase):
    """User name and password (RFC 7617); gives `HTTPBasicCredentials`.

    Args:
        scheme_name: Key of the scheme in the document; the class's name if absent.
        realm: What the credentials are for; shown by browsers when they ask for them.
        description: Text of the scheme in the OpenAPI document.
        auto_error: Whether a request without Basic credentials is answered 401; otherwise the value
            is None. Malformed ones are always answered 401.
    """

    def __init__(
        self,
        *,
        scheme_name: str | None = None,
        realm: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        super().__init__(
            scheme="basic",
            scheme_name=scheme_name,
            description=description,
            auto_error=auto_error,
        )
        self.realm = realm

    def make_authenticate_headers(self) -> dict[str, str]:
        """Make the challenge that the 401 answer carries, with the realm if there is one."""
        return {"WWW-Authenticate": f'Basic realm="{self.realm}"' if self.realm else "Basic"}

    async def __call__(  # type: ignore[override]
        self, request: HTTPConnection
    ) -> HTTPBasicCredentials | None:
        """Read and decode the credentials."""
        scheme, encoded = get_authorization_scheme_param(request.headers.get("Authorization"))
        if scheme.lower() != "basic":
            if self.auto_error:
                raise self.make_not_authenticated_error()
            return None
        try:
            decoded = b64decode(encoded).decode("ascii")
        except ValueError as error:
            raise self.make_not_authenticated_error() from error
        username, colon, password = decoded.partition(":")
        if not colon:
            raise self.make_not_authenticated_error()
        return HTTPBasicCredentials(username=username, password=password)
