"""Chapter "Extra Data Types"."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import pytest
from support.client import OpenClient

from sixlane import Body, FastAPI

KEY = "12345678-1234-5678-1234-567812345678"


class Size(Enum):
    """Sizes."""

    SMALL = "s"
    LARGE = "l"


TYPES: dict[str, Any] = {
    "uuid": UUID,
    "datetime": datetime,
    "date": date,
    "time": time,
    "timedelta": timedelta,
    "decimal": Decimal,
    "bytes": bytes,
    "enum": Size,
    "frozenset": frozenset[int],
}


def make_app() -> FastAPI:
    """One path operation per type, with the value as query parameter, and as part of a body."""
    app = FastAPI()
    for name, annotation in TYPES.items():
        if name != "frozenset":

            @app.get(f"/{name}")
            async def read(value: annotation) -> Any:  # type: ignore[valid-type]
                return {"value": value, "type": type(value).__name__}

        @app.post(f"/{name}")
        def write(value: Annotated[annotation, Body(embed=True)]) -> Any:
            return {"value": value, "type": type(value).__name__}

    return app


CASES = [
    ("uuid", KEY, KEY),
    ("datetime", "2024-02-29T12:30:00", "2024-02-29T12:30:00"),
    ("datetime", "2024-02-29T12:30:00Z", "2024-02-29T12:30:00Z"),
    ("datetime", "2024-02-29T12:30:00+02:00", "2024-02-29T12:30:00+02:00"),
    ("date", "2024-02-29", "2024-02-29"),
    ("time", "14:23:55.003", "14:23:55.003000"),
    ("timedelta", "P1DT2H", "P1DT2H"),
    ("decimal", "1.50", "1.50"),
    ("bytes", "abc", "abc"),
    ("enum", "l", "l"),
]


@pytest.mark.parametrize(("name", "text", "value"), CASES)
def test_text_becomes_the_type_and_the_type_text(
    open_client: OpenClient, name: str, text: str, value: object
) -> None:
    """As query parameter and in a body, the value makes the way there and back."""
    client = open_client(make_app())
    type_name = getattr(TYPES[name], "__name__", name)

    expected = {"value": value, "type": type_name}
    assert client.get(f"/{name}", params={"value": text}).json() == expected
    assert client.post(f"/{name}", json={"value": text}).json() == expected


def test_frozenset_loses_duplicates(open_client: OpenClient) -> None:
    """A list in JSON is a set to the handler."""
    answer = open_client(make_app()).post("/frozenset", json={"value": [1, 1, 1]})

    assert answer.json() == {"value": [1], "type": "frozenset"}


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("uuid", "x", "uuid_parsing"),
        ("datetime", "2024-02-30T00:00:00", "datetime_from_date_parsing"),
        ("date", "2024-02-30", "date_from_datetime_parsing"),
        ("time", "25:00", "time_parsing"),
        ("timedelta", "long", "time_delta_parsing"),
        ("decimal", "x", "decimal_parsing"),
        ("enum", "xl", "enum"),
    ],
)
def test_text_of_another_type_is_unprocessable(
    open_client: OpenClient, name: str, text: str, kind: str
) -> None:
    """422 names Pydantic's error type."""
    answer = open_client(make_app()).get(f"/{name}", params={"value": text})

    assert answer.status_code == 422
    (error,) = answer.json()["detail"]
    assert (error["type"], error["loc"], error["input"]) == (kind, ["query", "value"], text)
