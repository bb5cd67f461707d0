"""Chapter "Path Parameters and Numeric Validations"."""

from typing import Annotated

import pytest
from support.client import OpenClient

from sixlane import FastAPI, Path, Query


def make_app() -> FastAPI:
    """An app with bounded numbers."""
    app = FastAPI()

    @app.get("/items/{item_id}")
    async def item(
        *,
        item_id: Annotated[int, Path(title="The id", ge=0, le=1000)],
        size: Annotated[float, Query(gt=0, lt=10.5)] = 1,
        step: Annotated[int, Query(multiple_of=5)] = 0,
        finite: Annotated[float, Query(allow_inf_nan=False)] = 0,
    ) -> list[float]:
        return [item_id, size, step, finite]

    return app


@pytest.mark.parametrize(
    "path",
    [
        "/items/0",
        "/items/1000",
        "/items/1?size=10.4999",
        "/items/1?step=-10",
        "/items/1?finite=1e300",
    ],
)
def test_number_within_bounds_is_taken(open_client: OpenClient, path: str) -> None:
    """The bounds of ge and le are included, those of gt and lt are not."""
    assert open_client(make_app()).get(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "kind", "message", "context"),
    [
        ("/items/-1", "greater_than_equal", "greater than or equal to 0", {"ge": 0}),
        ("/items/1001", "less_than_equal", "less than or equal to 1000", {"le": 1000}),
        ("/items/1?size=0", "greater_than", "greater than 0", {"gt": 0.0}),
        ("/items/1?size=10.5", "less_than", "less than 10.5", {"lt": 10.5}),
        ("/items/1?step=3", "multiple_of", "a multiple of 5", {"multiple_of": 5}),
        ("/items/1?finite=nan", "finite_number", "a finite number", None),
        ("/items/1?finite=-inf", "finite_number", "a finite number", None),
    ],
)
def test_number_out_of_bounds_is_unprocessable(
    open_client: OpenClient, path: str, kind: str, message: str, context: dict[str, float] | None
) -> None:
    """422 names the bound."""
    answer = open_client(make_app()).get(path)

    assert answer.status_code == 422
    (error,) = answer.json()["detail"]
    assert (error["type"], error["msg"]) == (kind, f"Input should be {message}")
    assert error.get("ctx") == context


def test_path_parameter_cannot_have_a_default() -> None:
    """A path always holds its parameters, so a default is a mistake of the declaration."""
    app = FastAPI()

    with pytest.raises(AssertionError):

        @app.get("/{item_id}")
        async def item(item_id: Annotated[int, Path()] = 1) -> None: ...


def test_order_of_arguments_is_free(open_client: OpenClient) -> None:
    """Parameters are passed by name, so required ones may follow those with defaults."""
    app = FastAPI()

    @app.get("/{item_id}")
    async def item(q: str = Query(), *, item_id: int = Path(gt=0), other: int = 1) -> list[object]:
        return [q, item_id, other]

    assert open_client(app).get("/3?q=a").json() == ["a", 3, 1]
