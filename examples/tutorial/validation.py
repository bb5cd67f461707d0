"""Rules for values, said once in their types."""

from typing import Annotated

from pydantic import BaseModel, Field

from sixlane import FastAPI, Header, Path, Query

app = FastAPI()


class Order(BaseModel):
    """An order; `extra` keys are refused."""

    model_config = {"extra": "forbid"}

    code: str = Field(pattern=r"^[A-Z]{3}-\d+$")
    quantity: int = Field(gt=0, le=100)


@app.get("/orders/{number}")
async def read_order(
    number: Annotated[int, Path(ge=1)],
    tag: Annotated[list[str] | None, Query(max_length=3)] = None,
    x_request_id: Annotated[str | None, Header()] = None,
) -> dict[str, object]:
    """Take up to three tags, and the header `X-Request-ID`."""
    return {"number": number, "tag": tag, "request_id": x_request_id}


@app.post("/orders", status_code=201)
async def create_order(order: Order) -> Order:
    """Take an order that keeps the rules."""
    return order
