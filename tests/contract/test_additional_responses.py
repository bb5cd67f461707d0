"""Chapters "Additional Responses in OpenAPI" and "Additional Status Codes"."""

from typing import Any

import pytest
from pydantic import BaseModel
from support.client import OpenClient

from sixlane import APIRouter, FastAPI
from sixlane.responses import JSONResponse


class Message(BaseModel):
    """Body of another answer."""

    message: str


def test_other_answers_are_described_and_given_directly(open_client: OpenClient) -> None:
    """`responses` documents them; the operation returns them as responses."""
    app = FastAPI()

    @app.get(
        "/items/{item_id}",
        responses={
            404: {"model": Message, "description": "The item was not found"},
            "5XX": {"description": "Trouble"},
            200: {"content": {"image/png": {}}},
        },
    )
    async def item(item_id: str) -> Any:
        if item_id == "foo":
            return {"id": "foo"}
        return JSONResponse({"message": "Item not found"}, 404)

    client = open_client(app)
    assert client.get("/items/foo").json() == {"id": "foo"}
    answer = client.get("/items/bar")
    assert (answer.status_code, answer.json()) == (404, {"message": "Item not found"})
    document = client.get("/openapi.json").json()
    responses = document["paths"]["/items/{item_id}"]["get"]["responses"]
    assert responses["404"] == {
        "description": "The item was not found",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Message"}}},
    }
    assert responses["5XX"] == {"description": "Trouble"}
    assert set(responses["200"]["content"]) == {"application/json", "image/png"}
    assert "Message" in document["components"]["schemas"]


def test_answers_of_app_router_and_operation_are_described_together(
    open_client: OpenClient,
) -> None:
    """Each level adds its own."""
    app = FastAPI(responses={500: {"description": "app"}})
    router = APIRouter(responses={501: {"description": "router"}})

    @router.get("/", responses={502: {"description": "operation"}})
    async def read() -> None: ...

    app.include_router(router, responses={503: {"description": "inclusion"}})
    document = open_client(app).get("/openapi.json").json()
    assert set(document["paths"]["/"]["get"]["responses"]) == {"200", "500", "501", "502", "503"}


@pytest.mark.parametrize("key", ["600X", "error"])
def test_key_that_is_no_status_code_is_refused(key: str) -> None:
    """A misspelt status code fails when the app is described, or sooner."""
    with pytest.raises(Exception, match=f"(?i){key}"):  # noqa: PT012
        app = FastAPI()

        @app.get("/", responses={key: {"description": "x"}})
        async def read() -> None: ...

        app.openapi()
