"""The order item that every Python peer with Pydantic validates and answers."""

from pydantic import BaseModel


class Maker(BaseModel):
    """Who makes the item."""

    name: str
    country: str


class Dimensions(BaseModel):
    """Outer measures in centimetres."""

    width: float
    height: float
    depth: float


class Item(BaseModel):
    """What POST /items takes and answers."""

    name: str
    price: float
    tags: list[str] = []
    maker: Maker
    dimensions: Dimensions
    description: str | None = None
