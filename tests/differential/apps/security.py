"""Security schemes, as the request meets them."""

from collections.abc import Iterator
from importlib import import_module
from typing import Annotated, Any

from differential.exchange import Request

AUTHORIZATIONS = (
    b"Bearer token", b"bearer token", b"Bearer", b"Bearer  two  words", b"Basic YTpi", b"token",
    b"basic YTpi", b"Basic dXNlcjpwYTpzcw==", b"Basic !!!!", b"Basic YWI=", b"Basic \xff",
    b"Basic",    b"Basic /////w==", b"Digest username=a", b"", b"Bearer none",
    b"BEARER\ttab", b"Basic Y2Fmw6k6eA==",
)  # fmt: skip
"""Values of the authorization header."""
CREDENTIAL_PATHS = (
    "/basic", "/basic-realm", "/basic-optional", "/bearer", "/bearer-optional", "/digest",
    "/password", "/password-optional", "/code", "/connect", "/scopes", "/no-scopes",
)  # fmt: skip


def requests() -> Iterator[Request]:
    """Yield a request for every scheme and every kind of credentials."""
    for path in CREDENTIAL_PATHS:
        for value in AUTHORIZATIONS:
            yield Request("GET", path, headers=(("authorization", value),))
    twice = (("authorization", b"Bearer a"), ("authorization", b"Basic YTpi"))
    yield Request("GET", "/bearer", headers=twice)


def build(framework: str, events: list[str]) -> Any:
    """Make the app."""
    web = import_module(framework)
    security = import_module(f"{framework}.security")
    app = web.FastAPI()
    _add_keys(app, web, security)
    _add_http(app, web, security)
    _add_oauth2(app, web, security)
    _add_scopes(app, web, security, events)
    _add_own(app, web, security)
    return app


def _add_keys(app: Any, web: Any, security: Any) -> None:
    @app.get("/key-header")
    async def header(key: Annotated[str, web.Security(security.APIKeyHeader(name="X-Key"))]) -> Any:
        return key

    @app.get("/key-query")
    async def query(key: Annotated[str, web.Depends(security.APIKeyQuery(name="key"))]) -> Any:
        return key

    @app.get("/key-cookie")
    def cookie(key: Annotated[str, web.Security(security.APIKeyCookie(name="key"))]) -> Any:
        return key

    @app.get("/key-optional")
    async def optional(
        key: Annotated[
            str | None, web.Security(security.APIKeyHeader(name="x-key", auto_error=False))
        ],
        other: Annotated[
            str | None, web.Security(security.APIKeyQuery(name="key", auto_error=False))
        ],
    ) -> Any:
        return [key, other]


def _add_http(app: Any, web: Any, security: Any) -> None:
    @app.get("/basic")
    async def basic(who: Annotated[Any, web.Depends(security.HTTPBasic())]) -> Any:
        return [who.username, who.password]

    @app.get("/basic-realm")
    def basic_realm(who: Annotated[Any, web.Depends(security.HTTPBasic(realm="the realm"))]) -> Any:
        return who.username

    @app.get("/basic-optional")
    async def basic_optional(
        who: Annotated[Any, web.Depends(security.HTTPBasic(auto_error=False))],
    ) -> Any:
        return who

    @app.get("/bearer")
    async def bearer(token: Annotated[Any, web.Depends(security.HTTPBearer())], q: int = 1) -> Any:
        return [token, q]

    @app.get("/bearer-optional")
    async def bearer_optional(
        token: Annotated[Any, web.Depends(security.HTTPBearer(auto_error=False))],
    ) -> Any:
        return token

    @app.get("/digest")
    async def digest(token: Annotated[Any, web.Depends(security.HTTPDigest())]) -> Any:
        return token.credentials


def _add_oauth2(app: Any, web: Any, security: Any) -> None:
    password = security.OAuth2PasswordBearer(tokenUrl="token", scopes={"read": "Read"})
    code = security.OAuth2AuthorizationCodeBearer(authorizationUrl="go", tokenUrl="token")

    @app.get("/password")
    async def by_password(token: Annotated[str, web.Depends(password)]) -> Any:
        return token

    @app.get("/password-optional")
    async def optional(
        token: Annotated[
            str | None,
            web.Depends(security.OAuth2PasswordBearer(tokenUrl="token", auto_error=False)),
        ],
    ) -> Any:
        return token

    @app.get("/code")
    async def by_code(token: Annotated[str, web.Depends(code)]) -> Any:
        return token

    @app.get("/connect")
    async def connect(
        token: Annotated[str, web.Security(security.OpenIdConnect(openIdConnectUrl="/connect"))],
    ) -> Any:
        return token


def _add_scopes(app: Any, web: Any, security: Any, events: list[str]) -> None:
    scheme = security.OAuth2PasswordBearer(tokenUrl="token", scopes={"read": "R", "write": "W"})

    async def user(
        scopes: security.SecurityScopes, token: Annotated[str, web.Depends(scheme)]
    ) -> Any:
        events.append(f"scopes {scopes.scope_str}")
        if token == "none":
            raise web.HTTPException(401, "no", {"WWW-Authenticate": f'Bearer "{scopes.scope_str}"'})
        return [token, scopes.scopes]

    async def active(user: Annotated[Any, web.Security(user, scopes=["read"])]) -> Any:
        return user

    @app.get("/scopes")
    async def scopes(user: Annotated[Any, web.Security(active, scopes=["write", "read"])]) -> Any:
        return user

    @app.get("/no-scopes")
    async def no_scopes(
        user: Annotated[Any, web.Depends(user)], active: Annotated[Any, web.Depends(active)]
    ) -> Any:
        return [user, active]


def _add_own(app: Any, web: Any, security: Any) -> None:
    class Forbidding(security.HTTPBearer):  # type: ignore[misc]
        def make_not_authenticated_error(self) -> Any:
            return web.HTTPException(403, "not you")

    @app.get("/forbidding")
    async def forbidding(token: Annotated[Any, web.Depends(Forbidding())]) -> Any:
        return token

    router = web.APIRouter(
        prefix="/guarded", dependencies=[web.Security(security.APIKeyHeader(name="x-key"))]
    )

    @router.get("/{number}")
    async def guarded(number: int) -> Any:
        return number

    app.include_router(router)
