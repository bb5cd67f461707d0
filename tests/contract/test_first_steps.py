"""Chapter "First Steps": an app, its path operations, its description."""

import pytest
from support.client import OpenClient

from sixlane import FastAPI

METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE"]


def test_async_and_plain_functions_answer_with_json(open_client: OpenClient) -> None:
    """What a path operation returns is the JSON body of a 200 answer."""
    app = FastAPI()

    @app.get("/async")
    async def in_loop() -> dict[str, str]:
        return {"message": "Hello World"}

    @app.get("/plain")
    def in_thread() -> dict[str, str]:
        return {"message": "Hello World"}

    client = open_client(app)
    for path in ("/async", "/plain"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.content == b'{"message":"Hello World"}'
        assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("value", "body"),
    [
        ({"a": 1}, b'{"a":1}'),
        ([1, 2.5, None, True], b"[1,2.5,null,true]"),
        ("caf\u00e9", '"caf\u00e9"'.encode()),
        (0, b"0"),
        (None, b"null"),
    ],
)
def test_any_json_value_may_be_returned(
    open_client: OpenClient, value: object, body: bytes
) -> None:
    """Dictionaries, lists, strings, numbers and None are written as compact JSON in UTF-8."""
    app = FastAPI()

    @app.get("/")
    async def read():
        return value

    assert open_client(app).get("/").content == body


@pytest.mark.parametrize("method", METHODS)
def test_each_method_has_its_decorator(open_client: OpenClient, method: str) -> None:
    """`app.get`, `app.post` and so on answer their own method only."""
    app = FastAPI()

    @getattr(app, method.lower())("/")
    async def operation() -> str:
        return method

    client = open_client(app)
    answer = client.request(method, "/")
    assert answer.status_code == 200
    assert answer.text == ("" if method == "HEAD" else f'"{method}"')
    other = client.request("PUT" if method != "PUT" else "GET", "/")
    assert other.status_code == 405
    assert other.headers["allow"] == method


def test_unknown_path_is_not_found(open_client: OpenClient) -> None:
    """404 with FastAPI's body."""
    answer = open_client(FastAPI()).get("/nowhere")

    assert (answer.status_code, answer.content) == (404, b'{"detail":"Not Found"}')


def test_known_path_with_another_method_is_not_allowed(open_client: OpenClient) -> None:
    """405 names the methods of the first route with the path; HEAD is not implied by GET."""
    app = FastAPI()

    @app.get("/")
    async def read() -> None: ...

    @app.post("/")
    async def write() -> None: ...

    client = open_client(app)
    answer = client.delete("/")
    assert (answer.status_code, answer.json()) == (405, {"detail": "Method Not Allowed"})
    assert answer.headers["allow"] == "GET"
    assert client.head("/").status_code == 405


def test_decorator_leaves_the_function_as_it_is() -> None:
    """The decorated function can still be called."""
    app = FastAPI()

    @app.get("/")
    async def read() -> int:
        return 1

    @app.get("/plain")
    def plain() -> int:
        return 2

    assert plain() == 2
    assert read.__name__ == "read"


def test_description_is_served(open_client: OpenClient) -> None:
    """`/openapi.json` describes the app's operations in OpenAPI 3.1."""
    app = FastAPI(title="Shop", version="2.0")

    @app.get("/items")
    async def list_items() -> None: ...

    document = open_client(app).get("/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert document["info"] == {"title": "Shop", "version": "2.0"}
    assert list(document["paths"]) == ["/items"]


def test_description_and_pages_can_be_left_out(open_client: OpenClient) -> None:
    """Without `openapi_url` there is no description and no page that shows it."""
    client = open_client(FastAPI(openapi_url=None))

    assert [client.get(path).status_code for path in ("/openapi.json", "/docs", "/redoc")] == [
        404
    ] * 3


def test_unknown_setting_of_the_app_is_refused() -> None:
    """A misspelt keyword is an error where the app is made."""
    with pytest.raises(TypeError):
        FastAPI(titel="Shop")  # type: ignore[call-arg]
