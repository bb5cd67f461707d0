"""The model's endpoint."""

from pathlib import Path

import pytest
from sklearn.datasets import load_iris

from iris.train import MODEL_NAME, train
from sixlane.testclient import TestClient

SETOSA = {"sepal_length": 5.1, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2}


def test_predict_names_the_species_with_probabilities(client: TestClient) -> None:
    """The first flower of the data set is a setosa."""
    response = client.post("/predict/", json=SETOSA)
    assert response.status_code == 200
    assert response.json()["species"] == "setosa"
    probabilities = response.json()["probabilities"]
    assert list(probabilities) == ["setosa", "versicolor", "virginica"]
    assert probabilities["setosa"] > 0.9
    assert sum(probabilities.values()) == pytest.approx(1, abs=0.02)


def test_predict_knows_most_of_the_data_set(client: TestClient) -> None:
    """Of every tenth flower of the real data, at most one is named wrongly."""
    flowers = load_iris()
    wrong = 0
    for measures, target in zip(flowers.data[::10], flowers.target[::10], strict=True):
        flower = dict(zip(SETOSA, map(float, measures), strict=True))
        answer = client.post("/predict/", json=flower).json()
        wrong += answer["species"] != flowers.target_names[target]
    assert wrong <= 1


@pytest.mark.parametrize(
    ("change", "place", "reason"),
    [
        ({"sepal_length": 0}, "sepal_length", "greater_than"),
        ({"petal_width": 31}, "petal_width", "less_than_equal"),
        ({"sepal_width": "wide"}, "sepal_width", "float_parsing"),
        ({"petal_length": None}, "petal_length", "float_type"),
    ],
)
def test_predict_refuses_what_is_no_flower(
    client: TestClient, change: dict[str, object], place: str, reason: str
) -> None:
    """A measure out of range or of another type is answered 422, with its place."""
    response = client.post("/predict/", json=SETOSA | change)
    assert response.status_code == 422
    [error] = response.json()["detail"]
    assert (error["loc"], error["type"]) == (["body", place], reason)


def test_predict_lists_all_that_is_missing(client: TestClient) -> None:
    """An empty object lacks all four measures."""
    response = client.post("/predict/", json={})
    assert response.status_code == 422
    assert [error["loc"][1] for error in response.json()["detail"]] == list(SETOSA)


def test_predict_refuses_broken_json(client: TestClient) -> None:
    """A body that is not JSON is the client's mistake."""
    response = client.post(
        "/predict/", content=b'{"sepal_length"', headers={"content-type": "application/json"}
    )
    assert response.status_code == 422
    assert response.json()["detail"][0]["type"] == "json_invalid"


def test_the_first_start_writes_the_model(client: TestClient, data: Path) -> None:
    """The pickle lies in the data folder, named after the version that can read it."""
    assert client.post("/predict/", json=SETOSA).status_code == 200
    assert [path.name for path in data.glob("*.pickle")] == [MODEL_NAME]


def test_training_is_good_enough() -> None:
    """Nine of ten flowers that training has not seen are named rightly."""
    assert train()[1] > 0.9


def test_the_document_gives_units_and_ranges(client: TestClient) -> None:
    """A reader of the docs sees what each measure is."""
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    sepal_length = schemas["Flower"]["properties"]["sepal_length"]
    assert sepal_length["description"] == "Length of a sepal in cm"
    assert (sepal_length["exclusiveMinimum"], sepal_length["maximum"]) == (0, 30)
