"""Chapter "Handling Errors"."""

from contextvars import ContextVar
from typing import Any

import pytest
from pydantic import BaseModel
from starlette.exceptions import HTTPException as StarletteHTTPException
from support.client import OpenClient

from sixlane import Depends, FastAPI, HTTPException, Request
from sixlane.encoders import jsonable_encoder
from sixlane.exception_handlers import (
    http_exception_handler,
    request_validation_exception_handler,
)
from sixlane.exceptions import RequestValidationError
from sixlane.responses import JSONResponse, PlainTextResponse


class UnicornError(Exception):
    """One of the app's own."""


class BlueUnicornError(UnicornError):
    """A kind of it."""


@pytest.mark.parametrize(
    ("detail", "body"),
    [
        ("Item not found", {"detail": "Item not found"}),
        (None, {"detail": "Not Found"}),
        ({"code": 7}, {"detail": {"code": 7}}),
        (["a", 1], {"detail": ["a", 1]}),
    ],
)
def test_http_exception_is_the_answer(
    open_client: OpenClient, detail: object, body: object
) -> None:
    """`HTTPException` ends the request with its status code, detail and headers."""
    app = FastAPI()

    @app.get("/")
    async def read() -> None:
        raise HTTPException(404, detail, {"X-Error": "yes"})

    answer = open_client(app).get("/")
    assert (answer.status_code, answer.json()) == (404, body)
    assert answer.headers["x-error"] == "yes"


def test_http_exception_may_come_from_a_plain_function(open_client: OpenClient) -> None:
    """A `def` handler raises it just so."""
    app = FastAPI()

    @app.get("/")
    def read() -> None:
        raise HTTPException(status_code=418)

    assert open_client(app).get("/").json() == {"detail": "I'm a Teapot"}


@pytest.mark.parametrize("code", [204, 304])
def test_http_exception_without_body(open_client: OpenClient, code: int) -> None:
    """Where the status code allows no body, there is none."""
    app = FastAPI()

    @app.get("/")
    async def read() -> None:
        raise HTTPException(code, "lost")

    answer = open_client(app).get("/")
    assert (answer.status_code, answer.content) == (code, b"")


def test_own_exception_has_its_handler(open_client: OpenClient) -> None:
    """A handler takes its class and those below it."""
    app = FastAPI()

    @app.exception_handler(UnicornError)
    async def handle(request: Request, error: UnicornError) -> JSONResponse:
        return JSONResponse({"error": str(error), "path": request.url.path}, 418)

    @app.get("/{color}")
    async def read(color: str) -> None:
        raise (BlueUnicornError if color == "blue" else UnicornError)(color)

    client = open_client(app)
    for color in ("blue", "red"):
        answer = client.get(f"/{color}")
        assert answer.status_code == 418
        assert answer.json() == {"error": color, "path": f"/{color}"}


def test_handlers_may_be_given_with_the_app(open_client: OpenClient) -> None:
    """`exception_handlers=` does what the decorator does, `def` handlers included."""

    def handle(request: Request, error: Any) -> PlainTextResponse:
        return PlainTextResponse("handled", 400)

    app = FastAPI(exception_handlers={UnicornError: handle})

    @app.get("/")
    def read() -> None:
        raise UnicornError

    assert open_client(app).get("/").text == "handled"


def test_handler_of_a_status_code(open_client: OpenClient) -> None:
    """A handler for 404 answers unknown paths and `HTTPException(404)`."""
    app = FastAPI()

    @app.exception_handler(404)
    async def handle(request: Request, error: HTTPException) -> PlainTextResponse:
        return PlainTextResponse(f"no {request.url.path}: {error.detail}", 404)

    @app.get("/gone")
    async def read() -> None:
        raise HTTPException(404, "gone")

    client = open_client(app)
    assert client.get("/nowhere").text == "no /nowhere: Not Found"
    assert client.get("/gone").text == "no /gone: gone"


def test_validation_errors_may_be_answered_otherwise(open_client: OpenClient) -> None:
    """`RequestValidationError` has the errors and the body as it was sent."""
    app = FastAPI()

    class Item(BaseModel):
        size: int

    @app.exception_handler(RequestValidationError)
    async def handle(request: Request, error: RequestValidationError) -> JSONResponse:
        content = {"errors": error.errors(), "body": error.body}
        return JSONResponse(jsonable_encoder(content), 400)

    @app.post("/")
    async def create(item: Item) -> None: ...

    answer = open_client(app).post("/", json={"size": "XL"})
    assert answer.status_code == 400
    assert answer.json() == {
        "errors": [
            {
                "type": "int_parsing",
                "loc": ["body", "size"],
                "msg": "Input should be a valid integer, unable to parse string as an integer",
                "input": "XL",
            }
        ],
        "body": {"size": "XL"},
    }


