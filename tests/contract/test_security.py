"""Chapters on security: first steps, OAuth2 with a bearer token, HTTP Basic, API keys, scopes."""

from typing import Annotated, Any

import pytest
from support.client import OpenClient

from sixlane import Depends, FastAPI, HTTPException, Security
from sixlane.security import (
    APIKeyCookie,
    APIKeyHeader,
    APIKeyQuery,
    HTTPAuthorizationCredentials,
    HTTPBasic,
    HTTPBasicCredentials,
    HTTPBearer,
    HTTPDigest,
    OAuth2AuthorizationCodeBearer,
    OAuth2PasswordBearer,
    OpenIdConnect,
    SecurityScopes,
)

SCHEMES: dict[str, Any] = {
    "oauth2": OAuth2PasswordBearer(tokenUrl="token"),
    "code": OAuth2AuthorizationCodeBearer(authorizationUrl="authorize", tokenUrl="token"),
    "connect": OpenIdConnect(openIdConnectUrl="/openid"),
    "bearer": HTTPBearer(),
    "digest": HTTPDigest(),
    "basic": HTTPBasic(),
    "realm": HTTPBasic(realm="simple"),
    "header": APIKeyHeader(name="X-Key"),
    "query": APIKeyQuery(name="key"),
    "cookie": APIKeyCookie(name="key"),
    "oauth2-optional": OAuth2PasswordBearer(tokenUrl="token", auto_error=False),
    "bearer-optional": HTTPBearer(auto_error=False),
    "basic-optional": HTTPBasic(auto_error=False),
    "header-optional": APIKeyHeader(name="X-Key", auto_error=False),
}


def make_app() -> FastAPI:
    """One operation per scheme, which shows what the scheme found."""
    app = FastAPI()
    for name, scheme in SCHEMES.items():

        @app.get(f"/{name}")
        async def read(credentials: Annotated[Any, Security(scheme)]) -> Any:
            return credentials

    return app


@pytest.mark.parametrize(
    ("path", "headers", "value"),
    [
        ("/oauth2", {"authorization": "Bearer abc"}, "abc"),
        ("/oauth2", {"authorization": "bearer abc"}, "abc"),
        ("/code", {"authorization": "Bearer abc"}, "abc"),
        ("/connect", {"authorization": "anything"}, "anything"),
        ("/bearer", {"authorization": "Bearer abc"}, {"scheme": "Bearer", "credentials": "abc"}),
        ("/digest", {"authorization": "Digest abc"}, {"scheme": "Digest", "credentials": "abc"}),
        (
            "/basic",
            {"authorization": "Basic am9objpzZWNyZXQ="},
            {"username": "john", "password": "secret"},
        ),
        ("/basic", {"authorization": "Basic YTpiOmM="}, {"username": "a", "password": "b:c"}),
        ("/header", {"x-key": "abc"}, "abc"),
        ("/query?key=abc", {}, "abc"),
        ("/cookie", {"cookie": "key=abc"}, "abc"),
        ("/oauth2-optional", {}, None),
        ("/bearer-optional", {}, None),
        ("/bearer-optional", {"authorization": "Basic abc"}, None),
        ("/basic-optional", {}, None),
        ("/header-optional", {}, None),
    ],
)
def test_scheme_finds_the_credentials(
    open_client: OpenClient, path: str, headers: dict[str, str], value: object
) -> None:
    """Each scheme looks where it should; without `auto_error` nothing found is None."""
    answer = open_client(make_app()).get(path, headers=headers)

    assert (answer.status_code, answer.json()) == (200, value)


@pytest.mark.parametrize(
    ("path", "authorization", "challenge"),
    [
        ("/oauth2", None, "Bearer"),
        ("/oauth2", "Basic abc", "Bearer"),
        ("/code", None, "Bearer"),
        ("/connect", None, "Bearer"),
        ("/bearer", None, "Bearer"),
        ("/bearer", "Bearer", "Bearer"),
        ("/bearer", "Other abc", "Bearer"),
        ("/digest", "Bearer abc", "Digest"),
        ("/basic", None, "Basic"),
        ("/realm", None, 'Basic realm="simple"'),
        ("/realm", "Bearer abc", 'Basic realm="simple"'),
        ("/basic", "Basic no-base64!", "Basic"),
        ("/basic", "Basic YWJj", "Basic"),
        ("/basic-optional", "Basic YWJj", "Basic"),
        ("/header", None, "APIKey"),
        ("/query", None, "APIKey"),
        ("/cookie", None, "APIKey"),
    ],
)
def test_missing_or_wrong_credentials_are_unauthorized(
    open_client: OpenClient, path: str, authorization: str | None, challenge: str
) -> None:
    """401 with a challenge that names the scheme."""
    headers = {} if authorization is None else {"authorization": authorization}
    answer = open_client(make_app()).get(path, headers=headers)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == challenge
    assert answer.json() == {"detail": "Not authenticated"}


def test_scopes_are_collected_along_the_way(open_client: OpenClient) -> None:
    """`SecurityScopes` has those of every `Security` above it, the outermost first."""
    app = FastAPI()
    scheme = OAuth2PasswordBearer(tokenUrl="token", scopes={"me": "Me", "items": "Items"})

    async def user(scopes: SecurityScopes, token: Annotated[str, Depends(scheme)]) -> Any:
        if token == "none":
            raise HTTPException(401, scopes.scope_str)
        return scopes.scopes

    async def active(user: Annotated[Any, Security(user, scopes=["me"])]) -> Any:
        return user

    @app.get("/items")
    async def items(user: Annotated[Any, Security(active, scopes=["items"])]) -> Any:
        return user

    @app.get("/status")
    async def status(user: Annotated[Any, Depends(user)]) -> Any:
        return user

    client = open_client(app, headers={"authorization": "Bearer abc"})
    assert client.get("/items").json() == ["items", "me"]
    assert client.get("/status").json() == []
    refused = client.get("/items", headers={"authorization": "Bearer none"})
    assert refused.json() == {"detail": "items me"}


def test_error_of_a_scheme_can_be_changed(open_client: OpenClient) -> None:
    """A subclass may answer missing credentials in its own way."""

    class Forbidding(HTTPBearer):
        def make_not_authenticated_error(self) -> HTTPException:
            return HTTPException(403, "not you")

    app = FastAPI()

    @app.get("/")
    async def read(token: Annotated[Any, Depends(Forbidding())]) -> None: ...

    answer = open_client(app).get("/")
    assert (answer.status_code, answer.json()) == (403, {"detail": "not you"})


def test_schemes_are_described(open_client: OpenClient) -> None:
    """The document has each scheme once, and the operations that need it."""
    app = FastAPI()
    scheme = OAuth2PasswordBearer(tokenUrl="token", scopes={"me": "Me"}, description="Log in")

    @app.get("/")
    async def read(token: Annotated[str, Security(scheme, scopes=["me"])]) -> None: ...

    document = open_client(app).get("/openapi.json").json()
    assert document["paths"]["/"]["get"]["security"] == [{"OAuth2PasswordBearer": ["me"]}]
    assert document["components"]["securitySchemes"] == {
        "OAuth2PasswordBearer": {
            "type": "oauth2",
            "description": "Log in",
            "flows": {"password": {"scopes": {"me": "Me"}, "tokenUrl": "token"}},
        }
    }


def test_credentials_have_names() -> None:
    """What the schemes return can be made by hand, for tests."""
    assert HTTPBasicCredentials(username="a", password="b").username == "a"
    assert HTTPAuthorizationCredentials(scheme="Bearer", credentials="x").credentials == "x"
