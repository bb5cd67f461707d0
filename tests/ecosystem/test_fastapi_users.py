"""fastapi-users: registration and login, with users in an asynchronous SQLAlchemy database."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI, Request
from fastapi_users import BaseUserManager, FastAPIUsers, UUIDIDMixin, schemas
from fastapi_users.authentication import (
    AuthenticationBackend,
    BearerTransport,
    CookieTransport,
    JWTStrategy,
)
from fastapi_users.db import SQLAlchemyBaseUserTableUUID, SQLAlchemyUserDatabase
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import NullPool
from support.client import OpenClient

SECRET = "a secret of this test, of thirty-two bytes or more"
ADA = {"email": "ada@example.com", "password": "analytical engine"}


class Base(DeclarativeBase):
    """The tables of this test."""


class User(SQLAlchemyBaseUserTableUUID, Base):
    """The table of users."""


class Manager(UUIDIDMixin, BaseUserManager[User, uuid.UUID]):
    """Keeps the tokens that would be sent by mail."""

    reset_password_token_secret = SECRET
    verification_token_secret = SECRET
    mail: list[str]

    async def on_after_forgot_password(
        self, user: User, token: str, request: Request | None = None
    ) -> None:
        """Send the token."""
        assert request is not None
        request.app.state.mail.append(token)


class UserUpdate(schemas.BaseUserUpdate):
    """What users may change of themselves."""


def make_strategy() -> JWTStrategy[User, uuid.UUID]:
    """Tokens that hold for an hour."""
    return JWTStrategy(secret=SECRET, lifetime_seconds=3600)


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    """An application with all routers of the package and two operations of its own."""
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{tmp_path / 'users.sqlite'}", poolclass=NullPool
    )
    open_session = async_sessionmaker(engine, expire_on_commit=False)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        yield
        await engine.dispose()

    async def session() -> AsyncIterator[AsyncSession]:
        async with open_session() as opened:
            yield opened

    async def database(opened: Annotated[AsyncSession, Depends(session)]) -> AsyncIterator[Any]:
        yield SQLAlchemyUserDatabase(opened, User)

    async def manager(users: Annotated[Any, Depends(database)]) -> AsyncIterator[Manager]:
        yield Manager(users)

    bearer = AuthenticationBackend("jwt", BearerTransport("auth/jwt/login"), make_strategy)
    cookie = AuthenticationBackend("cookie", CookieTransport(cookie_secure=False), make_strategy)
    users = FastAPIUsers[User, uuid.UUID](manager, [bearer, cookie])

    app = FastAPI(lifespan=lifespan)
    app.state.mail = []
    app.include_router(users.get_auth_router(bearer), prefix="/auth/jwt", tags=["auth"])
    app.include_router(users.get_auth_router(cookie), prefix="/auth/cookie", tags=["auth"])
    register = users.get_register_router(schemas.BaseUser[uuid.UUID], schemas.BaseUserCreate)
    app.include_router(register, prefix="/auth", tags=["auth"])
    app.include_router(users.get_reset_password_router(), prefix="/auth", tags=["auth"])
    people = users.get_users_router(schemas.BaseUser[uuid.UUID], UserUpdate)
    app.include_router(people, prefix="/users", tags=["users"])

    @app.get("/hello")
    async def hello(user: Annotated[User, Depends(users.current_user(active=True))]) -> str:
        return f"hello {user.email}"

    @app.get("/perhaps")
    async def perhaps(user: Annotated[Any, Depends(users.current_user(optional=True))]) -> bool:
        return user is not None

    return app


def log_in(client: Any, password: str = ADA["password"]) -> dict[str, str]:
    """Log Ada in and return the header that says so."""
    form = {"username": ADA["email"], "password": password}
    answer = client.post("/auth/jwt/login", data=form)
    assert answer.status_code == 200, answer.text
    assert answer.json()["token_type"] == "bearer"
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def test_who_registers_can_log_in(app: FastAPI, open_client: OpenClient) -> None:
    """The token of the login stands for the user from then on."""
    with open_client(app) as client:
        registered = client.post("/auth/register", json=ADA)
        assert registered.status_code == 201
        assert "password" not in registered.json()

        headers = log_in(client)
        assert client.get("/hello", headers=headers).json() == "hello ada@example.com"
        assert client.get("/users/me", headers=headers).json() == registered.json()
        assert client.get("/perhaps", headers=headers).json() is True
        assert client.get("/perhaps").json() is False


def test_strangers_are_turned_away(app: FastAPI, open_client: OpenClient) -> None:
    """No token, a forged one, a wrong password, and a name that is taken."""
    with open_client(app) as client:
        client.post("/auth/register", json=ADA)
        assert client.get("/hello").status_code == 401
        assert client.get("/hello", headers={"Authorization": "Bearer x.y.z"}).status_code == 401

        wrong = client.post("/auth/jwt/login", data={"username": ADA["email"], "password": "x"})
        assert (wrong.status_code, wrong.json()) == (400, {"detail": "LOGIN_BAD_CREDENTIALS"})
        taken = client.post("/auth/register", json=ADA)
        assert (taken.status_code, taken.json()) == (
            400,
            {"detail": "REGISTER_USER_ALREADY_EXISTS"},
        )


def test_a_cookie_serves_as_well(app: FastAPI, open_client: OpenClient) -> None:
    """The second backend answers 204 with a cookie, and takes it back at the logout."""
    with open_client(app) as client:
        client.post("/auth/register", json=ADA)
        form = {"username": ADA["email"], "password": ADA["password"]}
        assert client.post("/auth/cookie/login", data=form).status_code == 204
        assert client.get("/hello").json() == "hello ada@example.com"
        assert client.post("/auth/cookie/logout").status_code == 204
        assert client.get("/hello").status_code == 401


def test_a_forgotten_password_is_replaced(app: FastAPI, open_client: OpenClient) -> None:
    """The token that goes out by mail allows for one new password."""
    with open_client(app) as client:
        client.post("/auth/register", json=ADA)
        asked = client.post("/auth/forgot-password", json={"email": ADA["email"]})
        assert asked.status_code == 202
        replacement = {"token": app.state.mail.pop(), "password": "difference engine"}
        assert client.post("/auth/reset-password", json=replacement).status_code == 200
        assert client.get("/hello", headers=log_in(client, "difference engine")).is_success


def test_users_change_themselves_but_not_others(app: FastAPI, open_client: OpenClient) -> None:
    """The users' router lets only superusers at others."""
    with open_client(app) as client:
        other = client.post("/auth/register", json={**ADA, "email": "bob@example.com"}).json()
        client.post("/auth/register", json=ADA)
        headers = log_in(client)
        changed = client.patch("/users/me", json={"email": "lovelace@example.com"}, headers=headers)
        assert changed.json()["email"] == "lovelace@example.com"
        assert client.get(f"/users/{other['id']}", headers=headers).status_code == 403


def test_the_document_describes_both_ways_to_log_in(app: FastAPI, open_client: OpenClient) -> None:
    """The security schemes of the package stand in the OpenAPI document."""
    with open_client(app) as client:
        document = client.get("/openapi.json").json()
    schemes = document["components"]["securitySchemes"]
    assert schemes["OAuth2PasswordBearer"]["flows"]["password"]["tokenUrl"] == "auth/jwt/login"
    assert schemes["APIKeyCookie"] == {"type": "apiKey", "in": "cookie", "name": "fastapiusersauth"}
    asked = document["paths"]["/hello"]["get"]["security"]
    assert asked == [{"OAuth2PasswordBearer": []}, {"APIKeyCookie": []}]
