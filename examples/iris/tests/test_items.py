"""The items and their database."""

from pathlib import Path

import pytest

from iris.main import app
from sixlane.testclient import TestClient

TROWEL = {"name": "Trowel", "price_cents": 1299, "quantity": 4}


def test_an_item_is_created_read_replaced_and_deleted(client: TestClient) -> None:
    """The four verbs, on one item."""
    created = client.post("/items/", json=TROWEL)
    assert (created.status_code, created.json()) == (201, TROWEL | {"id": 1})
    assert client.get("/items/1").json() == TROWEL | {"id": 1}
    cheaper = TROWEL | {"price_cents": 999}
    replaced = client.put("/items/1", json=cheaper)
    assert (replaced.status_code, replaced.json()) == (200, cheaper | {"id": 1})
    deleted = client.delete("/items/1")
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert client.get("/items/1").status_code == 404


def test_the_quantity_is_none_where_nobody_says(client: TestClient) -> None:
    """A field with a default may be left out."""
    assert client.post("/items/", json={"name": "Pot", "price_cents": 1}).json()["quantity"] == 0


def test_items_are_listed_some_at_a_time(client: TestClient) -> None:
    """Offset and limit choose from the list, which is in order of creation."""
    for number in range(5):
        client.post("/items/", json={"name": f"Pot {number}", "price_cents": number})
    assert [item["id"] for item in client.get("/items/").json()] == [1, 2, 3, 4, 5]
    some = client.get("/items/", params={"offset": 1, "limit": 2}).json()
    assert [item["name"] for item in some] == ["Pot 1", "Pot 2"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_item_is_404(client: TestClient, method: str) -> None:
    """Every operation on one item says so when it is not there."""
    body = TROWEL if method == "PUT" else None
    response = client.request(method, "/items/7", json=body)
    assert (response.status_code, response.json()) == (404, {"detail": "There is no item 7"})


@pytest.mark.parametrize(
    "change",
    [{"name": ""}, {"name": "x" * 81}, {"price_cents": -1}, {"price_cents": 1.5}, {"quantity": -1}],
    ids="-".join,
)
def test_invalid_items_are_422_and_not_kept(client: TestClient, change: dict[str, object]) -> None:
    """What the fields do not allow reaches no database."""
    assert client.post("/items/", json=TROWEL | change).status_code == 422
    assert client.get("/items/").json() == []


@pytest.mark.parametrize("path", ["x", "0", "-1", "1.5", str(2**63), "9" * 40])
def test_ids_that_no_item_can_have_are_422(client: TestClient, path: str) -> None:
    """Also numbers that are too large for the database."""
    assert client.get(f"/items/{path}").status_code == 422


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "offset=-1", "offset=9223372036854775808"]
)
def test_pages_out_of_range_are_422(client: TestClient, query: str) -> None:
    """Nobody asks for all items at once, or for less than none."""
    assert client.get(f"/items/?{query}").status_code == 422


def test_items_survive_a_new_lifespan(client: TestClient, data: Path) -> None:
    """What was committed is in the file, not in the process."""
    client.post("/items/", json=TROWEL)
    with TestClient(app) as another:
        assert another.get("/items/1").json() == TROWEL | {"id": 1}
    assert (data / "items.sqlite").exists()
