"""One body whose text is broken in every way there is; see the corpus."""

from collections.abc import Iterator
from importlib import import_module
from typing import Annotated, Any

from pydantic import BaseModel, Field

from differential.exchange import Request
from differential.json_texts import broken_texts


class Line(BaseModel):
    """One line of an order."""

    sku: str = Field(pattern="^[A-Z]{2}[0-9]+$")
    count: int = Field(1, ge=1, le=99)
    note: str | None = None


class Order(BaseModel):
    """A body with something of everything."""

    number: int
    ratio: float = 1.0
    paid: bool = False
    lines: list[Line] = Field(min_length=1)
    address: dict[str, str] = {}


BODY = (
    '{"number": 7, "ratio": 1.5e1, "paid": true, "lines": [{"sku": "AB12", "count": 2, '
    '"note": "caf\\u00e9 \\"x\\""}, {"sku": "C", "note": null}], "address": {"city": "Zürich"}}'
)
"""A valid text of it, but for one line's `sku`."""


def requests() -> Iterator[Request]:
    """Yield the body broken at every position, and bodies that never were one."""
    headers = (("content-type", b"application/json"),)
    for path in ("/orders", "/anything"):
        for body in broken_texts(BODY):
            yield Request("POST", path, headers=headers, body=body)


def build(framework: str, events: list[str]) -> Any:
    """Make the app."""
    web = import_module(framework)
    app = web.FastAPI()

    @app.post("/orders")
    async def order(order: Order) -> Any:
        events.append("order")
        return order

    @app.post("/anything")
    async def anything(value: Annotated[Any, web.Body()]) -> Any:
        events.append("anything")
        return {"value": value}

    return app
