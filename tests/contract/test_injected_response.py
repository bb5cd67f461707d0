"""Chapters "Response Cookies", "Response Headers" and "Response - Change Status Code"."""

from typing import Annotated, Any

from pydantic import BaseModel
from support.client import OpenClient

from sixlane import Depends, FastAPI, Response
from sixlane.responses import JSONResponse


def test_cookies_are_set(open_client: OpenClient) -> None:
    """On the injected response or on one's own, several of them, in order."""
    app = FastAPI()

    @app.post("/injected")
    async def injected(response: Response) -> Any:
        response.set_cookie("a", "1", max_age=60, httponly=True)
        response.set_cookie("b", "2", secure=True, samesite="strict")
        response.delete_cookie("c")
        return "done"

    @app.post("/own")
    def own() -> Response:
        response = JSONResponse("done")
        response.set_cookie("a", "b c")
        return response

    client = open_client(app)
    answer = client.post("/injected")
    assert answer.json() == "done"
    cookies = answer.headers.get_list("set-cookie")
    assert cookies[:2] == [
        "a=1; HttpOnly; Max-Age=60; Path=/; SameSite=lax",
        "b=2; Path=/; SameSite=strict; Secure",
    ]
    assert cookies[2].startswith('c=""; expires=')
    assert client.post("/own").headers["set-cookie"] == 'a="b c"; Path=/; SameSite=lax'


def test_headers_are_added(open_client: OpenClient) -> None:
    """The answer has them beside its own, those of dependencies included."""
    app = FastAPI()

    async def prepare(response: Response) -> None:
        response.headers["X-Cat"] = "alone"

    @app.get("/", dependencies=[Depends(prepare)])
    async def read(response: Response) -> Any:
        response.headers.append("X-Dog", "1")
        response.headers.append("X-Dog", "2")
        return {"a": 1}

    answer = open_client(app).get("/")
    assert answer.headers["x-cat"] == "alone"
    assert answer.headers.get_list("x-dog") == ["1", "2"]
    assert answer.headers["content-length"] == "7"


def test_status_code_is_changed(open_client: OpenClient) -> None:
    """The injected response's status goes before the declared one; the model still applies."""
    app = FastAPI()

    class Item(BaseModel):
        name: str

    @app.put("/{name}", response_model=Item, status_code=200)
    def put(name: str, response: Response) -> Any:
        if name == "new":
            response.status_code = 201
        return {"name": name, "secret": 1}

    client = open_client(app)
    assert client.put("/old").status_code == 200
    answer = client.put("/new")
    assert (answer.status_code, answer.json()) == (201, {"name": "new"})


def test_status_code_of_the_operation_wins_over_a_dependencys(open_client: OpenClient) -> None:
    """They share one response; whoever writes last counts."""
    app = FastAPI()

    async def first(response: Response) -> None:
        response.status_code = 202

    @app.get("/")
    async def read(
        before: Annotated[None, Depends(first)], response: Response, last: int = 0
    ) -> None:
        if last:
            response.status_code = last

    client = open_client(app)
    assert client.get("/").status_code == 202
    assert client.get("/?last=203").status_code == 203


def test_returned_response_does_not_take_injected_headers(open_client: OpenClient) -> None:
    """A response of one's own is complete."""
    app = FastAPI()

    @app.get("/")
    async def read(response: Response) -> Response:
        response.headers["x-lost"] = "1"
        response.status_code = 418
        return JSONResponse("own")

    answer = open_client(app).get("/")
    assert answer.status_code == 200
    assert "x-lost" not in answer.headers
