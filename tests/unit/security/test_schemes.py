"""Every scheme, beside FastAPI's class of the same name."""

import asyncio
from base64 import b64encode
from importlib import import_module
from typing import Any

import pytest
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from sixlane.openapi.models import HTTPBase
from sixlane.security import (
    HTTPBearer,
    OAuth2,
    OAuth2PasswordRequestForm,
    OAuth2PasswordRequestFormStrict,
    SecurityScopes,
)
from sixlane.security.base import SecurityBase

SCHEMES = {
    "APIKeyHeader": ("", {"name": "X-Key"}),
    "APIKeyQuery": ("", {"name": "key"}),
    "APIKeyCookie": ("", {"name": "key", "scheme_name": "Jar", "description": "A jar"}),
    "HTTPBase": (".http", {"scheme": "custom", "description": "Ours"}),
    "HTTPBearer": ("", {"bearerFormat": "JWT"}),
    "HTTPDigest": ("", {}),
    "HTTPBasic": ("", {"realm": "simple"}),
    "OAuth2": ("", {"flows": {"password": {"tokenUrl": "token", "scopes": {"a": "b"}}}}),
    "OAuth2PasswordBearer": (
        "",
        {"tokenUrl": "token", "scopes": {"me": "Read"}, "refreshUrl": "again"},
    ),
    "OAuth2AuthorizationCodeBearer": (
        "",
        {"authorizationUrl": "authorize", "tokenUrl": "token", "description": "Code"},
    ),
    "OpenIdConnect": ("", {"openIdConnectUrl": "/openid"}),
}

REQUESTS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "key header": {"headers": {"x-key": "secret"}},
    "empty key header": {"headers": {"x-key": ""}},
    "key parameter": {"query_string": b"key=one&key=two"},
    "empty key parameter": {"query_string": b"key="},
    "cookie": {"headers": {"cookie": "key=secret; other=1"}},
    "bearer": {"headers": {"authorization": "Bearer token"}},
    "bearer in lower case with spaces": {"headers": {"authorization": "bearer   token  "}},
    "bearer without token": {"headers": {"authorization": "Bearer "}},
    "scheme alone": {"headers": {"authorization": "Bearer"}},
    "empty authorization": {"headers": {"authorization": ""}},
    "digest": {"headers": {"authorization": "Digest user=1"}},
    "another scheme": {"headers": {"authorization": "Other token"}},
    "basic": {"headers": {"authorization": "Basic " + b64encode(b"john:a:b").decode()}},
    "basic in lower case": {"headers": {"authorization": "basic " + b64encode(b"j:").decode()}},
    "basic without colon": {"headers": {"authorization": "Basic " + b64encode(b"john").decode()}},
    "basic not in base64": {"headers": {"authorization": "Basic a"}},
    "basic beyond ASCII": {
        "headers": {"authorization": "Basic " + b64encode("jö:ü".encode()).decode()}
    },
    "basic not in ASCII itself": {"headers": {"authorization": "Basic \xe9\xe9"}},
    "basic without credentials": {"headers": {"authorization": "Basic"}},
}


def make_scheme(package: str, name: str, **options: Any) -> Any:
    """Make a scheme of one of the two packages."""
    module, arguments = SCHEMES[name]
    scheme_class = getattr(import_module(f"{package}.security{module}"), name)
    return scheme_class(**arguments, **options)


def make_connection(
    headers: dict[str, str] | None = None, query_string: bytes = b""
) -> HTTPConnection:
    """Make what a scheme reads."""
    raw = [(name.encode(), value.encode("latin-1")) for name, value in (headers or {}).items()]
    return HTTPConnection({"type": "http", "headers": raw, "query_string": query_string})


def outcome(scheme: Any, request: dict[str, Any]) -> Any:
    """What the scheme makes of a request, as values that compare across the two packages."""
    try:
        value = asyncio.run(scheme(make_connection(**request)))
    except HTTPException as error:
        return error.status_code, error.detail, error.headers
    return value.model_dump() if hasattr(value, "model_dump") else value


@pytest.mark.parametrize("auto_error", [True, False], ids=["with errors", "without errors"])
@pytest.mark.parametrize("request_name", REQUESTS)
@pytest.mark.parametrize("name", SCHEMES)
def test_scheme_reads_credentials_as_the_reference(
    name: str, request_name: str, auto_error: bool
) -> None:
    """Value, status, detail and challenge are the reference's."""
    request = REQUESTS[request_name]
    expected = outcome(make_scheme("fastapi", name, auto_error=auto_error), request)
    assert outcome(make_scheme("sixlane", name, auto_error=auto_error), request) == expected


@pytest.mark.parametrize("name", SCHEMES)
def test_scheme_describes_itself_as_the_reference(name: str) -> None:
    """The document's entry is the reference's, whether or not the model was read."""
    reference = make_scheme("fastapi", name)
    expected = reference.model.model_dump(mode="json", by_alias=True, exclude_none=True)
    scheme = make_scheme("sixlane", name)
    assert scheme.definition() == expected
    assert scheme.scheme_name == reference.scheme_name
    assert type(scheme.model).__name__ == type(reference.model).__name__
    assert scheme.definition() == expected


def test_changed_model_changes_the_definition() -> None:
    """What a user does to the model reaches the document."""
    scheme = make_scheme("sixlane", "HTTPBearer")
    scheme.model.description = "Ask the desk"
    assert scheme.definition()["description"] == "Ask the desk"


def test_scheme_of_ones_own_needs_only_a_model() -> None:
    """A subclass that calls no constructor of this package is described by its model."""

    class Own(SecurityBase):
        def __init__(self) -> None:
            self.model = HTTPBase(scheme="own")
            self.scheme_name = "Own"

    assert Own().definition() == {"type": "http", "scheme": "own"}


def test_scheme_without_model_says_so() -> None:
    """A subclass that forgets its model is told which one it is."""

    class Forgetful(SecurityBase):
        pass

    with pytest.raises(AttributeError, match="Forgetful sets no `model`"):
        Forgetful().definition()


def test_overridden_error_is_raised() -> None:
    """`make_not_authenticated_error` is where a subclass changes the answer."""

    class Forbidding(HTTPBearer):
        def make_not_authenticated_error(self) -> Any:
            return HTTPException(403, "No")

    assert outcome(Forbidding(), {}) == (403, "No", None)


def test_wrong_flows_fail_where_they_are_declared() -> None:
    """OAuth2 flows of one's own are checked against the specification at once."""
    with pytest.raises(ValidationError, match="tokenUrl"):
        OAuth2(flows={"password": {"scopes": {}}})


def test_security_scopes_join_with_spaces() -> None:
    """`scope_str` is what OAuth2 puts into a challenge."""
    assert SecurityScopes(["a", "b"]).scope_str == "a b"
    assert SecurityScopes().scopes == []


def test_password_form_splits_its_scope() -> None:
    """The form's words become `scopes`, in both forms."""
    form = OAuth2PasswordRequestForm(username="j", password="p", scope="a  b")
    strict = OAuth2PasswordRequestFormStrict("password", "j", "p")
    assert (form.scopes, strict.scopes, strict.grant_type) == (["a", "b"], [], "password")
