"""Authlib: login at another server by OAuth 2 and OpenID Connect, remembered in a session."""

import base64
import hashlib
import secrets
import time
from collections.abc import Iterator
from typing import Annotated, Any
from urllib.parse import urlencode

import httpx2
import pytest
from authlib.integrations.starlette_client import OAuth, OAuthError
from fastapi import FastAPI, Form, Header, HTTPException, Request
from fastapi.responses import RedirectResponse
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import JSONResponse
from support.client import OpenClient
from support.engine import RunningEngine

CLIENT = ("garden", "the secret that both servers know")


def make_provider() -> FastAPI:
    """A server where somebody, Ada, is always logged in and always agrees."""
    app = FastAPI()
    key = RSAKey.generate_key(2048, {"kid": "only"})
    asked: dict[str, dict[str, str]] = {}

    @app.get("/.well-known/openid-configuration")
    async def configuration(request: Request) -> dict[str, Any]:
        base = str(request.base_url)
        return {
            "issuer": base,
            "authorization_endpoint": f"{base}authorize",
            "token_endpoint": f"{base}token",
            "userinfo_endpoint": f"{base}userinfo",
            "jwks_uri": f"{base}keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    @app.get("/keys")
    async def keys() -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False)]}

    @app.get("/authorize")
    async def authorize(request: Request, redirect_uri: str, state: str) -> RedirectResponse:
        code = secrets.token_urlsafe()
        asked[code] = dict(request.query_params)
        return RedirectResponse(f"{redirect_uri}?{urlencode({'code': code, 'state': state})}", 302)

    @app.post("/token")
    async def token(
        request: Request,
        code: Annotated[str, Form()],
        code_verifier: Annotated[str, Form()],
        redirect_uri: Annotated[str, Form()],
        authorization: Annotated[str, Header()],
    ) -> Any:
        name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).partition(b":")
        if (name.decode(), secret.decode()) != CLIENT:
            return JSONResponse({"error": "invalid_client"}, 401)
        question = asked.pop(code, None)
        digest = hashlib.sha256(code_verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if question is None or question["code_challenge"] != challenge:
            return JSONResponse({"error": "invalid_grant"}, 400)
        assert question["redirect_uri"] == redirect_uri
        now = int(time.time())
        claims = {
            "iss": str(request.base_url),
            "sub": "ada",
            "aud": CLIENT[0],
            "iat": now,
            "exp": now + 60,
            "nonce": question["nonce"],
            "email": "ada@example.com",
        }
        id_token = jwt.encode({"alg": "RS256", "kid": "only"}, claims, key)
        return {"access_token": "of ada", "token_type": "Bearer", "id_token": id_token}

    @app.get("/userinfo")
    async def userinfo(authorization: Annotated[str, Header()]) -> dict[str, str]:
        if authorization != "Bearer of ada":
            raise HTTPException(401)
        return {"sub": "ada", "name": "Ada Lovelace"}

    return app


def make_app(provider: str) -> FastAPI:
    """An application whose users log in at the provider."""
    app = FastAPI()
    app.add_middleware(SessionMiddleware, secret_key="a secret of this test")
    oauth = OAuth()
    oauth.register(
        "provider",
        client_id=CLIENT[0],
        client_secret=CLIENT[1],
        server_metadata_url=f"{provider}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email", "code_challenge_method": "S256"},
    )

    @app.get("/login")
    async def login(request: Request) -> Any:
        return await oauth.provider.authorize_redirect(request, request.url_for("callback"))

    @app.get("/callback")
    async def callback(request: Request) -> Any:
        try:
            token = await oauth.provider.authorize_access_token(request)
        except OAuthError as refusal:
            raise HTTPException(400, refusal.error) from refusal
        profile = await oauth.provider.userinfo(token=token)
        request.session["user"] = {"email": token["userinfo"]["email"], "name": profile["name"]}
        return RedirectResponse(request.url_for("me"))

    @app.get("/me")
    async def me(request: Request) -> dict[str, str]:
        if "user" not in request.session:
            raise HTTPException(401)
        user: dict[str, str] = request.session["user"]
        return user

    @app.post("/logout")
    async def logout(request: Request) -> None:
        request.session.pop("user", None)

    return app


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of the other server."""
    with RunningEngine(make_provider()) as engine:
        yield f"http://127.0.0.1:{engine.port}"


def test_a_login_leads_to_the_provider_and_back(provider: str, open_client: OpenClient) -> None:
    """Redirect, callback with code and state, tokens from server to server, session."""
    with open_client(make_app(provider)) as client:
        assert client.get("/me").status_code == 401
        away = client.get("/login", follow_redirects=False)
        assert away.status_code == 302
        assert away.headers["location"].startswith(f"{provider}/authorize?")

        back = httpx2.get(away.headers["location"])
        assert back.headers["location"].startswith("http://testserver/callback?")
        me = client.get(back.headers["location"])
        assert me.url.path == "/me"
        assert me.json() == {"email": "ada@example.com", "name": "Ada Lovelace"}

        client.post("/logout")
        assert client.get("/me").status_code == 401


def test_a_callback_that_nobody_asked_for_is_refused(
    provider: str, open_client: OpenClient
) -> None:
    """A state that is not in the session, and a code that the provider does not know."""
    with open_client(make_app(provider)) as client:
        stranger = client.get("/callback", params={"code": "x", "state": "y"})
        assert (stranger.status_code, stranger.json()) == (400, {"detail": "mismatching_state"})

        away = client.get("/login", follow_redirects=False)
        state = httpx2.URL(away.headers["location"]).params["state"]
        forged = client.get("/callback", params={"code": "x", "state": state})
        assert (forged.status_code, forged.json()) == (400, {"detail": "invalid_grant"})
        assert client.get("/me").status_code == 401


def test_a_browser_goes_all_the_way(provider: str) -> None:
    """Both servers on the engine, and a client that follows redirects and keeps cookies."""
    with (
        RunningEngine(make_app(provider)) as engine,
        httpx2.Client(follow_redirects=True) as browser,
    ):
        me = browser.get(f"http://127.0.0.1:{engine.port}/login")
        assert [answer.status_code for answer in me.history] == [302, 302, 307]
        assert me.json() == {"email": "ada@example.com", "name": "Ada Lovelace"}
        assert engine.failures == []
