"""Chapters "Cookie Parameters" and "Header Parameters"."""

from typing import Annotated, Any

import pytest
from support.client import OpenClient

from sixlane import Cookie, FastAPI, Header

Headers = list[tuple[str, str]]


def make_app() -> FastAPI:
    """An app that reads headers and cookies."""
    app = FastAPI()

    @app.get("/agent")
    async def agent(user_agent: Annotated[str | None, Header()] = None) -> Any:
        return user_agent

    @app.get("/strange")
    async def strange(
        strange_header: Annotated[str | None, Header(convert_underscores=False)] = None,
    ) -> Any:
        return strange_header

    @app.get("/tokens")
    def tokens(x_token: Annotated[list[str] | None, Header()] = None) -> Any:
        return x_token

    @app.get("/number")
    async def number(x_number: Annotated[int, Header()]) -> Any:
        return x_number

    @app.get("/cookie")
    async def cookie(ads_id: Annotated[str | None, Cookie()] = None) -> Any:
        return ads_id

    @app.get("/visits")
    async def visits(visits: Annotated[int, Cookie(ge=1)]) -> Any:
        return visits

    return app


@pytest.mark.parametrize(
    ("path", "headers", "value"),
    [
        ("/agent", [("User-Agent", "me")], "me"),
        ("/agent", [("USER-AGENT", "me")], "me"),
        ("/strange", [("strange_header", "yes")], "yes"),
        ("/strange", [("strange-header", "no")], None),
        ("/tokens", [("X-Token", "foo"), ("x-token", "bar")], ["foo", "bar"]),
        ("/tokens", [("X-Token", "foo, bar")], ["foo, bar"]),
        ("/tokens", [("x_token", "foo")], None),
        ("/tokens", [], None),
        ("/number", [("x-number", "5")], 5),
        ("/cookie", [("cookie", "ads_id=abc")], "abc"),
        ("/cookie", [("cookie", "a=b; ads_id=abc; c=d")], "abc"),
        ("/cookie", [("cookie", "ads_id=a; ads_id=b")], "b"),
        ("/cookie", [("cookie", 'ads_id="quo ted"')], "quo ted"),
        ("/cookie", [("cookie", "ads_id=a=b")], "a=b"),
        ("/cookie", [("cookie", "ads_id=")], ""),
        ("/cookie", [("cookie", "other=1")], None),
        ("/cookie", [], None),
        ("/visits", [("cookie", "visits=3")], 3),
    ],
)
def test_header_or_cookie_is_read(
    open_client: OpenClient, path: str, headers: Headers, value: object
) -> None:
    """An underscore in the parameter is a hyphen in the header; case does not matter."""
    client = open_client(make_app())
    client.headers.clear()

    answer = client.get(path, headers=headers)
    assert (answer.status_code, answer.json()) == (200, value)


@pytest.mark.parametrize(
    ("path", "headers", "kind", "location", "given"),
    [
        ("/number", [], "missing", ["header", "x-number"], None),
        ("/number", [("x-number", "x")], "int_parsing", ["header", "x-number"], "x"),
        ("/visits", [], "missing", ["cookie", "visits"], None),
        ("/visits", [("cookie", "visits=0")], "greater_than_equal", ["cookie", "visits"], "0"),
    ],
)
def test_wrong_header_or_cookie_is_unprocessable(
    open_client: OpenClient,
    path: str,
    headers: Headers,
    kind: str,
    location: list[str],
    given: str | None,
) -> None:
    """The location has the name as it is on the wire."""
    answer = open_client(make_app()).get(path, headers=headers)

    assert answer.status_code == 422
    (error,) = answer.json()["detail"]
    assert (error["type"], error["loc"], error["input"]) == (kind, location, given)
