"""Chapter "WebSockets": parameters, dependencies, refusals and closes, on both entrances."""

from typing import Annotated, Any

import pytest
from pydantic import BaseModel
from starlette.testclient import WebSocketDenialResponse
from support.client import OpenClient

from sixlane import (
    Body,
    Cookie,
    Depends,
    FastAPI,
    Header,
    Query,
    Security,
    WebSocket,
    WebSocketDisconnect,
    WebSocketException,
)
from sixlane.exceptions import WebSocketRequestValidationError
from sixlane.security import (
    APIKeyCookie,
    APIKeyQuery,
    HTTPBearer,
    OAuth2PasswordBearer,
    SecurityScopes,
)


class Page(BaseModel):
    """A group of query parameters."""

    limit: int = 10
    tags: list[str] = []


def add_echo(app: FastAPI) -> None:
    """An operation that sends back what it gets, until the client goes."""

    @app.websocket("/echo")
    async def echo(websocket: WebSocket) -> None:
        await websocket.accept(subprotocol="chat")
        try:
            while True:
                await websocket.send_json({"got": await websocket.receive_json()})
        except WebSocketDisconnect as gone:
            app.state.gone = (gone.code, gone.reason)


def test_messages_go_both_ways_until_the_client_leaves(open_client: OpenClient) -> None:
    """The handler accepts, and learns of the end by an exception."""
    app = FastAPI()
    add_echo(app)

    with open_client(app).websocket_connect("/echo", subprotocols=["chat"]) as session:
        session.send_json([1])
        session.send_json("two")
        assert session.receive_json() == {"got": [1]}
        assert session.receive_json() == {"got": "two"}
        assert session.accepted_subprotocol == "chat"
        session.close(4000, "bye")
    assert app.state.gone == (4000, "bye")


async def read(
    websocket: WebSocket,
    number: int,
    page: Annotated[Page, Query()],
    x_token: Annotated[str, Header()],
    session: Annotated[str | None, Cookie()] = None,
    extra: Annotated[dict[str, int] | None, Body()] = None,
) -> None:
    """Handle a WebSocket whose handshake has parameters of each kind."""
    await websocket.accept()
    await websocket.send_json([number, page.model_dump(), x_token, session, extra])


def test_parameters_come_from_the_handshake(open_client: OpenClient) -> None:
    """Path, query string, headers and cookies; a body has none, so that its default is given."""
    app = FastAPI()
    app.websocket("/read/{number}")(read)

    client = open_client(app, headers={"x-token": "a"}, cookies={"session": "s"})
    with client.websocket_connect("/read/3?limit=4&tags=x&tags=y") as session:
        got = session.receive_json()

    assert got == [3, {"limit": 4, "tags": ["x", "y"]}, "a", "s", None]


INT = "Input should be a valid integer, unable to parse string as an integer"


@pytest.mark.parametrize(
    ("path", "errors"),
    [
        ("/one/x?q=1", [("int_parsing", ["path", "number"], INT, "x")]),
        ("/one/1", [("missing", ["query", "q"], "Field required", None)]),
        ("/one/1?q=%ff", [("int_parsing", ["query", "q"], INT, "\ufffd")]),
        (
            "/one/x?q=y",
            [
                ("int_parsing", ["path", "number"], INT, "x"),
                ("int_parsing", ["query", "q"], INT, "y"),
            ],
        ),
        ("/body", [("missing", ["body"], "Field required", None)]),
    ],
)  # fmt: skip
def test_wrong_parameters_close_before_the_connection_is_accepted(
    path: str, errors: Any, open_client: OpenClient
) -> None:
    """As a policy violation, with the errors as the reason; the handler is not called."""
    app = FastAPI()

    @app.websocket("/one/{number}")
    async def one(number: int, q: int) -> None:
        pytest.fail("called")

    @app.websocket("/body")
    async def body(value: Annotated[int, Body()]) -> None:
        pytest.fail("called")

    with pytest.raises(WebSocketDisconnect) as closed, open_client(app).websocket_connect(path):
        pytest.fail("accepted")

    names = ("type", "loc", "msg", "input")
    reason: Any = [dict(zip(names, each, strict=True)) for each in errors]
    assert (closed.value.code, closed.value.reason) == (1008, reason)


def test_handler_of_validation_errors_gets_the_errors_and_the_place(
    open_client: OpenClient,
) -> None:
    """It may accept the connection, to say what is wrong."""
    app = FastAPI()

    @app.websocket("/items/{item}")
    async def read_item(item: int) -> None:
        pytest.fail("called")

    @app.exception_handler(WebSocketRequestValidationError)
    async def explain(websocket: WebSocket, error: WebSocketRequestValidationError) -> None:
        await websocket.accept()
        await websocket.send_json([error.errors()[0]["loc"], error.endpoint_path])
        await websocket.close(4000)

    main = FastAPI()
    main.mount("/sub", app)
    with open_client(main).websocket_connect("/sub/items/x") as session:
        assert session.receive_json() == [["path", "item"], "WS /sub/items/{item}"]


def test_dependency_refuses_with_an_exception(open_client: OpenClient) -> None:
    """The code and the reason are the client's."""
    app = FastAPI()

    async def find_token(token: str | None = None) -> str:
        if token is None:
            raise WebSocketException(code=1008, reason="no token")
        return token

    @app.websocket("/")
    async def run(websocket: WebSocket, token: Annotated[str, Depends(find_token)]) -> None:
        await websocket.accept()
        await websocket.send_text(token)

    client = open_client(app)
    with client.websocket_connect("/?token=a") as session:
        assert session.receive_text() == "a"
    with pytest.raises(WebSocketDisconnect) as closed, client.websocket_connect("/"):
        pytest.fail("accepted")
    assert (closed.value.code, closed.value.reason) == (1008, "no token")


oauth2 = OAuth2PasswordBearer(tokenUrl="token")


def list_scopes(scopes: SecurityScopes, token: Annotated[str, Depends(oauth2)]) -> list[str]:
    """Depend on a scheme, and on what is asked of it."""
    return [token, *scopes.scopes]


SCHEMES: dict[str, tuple[Any, str, Any]] = {
    "bearer": (Security(HTTPBearer()), "/", {"scheme": "Bearer", "credentials": "t"}),
    "query": (Security(APIKeyQuery(name="key")), "/?key=k", "k"),
    "cookie": (Security(APIKeyCookie(name="key")), "/", "c"),
    "scopes": (Security(list_scopes, scopes=["read", "write"]), "/", ["t", "read", "write"]),
}


@pytest.mark.parametrize("name", SCHEMES)
def test_security_schemes_read_the_handshake(name: str, open_client: OpenClient) -> None:
    """Without credentials the handshake is answered 401, and nothing is accepted."""
    depends, path, expected = SCHEMES[name]
    app = FastAPI()

    @app.websocket("/")
    async def run(websocket: WebSocket, value: Annotated[Any, depends]) -> None:
        await websocket.accept()
        await websocket.send_json(getattr(value, "model_dump", lambda: value)())

    known = open_client(app, headers={"authorization": "Bearer t"}, cookies={"key": "c"})
    with known.websocket_connect(path) as session:
        assert session.receive_json() == expected
    with pytest.raises(WebSocketDenialResponse) as denied, open_client(app).websocket_connect("/"):
        pytest.fail("accepted")
    assert denied.value.status_code == 401
    assert denied.value.json() == {"detail": "Not authenticated"}