def test_default_handlers_can_be_reused(open_client: OpenClient) -> None:
    """A handler of one's own may call the handler it replaces."""
    app = FastAPI()
    seen: list[str] = []

    @app.exception_handler(StarletteHTTPException)
    async def handle_http(request: Request, error: StarletteHTTPException) -> Any:
        seen.append(repr(error))
        return await http_exception_handler(request, error)

    @app.exception_handler(RequestValidationError)
    async def handle_validation(request: Request, error: RequestValidationError) -> Any:
        seen.append("validation")
        return await request_validation_exception_handler(request, error)

    @app.get("/{number}")
    async def read(number: int) -> None:
        raise HTTPException(418, "no")

    client = open_client(app)
    assert client.get("/x").json()["detail"][0]["type"] == "int_parsing"
    assert client.get("/3").json() == {"detail": "no"}
    assert client.get("/").json() == {"detail": "Not Found"}
    assert [each.partition("(")[0] for each in seen] == [
        "validation",
        "HTTPException",
        "HTTPException",
    ]


def test_unexpected_exception_is_a_server_error(open_client: OpenClient) -> None:
    """500 without a word of what happened; the exception goes on to the server."""
    app = FastAPI()

    @app.get("/")
    async def read() -> None:
        raise ValueError("internal")

    with pytest.raises(ValueError, match="internal"):
        open_client(app).get("/")
    answer = open_client(app, raise_server_exceptions=False).get("/")
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")


def test_handler_of_every_exception_answers_and_the_server_still_sees_it(
    open_client: OpenClient,
) -> None:
    """A handler for `Exception` makes the 500 answer; the exception is raised all the same."""
    app = FastAPI()

    @app.exception_handler(Exception)
    async def handle(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"oops": str(error)}, 500)

    @app.get("/")
    def read() -> None:
        raise ValueError("internal")

    with pytest.raises(ValueError, match="internal"):
        open_client(app).get("/")
    answer = open_client(app, raise_server_exceptions=False).get("/")
    assert (answer.status_code, answer.json()) == (500, {"oops": "internal"})


def test_handlers_see_the_context_of_what_raised(open_client: OpenClient) -> None:
    """A context variable that the path operation has set is set in the exception handler."""
    app = FastAPI()
    user: ContextVar[str] = ContextVar("user", default="nobody")

    @app.get("/")
    async def read() -> None:
        user.set("anna")
        raise UnicornError

    @app.exception_handler(UnicornError)
    async def handle(request: Request, error: UnicornError) -> PlainTextResponse:
        return PlainTextResponse(user.get())

    client = open_client(app)
    assert [client.get("/").text for _ in range(2)] == ["anna", "anna"]
    assert user.get() == "nobody"


def test_http_exception_without_its_handler_is_answered_plainly(open_client: OpenClient) -> None:
    """Where an application takes the handler away, the answer is the detail as text."""
    app = FastAPI()
    del app.exception_handlers[StarletteHTTPException]

    @app.get("/")
    async def read() -> None:
        raise HTTPException(403, "not you", {"X-Error": "yes"})

    client = open_client(app)
    assert client.get("/").text == "not you"
    assert client.get("/").headers["x-error"] == "yes"
    assert client.get("/missing").status_code == 404
    assert client.get("/missing").text == "Not Found"


@pytest.mark.parametrize("has_dependency", [False, True])
def test_handler_of_refusals_may_read_the_body_again(
    open_client: OpenClient, has_dependency: bool
) -> None:
    """What was validated in vain is still there for the application's own handler."""
    app = FastAPI()

    async def number(limit: int = 1) -> int:
        return limit

    class Item(BaseModel):
        size: int

    @app.post("/", dependencies=[Depends(number)] if has_dependency else None)
    async def create(item: Item) -> Item:
        return item

    @app.exception_handler(RequestValidationError)
    async def answer(request: Request, exc: RequestValidationError) -> JSONResponse:
        sent = (await request.body()).decode()
        return JSONResponse({"sent": sent, "count": len(exc.errors())}, 400)

    refused = open_client(app).post("/", json={"size": "many"})
    assert refused.status_code == 400
    assert refused.json() == {"sent": '{"size":"many"}', "count": 1}
