"""Dependencies that read credentials, and describe them in the OpenAPI document.

Each name is imported when it is first used.
"""

from typing import TYPE_CHECKING, Any

from sixlane._lazy import lazy_names

if TYPE_CHECKING:
    from sixlane.security.api_key import APIKeyCookie, APIKeyHeader, APIKeyQuery
    from sixlane.security.http import (
        HTTPAuthorizationCredentials,
        HTTPBasic,
        HTTPBasicCredentials,
        HTTPBearer,
        HTTPDigest,
    )
    from sixlane.security.oauth2 import (
        OAuth2,
        OAuth2AuthorizationCodeBearer,
        OAuth2PasswordBearer,
        OAuth2PasswordRequestForm,
        OAuth2PasswordRequestFormStrict,
        SecurityScopes,
    )
    from sixlane.security.open_id_connect_url import OpenIdConnect

__all__ = [
    "APIKeyCookie",
    "APIKeyHeader",
    "APIKeyQuery",
    "HTTPAuthorizationCredentials",
    "HTTPBasic",
    "HTTPBasicCredentials",
    "HTTPBearer",
    "HTTPDigest",
    "OAuth2",
    "OAuth2AuthorizationCodeBearer",
    "OAuth2PasswordBearer",
    "OAuth2PasswordRequestForm",
    "OAuth2PasswordRequestFormStrict",
    "OpenIdConnect",
    "SecurityScopes",
]

_SUBMODULES = ("api_key", "base", "http", "oauth2", "open_id_connect_url", "utils")

_MODULES = {
    **{name: f"{__name__}.{name}" for name in _SUBMODULES},
    "APIKeyCookie": "sixlane.security.api_key",
    "APIKeyHeader": "sixlane.security.api_key",
    "APIKeyQuery": "sixlane.security.api_key",
    "HTTPAuthorizationCredentials": "sixlane.security.http",
    "HTTPBasic": "sixlane.security.http",
    "HTTPBasicCredentials": "sixlane.security.http",
    "HTTPBearer": "sixlane.security.http",
    "HTTPDigest": "sixlane.security.http",
    "OAuth2": "sixlane.security.oauth2",
    "OAuth2AuthorizationCodeBearer": "sixlane.security.oauth2",
    "OAuth2PasswordBearer": "sixlane.security.oauth2",
    "OAuth2PasswordRequestForm": "sixlane.security.password_form",
    "OAuth2PasswordRequestFormStrict": "sixlane.security.password_form",
    "OpenIdConnect": "sixlane.security.open_id_connect_url",
    "SecurityScopes": "sixlane.security.scopes",
}

_load_name = lazy_names(__name__, _MODULES)


def __getattr__(name: str) -> Any:
    return _load_name(name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})
