"""Security schemes in an application, beside the same application on FastAPI."""

from base64 import b64encode
from importlib import import_module
from typing import Annotated, Any

import pytest

TOKENS = {"reader": ["items:read"], "writer": ["items:read", "items:write"]}


def make_application(framework: Any) -> Any:
    """Declare every way of signing in, and scopes along a chain of dependencies."""
    schemes = import_module(f"{framework.__name__}.security")
    oauth2 = schemes.OAuth2PasswordBearer("token", scopes={"items:read": "Read"})
    Depends, Security = framework.Depends, framework.Security

    async def current_user(
        needed: schemes.SecurityScopes, token: Annotated[str, Depends(oauth2)]
    ) -> str:
        held = TOKENS.get(token)
        challenge = {"WWW-Authenticate": f'Bearer scope="{needed.scope_str}"'}
        if held is None:
            raise framework.HTTPException(401, "Could not validate credentials", challenge)
        if any(scope not in held for scope in needed.scopes):
            raise framework.HTTPException(403, needed.scopes, challenge)
        return token

    def active_user(user: Annotated[str, Security(current_user, scopes=["items:read"])]) -> str:
        return user

    app = framework.FastAPI()

    @app.get("/me")
    async def me(user: Annotated[str, Depends(active_user)]) -> Any:
        return user

    @app.get("/write")
    async def write(user: Annotated[str, Security(active_user, scopes=["items:write"])]) -> Any:
        return user

    @app.get("/basic")
    def basic(given: Annotated[Any, Depends(schemes.HTTPBasic(realm="desk"))]) -> Any:
        return given

    @app.get("/key")
    def key(
        given: Annotated[str, Depends(schemes.APIKeyHeader(name="X-Key"))], limit: int = 1
    ) -> Any:
        return given * limit

    @app.get("/optional")
    def optional(
        given: Annotated[Any, Depends(schemes.HTTPBearer(auto_error=False))] = None,
    ) -> Any:
        return given

    return app


REQUESTS: list[tuple[str, dict[str, str]]] = [
    ("/me", {}),
    ("/me", {"Authorization": "Basic abc"}),
    ("/me", {"Authorization": "Bearer nobody"}),
    ("/me", {"Authorization": "Bearer reader"}),
    ("/write", {"Authorization": "Bearer reader"}),
    ("/write", {"Authorization": "bearer writer"}),
    ("/basic", {}),
    ("/basic", {"Authorization": "Basic !"}),
    ("/basic", {"Authorization": "Basic " + b64encode(b"john:secret").decode()}),
    ("/key", {}),
    ("/key?limit=x", {}),
    ("/key?limit=x", {"X-Key": "k"}),
    ("/key?limit=3", {"X-Key": "k"}),
    ("/optional", {}),
    ("/optional", {"Authorization": "Digest x"}),
    ("/optional", {"Authorization": "Bearer t"}),
]


@pytest.mark.parametrize("transport", ["asgi", "engine"])
@pytest.mark.parametrize(("path", "headers"), REQUESTS)
def test_answer_is_the_references(path: str, headers: dict[str, str], transport: str) -> None:
    """Status, body and challenge agree on both entrances."""
    answers = []
    for package, options in (("fastapi", {}), ("sixlane", {"transport": transport})):
        app = make_application(import_module(package))
        with import_module(f"{package}.testclient").TestClient(app, **options) as client:
            answer = client.get(path, headers=headers)
            challenge = answer.headers.get("www-authenticate")
            answers.append((answer.status_code, answer.content, challenge))
    assert answers[1] == answers[0]
