"""What a client sends and JSON cannot say is still refused with 422."""

import pytest
from pydantic import BaseModel

from sixlane import FastAPI
from sixlane.testclient import TestClient


class Measure(BaseModel):
    value: int
    unit: int = 0


@pytest.mark.parametrize("transport", ["asgi", "engine"])
@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b'{"value": NaN}', None),
        (b'{"value": -Infinity}', None),
        (b'{"value": "\\ud800"}', "?"),
    ],
)
def test_values_without_a_json_form_are_refused(transport: str, body: bytes, shown: str) -> None:
    """NaN and lone surrogates in a body make a 422, where FastAPI fails with 500."""
    app = FastAPI()

    @app.post("/measures")
    async def create_measure(measure: Measure) -> Measure:
        return measure

    client = TestClient(app, transport=transport)
    answer = client.post("/measures", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["input"] == shown
