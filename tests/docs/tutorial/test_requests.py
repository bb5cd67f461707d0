"""Values that come in: parameters, bodies, forms, what is refused."""

from typing import Any

import pytest
from support.client import OpenClient
from tutorial import errors, first_steps, forms, parameters, security, validation


def test_first_steps(open_client: OpenClient) -> None:
    """A handler's value is the answer, and the document describes it."""
    client = open_client(first_steps.app)
    assert client.get("/").json() == {"message": "Hello"}
    assert list(client.get("/openapi.json").json()["paths"]) == ["/"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/items/3", {"item_id": 3, "q": None, "limit": 10}),
        ("/items/3?q=a&limit=2", {"item_id": 3, "q": "a", "limit": 2}),
    ],
)
def test_parameters(open_client: OpenClient, target: str, expected: dict[str, Any]) -> None:
    """Values come as the types that are declared."""
    assert open_client(parameters.app).get(target).json() == expected


def test_parameter_that_does_not_fit(open_client: OpenClient) -> None:
    """Its place is named."""
    answer = open_client(parameters.app).get("/items/x")
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["path", "item_id"]


def test_body(open_client: OpenClient) -> None:
    """Defaults are filled in, and unknown keys left out."""
    answer = open_client(parameters.app).put(
        "/items/3", json={"name": "Trowel", "price": "9.5", "x": 1}
    )
    assert answer.json() == {"name": "Trowel", "price": 9.5, "tags": []}


@pytest.mark.parametrize(
    ("target", "place"),
    [("/orders/0", ["path", "number"]), ("/orders/1?tag=a&tag=b&tag=c&tag=d", ["query", "tag"])],
)
def test_rules_of_parameters(open_client: OpenClient, target: str, place: list[str]) -> None:
    """Bounds of numbers and of lists hold."""
    answer = open_client(validation.app).get(target)
    assert answer.status_code == 422
    assert [error["loc"] for error in answer.json()["detail"]] == [place]


def test_header_and_list(open_client: OpenClient) -> None:
    """Underscores are hyphens in headers; a repeated name is a list."""
    answer = open_client(validation.app).get(
        "/orders/1?tag=a&tag=b", headers={"x-request-id": "r1"}
    )
    assert answer.json() == {"number": 1, "tag": ["a", "b"], "request_id": "r1"}


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({"code": "ABC-1", "quantity": 1}, []),
        ({"code": "abc", "quantity": 0}, ["code", "quantity"]),
        ({"code": "ABC-1", "quantity": 1, "note": ""}, ["note"]),
    ],
)
def test_rules_of_bodies(open_client: OpenClient, body: dict[str, Any], places: list[str]) -> None:
    """All faults of a body are reported at once."""
    answer = open_client(validation.app).post("/orders", json=body)
    assert answer.status_code == (422 if places else 201)
    assert [error["loc"][-1] for error in answer.json().get("detail", [])] == places


def test_http_exception(open_client: OpenClient) -> None:
    """It carries a status, a detail and headers."""
    answer = open_client(errors.app).get("/items/10")
    assert (answer.status_code, answer.json()) == (404, {"detail": "No such item"})
    assert answer.headers["x-highest"] == "9"


def test_exception_handler(open_client: OpenClient) -> None:
    """It answers for an exception of the application."""
    answer = open_client(errors.app).post("/orders/rake")
    assert (answer.status_code, answer.json()) == (409, {"detail": "rake is sold out"})


def test_log_in(open_client: OpenClient) -> None:
    """A token opens what is closed to others."""
    client = open_client(security.app)
    assert client.get("/me").status_code == 401
    assert client.post("/token", data={"username": "ada", "password": "x"}).status_code == 400
    token = client.post("/token", data={"username": "ada", "password": "enigma"}).json()
    headers = {"authorization": f"Bearer {token['access_token']}"}
    assert client.get("/me", headers=headers).json() == {"name": "ada"}
    assert client.get("/me", headers={"authorization": "Bearer x"}).status_code == 401


def test_form(open_client: OpenClient) -> None:
    """Fields fill a model."""
    answer = open_client(forms.app).post("/messages", data={"subject": "Hi"})
    assert answer.json() == {"subject": "Hi", "text": ""}


def test_files(open_client: OpenClient) -> None:
    """A file comes with its name; or as bytes."""
    client = open_client(forms.app)
    answer = client.post("/avatar", files={"file": ("a.png", b"123")}, data={"title": "me"})
    assert answer.json() == {"name": "a.png", "bytes": 3, "title": "me"}
    assert client.post("/digest", files={"data": b"12"}).json() == 2
